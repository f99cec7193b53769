import type { AttributeModel } from '../model/attribute-model.js';
import type { Class } from '../model/class.js';
import type { EntityModel } from '../model/entity-model.js';
import { shapeOf } from '../model/shape.js';
import { orNull } from './collection.js';
import { canonicalDates, type Converter, converterOf } from './converter.js';
import { decoratedConverter, nestedConverter } from './nested.js';
import { placeIn } from './nested-members.js';
import { shapeConverter } from './shape-converter.js';
import { typeDecorator } from './storage-decorators.js';
import { hasTransforms, withTransforms } from './storage-transforms.js';

/** A declared attribute, and how its values are read and written. */
export interface Field {
  readonly model: AttributeModel;
  readonly attribute: string;
  readonly property: string;
  /** Whether every object has a member with the attribute's name. If so, only own members are data. */
  readonly isInherited: boolean;
  readonly converter: Converter;
  /** The `typeof` of values that need no conversion, if the type has such values. All other values are converted. */
  readonly plain: PlainType | undefined;
  /** Whether the converter may need the whole item. */
  readonly needsSource: boolean;
  /** Whether it is a date, and a key or a part of one: keys are found by their text alone. */
  readonly isKeyDate: boolean;
  /** Whether the class has an accessor of the property's name. */
  readonly isAccessor: boolean;
}

type PlainType = 'string' | 'number' | 'boolean';

/** The declared attributes of a class. */
export function compileFields(model: EntityModel): readonly Field[] {
  const keys = keyAttributes(model);
  return model.attributes.map((attribute) => compileField(model.class, attribute, keys));
}

/** The keys of a class's table and indexes, and what they are made of. */
function keyAttributes({ indexes, keys }: EntityModel): ReadonlySet<AttributeModel> {
  const all = [
    ...keys,
    ...indexes.flatMap(({ partitionKey, sortKey }) => (sortKey ? [partitionKey, sortKey] : partitionKey)),
  ];
  return new Set(all.flatMap((key) => [key].concat(key.template?.parts ?? [])));
}

function compileField(target: Class, model: AttributeModel, keys: ReadonlySet<AttributeModel>): Field {
  const { attribute, property } = model;
  const isTransformed = hasTransforms(target, property);
  const declared = compileConverter(target, model);
  const typed = model.nullable ? orNull(declared, `${declared.expected} or null`) : declared;
  const converter = isTransformed ? withTransforms(target, property, typed) : typed;
  return {
    model,
    attribute,
    property,
    isInherited: attribute in Object.prototype,
    converter,
    plain: isTransformed ? undefined : plainTypeOf(declared),
    isAccessor: !model.template && placeIn(target, property) === 'accessor',
    needsSource: isTransformed || typeof model.type !== 'string' || declared !== converterOf(model.type),
    isKeyDate: model.type === 'date' && keys.has(model),
  };
}

/** The `typeof` of values that a converter passes through, if one exists. */
function plainTypeOf(converter: Converter): PlainType | undefined {
  return (['string', 'number', 'boolean'] as const).find((type) => converter === converterOf(type));
}

function compileConverter(target: Class, { notation, property, type, typeGiven }: AttributeModel): Converter {
  if (notation === 'canonical') return canonicalDates;
  const decorator = typeDecorator(target, property);
  if (decorator) return decoratedConverter(target, decorator, type);
  const shape = shapeOf(target, property);
  if (shape) return shapeConverter(shape);
  // a storage transform turns whatever is stored into the property's type
  if (!typeGiven && hasTransforms(target, property)) return converterOf('any');
  return typeof type === 'string' ? converterOf(type) : nestedConverter(type.nested);
}
