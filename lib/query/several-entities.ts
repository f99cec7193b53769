import type { Class } from '../model/class.js';
import type { PropertyOf } from '../model/key-type.js';
import { contextFor, type RepositoryHost } from '../read/entity-context.js';
import { assertOptions, invalidArgument, queryOptions, type QueryOptions } from './query-options.js';
import type { QueryResult } from './query-result.js';
import { type EntityContexts, queryResult } from './plan-query.js';

/** The entities of some classes. */
export type EntityOf<Classes extends readonly Class[]> = InstanceType<Classes[number]>;

/** Options of a query over several classes of one table; `filter`, `attributes` and keys name what all of them have. */
export interface EntitiesQueryOptions<
  Classes extends readonly Class[],
  A extends PropertyOf<EntityOf<Classes>> = never,
> extends QueryOptions<EntityOf<Classes>, A> {
  /** The classes whose entities are wanted. */
  readonly entities: Classes;
}

/** The results of a query over several classes of one table. */
export function entitiesResult<R>(
  host: RepositoryHost,
  options: QueryOptions & { readonly entities: readonly Class[] },
): QueryResult<R> {
  const { entities, ...query } = options ?? {};
  const contexts = () => {
    assertOptions('query', options, ['entities', ...queryOptions]);
    return contextsOf(host, entities);
  };
  return queryResult(contexts, query);
}

function contextsOf(host: RepositoryHost, entities: readonly Class[]): EntityContexts {
  if (!Array.isArray(entities) || entities.length === 0) {
    throw invalidArgument('query', 'entities', 'is no list of one class or more');
  }
  const contexts = [...new Set(entities as readonly Class[])].map((one) => host[contextFor](one));
  const tables = new Set(contexts.map((context) => context.schema.name));
  if (tables.size > 1) {
    throw invalidArgument('query', 'entities', `are of different tables, ${[...tables].join(' and ')}`);
  }
  return contexts as unknown as EntityContexts;
}
