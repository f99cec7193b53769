import {
  any,
  AnySchema,
  BinarySchema,
  BooleanSchema,
  item,
  type ItemAttributes,
  type ItemSchema,
  NumberSchema,
  type Schema,
  StringSchema,
} from 'dynamodb-toolbox';
import { decodeValue } from '../codec/decode.js';
import { MapperError } from '../errors.js';
import { typeDecorator } from '../hydration/storage-decorators.js';
import { hasTransforms } from '../hydration/storage-transforms.js';
import { copyDefault } from '../item/copy-default.js';
import type { AttributeModel, Template } from '../model/attribute-model.js';
import type { ItemContext } from '../read/entity-context.js';
import type { CurrentWrite } from './current-write.js';
import { definedSchema } from './define-entity.js';

/** The attributes of an entity of the toolbox, and the names under which it has those that aren't properties. */
export interface EntitySchema {
  readonly schema: ItemSchema;
  readonly versionProperty: string;
  readonly discriminatorProperty: string | undefined;
}

type Props = Record<string, unknown>;

/** The schema with which the toolbox reads and writes the items of a class as this package does. */
export function entitySchema(context: ItemContext<object>, write: CurrentWrite): EntitySchema {
  const { model } = context;
  const native = definedSchema(model.class);
  const attributes: Record<string, Schema> = {};
  const define = (property: string, schema: Schema) => {
    Object.defineProperty(attributes, property, { value: schema, enumerable: true });
  };
  const free = (name: string): string => (model.byProperty.has(name) ? free(`_${name}`) : name);
  const versionProperty = free(model.versionAttribute);
  define(versionProperty, versionSchema(context, write));
  const { discriminator } = model;
  const discriminatorProperty = discriminator && free(discriminator.attribute);
  if (discriminator && discriminatorProperty !== undefined) {
    define(
      discriminatorProperty,
      new StringSchema({
        hidden: true,
        enum: [discriminator.value],
        savedAs: discriminator.attribute,
        required: discriminator.default === true ? 'never' : 'atLeastOnce',
        putDefault: discriminator.value,
      }),
    );
  }
  // behind the version: the toolbox names the first attribute that is wrong
  for (const attribute of model.attributes) {
    define(attribute.property, attributeSchema(context, write, attribute, native?.attributes));
  }
  return {
    schema: item(attributes as ItemAttributes),
    versionProperty,
    discriminatorProperty,
  };
}

function versionSchema({ model }: ItemContext<object>, write: CurrentWrite): Schema {
  const isVersion = (value: unknown) => value === write.version();
  return new NumberSchema({
    hidden: true,
    // formatting refuses items of other versions instead of giving them out as they are
    enum: [model.version],
    savedAs: model.versionAttribute,
    required: model.version === model.chain.initial ? 'never' : 'atLeastOnce',
    putDefault: () => write.version(),
    updateDefault: () => write.version(),
    putValidator: isVersion,
    updateValidator: isVersion,
  });
}

function attributeSchema(
  context: ItemContext<object>,
  write: CurrentWrite,
  attribute: AttributeModel,
  native: ItemAttributes | undefined,
): Schema {
  const { model } = context;
  const { property, roles, template } = attribute;
  if (template) return templatedSchema(context, attribute, template);
  const isPart = model.keys.some((key) => key.template?.parts.includes(attribute));
  const isOfClass = typeDecorator(model.class, property) !== undefined || hasTransforms(model.class, property);
  const stated = !isOfClass && native && Object.hasOwn(native, property) ? native[property] : undefined;
  const isKey = isPart || model.keys.includes(attribute);
  if (roles.size === 0 && stated && (stated.props.key === true) === isKey) return stated;
  const props: Props = {
    ...placeOf(attribute, isKey),
    ...(stated ? stated.props : {}),
    ...(isKey ? { key: true, required: 'always' } : {}),
    ...generatedProps(write, attribute),
  };
  return stated ? withProps(stated, props) : typedSchema(context, attribute, props);
}

function placeOf({ attribute, default: fallback, optional, property }: AttributeModel, isKey: boolean): Props {
  const copied = typeof fallback === 'function' ? fallback : () => copyDefault(fallback);
  return {
    required: optional ? 'never' : 'atLeastOnce',
    ...(attribute !== property && { savedAs: attribute }),
    ...(fallback !== undefined && { [isKey ? 'keyDefault' : 'putDefault']: copied }),
  };
}

/** What writes set by themselves. */
function generatedProps(write: CurrentWrite, attribute: AttributeModel): Props {
  const { roles } = attribute;
  const time = () => write.time(attribute);
  // an old item may never have said when it was created
  if (roles.has('created at')) return { required: 'never', putDefault: time };
  const generate = roles.has('updated at') ? time : roles.has('revision') ? () => write.revision() : undefined;
  if (!generate) return {};
  const isGenerated = (value: unknown) => write.isGenerated(value, generate);
  return {
    required: 'never',
    putDefault: generate,
    updateDefault: generate,
    putValidator: isGenerated,
    updateValidator: isGenerated,
  };
}

type Constructor = new (props: never) => Schema;

/** A schema of the same type with other props; those of roles are made of nothing else. */
function withProps(schema: Schema, props: Props): Schema {
  if ('clone' in schema) return (schema as { clone(props: Props): Schema }).clone(props);
  return new (schema.constructor as Constructor)(props as never);
}

const plainSchemas: Partial<Record<string, unknown>> = {
  string: StringSchema,
  number: NumberSchema,
  boolean: BooleanSchema,
  bytes: BinarySchema,
};

/** The toolbox doesn't say of which item a value is. */
const noKey = () => ({});

/** The schema of an attribute's type. All but the plainest values are converted as this package converts them. */
function typedSchema({ hydrator, model }: ItemContext<object>, attribute: AttributeModel, props: Props): Schema {
  const { nullable, property, type } = attribute;
  const isOfClass = typeDecorator(model.class, property) !== undefined || hasTransforms(model.class, property);
  const plain = typeof type === 'string' && !nullable && !isOfClass ? plainSchemas[type] : undefined;
  if (plain) return new (plain as Constructor)(props as never);
  const transform = {
    encode: (value: unknown) => hydrator.storedValue(attribute, value, {}, noKey),
    decode: (stored: unknown) => hydrator.readValue(attribute, stored, noKey),
  };
  return new AnySchema({ ...props, transform });
}

/** A computed attribute: of a key, it is set with the key; else it is computed when all of its parts are written. */
function templatedSchema(
  { hydrator, model }: ItemContext<object>,
  attribute: AttributeModel,
  template: Template,
): Schema {
  const { attribute: stored, property } = attribute;
  const props = { required: 'never', ...(stored !== property && { savedAs: stored }) };
  if (model.keys.includes(attribute)) return new StringSchema(props as never);
  const compute = (input: Readonly<Record<string, unknown>>, isUpdate: boolean) => {
    const given = template.parts.filter((part) => input[part.property] !== undefined);
    if (given.length === 0) return undefined;
    const missing = template.parts.filter((part) => !given.includes(part)).map((part) => part.property);
    if (missing.length > 0) {
      if (!isUpdate) return undefined;
      const details = { entity: model.name, key: {}, member: property, template: template.text, missing };
      throw new MapperError('INCOMPLETE_KEY', details);
    }
    const parts = Object.fromEntries(given.map((part) => [part.property, input[part.property]]));
    const wire = hydrator.toWire(parts, noKey);
    const value = Object.hasOwn(wire, stored) ? wire[stored] : undefined;
    return value && decodeValue(value, stored);
  };
  return any({
    ...props,
    putLink: (input: Readonly<Record<string, unknown>>) => compute(input, false),
    updateLink: (input: Readonly<Record<string, unknown>>) => compute(input, true),
  } as never);
}
