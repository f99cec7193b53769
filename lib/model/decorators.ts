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
 * Says which table holds the items of a class. Several classes may share a table if each has a `discriminator`.
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
 * Says which version the class's shape has. Stored items of older versions are brought to it by `@Upgrade` methods, on
 * the class itself or on the classes given as `upgrades`.
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
 * Marks a method as the step from one version to a newer one. It is handed an item (plain values, stored names), and
 * changes it and returns nothing, or returns a new one. It is synchronous, needs nothing but the item, and leaves keys,
 * discriminator and version alone; `this` is not bound. Steps may skip versions.
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
 * Marks a method as the way back from one version to the one before it. Like an upgrade it is synchronous and pure.
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
 * Declares an index by the properties of its keys. With a partition key it is a global index, without one a local one.
 * `since` says from which version on the keys have their present names and meanings: older items are missing from the
 * index, so querying it is refused as long as such versions are read, unless it is `complete`. What declared steps make of the keys is
 * known; what methods do is yours to say.
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
 * Marks the property that is the table's partition key. Its type is string, number or bytes.
 *
 * @example
 * PartitionKey({ type: 'string' })(Session.prototype, 'session_id');
 */
export function PartitionKey(options: KeyOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'partition key');
}

/**
 * Marks the property that is the table's sort key. Its type is string, number or bytes.
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
 * Marks the property that holds when the item was first stored; set by `insert` and `put` where it has no value. A
 * `Date` (stored as ISO 8601, or as `'epochSeconds'` or `'epochMilliseconds'`), an ISO string, or a number of
 * milliseconds.
 *
 * @example
 * CreatedAt({ type: Date })(Session.prototype, 'created_at');
 */
export function CreatedAt(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'created at');
}

/**
 * Marks the property that holds when the item was last stored; set by every write. Types as for `@CreatedAt`.
 *
 * @example
 * UpdatedAt({ type: Date })(Session.prototype, 'updated_at');
 */
export function UpdatedAt(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'updated at');
}

/**
 * Marks the property that says when the engine may delete the item: a `Date` or a number, stored as seconds since 1970.
 *
 * @example
 * TimeToLive({ type: 'epochSeconds' })(Session.prototype, 'expires_at');
 */
export function TimeToLive(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember({ ...options, optional: true }, 'time to live');
}

/**
 * Marks the string property that holds the item's optimistic-lock token. Every write stores a new one, and `put` of a
 * loaded entity fails with `CONFLICT` if the stored one has changed meanwhile.
 *
 * @example
 * Revision()(Session.prototype, 'revision');
 */
export function Revision(options: GeneratedOptions = {}): EvolveMemberDecorator {
  return recordMember(options, 'revision');
}

/**
 * Marks an attribute that shall not be used any more, `since` a version of the class. It is read and written as ever; the mark
 * stands in the schema lock and in the history, and `check` lets an attribute vanish only after it was locked with the mark.
 * Inherited marks count; the attribute can't be a key.
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
