import 'reflect-metadata/lite';
import type { AttributeTypeOption } from './attribute-type.js';
import type { Class, ClassReference } from './class.js';
import { ownStandardMetadata, type StandardMetadata } from './standard-metadata.js';
import type { StandardSchema } from './standard-schema.js';

/** The options of `@Entity`. */
export interface EntityOptions {
  /**
   * The entity's name in errors, telemetry, the records of jobs and on the command line. Default: the class's name. Give
   * one if a minifier changes that. Subclasses don't inherit it.
   */
  readonly name?: string | undefined;
  /** The table's name, without the mapper's `tablePrefix`. */
  readonly table: string;
  /** Which items of a shared table belong to this class. */
  readonly discriminator?:
    | {
        readonly attribute: string;
        readonly value: string;
        /** Whether items without the attribute belong to this class. Default: false. */
        readonly default?: boolean | undefined;
      }
    | undefined;
  /**
   * What the newest shape must be: a schema of zod, valibot, arktype or any other library that follows Standard Schema.
   * It is asked about an object with the declared properties before every write, and where the mapper's option
   * `onInvalid` says so after every read. It must be synchronous, and nothing is taken over from its result.
   */
  readonly schema?: StandardSchema | undefined;
}

/** The options of `@Versioned`. */
export interface VersionedOptions {
  /** The stored attribute that holds the version. Default: `schema_version`. */
  readonly attribute?: string | undefined;
  /** The version of items without that attribute. Default: 1. */
  readonly initial?: number | undefined;
  /**
   * The oldest version that can still be read. Default: `initial`. Upgrades must lead from each version since then to
   * the newest.
   */
  readonly floor?: number | undefined;
  /** Classes with `@Upgrade` methods, in addition to the entity class itself. */
  readonly upgrades?: ClassReference;
}

/** The options of `@Upgrade`. */
export interface UpgradeOptions {
  /** What the step changes, for people: shown in the history. */
  readonly description?: string | undefined;
  /** Whether running the step on its own result changes nothing. Default: true. */
  readonly repeatable?: boolean | undefined;
  /** Whether the step may look at any attribute, such as all that have a prefix. Default: false. */
  readonly dynamic?: boolean | undefined;
  /**
   * The stored names of the attributes on which the step's result depends, present or absent. It passes on all others
   * unchanged. For methods that the mapper can't trace. `describeUpgrades` checks the declaration.
   */
  readonly reads?: readonly string[] | undefined;
}

/** The options of `@Index`. */
export interface IndexOptions {
  /** The property of the partition key, or the attribute of the discriminator. Without it the index is a local one. */
  readonly partitionKey?: string | undefined;
  /** The property of the sort key, or the attribute of the discriminator. */
  readonly sortKey?: string | undefined;
  /**
   * The version since which the index's keys have their current names and meanings. Default: the version of the last
   * declared step that creates or changes one of them, or 1.
   */
  readonly since?: number | undefined;
  /** Whether every item older than `since` has been rewritten. Default: false. */
  readonly complete?: boolean | undefined;
}

/** The options of `@Attribute`. The decorators of other properties take some of them. */
export interface MemberOptions {
  /** The stored name. Default: the name of the property. */
  readonly name?: string | undefined;
  /** The type. Default: the one that the compiler emits (`emitDecoratorMetadata`). */
  readonly type?: AttributeTypeOption;
  /**
   * The type of each member of an array, a `Set` or a `Map`: its name, its class, or a function that returns the class
   * once all modules are loaded.
   */
  readonly items?: AttributeTypeOption | (() => AttributeTypeOption);
  /**
   * The property's value for a stored one. Needs `toStorage`. A stored value is a plain one, as `type` reads it where
   * that is given.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- the function says what it takes
  readonly fromStorage?: ((stored: any) => unknown) | undefined;
  /** The value to store for the property's. Needs `fromStorage`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the function says what it takes
  readonly toStorage?: ((value: any) => unknown) | undefined;
  /**
   * Of a `date`: every stored text is what `toISOString` writes. Then engines compare dates alone, and reading another
   * notation is `ATTRIBUTE_TYPE`.
   */
  readonly notation?: 'canonical' | undefined;
  /** The value that `create` assigns if none is given, or a function that returns it. Never applied on read. */
  readonly default?: unknown;
  /** Whether the attribute may be absent. Default: false. */
  readonly optional?: boolean | undefined;
  /** Whether `null` is a valid value, which is stored, read and compared like any other. Default: false. */
  readonly nullable?: boolean | undefined;
  /** How the value is computed from other properties, in braces: `'USER#{user_id}'`. */
  readonly template?: string | undefined;
}

/** The options of `@Deprecated`. */
export interface DeprecatedOptions {
  /** The version since which the attribute should no longer be used. */
  readonly since: number;
  /** Why, and what to use instead, for people. */
  readonly reason?: string | undefined;
}

/** The role of a property, in addition to being an attribute. */
export type MemberRole = 'partition key' | 'sort key' | 'created at' | 'updated at' | 'time to live' | 'revision';

/** What the decorators of one property say. */
export interface MemberRecord {
  readonly member: string | symbol;
  readonly isStatic: boolean;
  readonly roles: Set<MemberRole>;
  options: MemberOptions;
  /** The class whose decorator made the record. Standard decorators don't know it; the record has it once it is read. */
  declaredBy: Class | undefined;
  /** Whether it is a `#private` member, which only standard decorators can be on. */
  readonly isPrivate?: boolean;
  /** Which kind of decorators the class was compiled with; `undefined` for calls by hand. */
  readonly compiledAs?: 'experimental' | 'standard' | undefined;
}

/** What one `@Upgrade` or `@Downgrade` says. */
export interface StepRecord {
  readonly member: string | symbol;
  readonly isStatic: boolean;
  /** Whether it is a `#private` member, which only standard decorators can be on. */
  readonly isPrivate?: boolean;
  readonly from: number;
  readonly to: number;
  readonly options: UpgradeOptions;
}

/**
 * Everything that decorators say about one class, without its parents, in the order in which they ran. Nothing is
 * checked yet.
 */
export interface ClassRecord {
  entity?: EntityOptions;
  versioned?: { readonly version: number; readonly options: VersionedOptions };
  readonly members: Map<string | symbol, MemberRecord>;
  /**
   * The options of `@Deprecated`, by member. They are separate because it may run before or after the decorator of the
   * attribute.
   */
  readonly deprecations: Map<string | symbol, DeprecatedOptions>;
  readonly indexes: { readonly name: string; readonly options: IndexOptions }[];
  readonly upgrades: StepRecord[];
  readonly downgrades: StepRecord[];
  /** Decorators that need the class, as `@Legacy` hands them on. They run once, when the record is read. */
  waiting?: ((target: Class) => void)[];
}

// reflect-metadata stores by class, in one place even if this package is loaded twice
const metadataKey = Symbol.for('dynamo-evolve:class');

/**
 * What the decorators of a class say, without its parents. Standard decorators write to the class's metadata, because
 * they run before the class is there. Experimental ones and calls by hand write to a record of the class.
 */
export function ownRecord(target: Class): ClassRecord | undefined {
  const ofClass = Reflect.getOwnMetadata(metadataKey, target) as ClassRecord | undefined;
  const metadata = ownStandardMetadata(target);
  if (!metadata || !Object.hasOwn(metadata, metadataKey)) return ofClass;
  const standard = recordIn(metadata);
  if (standard === ofClass) return standard;
  // from now on, this is the record of the class
  Reflect.defineMetadata(metadataKey, standard, target);
  for (const record of standard.members.values()) record.declaredBy ??= target;
  if (ofClass) addTo(standard, ofClass);
  for (const decorate of standard.waiting?.splice(0) ?? []) decorate(target);
  return standard;
}

/** Adds what a class decorator of an application recorded by calling ours, while the class was being defined. */
function addTo(record: ClassRecord, added: ClassRecord): void {
  if (added.entity) record.entity = added.entity;
  if (added.versioned) record.versioned = added.versioned;
  for (const [member, { options, roles, ...more }] of added.members) {
    const known = record.members.get(member);
    const joined = { roles: new Set([...(known?.roles ?? []), ...roles]), options: { ...known?.options, ...options } };
    record.members.set(member, { ...more, ...known, ...joined });
  }
  for (const [member, options] of added.deprecations) record.deprecations.set(member, options);
  record.indexes.push(...added.indexes);
  record.upgrades.push(...added.upgrades);
  record.downgrades.push(...added.downgrades);
}

/** The records of a class and of the classes it extends, the most general one first. */
export function inheritedRecords(target: Class): { readonly class: Class; readonly record: ClassRecord }[] {
  const records: { readonly class: Class; readonly record: ClassRecord }[] = [];
  for (
    let at: unknown = target;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const record = ownRecord(at as Class);
    if (record) records.unshift({ class: at as Class, record });
  }
  return records;
}

/** What the decorators of a class, or of the nearest one that it extends, say about a property. */
export function memberRecord(target: Class, member: string): MemberRecord | undefined {
  return inheritedRecords(target)
    .findLast(({ record }) => record.members.has(member))
    ?.record.members.get(member);
}

/** The record of a class, for decorators to write to. */
export function recordOf(target: Class): ClassRecord {
  const known = ownRecord(target);
  if (known) return known;
  const record = newRecord();
  Reflect.defineMetadata(metadataKey, record, target);
  return record;
}

/** The record in the metadata of a class, for its standard decorators to write to. */
export function recordIn(metadata: StandardMetadata): ClassRecord {
  if (!Object.hasOwn(metadata, metadataKey)) {
    Object.defineProperty(metadata, metadataKey, { value: newRecord(), configurable: true });
  }
  return metadata[metadataKey] as ClassRecord;
}

function newRecord(): ClassRecord {
  return { members: new Map(), deprecations: new Map(), indexes: [], upgrades: [], downgrades: [] };
}

const primitives: ReadonlySet<unknown> = new Set([String, Number, Boolean, BigInt]);

/** The type that the compiler emitted for a property, if it emitted one. */
export function designType({ declaredBy, member }: MemberRecord): { readonly type: unknown } | undefined {
  const prototype = declaredBy?.prototype as object | undefined;
  if (!prototype || !Reflect.hasMetadata('design:type', prototype, member)) return undefined;
  const type: unknown = Reflect.getMetadata('design:type', prototype, member);
  const above = Object.getPrototypeOf(prototype) as object | null;
  const inherited: unknown = above && Reflect.getMetadata('design:type', above, member);
  // a type that narrows string is a string, even `never`, for which compilers emit undefined
  return { type: type === undefined && primitives.has(inherited) ? inherited : type };
}
