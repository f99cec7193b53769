import type {
  AttributeRule,
  EvolveClassDecorator,
  EvolveIndexDecorator,
  EvolveMemberDecorator,
  KeyRule,
  StepRule,
  TimeRule,
  ValueRule,
} from './decorator-types.js';
import { decoratorOf } from './attribute-model.js';
import type { AttributeTypeOption } from './attribute-type.js';
import { classTarget, memberTarget } from './decorator-target.js';
import type {
  ClassRecord,
  DeprecatedOptions,
  EntityOptions,
  IndexOptions,
  MemberOptions,
  MemberRole,
  UpgradeOptions,
  VersionedOptions,
} from './registry.js';

/**
 * Declares which table stores the items of a class. Several classes may share a table if each has a `discriminator`.
 *
 * @example
 * Entity({ table: 'chat_sessions' })(Session);
 */
export function Entity(options: EntityOptions): EvolveClassDecorator {
  return onClass('@Entity', (record) => {
    record.entity = options;
  });
}

/**
 * Declares the version of the class's shape. `@Upgrade` methods bring stored items of older versions to it. They are
 * methods of the class itself, or of the classes in the option `upgrades`.
 *
 * @example
 * Versioned(3, { upgrades: SessionUpgrades })(Session);
 */
export function Versioned(version: number, options: VersionedOptions = {}): EvolveClassDecorator {
  return onClass('@Versioned', (record) => {
    record.versioned = { version, options };
  });
}

/**
 * Marks a method as the step from one version to a newer one. The method receives an item (plain values, stored names).
 * It either changes the item and returns nothing, or returns a new one. It must be synchronous, must not need anything
 * but the item, and must not change keys, the discriminator or the version. `this` isn't bound. A step may skip
 * versions. Also marks a static field that holds `steps(…)`.
 *
 * @example
 * Upgrade(1, 2, 'renamed state to session_state')(SessionUpgrades, 'sessionState');
 */
export function Upgrade(
  from: number,
  to: number,
  options: string | UpgradeOptions = {},
): EvolveMemberDecorator<StepRule<'@Upgrade'>> {
  return (...args: unknown[]) => {
    const { isPrivate, isStatic, member, record } = memberTarget('@Upgrade', args);
    const given = typeof options === 'string' ? { description: options } : options;
    record.upgrades.push({ member, isStatic, isPrivate, from, to, options: given });
  };
}

/**
 * Marks a method as the step from one version back to the previous one. Like an upgrade, it must be synchronous and
 * must not need anything but the item.
 *
 * @example
 * Downgrade(2, 1)(SessionUpgrades, 'backToState');
 */
export function Downgrade(from: number, to: number): EvolveMemberDecorator<StepRule<'@Downgrade'>> {
  return (...args: unknown[]) => {
    const { isPrivate, isStatic, member, record } = memberTarget('@Downgrade', args);
    record.downgrades.push({ member, isStatic, isPrivate, from, to, options: {} });
  };
}

/**
 * Declares an index by the properties of its keys. With a partition key it is a global index, without one a local
 * index. `since` is the version since which the keys have their current names and meanings. Older items are missing
 * from the index, so querying it is refused (`INDEX_MAY_MISS_ITEMS`) as long as the class reads such versions, unless
 * the index is `complete`. `since` is derived from declared steps; if a method changed the keys, you have to set it.
 *
 * @example
 * Index('by_user', { partitionKey: 'user_id', sortKey: 'updated_at' })(Session);
 */
export function Index<
  Name extends string,
  PartitionKey extends string | undefined = undefined,
  SortKey extends string | undefined = undefined,
>(
  name: Name,
  options: IndexOptions & { readonly partitionKey?: PartitionKey; readonly sortKey?: SortKey },
): EvolveIndexDecorator<Name, PartitionKey, SortKey> {
  return onClass('@Index', ({ indexes }) => {
    indexes.push({ name, options });
  });
}

/** Options of `@PartitionKey` and `@SortKey`. */
export type KeyOptions = Pick<MemberOptions, 'name' | 'notation' | 'template'> & {
  readonly type?: 'string' | 'number' | 'bytes' | 'bigint' | 'date' | 'epochSeconds' | 'epochMilliseconds' | undefined;
};
/** Options of `@Attribute`. */
export type AttributeOptions = MemberOptions;
/** Options of `@CreatedAt`, `@UpdatedAt`, `@TimeToLive` and `@Revision`. */
export type GeneratedOptions = Pick<MemberOptions, 'name' | 'type' | 'notation' | 'nullable'>;

type KeyTypeOption = KeyOptions['type'];
type TypeOption = AttributeTypeOption | undefined;
type ReadOption = AttributeOptions['fromStorage'];
// What the decorator's type depends on is inferred. Interfaces instead of intersections, which the compiler would make
// anew for every call, and `Type & {}`, which refuses `undefined` without being a union of all types.
interface AttributeOptionsOf<Type extends TypeOption, Default, Read extends ReadOption> extends AttributeOptions {
  readonly type?: Type & {};
  readonly default?: Default | (() => Default) | undefined;
  readonly fromStorage?: Read | undefined;
}
interface KeyOptionsOf<Type extends KeyTypeOption, Template extends string | undefined> extends KeyOptions {
  readonly type?: Type;
  readonly template?: Template | undefined;
}
interface GeneratedOptionsOf<Type extends TypeOption> extends GeneratedOptions {
  readonly type?: Type & {};
}

/**
 * Marks the property that is the table's partition key, which is stored as a string, a number or bytes.
 *
 * @example
 * PartitionKey({ type: 'string' })(Session.prototype, 'session_id');
 */
export function PartitionKey<Type extends KeyTypeOption = undefined, Template extends string | undefined = undefined>(
  options: KeyOptionsOf<Type, Template> = {},
): EvolveMemberDecorator<KeyRule<'@PartitionKey', Type | Template>> {
  return recordMember(options, 'partition key');
}

/**
 * Marks the property that is the table's sort key, which is stored as a string, a number or bytes.
 *
 * @example
 * SortKey({ type: 'string' })(Message.prototype, 'message_id');
 */
export function SortKey<Type extends KeyTypeOption = undefined, Template extends string | undefined = undefined>(
  options: KeyOptionsOf<Type, Template> = {},
): EvolveMemberDecorator<KeyRule<'@SortKey', Type | Template>> {
  return recordMember(options, 'sort key');
}

/**
 * Marks a property as stored. Only marked properties are read from and written to the table.
 *
 * @example
 * Attribute({ type: 'string', default: 'devassist' })(Session.prototype, 'blueprint');
 */
export function Attribute(): EvolveMemberDecorator<AttributeRule<undefined, never>>;
export function Attribute<
  Type extends TypeOption = undefined,
  const Default = never,
  Read extends ReadOption = undefined,
>(
  options: AttributeOptionsOf<Type, Default, Read> | undefined,
): EvolveMemberDecorator<AttributeRule<Type | Read, Default>>;
export function Attribute(options: AttributeOptions = {}): EvolveMemberDecorator<AttributeRule<unknown, never>> {
  return recordMember(options);
}

/**
 * Marks the property that holds the time at which the item was first stored. `insert` and `put` set it if it has no
 * value. Its type is `Date` (stored as ISO 8601 text, or as a number with `'epochSeconds'` or `'epochMilliseconds'`),
 * string (ISO 8601), or number (milliseconds since 1970).
 *
 * @example
 * CreatedAt({ type: Date })(Session.prototype, 'created_at');
 */
export function CreatedAt<Type extends TypeOption = undefined>(
  options: GeneratedOptionsOf<Type> = {},
): EvolveMemberDecorator<TimeRule<'@CreatedAt', Type>> {
  return recordMember(options, 'created at');
}

/**
 * Marks the property that holds the time at which the item was last stored. Every write sets it. Its types are those of
 * `@CreatedAt`.
 *
 * @example
 * UpdatedAt({ type: Date })(Session.prototype, 'updated_at');
 */
export function UpdatedAt<Type extends TypeOption = undefined>(
  options: GeneratedOptionsOf<Type> = {},
): EvolveMemberDecorator<TimeRule<'@UpdatedAt', Type>> {
  return recordMember(options, 'updated at');
}

/**
 * Marks the property that holds the time from which the engine may delete the item: a `Date`, or a number of seconds
 * since 1970. Both are stored as seconds.
 *
 * @example
 * TimeToLive({ type: 'epochSeconds' })(Session.prototype, 'expires_at');
 */
export function TimeToLive<Type extends TypeOption = undefined>(
  options: GeneratedOptionsOf<Type> = {},
): EvolveMemberDecorator<TimeRule<'@TimeToLive', Type>> {
  return recordMember({ ...options, optional: true }, 'time to live');
}

/**
 * Marks the string property that holds the item's optimistic-lock token. Every write stores a new token. `put` of a
 * loaded entity throws `CONFLICT` if the stored token has changed in the meantime.
 *
 * @example
 * Revision()(Session.prototype, 'revision');
 */
export function Revision(options: GeneratedOptions = {}): EvolveMemberDecorator<ValueRule<'@Revision'>> {
  return recordMember(options, 'revision');
}

/**
 * Marks an attribute that should no longer be used, `since` a version of the class. It is read and written as before.
 * The schema lock and the history show the mark, and `check` accepts the removal of an attribute only if it was locked
 * with the mark before. Subclasses inherit the mark. A key can't be deprecated.
 *
 * @example
 * Deprecated({ since: 3, reason: 'agents replaced blueprints' })(Session.prototype, 'blueprint');
 */
export function Deprecated(options: DeprecatedOptions): EvolveMemberDecorator<ValueRule<'@Deprecated'>> {
  return (...args: unknown[]) => {
    const { member, record } = memberTarget('@Deprecated', args);
    record.deprecations.set(member, options);
  };
}

type GivenOptions = { readonly [Option in keyof MemberOptions]?: unknown };

/** The options that are given: `undefined` is as good as absent, except for classes, which may still be loading. */
function stated(options: GivenOptions): MemberOptions {
  const given: Record<string, unknown> = { ...options };
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined && option !== 'type' && option !== 'items') delete given[option];
  }
  return given;
}

function onClass(decorator: string, record: (record: ClassRecord) => void): EvolveClassDecorator {
  return (target, context?: unknown) => record(classTarget(decorator, target, context));
}

function recordMember(options: GivenOptions, role?: MemberRole): EvolveMemberDecorator {
  const decorator = role ? decoratorOf[role] : '@Attribute';
  return (...args: unknown[]) => {
    const { record, ...target } = memberTarget(decorator, args);
    const known = record.members.get(target.member) ?? { ...target, roles: new Set(), options: {} };
    if (role) known.roles.add(role);
    known.options = { ...known.options, ...stated(options) };
    record.members.set(target.member, known);
  };
}
