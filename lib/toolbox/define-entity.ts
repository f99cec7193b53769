import type { ItemAttributes, ItemSchema, Table } from 'dynamodb-toolbox';
import { keyTypeOf } from '../model/attribute-type.js';
import type { Class } from '../model/class.js';
import {
  Attribute,
  CreatedAt,
  Deprecated,
  Downgrade,
  Entity,
  type GeneratedOptions,
  Index,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  UpdatedAt,
  Upgrade,
  Versioned,
} from '../model/decorators.js';
import type { EntityOptions, IndexOptions, MemberOptions, VersionedOptions } from '../model/registry.js';
import { setShape } from '../model/shape.js';
import {
  checkDefinition,
  type DefinitionOptions,
  type EntityDefinition,
  type GeneratedProperty,
  invalidDefinition,
  isTable,
  type SchemaOf,
} from './entity-definition.js';
import type { DefinedEntity, Named } from './entity-types.js';
import { withoutHidden } from './hidden.js';
import { attributesOf, type SchemaAttribute } from './schema-attribute.js';
import { indexesOf } from './table-indexes.js';
import type { StepDefinition } from './upgrade.js';

/** The class that `defineEntity` returns. */
export interface DefinedClass<T extends object, A extends ItemAttributes = ItemAttributes> {
  new (): T;
  readonly prototype: T;
  /** The schema that the class was defined by. */
  readonly schema: ItemSchema<A>;
}

const schemas = new WeakMap<Class, ItemSchema>();

/** The schema by which a class, or one that it extends, was defined. */
export function definedSchema(target: Class): ItemSchema | undefined {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const schema = schemas.get(at as Class);
    if (schema) return schema;
  }
  return undefined;
}

/**
 * Makes an entity class of a dynamodb-toolbox schema, without any decorator. Everything works on it as on a decorated
 * class. It can be extended: `class Session extends defineEntity({ … }) { get isOpen() { … } }`.
 *
 * Throws `INVALID_OPTION` for an option that can't be meant, and `UNSUPPORTED_SCHEMA` for what the schema says and this
 * package can't do; docs/toolbox.md has the table. Other mistakes are found when a mapper is created.
 *
 * @example
 * import { set } from 'dynamodb-toolbox';
 *
 * const Session = defineEntity({
 *   name: 'Session',
 *   table: 'chat_sessions',
 *   version: 2,
 *   schema: item({
 *     session_id: string().key(),
 *     session_state: string().enum('open', 'closed').default('open'),
 *     blueprint: string().default('devassist'),
 *     tags: set(string()).optional(),
 *   }),
 *   upgrades: [upgrade(1, 2, 'renamed state', steps(rename('state', 'session_state'), setDefault('blueprint', 'x')))],
 *   createdAt: 'created_at',
 *   revision: 'revision',
 * });
 * new Session() instanceof Session; // → true
 */
export function defineEntity<A extends ItemAttributes, const D extends DefinitionOptions>(
  definition: D & { readonly schema: SchemaOf<A> } & Named<A, D>,
): DefinedClass<DefinedEntity<A, D>, A> {
  const given: EntityDefinition = definition;
  checkDefinition(given);
  const { name, schema } = given;
  const attributes = attributesOf(name, schema);
  const target = { [name]: class {} }[name] as Class;
  Object.defineProperty(target, 'schema', { value: schema });
  schemas.set(target, schema as unknown as ItemSchema);
  sayEntity(target, given, attributes);
  for (const attribute of attributes) sayAttribute(target, given, attribute);
  sayKeys(target, given, attributes);
  const generate = { createdAt: CreatedAt, updatedAt: UpdatedAt, timeToLive: TimeToLive, revision: Revision } as const;
  for (const [role, decorate] of Object.entries(generate)) {
    const property = given[role as keyof typeof generate];
    if (property !== undefined) sayGenerated(target, property, attributes, decorate);
  }
  for (const [property, options] of Object.entries(given.deprecated ?? {})) {
    Deprecated(options)(target.prototype as object, property);
  }
  hideMembers(target, attributes);
  return target as unknown as DefinedClass<DefinedEntity<A, D>, A>;
}

function sayEntity(target: Class, definition: EntityDefinition, attributes: readonly SchemaAttribute[]): void {
  const { attribute, discriminator, floor, indexes, initial, name, table, version } = definition;
  const options: EntityOptions = {
    table: isTable(table) ? nameOf(name, table) : table,
    ...(discriminator && { discriminator }),
  };
  Entity(options)(target);
  const versioned: VersionedOptions = {
    ...(attribute !== undefined && { attribute }),
    ...(initial !== undefined && { initial }),
    ...(floor !== undefined && { floor }),
    ...((definition.upgrades ?? definition.downgrades) && { upgrades: stepsClass(definition) }),
  };
  Versioned(version, versioned)(target);
  const all: Readonly<Record<string, IndexOptions>> =
    indexes ?? (isTable(table) ? indexesOf(name, table, attributes) : {});
  for (const [index, indexOptions] of Object.entries(all)) Index(index, indexOptions)(target);
}

function nameOf(name: string, table: Table): string {
  if (table.tableName === undefined) throw invalidDefinition(name, 'table', 'is a Table without a name');
  return table.getName();
}

/** A class with the steps as static members, as `@Versioned` takes it. */
function stepsClass({ downgrades = [], name, upgrades = [] }: EntityDefinition): Class {
  const className = `${name}Upgrades`;
  const target = { [className]: class {} }[className] as Class;
  const add = ({ from, step, to }: StepDefinition): string => {
    const stated = typeof step === 'function' && step.name !== '' ? step.name : `v${from}ToV${to}`;
    let member = stated;
    for (let copy = 2; Object.hasOwn(target, member); copy += 1) member = `${stated}${copy}`;
    Object.defineProperty(target, member, { value: step, enumerable: true });
    return member;
  };
  for (const step of upgrades) Upgrade(step.from, step.to, step.options)(target, add(step));
  for (const step of downgrades) Downgrade(step.from, step.to)(target, add(step));
  return target;
}

function sayAttribute(target: Class, { templates = {} }: EntityDefinition, attribute: SchemaAttribute): void {
  const { name, nullable, optional, property, shape, type } = attribute;
  const template = Object.hasOwn(templates, property) ? templates[property] : undefined;
  const options: MemberOptions = {
    type,
    ...(name !== property && { name }),
    ...(attribute.default !== undefined && { default: attribute.default }),
    ...(optional && { optional }),
    ...(nullable && { nullable }),
    ...(template !== undefined && { template }),
  };
  Attribute(options)(target.prototype as object, property);
  if (shape) setShape(target, property, shape);
}

/** Finds the keys among the attributes with `key()`: by option, by the table, else in their order. */
function sayKeys(target: Class, definition: EntityDefinition, attributes: readonly SchemaAttribute[]): void {
  const { name, table, templates = {} } = definition;
  const parts = Object.values(templates).join(' ');
  const candidates = attributes.filter(({ isKey, property }) => isKey && !parts.includes(`{${property}}`));
  const [first, second] = candidates;
  const find = (option: 'partitionKey' | 'sortKey', inOrder: SchemaAttribute | undefined) => {
    const property = definition[option];
    const key = isTable(table) ? table[option] : undefined;
    const found =
      property !== undefined
        ? attributes.find((attribute) => attribute.property === property)
        : isTable(table)
          ? attributes.find((attribute) => attribute.name === key?.name)
          : inOrder;
    if (!found && (property ?? key) !== undefined) {
      throw invalidDefinition(name, option, `is ${property ?? key?.name}, which isn't in the schema`);
    }
    if (found && key) checkKeyType(name, found, key);
    return found;
  };
  const [partitionKey, sortKey] = [find('partitionKey', first), find('sortKey', second)];
  if (!isTable(table) && definition.partitionKey === undefined && candidates.length > 2) {
    const found = candidates.map(({ property }) => property).join(', ');
    throw invalidDefinition(name, 'partitionKey', `is needed, since the schema has several keys: ${found}`);
  }
  if (partitionKey) PartitionKey()(target.prototype as object, partitionKey.property);
  if (sortKey && sortKey !== partitionKey) SortKey()(target.prototype as object, sortKey.property);
}

function checkKeyType(name: string, { property, type }: SchemaAttribute, key: Table['partitionKey']): void {
  const stored = keyTypeOf(type) === 'bytes' ? 'binary' : keyTypeOf(type);
  if (stored === undefined || stored === key.type) return;
  throw invalidDefinition(name, 'table', `says that ${key.name} is a ${key.type}, but ${property} is a ${stored}`);
}

function sayGenerated(
  target: Class,
  given: GeneratedProperty,
  attributes: readonly SchemaAttribute[],
  decorate: GeneratedDecorator,
): void {
  const { name, property, type } =
    typeof given === 'string' ? { property: given } : { name: undefined, type: undefined, ...given };
  const isDeclared = attributes.some((attribute) => attribute.property === property);
  const fallback = isDeclared ? undefined : typeOfRole.get(decorate);
  const stated = type ?? fallback;
  decorate({ ...(name !== undefined && { name }), ...(stated !== undefined && { type: stated }) })(
    target.prototype as object,
    property,
  );
}

type GeneratedDecorator = (options: GeneratedOptions) => (target: object, member: string) => void;
const typeOfRole = new Map<GeneratedDecorator, 'date' | 'epochSeconds' | 'string'>([
  [CreatedAt, 'date'],
  [UpdatedAt, 'date'],
  [TimeToLive, 'epochSeconds'],
  [Revision, 'string'],
]);

/** Leaves hidden members out of the JSON of instances. */
function hideMembers(target: Class, attributes: readonly SchemaAttribute[]): void {
  const toJSON = withoutHidden(attributes);
  if (toJSON) Object.defineProperty(target.prototype, 'toJSON', { value: toJSON, configurable: true, writable: true });
}
