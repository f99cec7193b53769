import { wireOf } from '../codec/row.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { wireSize } from '../codec/wire-size.js';
import { isMapperError } from '../errors.js';
import type { Condition } from '../filter/condition.js';
import { isTrueOf } from '../filter/evaluate.js';
import { newestValues } from '../query/entity-filter.js';
import { keysOf } from '../query/plan-query.js';
import { invalidArgument, type QueryOptions } from '../query/query-options.js';
import { compiledCondition } from '../read/compiled-condition.js';
import type { EntityContext } from '../read/entity-context.js';
import { indexKeys } from '../store/index-projection.js';
import { pageAt, pageParams } from '../store/page-request.js';
import { outputOf } from '../store/transport.js';
import { conditionFromJson, fromJson, rangeFromJson } from './json-values.js';
import { type Problem, problemOf } from './problem.js';
import { shownItem, type ShownItem } from './shown-value.js';

/** What the page asks for: as `query` and `scan` take it, with JSON for values. */
export interface ItemQuery {
  readonly index?: string | undefined;
  readonly partition?: unknown;
  readonly range?: unknown;
  readonly filter?: unknown;
  /** Descending, unless that says false. */
  readonly reverse?: boolean | undefined;
  /** Only items that can't be read. */
  readonly onlyBroken?: boolean | undefined;
  /** Where the page before has ended. */
  readonly after?: ShownItem | undefined;
}

/** One item of a list. */
export interface ListedItem {
  readonly key: ShownItem;
  readonly version: number | undefined;
  readonly size: number;
  /** The attributes to tell it by, in the newest version where it can be read. */
  readonly preview: ShownItem;
  readonly problem?: Problem;
}

/** A page of items. */
export interface ItemList {
  readonly items: readonly ListedItem[];
  /** How many items were looked at for it. */
  readonly examined: number;
  /** Where to go on; absent at the end. */
  readonly next?: ShownItem;
}

const pageLength = 50;
/** After how many milliseconds a page is shown although more could be on it. */
const longest = 2_000;
/** How many attributes tell an item. */
const previewed = 4;

/** A page of the items of a class. Items that can't be read are listed, too, and with a filter only if they might fit. */
export async function listItems(context: EntityContext<object>, query: ItemQuery): Promise<ItemList> {
  const { table } = context;
  const { after, filter, index, onlyBroken = false, partition, reverse = true } = query;
  const compiled = compiledFilter(context, filter);
  const keys = partition === undefined || partition === '' ? undefined : keysIn(context, query);
  if (!keys && query.range !== undefined)
    throw invalidArgument('dynamo-evolve studio', 'range', 'needs the partition that it is in');
  const of = { index, reverse: keys ? reverse : undefined, consistent: index === undefined };
  const params = pageParams(keys?.condition, of);
  // an index that doesn't hold whole items tells only which items to read
  const isPartial = index !== undefined && (await table.heldBy(index, true)) !== undefined;
  const wanted = keys?.judged && compiled ? { and: [keys.judged, compiled] } : (compiled ?? keys?.judged);
  const items: ListedItem[] = [];
  const startedAt = performance.now();
  const positionKeys = [...table.keys, ...indexKeys(table.schema, index)].map(({ name }) => name);
  let start = after as WireItem | undefined;
  let examined = 0;
  do {
    const answer = await table.readPage(pageAt(params, { start, size: pageLength }), undefined);
    const { Items: stored = [], LastEvaluatedKey: next } = outputOf(answer);
    examined += stored.length;
    const read = stored.map(wireOf);
    for (const wire of isPartial ? await wholeItems(context, read) : read) {
      if (!context.reader.owns(wire)) continue;
      const listed = listedItem(context, wire, wanted, keys?.judged);
      if (listed && (!onlyBroken || listed.problem)) items.push(listed);
    }
    start = next;
  } while (start && items.length < pageLength && performance.now() - startedAt < longest);
  return { items, examined, ...(start && { next: shownItem(pick(start, positionKeys)) }) };
}

/** The items of some keys, in their order, without those that are gone. */
async function wholeItems({ keys, table }: EntityContext<object>, read: readonly WireItem[]): Promise<WireItem[]> {
  const found = await table.getMany(
    read.map((wire) => keys.keyOf(wire)),
    { consistent: true },
  );
  const byKey = new Map(found.map((stored) => [keys.textOf(stored), wireOf(stored)]));
  return read.map((wire) => byKey.get(keys.textOf(wire))).filter((wire) => wire !== undefined);
}

function compiledFilter(context: EntityContext<object>, filter: unknown): WireCondition | undefined {
  if (filter === undefined) return undefined;
  return compiledCondition(context, conditionFromJson(context.model, filter) as Condition<object>, 'filter');
}

/** The condition of a query on the keys. Throws like `query`. */
function keysIn(context: EntityContext<object>, { index, partition, range }: ItemQuery) {
  const { model } = context;
  const found = index === undefined ? undefined : model.indexes.find(({ name }) => name === index);
  const [partitionKey, sortKey] = found ? [found.partitionKey, found.sortKey] : [model.partitionKey, model.sortKey];
  const given = {
    index,
    partition: fromJson(partitionKey, partition) as QueryOptions['partition'],
    ...(range !== undefined && { range: (sortKey ? rangeFromJson(sortKey, range) : range) as QueryOptions['range'] }),
  };
  return keysOf([context], given);
}

function listedItem(
  context: EntityContext<object>,
  wire: WireItem,
  wanted: WireCondition | undefined,
  judged: WireCondition | undefined,
): ListedItem | undefined {
  const { keys, model, reader } = context;
  const about = { key: shownItem(keys.keyOf(wire)), version: reader.storedVersion(wire), size: wireSize(wire) };
  const names = model.attributes
    .filter(({ roles }) => !roles.has('partition key') && !roles.has('sort key') && !roles.has('revision'))
    .map(({ attribute }) => attribute);
  try {
    const examined = reader.examine(wire);
    const values = newestValues(examined, model.chain);
    if (wanted && !isTrueOf(wanted, values)) return undefined;
    reader.hydrate(examined, false);
    return { ...about, preview: preview(names, values) };
  } catch (error) {
    if (!isMapperError(error)) throw error;
    const stored = (name: string) => valueAt(wire, name);
    // it may fit the filter, but its key is known
    if (judged && !isTrueOf(judged, stored)) return undefined;
    return { ...about, preview: preview(names, stored), problem: problemOf(error) };
  }
}

/** The first attributes that are short. */
function preview(names: readonly string[], valueOf: (name: string) => WireItem[string] | undefined): ShownItem {
  const shown: [string, WireItem[string]][] = [];
  for (const name of names) {
    const value = valueOf(name);
    if (!value || 'M' in value || 'L' in value) continue;
    shown.push([name, shortened(value)]);
    if (shown.length === previewed) break;
  }
  return shownItem(Object.fromEntries(shown));
}

const longestText = 120;

function shortened(value: WireItem[string]): WireItem[string] {
  return 'S' in value && value.S.length > longestText ? { S: `${value.S.slice(0, longestText)}…` } : value;
}

function pick(item: WireItem, names: readonly string[]): WireItem {
  return Object.fromEntries(names.map((name) => [name, item[name] as WireItem[string]]));
}
