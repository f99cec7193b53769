import type { Class } from '../model/class.js';
import type { KeyOf, PropertyOf } from '../model/key-type.js';

/** The name of a property; any name where the class isn't known. */
type ChangedProperty<T> = [PropertyOf<T>] extends [never] ? string : PropertyOf<T>;

interface ChangeFacts<T extends object> {
  /** The class of the entity. */
  readonly entity: Class<T>;
  /** The versions in which the item was stored before and after, where there are images. */
  readonly versions: { readonly before?: number; readonly after?: number };
  /**
   * The properties whose values differ, after both images were upgraded. All that have a value for an insert or a
   * removal; none for a removal without image.
   */
  readonly changed: readonly ChangedProperty<T>[];
  /** Whether only the stored form has changed, as a write-back or a sweep does: both images are the same entity. */
  readonly onlyUpgraded: boolean;
  /** Whether the engine removed the item at the end of its time to live. */
  readonly expired: boolean;
  /** The primary key, as reads take it. */
  readonly key: KeyOf<T>;
  /** About when the item was changed; `undefined` if the record doesn't say. */
  readonly at: Date | undefined;
  /** The record's number, which grows within a shard; records that an engine wrote at once can share it. */
  readonly sequenceNumber: string | undefined;
}

/** An item that is there now and wasn't before. */
export interface Insertion<T extends object> extends ChangeFacts<T> {
  readonly kind: 'insert';
  readonly before?: undefined;
  readonly after: T;
}

/** An item that was there before and still is. */
export interface Modification<T extends object> extends ChangeFacts<T> {
  readonly kind: 'modify';
  readonly before: T;
  readonly after: T;
}

/** An item that was deleted, or has expired. */
export interface Removal<T extends object> extends ChangeFacts<T> {
  readonly kind: 'remove';
  /**
   * `undefined` where the engine doesn't show it: ScyllaDB leaves it out in tables without sort key, and writes such a
   * record also if there was no item.
   */
  readonly before: T | undefined;
  readonly after?: undefined;
}

/**
 * A change of an item, as entities of the newest version before and after it. They show what was, and can't be stored
 * (`CHANGE_IMAGE`).
 */
export type Change<T extends object = object> = Insertion<T> | Modification<T> | Removal<T>;

/** A change of an entity of one of several classes. */
export type ChangeOf<Classes extends readonly Class[]> = Classes[number] extends infer C
  ? C extends Class<infer T extends object>
    ? Change<T>
    : never
  : never;

/**
 * Whether a change is one of an entity of a class; tells its type.
 *
 * @example
 * const change = mapper.change({
 *   dynamodb: { Keys: { session_id: { S: 'abc-123' } }, NewImage: { session_id: { S: 'abc-123' }, title: { S: 'Hi' } } },
 * });
 * if (change && isChangeOf(change, Session)) console.log(change.kind, change.after?.title); // → insert Hi
 */
export function isChangeOf<T extends object>(
  change: { readonly entity: Class },
  target: Class<T>,
): change is Change<T> {
  return change.entity === (target as Class);
}
