import type { Class } from '../model/class.js';
import type { PropertyOf } from '../model/key-type.js';
import { contextFor, type EntityContext, type RepositoryHost } from './entity-context.js';
import { assertOptions, invalidArgument, queryOptions, type QueryOptions } from './query-options.js';
import type { QueryResult } from './query-result.js';
import { type EntitySources, queryResult } from './query-source.js';
import { WriteBack } from './write-back.js';

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
  const sources = () => {
    assertOptions('query', options, ['entities', ...queryOptions]);
    return sourcesOf(host, entities);
  };
  return queryResult(sources, query);
}

function sourcesOf(host: RepositoryHost, entities: readonly Class[]): EntitySources {
  if (!Array.isArray(entities) || entities.length === 0) {
    throw invalidArgument('query', 'entities', 'is no list of one class or more');
  }
  const contexts = [...new Set(entities as readonly Class[])].map((one) => host[contextFor](one));
  const tables = new Set(contexts.map((context) => context.schema.name));
  if (tables.size > 1) {
    throw invalidArgument('query', 'entities', `are of different tables, ${[...tables].join(' and ')}`);
  }
  return contexts.map(sourceOf) as unknown as EntitySources;
}

function sourceOf(context: EntityContext<object>): EntitySources[number] {
  return { context, writeBack: new WriteBack(context) };
}
