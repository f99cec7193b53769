import type { WireItem, WireValue } from 'dynamo-evolve';
import { canonicalText } from '../wire-places.js';
import type { IndexView } from './index-view.js';
import { readCondition, without, withUsedTokens } from './item-writes.js';
import { withExpressions } from './legacy-parameters.js';
import { project } from './projection.js';
import { beyondProfile, invalid } from './refusal.js';
import type { ProfileTable } from './table-catalog.js';
import { tokensOf } from './texts.js';
import type { Answer, Body, Upstream } from './upstream.js';

/** How many items a short page looks at, at most. */
const shortPage = 3;

/** Items that a page looked at, and where the next one starts. */
interface Look {
  readonly items: readonly WireItem[];
  readonly last: WireItem | undefined;
}

type PageOperation = 'Query' | 'Scan';

/**
 * Queries and scans as Alternator does them: in short pages, the first of them empty, or in whole ones, and global
 * indexes from their views.
 */
export class PageReads {
  readonly #upstream: Upstream;
  readonly #isWhole: boolean;
  /** The keys that we made up for empty pages, and where they stand. */
  readonly #madeUp = new Map<string, WireItem | undefined>();

  constructor(upstream: Upstream, isWhole: boolean) {
    this.#upstream = upstream;
    this.#isWhole = isWhole;
  }

  async read(table: ProfileTable, operation: PageOperation, request: Body): Promise<Answer> {
    const refused = await this.#refusal(table, operation, request);
    if (refused) return refused;
    const body = withExpressions(request);
    refuseFilter(table, operation, body);
    const start = body.ExclusiveStartKey as WireItem | undefined;
    if (start !== undefined && body.IndexName !== undefined) refuseStart(start, table.keyTypes(body.IndexName));
    const view = body.IndexName === undefined ? undefined : table.view(body.IndexName);
    if (start === undefined) view?.start();
    if (start === undefined && !this.#isWhole) {
      const last = this.#makeUp(table, body);
      return page(body, { items: [], last });
    }
    const text = canonicalText(start);
    const from = this.#madeUp.has(text) ? this.#madeUp.get(text) : start;
    if (view) return page(body, lookAtView(view, table, operation, body, from, this.#sizeOf(body)));
    return this.#pageOfTable(table, operation, body, from);
  }

  /** What the engine behind says of the request as it stands, if that is no. */
  async #refusal(table: ProfileTable, operation: PageOperation, body: Body): Promise<Answer | undefined> {
    const request = without(body, ['ExclusiveStartKey']);
    const answer = await this.#upstream.send(operation, {
      ...request,
      Limit: body.Limit === undefined ? 1 : body.Limit,
    });
    // it fails on an index with items whose key has another type, which aren't in Alternator's
    const isFailure = answer.status >= 500 && body.IndexName !== undefined;
    if (JSON.stringify(answer.body).includes('Query condition missed key schema element')) {
      throw invalid(`Query condition missed key schema element: ${table.partitionKey}`);
    }
    return answer.status === 200 || isFailure ? undefined : answer;
  }

  async #pageOfTable(
    table: ProfileTable,
    operation: PageOperation,
    body: Body,
    from: WireItem | undefined,
  ): Promise<Answer> {
    const rest = without(body, ['ExclusiveStartKey', 'FilterExpression', 'ProjectionExpression', 'Select']);
    const size = this.#sizeOf(body);
    const limited = { ...rest, ...(size < Infinity && { Limit: size }), ...(from && { ExclusiveStartKey: from }) };
    const request = withUsedTokens(limited, [body.KeyConditionExpression ?? '']);
    const answer = await this.#upstream.send(operation, request);
    if (answer.status !== 200) return answer;
    const { Items: items = [], LastEvaluatedKey: last } = answer.body;
    return page(body, {
      items: (items as WireItem[]).map((item) => table.dressed(item)),
      last: last as WireItem | undefined,
    });
  }

  #sizeOf({ Limit: limit = Infinity }: Body): number {
    return Math.min(this.#isWhole ? Infinity : shortPage, Number(limit));
  }

  /** A key that no item has, for the end of an empty page: in Alternator it would be that of a deleted item. */
  #makeUp(table: ProfileTable, body: Body): WireItem {
    const count = this.#madeUp.size + 1;
    const key = Object.fromEntries(
      Object.entries(table.keyTypes(body.IndexName)).map(([name, type]) => [name, madeUpValue(type, count)]),
    );
    this.#madeUp.set(canonicalText(key), undefined);
    return key;
  }
}

/** ScyllaDB issue 5320: such an index has the table's partition key for a sort key. */
function refuseFilter(table: ProfileTable, operation: PageOperation, body: Body): void {
  const { FilterExpression: filter, IndexName: index } = body;
  if (operation !== 'Query' || filter === undefined || index === undefined || !table.isHashOnly(index)) return;
  const { names } = tokensOf(body);
  const named = (filter.match(/#?\w+/g) ?? []).map((name) => names[name] ?? name);
  if (!named.includes(table.partitionKey)) return;
  throw invalid(`QueryFilter can only contain non-primary key attributes: Sort key attribute: ${table.partitionKey}`);
}

/** A start has the keys of the index and of the table, with their types. */
function refuseStart(start: WireItem, types: ReturnType<ProfileTable['keyTypes']>): void {
  for (const [name, type] of Object.entries(types)) {
    const value = start[name];
    if (value === undefined) throw invalid(`Key column ${name} not found`);
    if (!(type in value)) throw invalid(`Type mismatch: expected type ${type} for key column ${name}`);
  }
}

function madeUpValue(type: 'S' | 'N' | 'B', count: number): WireValue {
  if (type === 'N') return { N: `-98765432100000.${count}1` };
  const text = `a key that the profile made up: ${count}`;
  return type === 'S' ? { S: text } : { B: Buffer.from(text).toString('base64') };
}

function lookAtView(
  view: IndexView,
  table: ProfileTable,
  operation: PageOperation,
  body: Body,
  from: WireItem | undefined,
  size: number,
): Look {
  const isForward = body.ScanIndexForward !== false;
  const items = view.items(wantedBy(operation, body));
  if (!isForward) items.reverse();
  const after = from && ((item: WireItem) => (isForward ? view.order(item, from) : view.order(from, item)) > 0);
  const start = after ? items.findIndex(after) : 0;
  const found = start < 0 ? [] : items.slice(start, start + size);
  const isFull = found.length === size;
  return { items: found, last: isFull ? keyOf(found.at(-1) as WireItem, table, body) : undefined };
}

function wantedBy(operation: PageOperation, body: Body): (item: WireItem) => boolean {
  if (body.Segment !== undefined && Number(body.TotalSegments) > 1) {
    return (item) => hash(canonicalText(item)) % Number(body.TotalSegments) === Number(body.Segment);
  }
  if (operation === 'Scan') return () => true;
  if (body.KeyConditionExpression === undefined) throw beyondProfile('it reads KeyConditionExpression alone');
  const holds = readCondition(body.KeyConditionExpression);
  return (item) => holds({ item, ...tokensOf(body) });
}

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}

function keyOf(item: WireItem, table: ProfileTable, { IndexName: index }: Body): WireItem {
  const names = Object.keys(table.keyTypes(index));
  return Object.fromEntries(names.map((name) => [name, item[name] as WireValue]));
}

/** A page's answer: filtered by text, projected, counted. */
function page(body: Body, { items, last }: Look): Answer {
  const tokens = tokensOf(body);
  const { FilterExpression: filter, ProjectionExpression: projection, Select: select } = body;
  const holds = filter === undefined ? undefined : readCondition(filter);
  const found = holds ? items.filter((item) => holds({ item, ...tokens })) : items;
  return {
    status: 200,
    body: {
      ...(select !== 'COUNT' && { Items: found.map((item) => project(item, projection, tokens)) }),
      Count: found.length,
      ScannedCount: items.length,
      ...(last && { LastEvaluatedKey: last }),
    },
  };
}
