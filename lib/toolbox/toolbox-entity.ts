import type { AnySchema, Entity, ItemAttributes, NumberSchema, StringSchema, Table } from 'dynamodb-toolbox';
import type { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import type { InitOf, KeyNamesOf, PropertyOf } from '../model/key-type.js';
import { contextFor, type EntityContext } from '../read/entity-context.js';
import type { DefinedClass } from './define-entity.js';
import { fencedEntity } from './fenced-entity.js';
import { toolboxTable } from './toolbox-table.js';

/** The toolbox takes an entity whose name can be any text for one of unknown attributes. */
type ClassName = Capitalize<string>;

/** An entity of the toolbox with some attributes. */
export type ToolboxEntity<A extends ItemAttributes> = Entity<ClassName, Table, A, false, false>;

/** The attributes of a decorated class, as the toolbox types them: numbers, and values of any other type. */
export type AttributesOf<T extends object> = {
  [P in PropertyOf<T>]: [number, Exclude<T[P & keyof T], undefined>] extends [
    Exclude<T[P & keyof T], undefined>,
    number,
  ]
    ? NumberSchema<PropsOf<T, P>>
    : AnySchema<{ castAs: Exclude<T[P & keyof T], undefined> } & PropsOf<T, P>>;
};

type PropsOf<T, P> =
  P extends KeyNamesOf<T>
    ? { key: true; required: 'always' }
    : undefined extends T[P & keyof T]
      ? { required: 'never' }
      : object extends Pick<InitOf<T>, P & keyof InitOf<T>>
        ? { putDefault: unknown }
        : object;

/** The attributes of a defined class: those of its schema, with keys that have templates left to them, and the others. */
export type DefinedAttributes<T extends object, A extends ItemAttributes> = {
  [P in keyof A]: A[P]['props'] extends { readonly key: true }
    ? P extends KeyNamesOf<T>
      ? A[P]
      : StringSchema<{ required: 'never' }>
    : A[P];
} & Omit<AttributesOf<T>, keyof A>;

const entities = new WeakMap<EntityContext<object>, Entity>();

/**
 * A class as an `Entity` of dynamodb-toolbox, so that its commands and transactions can be used beside the repository.
 * What they write has the version, a new revision and the times, and carries the fence: a put replaces nothing newer and
 * nothing of another class, and an update changes only an item of the newest version. An item of another version that
 * the toolbox formats is an error of the toolbox, for it can't upgrade: read with the repository.
 *
 * Make commands with `build()`. Throws `UNKNOWN_ENTITY`. Commands throw `UNFENCED_COMMAND` if they were made in another
 * way, can't carry a condition (`BatchPutRequest`), or would store another version than the mapper's `writeVersion`.
 *
 * @example
 * import { executeTransactWrite, PutTransaction, UpdateTransaction } from 'dynamodb-toolbox';
 *
 * async function post(mapper: Mapper) {
 *   const [session, message] = [toolboxEntity(mapper, Session), toolboxEntity(mapper, Message)];
 *   await executeTransactWrite(
 *     session.build(UpdateTransaction).item({ session_id: 'abc-123', title: 'Renamed' }),
 *     message
 *       .build(PutTransaction)
 *       .item({ session_id: 'abc-123', message_id: '2026-01-01#1', role: 'user', content: 'Hello' }),
 *   );
 * }
 */
export function toolboxEntity<T extends object, A extends ItemAttributes>(
  mapper: Mapper,
  target: DefinedClass<T, A>,
): ToolboxEntity<DefinedAttributes<T, A>>;
export function toolboxEntity<T extends object>(mapper: Mapper, target: Class<T>): ToolboxEntity<AttributesOf<T>>;
export function toolboxEntity(mapper: Mapper, target: Class): unknown {
  const context = mapper[contextFor](target);
  const entity = entities.get(context) ?? fencedEntity(context, toolboxTable(mapper, target));
  entities.set(context, entity);
  return entity;
}
