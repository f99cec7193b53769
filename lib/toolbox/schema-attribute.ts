import type { ItemAttributes, Schema } from 'dynamodb-toolbox';
import { MapperError } from '../errors.js';
import type { AttributeType } from '../model/attribute-type.js';
import type { LeafShape, Shape, ShapeMember, ShapeTransform } from '../model/shape.js';
import { isDate, notationOf } from './date.js';
import type { SchemaOf } from './entity-definition.js';

/** What a toolbox schema says about one attribute, in our words. */
export interface SchemaAttribute {
  readonly property: string;
  /** The stored name. */
  readonly name: string;
  readonly type: AttributeType;
  /** What is known beyond the type, if anything. */
  readonly shape: Shape | undefined;
  readonly isKey: boolean;
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly hidden: boolean;
  readonly default: unknown;
}

/** The attributes of an item's schema. Throws `UNSUPPORTED_SCHEMA`. */
export function attributesOf(className: string, schema: SchemaOf<ItemAttributes>): readonly SchemaAttribute[] {
  const reader = new SchemaReader(className);
  try {
    schema.check();
  } catch (cause) {
    const details = { class: className, path: 'the item', feature: 'what dynamodb-toolbox refuses' };
    throw new MapperError(
      'UNSUPPORTED_SCHEMA',
      { ...details, problem: 'its error explains, see the cause' },
      { cause },
    );
  }
  if ('strict' in schema.props && schema.props.strict) throw reader.strict('the item');
  return Object.entries(schema.attributes).map(([property, attribute]) => reader.attribute(property, attribute));
}

type Props = Schema['props'] & { readonly strict?: boolean; readonly partial?: boolean };
type Validator = (value: unknown, schema: Schema) => unknown;

class SchemaReader {
  readonly #class: string;

  constructor(className: string) {
    this.#class = className;
  }

  attribute(property: string, schema: Schema): SchemaAttribute {
    const isKey = schema.props.key === true;
    const { inner, nullable } = withoutNull(schema);
    if (inner !== schema) this.#checkProps(schema.props, property, isKey);
    const shape = this.#shape(inner, property, inner === schema ? isKey : undefined);
    return {
      ...this.#member(property, property, schema, isKey),
      property,
      type: typeOf(inner),
      shape: isPlain(shape) ? undefined : shape,
      isKey,
      nullable,
    };
  }

  strict(path: string): MapperError {
    return this.#refuse(path, 'strict()', 'would refuse what older code has stored; undeclared members are kept');
  }

  /** What the props of a schema say about its place in an item or map. */
  #member(property: string, path: string, { props }: Schema, isKey: boolean) {
    const { required = 'atLeastOnce' } = props;
    if (props.key && !isKey) throw this.#refuse(path, 'key()', "isn't an attribute of the item; keys are");
    if (required === 'always' && !isKey) {
      const problem = 'asks for the attribute in every update, but update() changes only what it names; use required()';
      throw this.#refuse(path, "required('always')", problem);
    }
    return {
      name: props.savedAs ?? property,
      optional: required === 'never',
      hidden: props.hidden === true,
      default: isKey ? props.keyDefault : props.putDefault,
    };
  }

  /** What a schema says about its values. `isKey` is undefined for the parts of an attribute. */
  #shape(schema: Schema, path: string, isKey?: boolean): Shape {
    this.#checkProps(schema.props, path, isKey);
    const validate = validatorOf(schema, isKey === true);
    const validated = validate ? { validate } : {};
    switch (schema.type) {
      case 'set':
      case 'list':
        return { kind: schema.type, elements: this.#shape(schema.elements, `${path}[]`), ...validated };
      case 'tuple': {
        const elements = schema.elements.map((each, at) => this.#shape(each, `${path}[${at}]`));
        return { kind: 'tuple', elements, ...validated };
      }
      case 'record': {
        const keys = this.#shape(schema.keys, `the names in ${path}`) as LeafShape;
        const { partial = false } = schema.props as Props;
        return { kind: 'record', keys, partial, elements: this.#shape(schema.elements, `${path}[]`), ...validated };
      }
      case 'map': {
        if ((schema.props as Props).strict) throw this.strict(path);
        const members = Object.entries(schema.attributes).map(([property, part]): [string, ShapeMember] => {
          const partPath = `${path}.${property}`;
          return [property, { ...this.#member(property, partPath, part, false), shape: this.#shape(part, partPath) }];
        });
        return { kind: 'map', members: new Map(members), ...validated };
      }
      case 'anyOf':
        return { kind: 'anyOf', elements: schema.elements.map((each) => this.#shape(each, path)), ...validated };
      case 'item':
        throw this.#refuse(path, 'item()', 'is the schema of whole items; use map()');
      default:
        return { ...leafOf(schema), ...validated };
    }
  }

  #checkProps({ ...props }: Props, path: string, isKey: boolean | undefined): void {
    for (const validator of ['keyValidator', 'putValidator', 'updateValidator'] as const) {
      if (props[validator] === isDate) delete props[validator];
    }
    const refuse = (feature: string, problem: string) => this.#refuse(path, feature, problem);
    if (props.keyLink !== undefined || props.putLink !== undefined || props.updateLink !== undefined) {
      throw refuse(
        'link()',
        'computes a value by a function that only the toolbox runs; use the option templates of defineEntity',
      );
    }
    if (props.updateDefault !== undefined) {
      throw refuse('updateDefault()', 'only some writes would apply; use the options updatedAt or revision, or set it');
    }
    if (props.updateValidator !== undefined) {
      throw refuse('updateValidate()', 'only some writes would apply; validate() is asked before every write');
    }
    const [wrong, right] = isKey ? ['put', 'key'] : ['key', 'put'];
    const other = props as Readonly<Record<string, unknown>>;
    if (other[`${wrong}Default`] !== undefined) {
      throw refuse(`${wrong}Default()`, `has no effect here; use ${right}Default() or default()`);
    }
    if (other[`${wrong}Validator`] !== undefined) {
      throw refuse(`${wrong}Validate()`, `has no effect here; use ${right}Validate() or validate()`);
    }
  }

  #refuse(path: string, feature: string, problem: string): MapperError {
    return new MapperError('UNSUPPORTED_SCHEMA', { class: this.#class, path, feature, problem });
  }
}

/** A choice between one schema and null is that schema, nullable. */
function withoutNull(schema: Schema): { readonly inner: Schema; readonly nullable: boolean } {
  // a validator of the choice judges null, too
  if (schema.type !== 'anyOf' || schema.props.putValidator) return { inner: schema, nullable: false };
  const others = schema.elements.filter(({ type }) => type !== 'null');
  const [inner] = others;
  const isNullable = inner !== undefined && others.length === 1 && schema.elements.length === 2;
  return isNullable ? { inner, nullable: true } : { inner: schema, nullable: false };
}

/** The type of an attribute, as a decorator would be given it. */
function typeOf(schema: Schema): AttributeType {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'set':
      return schema.type;
    case 'number':
      return isNumeric(schema) ? 'bigint' : 'number';
    case 'binary':
      return 'bytes';
    case 'list':
    case 'tuple':
      return 'array';
    case 'map':
    case 'record':
      return 'object';
    case 'any':
      return notationOf(schema.props.transform) ?? 'any';
    default:
      return 'any';
  }
}

type Leaf = Exclude<Schema, { readonly type: 'set' | 'list' | 'tuple' | 'map' | 'record' | 'anyOf' | 'item' }>;

function leafOf(schema: Leaf): LeafShape {
  const { enum: values, transform } = schema.props as { enum?: readonly unknown[]; transform?: ShapeTransform };
  const dated = notationOf(transform);
  if (dated) return { kind: 'leaf', type: dated };
  const type = schema.type === 'binary' ? 'bytes' : schema.type;
  return {
    kind: 'leaf',
    type: type === 'number' && isNumeric(schema) ? 'numeric' : type,
    ...(values && { values }),
    ...(transform && { transform }),
  };
}

/** Whether bigints are among the values of a number. */
function isNumeric({ props }: Schema): boolean {
  const { big, enum: values } = props as { big?: boolean; enum?: readonly unknown[] };
  return big === true || values?.some((value) => typeof value === 'bigint') === true;
}

function validatorOf(schema: Schema, isKey: boolean): Shape['validate'] {
  const { keyValidator, putValidator } = schema.props;
  const validator = (isKey ? keyValidator : putValidator) as Validator | undefined;
  if (!validator || validator === isDate) return undefined;
  return (value) => {
    const result = validator(value, schema);
    if (result === true) return undefined;
    return typeof result === 'string' ? result : "isn't what its validate() asks for";
  };
}

/** Whether a shape says no more than the type of its attribute. */
function isPlain(shape: Shape): boolean {
  if (shape.validate) return false;
  if (shape.kind === 'list')
    return shape.elements.kind === 'leaf' && shape.elements.type === 'any' && isPlain(shape.elements);
  return (
    shape.kind === 'leaf' && !shape.values && !shape.transform && shape.type !== 'null' && shape.type !== 'numeric'
  );
}
