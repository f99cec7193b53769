import { isDeepStrictEqual } from 'node:util';
import { encodeValue } from '../codec/encode.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type CallName, MapperError } from '../errors.js';
import type { Condition } from '../filter/condition.js';
import { attributesOf } from '../filter/named-attributes.js';
import type { Class } from '../model/class.js';
import type { PropertyOf } from '../model/key-type.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { IndexModel } from '../model/index-model.js';
import { conditionParams, fitsLimits } from '../store/condition.js';
import { indexKeys } from '../store/index-projection.js';
import { pageParams } from '../store/page-request.js';
import { engineKeyTypes, type KeyRange, type KeyValue } from '../store/table-schema.js';
import { widenedRange } from '../keys/date-range.js';
import { compiledCondition } from '../read/compiled-condition.js';
import { cursorCodec } from './cursor.js';
import { contextFor, type EntityContext, type RepositoryHost } from '../read/entity-context.js';
import { serverConditions } from './entity-filter.js';
import { type PagePlan, PageReader, type WantedClass } from './page-reader.js';
import {
  assertOptions,
  assertSizes,
  invalidArgument,
  queryOptions,
  type QueryOptions,
  type ReadOptions,
  scanOptions,
  type ScanOptions,
  segmentsOf,
} from './query-options.js';
import { QueryResult } from './query-result.js';

/** The classes whose entities one query yields: all of one table. */
export type EntityContexts = readonly [EntityContext<object>, ...EntityContext<object>[]];

/** The results of a query. `contexts` is called when results are requested, which reject with what it throws. */
export function queryResult<R>(contexts: () => EntityContexts, options: QueryOptions): QueryResult<R> {
  return new QueryResult('query()', options, (purpose) => {
    const all = contexts();
    const index = checked(all, 'query()', options, queryOptions);
    const { condition, judged, partition, range } = keysOf(all, options);
    const params = pageParams(condition, options);
    const ofIndex = index && indexCondition(index, partition, judged ? undefined : range);
    const indexed = ofIndex && judged ? { and: [ofIndex, judged] } : (judged ?? ofIndex);
    return new PageReader<R>(
      pagePlan(all, { call: 'query()', params, options, indexed, judged, within: condition, segments: undefined }),
      purpose,
    );
  });
}

/** The entities of some classes. */
export type EntityOf<Classes extends readonly Class[]> = InstanceType<Classes[number]>;

/** Options of a query over several classes of one table; `filter`, `attributes` and keys name what all of them have. */
export interface EntitiesQueryOptions<
  Classes extends readonly Class[],
  A extends PropertyOf<EntityOf<Classes>> = never,
> extends Omit<QueryOptions<EntityOf<Classes>, A>, 'filter'> {
  /** Which entities are wanted, by properties that all the classes have. */
  readonly filter?: Condition<EntityOf<Classes>> | undefined;
  /** The classes whose entities are wanted. */
  readonly entities: Classes;
}

/** The options of a query over several classes, whatever the classes are. */
export type EntitiesQuery = QueryOptions & { readonly entities: readonly Class[] };

/** The results of a query over several classes of one table. */
export function entitiesResult<R>(host: RepositoryHost, options: EntitiesQuery): QueryResult<R> {
  const { entities, ...query } = options ?? {};
  const contexts = () => {
    assertOptions('query()', options, ['entities', ...queryOptions]);
    return contextsOf(host, entities);
  };
  return queryResult(contexts, query);
}

function contextsOf(host: RepositoryHost, entities: readonly Class[]): EntityContexts {
  if (!Array.isArray(entities) || entities.length === 0) {
    throw invalidArgument('query()', 'entities', "isn't a list of at least one class");
  }
  const contexts = [...new Set(entities as readonly Class[])].map((entity) => host[contextFor](entity));
  const tables = new Set(contexts.map(({ table }) => table.name));
  if (tables.size > 1) {
    throw invalidArgument('query()', 'entities', `are of different tables, ${[...tables].join(' and ')}`);
  }
  return contexts as unknown as EntityContexts;
}

/** What a query says of the keys. */
export interface QueriedKeys {
  readonly partition: KeyValue;
  readonly range: KeyRange<KeyValue> | undefined;
  /** What the engine is asked. */
  readonly condition: WireCondition;
  /** What each item is judged by, since the engine was asked for more: by the times of dates. */
  readonly judged: WireCondition | undefined;
}

/**
 * The condition of a query on the keys. Classes can have different templates, but one query has one partition and
 * range.
 */
export function keysOf(contexts: EntityContexts, options: QueryOptions): QueriedKeys {
  const [first, ...others] = contexts.map((context) => ({ context, keys: keysOfClass(context, options) }));
  const { context, keys } = first as { context: EntityContext<object>; keys: QueriedKeys };
  for (const other of others) {
    for (const argument of ['partition', 'range'] as const) {
      if (isDeepStrictEqual(keys[argument], other.keys[argument])) continue;
      const [name, otherName] = [context, other.context].map(({ model }) => model.name);
      throw invalidArgument('query()', argument, `is a different key of ${name} than of ${otherName}`);
    }
  }
  // of classes that know different notations, those that know more
  return [keys, ...others.map((other) => other.keys)].find(({ judged }) => judged) ?? keys;
}

function keysOfClass(context: EntityContext<object>, options: QueryOptions): QueriedKeys {
  const index = findIndex(context, 'query()', options.index);
  const [partitionKey, sortKey] = index ? [index.partitionKey, index.sortKey] : context.model.keys;
  const partition = context.keys.value(partitionKey, options.partition);
  const ofPartition = keyCondition(partitionKey, { eq: partition });
  if (options.range === undefined) return { partition, range: undefined, condition: ofPartition, judged: undefined };
  if (!sortKey) throw invalidArgument('query()', 'range', 'was given, but there is no sort key to compare');
  const range = context.keys.range(sortKey, options.range);
  const place = sortKey.type === 'date' && context.hydrator.placeAt({ attribute: sortKey, within: [] });
  const dates = place && 'dates' in place ? place.dates : undefined;
  const sent = keyCondition(sortKey, dates ? widenedRange(range) : range);
  const judged = dates && { ...keyCondition(sortKey, range), dates };
  return { partition, range, condition: { and: [ofPartition, sent] }, judged };
}

/** The results of a scan. */
export function scanResult<R>(contexts: EntityContexts, options: ScanOptions): QueryResult<R> {
  return new QueryResult('scan()', options, (purpose) => {
    const index = checked(contexts, 'scan()', options, scanOptions);
    const params = pageParams(undefined, options);
    const segments = segmentsOf('scan()', options.segments);
    const indexed = index && indexCondition(index, undefined, undefined);
    return new PageReader<R>(
      pagePlan(contexts, { call: 'scan()', params, options, indexed, within: undefined, segments }),
      purpose,
    );
  });
}

/** Checks what queries and scans have in common. Returns the index to read. */
function checked(
  contexts: EntityContexts,
  call: PagePlan['call'],
  options: ReadOptions,
  known: readonly string[],
): IndexModel | undefined {
  const [context] = contexts;
  context.assertOpen(call);
  assertOptions(call, options, known);
  assertSizes(call, options);
  const indexes = contexts.map((each) => {
    each.writeBack.assertMode(call, options.writeBack);
    return findIndex(each, call, options.index);
  });
  if (options.consistent === true && indexes[0]?.kind === 'global') {
    throw invalidArgument(call, 'consistent', `isn't available on a global index such as ${indexes[0].name}`);
  }
  return indexes[0];
}

/** What queries and scans are planned from. */
interface Asked extends Pick<PagePlan, 'call' | 'options' | 'params' | 'segments'> {
  /** The condition that an index implies for its items. */
  readonly indexed: WireCondition | undefined;
  /** What a query says of its sort key, if the engine is asked for more. */
  readonly judged?: WireCondition | undefined;
  /** The condition of a query on its keys. */
  readonly within: WireCondition | undefined;
}

function pagePlan(
  contexts: EntityContexts,
  { call, indexed, judged, options, params, segments, within }: Asked,
): PagePlan {
  const [context] = contexts;
  const { track: isTracked = true } = options;
  // an index doesn't have to hold whole items
  const writeBack = options.index === undefined ? options.writeBack : 'off';
  const classes = contexts.map((each) => {
    const compiled = compiledFilter(each, call, options);
    const wanted = {
      filter: compiled,
      attributes: askedAttributes(each, call, options.attributes),
      indexed,
      isJudgedHere: compiled !== undefined && isRefusedOnIndex(each, options, compiled),
      isOwnedHere: call === 'query()' && isKeyedByClass(each, options),
      isTracked,
      writeBack,
    };
    return { context: each, wanted };
  }) as unknown as PagePlan['classes'];
  const filter = serverFilter(classes);
  if (filter) assertFits(context, filter);

  const named = classes.flatMap(({ wanted }) => (wanted.filter ? [...attributesOf(wanted.filter)] : []));
  const selected = classes.flatMap(({ wanted }) => Array.from(wanted.attributes ?? [], ({ attribute }) => attribute));
  const keys = [...context.table.keys, ...indexKeys(context.table.schema, options.index)];
  const needed = new Set([...keys.map((key) => key.name), context.model.versionAttribute, ...named]);
  if (context.model.discriminator) needed.add(context.model.discriminator.attribute);

  // pages of one query may have different consistency and attributes
  const { ConsistentRead: _, ...query } = params;
  const asked = classes.map(({ context: each, wanted }) => byProperties(each, wanted.filter));
  const kinds = contexts.map(({ model }) => model.discriminator?.value);
  const identity = [context.table.name, query, kinds, asked, segments, ...(judged ? [judged] : [])];
  const hasOnePlace = segments === undefined || segments.to - segments.from === 1;
  const cursorKeys = [...new Map(keys.map((key) => [key.name, key])).values()];
  return {
    call,
    params,
    classes,
    filter,
    isSparse: filter !== undefined || judged !== undefined,
    projection: options.attributes && [...new Set([...needed, ...selected])],
    countProjection: [...needed],
    segments,
    options,
    cursors: hasOnePlace
      ? cursorCodec({ query: identity, keys: cursorKeys, within, secret: context.cursorSecret })
      : undefined,
  };
}

/** A filter as text that doesn't change if another version of the class stores its properties under other names. */
function byProperties({ model }: EntityContext<object>, filter: WireCondition | undefined): string | undefined {
  const properties = new Map(model.attributes.map(({ attribute, property }) => [attribute, property]));
  return JSON.stringify(filter, (member, value: unknown) =>
    member === 'attribute' && typeof value === 'string' ? properties.get(value) : value,
  );
}

/** The filter that is sent to the server: that of any of the classes. */
function serverFilter(classes: readonly WantedClass[]): WireCondition | undefined {
  const conditions = classes.map(({ context, wanted }) => serverConditions(context, wanted));
  if (conditions.some(({ length }) => length === 0)) return undefined;
  return { or: conditions.map((and) => ({ and })) };
}

function compiledFilter(
  context: EntityContext<object>,
  call: PagePlan['call'],
  { filter, index }: ReadOptions,
): WireCondition | undefined {
  if (filter === undefined) return undefined;
  const compiled = compiledCondition(context, filter as Condition<object>, 'filter');
  if (call === 'scan()') return compiled;
  const keys = index === undefined ? context.table.keys : indexKeys(context.table.schema, index);
  const key = keys.find(({ name }) => attributesOf(compiled).has(name));
  if (key) {
    const { property = key.name } = context.model.attributes.find(({ attribute }) => attribute === key.name) ?? {};
    const problem = `names ${property}, a key of what is queried, which engines refuse; use partition and range`;
    throw new MapperError('INVALID_CONDITION', { class: context.model.name, at: 'filter', problem });
  }
  return compiled;
}

/**
 * Whether ScyllaDB refuses a filter on a global index: one on the table's partition key, if the index has no sort key.
 */
function isRefusedOnIndex(
  { model }: EntityContext<object>,
  { index: name }: ReadOptions,
  filter: WireCondition,
): boolean {
  const index = name === undefined ? undefined : model.indexes.find((each) => each.name === name);
  if (index?.kind !== 'global' || index.sortKey) return false;
  return attributesOf(filter).has(model.partitionKey.attribute);
}

/** Whether the discriminator is a key of the index: engines refuse filters of queries on such keys. */
function isKeyedByClass({ model, table }: EntityContext<object>, { index }: ReadOptions): boolean {
  if (index === undefined || !model.discriminator) return false;
  return indexKeys(table.schema, index).some(({ name }) => name === model.discriminator?.attribute);
}

function assertFits({ model }: EntityContext<object>, filter: WireCondition): void {
  const { ConditionExpression: expression } = conditionParams(filter);
  if (fitsLimits(expression)) return;
  const problem = `is too much for one expression of the engine, 4,096 bytes and 300 operators; it takes ${expression.length} bytes`;
  throw new MapperError('INVALID_CONDITION', { class: model.name, at: 'filter', problem });
}

function askedAttributes(
  { model }: EntityContext<object>,
  call: PagePlan['call'],
  attributes: readonly string[] | undefined,
): ReadonlySet<AttributeModel> | undefined {
  if (attributes === undefined) return undefined;
  if (!Array.isArray(attributes) || attributes.length === 0) {
    throw invalidArgument(call, 'attributes', "isn't a list of at least one property");
  }
  const known = [...model.byProperty.keys()];
  return new Set(
    attributes.map((property: string) => {
      const attribute = model.byProperty.get(property);
      if (!attribute) throw new MapperError('UNKNOWN_ATTRIBUTE', { class: model.name, member: property, known });
      return attribute;
    }),
  );
}

/**
 * The condition that holds for every item that an index has for a query. It must still hold for a stale item after its
 * upgrade.
 */
function indexCondition(
  { partitionKey, sortKey }: IndexModel,
  partition: KeyValue | undefined,
  range: KeyRange<KeyValue> | undefined,
): WireCondition {
  const conditions = [keyCondition(partitionKey, partition === undefined ? undefined : { eq: partition })];
  if (sortKey) conditions.push(keyCondition(sortKey, range));
  return { and: conditions };
}

function keyCondition({ attribute, keyType }: AttributeModel, range: KeyRange<KeyValue> | undefined): WireCondition {
  // an item without a key of its type isn't in the index
  if (range === undefined) return { attribute, type: engineKeyTypes[keyType ?? 'string'] };
  const [[operator, operand]] = Object.entries(range) as [[string, KeyValue | readonly KeyValue[]]];
  const encode = (value: unknown) => encodeValue(value, attribute);
  const compared = Array.isArray(operand) ? operand.map(encode) : encode(operand);
  return { attribute, [operator]: compared } as unknown as WireCondition;
}

function findIndex(
  { model, writeVersion }: EntityContext<object>,
  call: CallName,
  name: string | undefined,
): IndexModel | undefined {
  if (name === undefined) return undefined;
  const index = model.indexes.find(({ name: known }) => known === name);
  if (!index) {
    const known = model.indexes.map((each) => each.name).join(', ') || 'none';
    throw invalidArgument(call, 'index', `isn't an index of ${model.name}; its indexes: ${known}`);
  }
  // items written in a pinned older version lack the index's keys, whatever was rewritten before
  const floor = index.complete ? writeVersion() : model.chain.floor;
  if (index.since > floor) {
    throw new MapperError('INDEX_MAY_MISS_ITEMS', { class: model.name, index: name, since: index.since, floor });
  }
  return index;
}
