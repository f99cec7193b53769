import type { ItemAttributes, ItemSchema, Table } from 'dynamodb-toolbox';
import { MapperError } from '../errors.js';
import type { DeprecatedOptions, EntityOptions, IndexOptions } from '../model/registry.js';
import type { StepDefinition } from './upgrade.js';

/**
 * A property that writes set: its name, or its name and how it is stored. `name` is the stored name; `type` is as in
 * `@CreatedAt`.
 */
export type GeneratedProperty =
  | string
  | {
      readonly property: string;
      readonly name?: string | undefined;
      readonly type?: 'date' | 'epochSeconds' | 'epochMilliseconds' | 'string' | 'number' | undefined;
    };

/** An `item({ … })` with some attributes. Not the class itself, whose type would make the compiler widen them. */
export type SchemaOf<A extends ItemAttributes> = { readonly attributes: A } & Pick<
  ItemSchema<A>,
  'type' | 'props' | 'check' | 'checked'
>;

/** What `defineEntity` takes. */
export interface EntityDefinition<A extends ItemAttributes = ItemAttributes> extends DefinitionOptions {
  /** The attributes, as dynamodb-toolbox's `item({ … })`. */
  readonly schema: SchemaOf<A>;
}

/** What `defineEntity` takes, but for the schema. */
export interface DefinitionOptions {
  /** The name of the class, for messages. */
  readonly name: string;
  /**
   * The table's name, without the mapper's `tablePrefix`, or a `Table` of dynamodb-toolbox. A `Table` says which
   * attributes are the keys and, unless `indexes` are given, which indexes the entity is in. Its document client isn't
   * used.
   */
  readonly table: string | Table;
  /** The version of the schema. */
  readonly version: number;
  /** The steps from older versions, by `upgrade`. */
  readonly upgrades?: readonly StepDefinition[] | undefined;
  /** The steps back to older versions, by `downgrade`. */
  readonly downgrades?: readonly StepDefinition[] | undefined;
  /**
   * The property of the partition key. Default: the first attribute with `key()` that isn't a part of a template.
   */
  readonly partitionKey?: string | undefined;
  /** The property of the sort key. Default: the second attribute with `key()` that isn't a part of a template. */
  readonly sortKey?: string | undefined;
  /** The indexes, by name, as `@Index` takes them. */
  readonly indexes?: Readonly<Record<string, IndexOptions>> | undefined;
  /** Which items of a shared table belong to the class, as `@Entity` takes it. */
  readonly discriminator?: NonNullable<EntityOptions['discriminator']> | undefined;
  /** The stored attribute that holds the version. Default: `schema_version`. */
  readonly attribute?: string | undefined;
  /** The version of items without that attribute. Default: 1. */
  readonly initial?: number | undefined;
  /** The oldest version that can still be read. Default: `initial`. */
  readonly floor?: number | undefined;
  /** The property that holds when the item was first stored. It needn't be in the schema. */
  readonly createdAt?: GeneratedProperty | undefined;
  /** The property that holds when the item was last stored. It needn't be in the schema. */
  readonly updatedAt?: GeneratedProperty | undefined;
  /** The property that holds from when the engine may delete the item. It needn't be in the schema. */
  readonly timeToLive?: GeneratedProperty | undefined;
  /** The property that holds the optimistic-lock token. It needn't be in the schema. */
  readonly revision?: GeneratedProperty | undefined;
  /** How properties are computed from others, by property: `{ pk: 'USER#{user_id}' }`. */
  readonly templates?: Readonly<Record<string, string>> | undefined;
  /** Properties that should no longer be used, as `@Deprecated` takes them. */
  readonly deprecated?: Readonly<Record<string, DeprecatedOptions>> | undefined;
}

const text = (value: unknown) => typeof value === 'string' && value !== '';
const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const checked = true;

/** By option: whether a value can be meant. What decorators check is left to them. */
const checks: Readonly<Record<keyof EntityDefinition, ((value: unknown) => boolean) | typeof checked>> = {
  name: text,
  table: (value) => text(value) || isTable(value),
  version: checked,
  schema: (value) => isObject(value) && (value as { type?: unknown }).type === 'item',
  upgrades: isSteps,
  downgrades: isSteps,
  partitionKey: text,
  sortKey: text,
  indexes: isObject,
  discriminator: checked,
  attribute: checked,
  initial: checked,
  floor: checked,
  createdAt: isGenerated,
  updatedAt: isGenerated,
  timeToLive: isGenerated,
  revision: isGenerated,
  templates: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  deprecated: isObject,
};

const required: readonly (keyof EntityDefinition)[] = ['name', 'table', 'schema'];

const expected: Partial<Record<keyof EntityDefinition, string>> = {
  name: "isn't text of at least one character",
  table: 'is neither the name of a table nor a Table of dynamodb-toolbox',
  schema: "isn't an item({ … }) of dynamodb-toolbox",
  upgrades: "isn't a list of what upgrade() returns",
  downgrades: "isn't a list of what downgrade() returns",
  partitionKey: "isn't the name of a property",
  sortKey: "isn't the name of a property",
  indexes: "isn't an object of indexes by name",
  templates: "isn't an object of templates by property",
  deprecated: "isn't an object of options by property",
};

/** Throws `INVALID_OPTION` for a definition that can't be meant. */
export function checkDefinition(definition: EntityDefinition): void {
  if (!isObject(definition)) throw invalidDefinition(undefined, 'the definition', "isn't an object");
  const names = new Set([...required, ...Object.keys(definition)] as (keyof EntityDefinition)[]);
  for (const option of names) {
    if (!Object.hasOwn(checks, option)) {
      const problem = `isn't an option; the options are ${Object.keys(checks).join(', ')}`;
      throw invalidDefinition(definition.name, option, problem);
    }
    const [value, check] = [definition[option], checks[option]];
    if (check === checked || (value === undefined && !required.includes(option))) continue;
    if (!check(value)) {
      const problem = expected[option] ?? 'is neither the name of a property nor { property, name, type }';
      throw invalidDefinition(definition.name, option, problem);
    }
  }
}

/** The error for an option of a definition. */
export function invalidDefinition(name: unknown, option: string, problem: string): MapperError {
  const className = typeof name === 'string' && name !== '' ? name : 'An entity';
  return new MapperError('INVALID_OPTION', { class: className, decorator: 'defineEntity', option, problem });
}

/** Whether a value is a table of dynamodb-toolbox, of whatever copy of that package. */
export function isTable(value: unknown): value is Table {
  return isObject(value) && isObject((value as Partial<Table>).partitionKey) && 'getName' in value;
}

function isSteps(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((each) => isObject(each) && 'from' in each && 'to' in each && 'step' in each)
  );
}

function isGenerated(value: unknown): boolean {
  if (text(value)) return true;
  if (!isObject(value) || !text((value as { property?: unknown }).property)) return false;
  return Object.keys(value).every((option) => ['property', 'name', 'type'].includes(option));
}
