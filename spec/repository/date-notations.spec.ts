import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  Attribute,
  type Condition,
  Entity,
  isMapperError,
  Mapper,
  PartitionKey,
  ref,
  type Repository,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import fc from 'fast-check';
import { textsOf, times } from '../support/date-texts.js';
import { cases } from '../support/effort.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { recordingClient } from '../support/recording-client.js';

class Place {
  @Type(() => Date) since?: Date;
}

@Entity({ table: 'happenings' })
@Versioned(1)
class Happening {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) at?: Date;
  @Attribute({ optional: true }) other?: Date;
  @Attribute({ optional: true }) @Type(() => Place) place?: Place;
  @Attribute({ optional: true }) @Type(() => Date) days?: Set<Date>;
  @Attribute({ optional: true }) @Type(() => Date) list?: Date[];
  @Attribute({ optional: true }) note?: string;
}

/** What an item holds, as times: the account that answers are compared with. */
interface Account {
  readonly at?: number;
  readonly other?: number;
  readonly since?: number;
  readonly days?: readonly number[];
  readonly list?: readonly number[];
}

/** One stored item, and what its texts mean. */
interface Stored {
  readonly wire: WireItem;
  readonly account: Account;
}

const { DATE_CASES: count = cases(300), DATE_SEED: seed = '1' } = process.env;

/** A time in one of its notations. */
const arbitraryText = fc
  .constantFrom(...times)
  .chain((time) => fc.record({ time: fc.constant(time), text: fc.constantFrom(...textsOf(time)) }));
const option = { freq: 5, nil: undefined };
const arbitraryStored: fc.Arbitrary<Omit<Stored, 'wire'> & { readonly wire: WireItem }> = fc
  .record({
    at: fc.option(arbitraryText, option),
    other: fc.option(arbitraryText, option),
    since: fc.option(arbitraryText, option),
    days: fc.option(
      fc.uniqueArray(arbitraryText, { minLength: 1, maxLength: 3, selector: ({ text }) => text }),
      option,
    ),
    list: fc.option(fc.array(arbitraryText, { maxLength: 3 }), option),
  })
  .map(({ at, days, list, other, since }) => ({
    wire: {
      ...(at && { at: { S: at.text } }),
      ...(other && { other: { S: other.text } }),
      ...(since && { place: { M: { since: { S: since.text } } } }),
      ...(days && { days: { SS: days.map(({ text }) => text) } }),
      ...(list && { list: { L: list.map(({ text }) => ({ S: text })) } }),
      schema_version: { N: '1' },
    },
    account: {
      ...(at && { at: at.time }),
      ...(other && { other: other.time }),
      ...(since && { since: since.time }),
      ...(days && { days: days.map(({ time }) => time) }),
      ...(list && { list: list.map(({ time }) => time) }),
    },
  }));

/** A condition, and what it says of an account. */
interface Asked {
  readonly condition: Condition<Happening>;
  readonly holds: (account: Account) => boolean;
}

type Path = 'at' | 'place.since' | 'list[0]';
const valueAt: Record<Path, (account: Account) => number | undefined> = {
  at: ({ at }) => at,
  'place.since': ({ since }) => since,
  'list[0]': ({ list }) => list?.[0],
};
const arbitraryPath = fc.constantFrom<Path>('at', 'place.since', 'list[0]');
const arbitraryTime = fc.constantFrom(...times);
const text = (time: number) => new Date(time).toISOString();

const orders: Record<string, (value: number, operand: number) => boolean> = {
  eq: (value, operand) => value === operand,
  lt: (value, operand) => value < operand,
  lte: (value, operand) => value <= operand,
  gt: (value, operand) => value > operand,
  gte: (value, operand) => value >= operand,
};

const comparison: fc.Arbitrary<Asked> = fc
  .tuple(arbitraryPath, fc.constantFrom('ne', ...Object.keys(orders)), arbitraryTime, fc.boolean())
  .map(([path, operator, time, isReference]) => ({
    condition: {
      attr: path,
      [operator]: isReference ? ref('other') : new Date(time),
    } as unknown as Condition<Happening>,
    holds(account) {
      const [value, operand] = [valueAt[path](account), isReference ? account.other : time];
      const isPresent = value !== undefined && operand !== undefined;
      if (operator === 'ne') return !(isPresent && value === operand);
      return isPresent && (orders[operator] as (typeof orders)[string])(value, operand);
    },
  }));
const range: fc.Arbitrary<Asked> = fc.tuple(arbitraryPath, arbitraryTime, arbitraryTime).map(([path, a, b]) => {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  return {
    condition: { attr: path, between: [new Date(from), new Date(to)] } as unknown as Condition<Happening>,
    holds(account) {
      const value = valueAt[path](account);
      return value !== undefined && value >= from && value <= to;
    },
  };
});
const among: fc.Arbitrary<Asked> = fc
  .tuple(arbitraryPath, fc.array(arbitraryTime, { minLength: 1, maxLength: 4 }))
  .map(([path, operands]) => ({
    condition: { attr: path, in: operands.map((time) => new Date(time)) } as unknown as Condition<Happening>,
    holds: (account) => operands.includes(valueAt[path](account) ?? Number.NaN),
  }));
const part: fc.Arbitrary<Asked> = fc
  .tuple(arbitraryPath, fc.boolean(), fc.constantFrom('2024-02', '2024-02-29T09:15', '2023', '+01', '15:00.0', '00Z'))
  .map(([path, isStart, operand]) => ({
    condition: { attr: path, [isStart ? 'beginsWith' : 'contains']: operand } as unknown as Condition<Happening>,
    holds(account) {
      const value = valueAt[path](account);
      if (value === undefined) return false;
      return isStart ? text(value).startsWith(operand) : text(value).includes(operand);
    },
  }));
const member: fc.Arbitrary<Asked> = fc
  .tuple(fc.constantFrom('days' as const, 'list' as const), arbitraryTime)
  .map(([attr, time]) => ({
    condition: { attr, contains: new Date(time) } as Condition<Happening>,
    holds: (account) => account[attr]?.includes(time) ?? false,
  }));
const wholeSet: fc.Arbitrary<Asked> = fc.uniqueArray(arbitraryTime, { minLength: 1, maxLength: 2 }).map((operands) => ({
  condition: { attr: 'days', eq: new Set(operands.map((time) => new Date(time))) },
  holds: ({ days = [] }) => {
    const found = new Set(days);
    return found.size === operands.length && operands.every((time) => found.has(time));
  },
}));
const leaf = fc.oneof(comparison, range, among, part, member, wholeSet);
const arbitraryAsked: fc.Arbitrary<Asked> = fc.oneof(
  leaf,
  leaf.map(({ condition, holds }) => ({ condition: { not: condition }, holds: (account: Account) => !holds(account) })),
  fc.tuple(leaf, leaf).map(([a, b]) => ({
    condition: { or: [a.condition, { not: b.condition }] },
    holds: (account: Account) => a.holds(account) || !b.holds(account),
  })),
  fc.tuple(leaf, leaf).map(([a, b]) => ({
    condition: { not: { and: [a.condition, b.condition] } },
    holds: (account: Account) => !(a.holds(account) && b.holds(account)),
  })),
);

let engine: EmbeddedEngine;
let happenings: Repository<Happening>;
let recording: ReturnType<typeof recordingClient>;
let stored: (Stored & { readonly id: string })[];
const store = (id: string, wire: WireItem) => storeRaw(engine.endpoint, 'happenings', { id: { S: id }, ...wire });
const read = (id: string) => readStored(engine.endpoint, 'happenings', { id: { S: id } });

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  const mapper = new Mapper({ client: recording.client, entities: [Happening] });
  await mapper.createTables();
  happenings = mapper.repository(Happening);
  stored = fc
    .sample(arbitraryStored, { numRuns: 80, seed: Number(seed) })
    .map((each, at) => ({ ...each, id: `${at}` }));
  for (const { id, wire } of stored) await store(id, wire);
});
afterAll(() => engine.close());

const parameters = { numRuns: Number(count), seed: Number(seed) };

test('a filter finds what it holds of, in whatever notation dates are stored', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryAsked, async ({ condition, holds }) => {
      const wanted = stored.filter(({ account }) => holds(account)).map(({ id }) => id);
      const all = await happenings.scan({ filter: condition }).all();
      expect(all.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
      expect(await happenings.scan({ filter: condition }).count()).toBe(wanted.length);
      found += wanted.length;
    }),
    parameters,
  );
  expect(found).toBeGreaterThan(parameters.numRuns);
}, 300_000);

test('pages have as many results as were asked for, and together all', async () => {
  const filter: Condition<Happening> = { attr: 'at', lt: new Date('2024-02-29T09:15:00.001Z') };
  const all = await happenings.scan({ filter }).all();
  const pages: number[] = [];
  const ids: string[] = [];
  for await (const { items } of happenings.scan({ filter, limit: 3, pageSize: 5 }).pages()) {
    pages.push(items.length);
    ids.push(...items.map(({ id }) => id));
  }
  expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  expect(pages.slice(0, -1).every((length) => length === 3)).toBe(true);
});

/** Writes on a condition, each as one that leaves an item whose note is `written`, or none. */
const writes: Record<string, (id: string, condition: Condition<Happening>) => Promise<unknown>> = {
  put: (id, condition) => happenings.put(happenings.create({ id, note: 'written' }), { condition }),
  async 'put of a loaded entity'(id, condition) {
    const entity = await happenings.getOrFail({ id });
    return happenings.put(Object.assign(entity, { note: 'written' }), { condition });
  },
  async save(id, condition) {
    const entity = await happenings.getOrFail({ id });
    return happenings.save(Object.assign(entity, { note: 'written' }), { condition });
  },
  async 'save with overwrite'(id, condition) {
    const entity = await happenings.getOrFail({ id });
    return happenings.save(Object.assign(entity, { note: 'written' }), { condition, overwrite: true });
  },
  update: (id, condition) => happenings.update({ id }, { set: { note: 'written' } }, { condition }),
  delete: (id, condition) => happenings.delete({ id }, { condition }),
};

describe.each(Object.entries(writes))('%s', (name, write) => {
  test('is done on a condition where that holds, in whatever notation dates are stored', async () => {
    const id = `written by ${name}`;
    let done = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryStored, arbitraryAsked, async ({ account, wire }, { condition, holds }) => {
        await store(id, wire);
        const error = await write(id, condition).then(() => undefined, String);
        expect(error === undefined ? 'done' : error).toMatch(holds(account) ? /^done$/ : /CONDITION_FAILED|condition/);
        const now = await read(id);
        expect(now === undefined || now['note'] !== undefined).toBe(holds(account));
        done += Number(holds(account));
      }),
      { ...parameters, numRuns: Math.ceil(parameters.numRuns / 4) },
    );
    expect(done).toBeGreaterThan(0);
  }, 300_000);

  test('is one request where dates are stored as they are written', async () => {
    const at = new Date(times[1] as number);
    const id = `in one request by ${name}`;
    await store(id, { at: { S: at.toISOString() }, schema_version: { N: '1' } });
    const requests = async (condition: Condition<Happening>) => {
      recording.reset();
      await write(id, condition);
      return recording.sent.filter(({ operation }) => operation !== 'GetItem').length;
    };
    const condition: Condition<Happening> = {
      and: [
        { attr: 'at', eq: at },
        { attr: 'at', lte: at },
        { attr: 'at', beginsWith: '2024' },
        { attr: 'at', ne: new Date() },
      ],
    };
    expect(await requests(condition)).toBe(1);
  });

  test('is not done where somebody changed the date meanwhile', async () => {
    const id = `raced by ${name}`;
    await store(id, { at: { S: '2024-02-29T11:15:00+02:00' }, schema_version: { N: '1' } });
    let isChanged = false;
    recording.before = async ({ input, operation }) => {
      if (operation === 'GetItem' || isChanged || !JSON.stringify(input).includes('+02:00')) return;
      isChanged = true;
      await store(id, { at: { S: '2024-02-29T11:15:01+02:00' }, schema_version: { N: '1' } });
    };
    const error: unknown = await write(id, { attr: 'at', eq: new Date(times[1] as number) }).catch(
      (each: unknown) => each,
    );
    recording.reset();
    expect(isChanged).toBe(true);
    expect(isMapperError(error, 'CONDITION_FAILED')).toBe(true);
    expect((await read(id))?.['note']).toBeUndefined();
  });
});
