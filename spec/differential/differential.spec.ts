import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Mapper, type QueryResult, type Repository, type ScanOptions, upgradeItem, type WireItem } from 'dynamo-evolve';
import fc from 'fast-check';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import { compiledCondition } from '../../lib/read/compiled-condition.js';
import { contextFor } from '../../lib/read/entity-context.js';
import { conditionParams } from '../../lib/store/condition.js';
import { EngineCalls } from '../support/engine-calls.js';
import type { EngineName } from '../../tools/engines/engine-list.js';
import { type RunningEngine, startEngine } from '../../tools/engines/engine-runs.js';
import { countFor } from '../support/effort.js';
import { storeRaw } from '../support/raw-requests.js';
import { arbitraryQuestion, type Question } from './arbitrary-queries.js';
import { arbitraryTable, Parcel } from './parcel.js';

const {
  DIFFERENTIAL_TABLES: tables = countFor('differential'),
  DIFFERENTIAL_SEED: seed = '1',
  ENGINE: engineName = 'embedded',
} = process.env;
const questionsPerTable = 60;

let engine: RunningEngine;
beforeAll(async () => {
  engine = await startEngine(engineName as EngineName);
}, 60_000);
afterAll(() => engine.close());

/** A table of parcels of all versions, and a copy of it in which all are of the newest one. */
async function makeTables(at: number) {
  const [items = []] = fc.sample(arbitraryTable, { numRuns: 1, seed: Number(seed) + at });
  const mixed = new Mapper({ client: engine.client, entities: [Parcel], tablePrefix: `mixed_${at}_` });
  const upgraded = new Mapper({ client: engine.client, entities: [Parcel], tablePrefix: `upgraded_${at}_` });
  await Promise.all([mixed.createTables(), upgraded.createTables()]);
  for (const item of items) {
    const newest = jsonOf(encodeItem(upgradeItem(Parcel, decodeItem(item))));
    await storeRaw(engine.endpoint, `mixed_${at}_parcels`, item);
    await storeRaw(engine.endpoint, `upgraded_${at}_parcels`, newest);
  }
  return { mixed: mixed.repository(Parcel), upgraded };
}

/** What the engine itself finds in a table in which nothing is stale. */
async function expectedOf(upgraded: Mapper, table: string, question: Question): Promise<Parcel[]> {
  const parcels = upgraded.repository(Parcel);
  const filter =
    question.filter && conditionParams(compiledCondition(upgraded[contextFor](Parcel), question.filter, 'filter'));
  const { ConditionExpression: expression, ...parameters } = filter ?? { ConditionExpression: undefined };
  const index = 'query' in question.source ? question.source.query.index : question.source.scan.index;
  const request = {
    TableName: table,
    ...(index !== undefined && { IndexName: index }),
    ...(expression !== undefined && { FilterExpression: expression }),
    ...parameters,
  };
  const all: Parcel[] = [];
  let ExclusiveStartKey: WireItem | undefined;
  do {
    const start = ExclusiveStartKey && { ExclusiveStartKey };
    const page = await new EngineCalls(engine.client).scan({ ...request, ...start });
    all.push(...(page.Items ?? []).map((item) => parcels.hydrate(item)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return 'query' in question.source ? inPartition(all, question.source.query) : all;
}

function inPartition(
  parcels: Parcel[],
  {
    index,
    partition,
    range,
    reverse,
  }: { index?: string | undefined; partition: unknown; range?: unknown; reverse?: boolean | undefined },
): Parcel[] {
  const sortKey = index === undefined ? 'at' : 'rank';
  const found = parcels.filter(
    (one) => (index === 'by_owner' ? one.owner : one.shop) === partition && isIn(one[sortKey], range),
  );
  return found.toSorted((a, b) => (reverse ? b[sortKey] - a[sortKey] : a[sortKey] - b[sortKey]));
}

/** What a range can say. */
type Range = { readonly [P in 'lt' | 'lte' | 'gt' | 'gte']?: number } & {
  readonly between?: readonly [number, number];
};

function isIn(value: number, range: unknown): boolean {
  if (range === undefined) return true;
  const given = (typeof range === 'number' ? { between: [range, range] } : range) as Range;
  const {
    lt = Infinity,
    lte = Infinity,
    gt = -Infinity,
    gte = -Infinity,
    between: [from, to] = [-Infinity, Infinity],
  } = given;
  return value < lt && value <= lte && value > gt && value >= gte && value >= from && value <= to;
}

/** Bytes as text, as requests have them. */
function jsonOf<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, one: unknown) =>
      isBytes(one) ? Buffer.from(Object.values(one)).toString('base64') : one,
    ),
  ) as T;
}

function isBytes(value: unknown): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) ||
    (typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer')
  );
}

const otherSizes = [3, undefined, 1, 7];

/** What a way to ask gives: a number, or parcels. */
async function answerOf(parcels: Repository<Parcel>, question: Question): Promise<number | unknown[]> {
  const { source, way, isWrittenBack, ...options } = question;
  const resultOf = (more: object = {}): QueryResult<unknown> => {
    const all = { ...options, ...(isWrittenBack && { writeBack: 'inline' as const }), ...more };
    return 'query' in source ? parcels.query({ ...source.query, ...all }) : parcels.scan({ ...source.scan, ...all });
  };
  const ask: Readonly<Record<Question['way'], () => Promise<number | unknown[]>>> = {
    all: () => resultOf().all(),
    count: () => resultOf().count(),
    first: async () => [await resultOf().first()],
    iteration: () => collect(resultOf()),
    pages: async () => (await collect(resultOf().pages())).flatMap((page) => checked(page, options.limit).items),
    'page by page': () => pageByPage((cursor) => resultOf({ cursor }), options.limit),
    'page by page, other sizes': () => {
      const sizeOf = (turn: number) => otherSizes[turn % otherSizes.length];
      return pageByPage((cursor, turn) => resultOf({ cursor, pageSize: sizeOf(turn) }), options.limit);
    },
  };
  return ask[way]();
}

type Page = Awaited<ReturnType<QueryResult<unknown>['page']>>;

/** A page has no more than asked for, and no less unless it is the last one. */
function checked(page: Page, limit: number | undefined): Page {
  expect(page.items.length).toBeLessThanOrEqual(limit ?? Infinity);
  if (page.cursor !== undefined && limit !== undefined) expect(page.items).toHaveLength(limit);
  return page;
}

async function pageByPage(
  resultOf: (cursor: string | undefined, turn: number) => QueryResult<unknown>,
  limit: number | undefined,
): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  for (let turn = 0; turn === 0 || cursor !== undefined; turn++) {
    const page = checked(await resultOf(cursor, turn).page(), limit);
    items.push(...page.items);
    ({ cursor } = page);
    if (turn > 200) throw new Error('the pages do not end');
  }
  return items;
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** What a way to ask would give of these parcels. */
function limited(question: Question, parcels: readonly Parcel[]): number | unknown[] {
  const { attributes, limit = Infinity, way } = question;
  if (way === 'count') return Math.min(parcels.length, limit);
  const wanted = attributes ? parcels.map((one) => pick(one, attributes)) : parcels;
  if (way === 'first') return wanted.length === 0 ? [undefined] : wanted.slice(0, 1);
  return way === 'all' || way === 'iteration' ? wanted.slice(0, limit) : [...wanted];
}

function pick(parcel: Parcel, attributes: readonly (keyof Omit<Parcel, symbol>)[]): Parcel {
  return Object.assign(new Parcel(), Object.fromEntries(attributes.map((name) => [name, parcel[name]])));
}

/** Segments come as they come: what they have in common is what they hold. */
const isUnordered = ({ source }: Question) => 'scan' in source && isSplit(source.scan);
const isSplit = ({ segments }: ScanOptions<Parcel>) => Number(segments ?? 1) > 1;

/** What would be refused: pages of several segments, and filters on a key of what is queried. */
function isAnswerable({ source, filter, way }: Question): boolean {
  if ('scan' in source) return !(isSplit(source.scan) && way.startsWith('page'));
  return source.query.index !== 'by_owner' || !JSON.stringify(filter ?? '').includes('"owner"');
}

/**
 * What two answers have in common if they are the same: of segments, how many there are, and that each is one of those
 * expected.
 */
function comparable(question: Question, answer: number | unknown[], found: readonly Parcel[]): unknown {
  if (!isUnordered(question) || !Array.isArray(answer)) return answer;
  const pool = (limited({ ...question, limit: undefined, way: 'all' }, found) as unknown[]).map(textOf);
  const strange = answer.map(textOf).filter((text) => text !== undefined && !takeFrom(pool, text));
  return { size: answer.length, strange };
}

/** Takes one out of a list, and answers whether it was there: what comes twice is strange the second time. */
function takeFrom(pool: string[], text: string): boolean {
  const at = pool.indexOf(text);
  if (at >= 0) pool.splice(at, 1);
  return at >= 0;
}

const textOf = (value: unknown) =>
  JSON.stringify(value, (_key, one: unknown) =>
    one instanceof Set ? [...(one as Set<string>)].toSorted(byText) : one,
  );
const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));

describe('a table of all versions gives the answers of one in which all is of the newest version', () => {
  test.each(Array.from({ length: Number(tables) }, (_, at) => at))(
    'table %d',
    async (at) => {
      const { mixed, upgraded } = await makeTables(at);
      await fc.assert(
        fc.asyncProperty(arbitraryQuestion.filter(isAnswerable), async (question) => {
          const found = await expectedOf(upgraded, `upgraded_${at}_parcels`, question);
          const answer = await answerOf(mixed, question);
          const expected = limited(question, found);
          expect(comparable(question, answer, found)).toEqual(comparable(question, expected, found));
        }),
        { numRuns: questionsPerTable, seed: Number(seed) + at },
      );
    },
    120_000,
  );
});
