import type { Class } from './class.js';
import {
  classOfMember,
  type DeprecatedOptions,
  type EntityOptions,
  type IndexOptions,
  type MemberOptions,
  type MemberRole,
  recordOf,
  type UpgradeOptions,
  type VersionedOptions,
} from './registry.js';

/** A class decorator; also callable as a function, `Entity({ table: 't' })(Session)`. */
export type EvolveClassDecorator = (target: Class) => void;
/** A member decorator; also callable as a function, `Attribute()(Session.prototype, 'title')`. */
export type EvolveMemberDecorator = (target: object, member: string | symbol, descriptor?: PropertyDescriptor) => void;

/**
 * Declares which table stores the items of a class. Several classes may share a table if each has a `discriminator`.
 *
 * @example
 * Entity({ table: 'chat_sessions' })(Session);
 */
export function Entity(options: EntityOptions): EvolveClassDecorator {
  return (target) => {
    recordOf(target).entity = options;
  };
}

/**
 * Declares the version of the class's shape. `@Upgrade` methods bring stored items of older versions to it. They are
 * methods of the class itself, or of the classes in the option `upgrades`.
 *
 * @example
 * Versioned(3, { upgrades: SessionUpgrades })(Session);
 */
export function Versioned(version: number, options: VersionedOptions = {}): EvolveClassDecorator {
  return (target) => {
    recordOf(target).versioned = { version, options };
  };
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
export function Upgrade(from: number, to: number, options: string | UpgradeOptions = {}): EvolveMemberDecorator {
  return (target, member) => {
    const { class: owner, isStatic } = classOfMember(target, member);
    const given = typeof options === 'string' ? { description: options } : options;
    recordOf(owner).upgrades.push({ member, isStatic, from, to, options: given });
  };
}

/**
 * Marks a method as the step from one version back to the previous one. Like an upgrade, it must be synchronous and
 * must not need anything but the item.
 *
 * @example
 * Downgrade(2, 1)(SessionUpgrades, 'backToState');
 */
export function Downgrade(from: number, to: number): EvolveMemberDecorator {
  return (target, member) => {
    const { class: owner, isStatic } = classOfMember(target, member);
    recordOf(owner).downgrades.push({ member, isStatic, from, to, options: {} });
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
export function Index(name: string, options: IndexOptions): EvolveClassDecorator {
  return (target) => {
    recordOf(target).indexes.push({ name, options });
  };
}

/** Options of `@PartitionKey` and `@SortKey`. */
export type KeyOptions = Pick<MemberOptions, 'name' | 'notation' | 'template'> & {
  readonly type?: 'string' | 'number' | 'bytes' | 'bigint' | 'date' | 'epochSeconds' | 'epochMilliseconds';
};
/** Options of `@Attribute`. */
export type AttributeOptions = MemberOptions;
/** Options of `@CreatedAt`, `@UpdatedAt`, `@TimeToLive` and `@Revision`. */
export type GeneratedOptions = Pick<MemberOptions, 'name' | 'type' | 'notation' | 'nullable'>;

/**
 * Marks the property that is the table's partition key, which is stored as a string, a number or bytes.
 *
 * @example
 * PartitionKey({ type: 'string' })(Session.prototype, 'session_id');
 */
export function PartitionKey(options: KeyOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'partition key');
}

/**
 * Marks the property that is the table's sort key, which is stored as a string, a number or bytes.
 *
 * @example
 * SortKey({ type: 'string' })(Message.prototype, 'message_id');
 */
export function SortKey(options: KeyOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'sort key');
}

/**
 * Marks a property as stored. Only marked properties are read from and written to the table.
 *
 * @example
 * Attribute({ type: 'string', default: 'devassist' })(Session.prototype, 'blueprint');
 */
export function Attribute(options: AttributeOptions = {}): EvolveMemberDecorator {
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
export function CreatedAt(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'created at');
}

/**
 * Marks the property that holds the time at which the item was last stored. Every write sets it. Its types are those of
 * `@CreatedAt`.
 *
 * @example
 * UpdatedAt({ type: Date })(Session.prototype, 'updated_at');
 */
export function UpdatedAt(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'updated at');
}

/**
 * Marks the property that holds the time from which the engine may delete the item: a `Date`, or a number of seconds
 * since 1970. Both are stored as seconds.
 *
 * @example
 * TimeToLive({ type: 'epochSeconds' })(Session.prototype, 'expires_at');
 */
export function TimeToLive(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember({ ...options, optional: true }, 'time to live');
}

/**
 * Marks the string property that holds the item's optimistic-lock token. Every write stores a new token. `put` of a
 * loaded entity throws `CONFLICT` if the stored token has changed in the meantime.
 *
 * @example
 * Revision()(Session.prototype, 'revision');
 */
export function Revision(options: GeneratedOptions = {}): EvolveMemberDecorator {
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
export function Deprecated(options: DeprecatedOptions): EvolveMemberDecorator {
  return (target, member) => {
    const { class: owner } = classOfMember(target, member);
    recordOf(owner).deprecations.set(member, options);
  };
}

function recordMember(options: MemberOptions, role?: MemberRole): EvolveMemberDecorator {
  return (target, member) => {
    const { class: owner, isStatic } = classOfMember(target, member);
    const { members } = recordOf(owner);
    const record = members.get(member) ?? { member, isStatic, roles: new Set(), options: {}, declaredBy: owner };
    if (role) record.roles.add(role);
    record.options = { ...record.options, ...options };
    members.set(member, record);
  };
}
