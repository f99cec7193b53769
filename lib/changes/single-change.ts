import { type CallName, MapperError } from '../errors.js';
import type { Class } from '../model/class.js';
import { assertList, assertOptions, invalidArgument } from '../query/query-options.js';
import { contextFor, type EntityContext, type RepositoryHost } from '../read/entity-context.js';
import type { Change } from './change.js';
import type { ChangeRecord } from './change-record.js';
import { changesOf, sortRecord, type UnknownPolicy } from './read-change.js';

/** The options of `change`. */
export interface ChangeOptions<Classes extends readonly Class[] = readonly Class[]> {
  /** The classes whose changes are wanted; all that the mapper knows unless given. */
  readonly entities?: Classes | undefined;
  /**
   * What to do with a record of none of the classes: `'skip'` it, the default, or throw `UNKNOWN_CHANGE` (`'throw'`).
   */
  readonly unknown?: UnknownPolicy | undefined;
}

/** Where changes come from: a `Mapper`. */
export interface ChangeHost extends RepositoryHost {
  readonly entities: readonly Class[];
}

/** The change that a record stands for. Of two, because the item's class has changed, the newer one. */
export function singleChange(host: ChangeHost, record: ChangeRecord, options: ChangeOptions): Change | undefined {
  assertOptions('change()', options, ['entities', 'unknown']);
  const { entities, unknown } = options;
  assertUnknownPolicy('change()', unknown);
  const contexts = contextsOf(host, entities, 'change()');
  const sorted = sortRecord(contexts, record, { call: 'change()', unknown });
  const [removed, other] = sorted.unseen;
  if (removed && other) throw manyRemovals(removed, other);
  return changesOf(sorted).at(-1);
}

function manyRemovals({ model }: EntityContext<object>, other: EntityContext<object>): MapperError {
  const problem =
    `doesn't show the item that was removed, which could be of ${model.name} or ${other.model.name}; ` +
    `name one class with { entities }`;
  return new MapperError('INVALID_ARGUMENT', { call: 'change()', argument: 'the record', problem });
}

/** The contexts of some of a mapper's classes. Throws `UNKNOWN_ENTITY`, `INVALID_ARGUMENT` or `MAPPER_CLOSED`. */
export function contextsOf(
  host: ChangeHost,
  entities: readonly Class[] = host.entities,
  call: CallName,
): readonly EntityContext<object>[] {
  assertList(call, 'the entities', entities);
  if (entities.length === 0) throw invalidArgument(call, 'entities', 'names no class');
  const contexts = [...new Set(entities)].map((target) => host[contextFor](target));
  contexts[0]?.assertOpen(call);
  return contexts;
}

/** Throws `INVALID_ARGUMENT`. */
export function assertUnknownPolicy(call: CallName, unknown: UnknownPolicy | undefined): void {
  if (unknown === undefined || unknown === 'skip' || unknown === 'throw') return;
  throw new MapperError('INVALID_ARGUMENT', { call, argument: 'unknown', problem: "is neither 'skip' nor 'throw'" });
}
