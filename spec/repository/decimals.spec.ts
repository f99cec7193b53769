import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  Attribute,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

/** A decimal of as many digits as engines store, and the number nearest to it. */
const precise = '0.12345678901234567890123456789012345678';
const nearest = 0.123_456_789_012_345_68;
/** Beyond 2^53, where the nearest number is an integer. */
const amount = '9007199254740993.55';
const nearestAmount = 9_007_199_254_740_994;

class Line {
  @Type(() => Number) price!: number;
  @Type(() => Number) rates!: Map<string, number>;
  note?: string;
}

@Entity({ table: 'accounts' })
@Versioned(1)
@Index('by_rate', { partitionKey: 'kind', sortKey: 'rate' })
@Index('by_price', { partitionKey: 'kind', sortKey: 'price_key' })
class Account {
  @PartitionKey() id!: string;
  @SortKey({ type: 'number' }) serial!: number;
  @Attribute({ optional: true }) kind?: string;
  @Attribute({ optional: true }) title?: string;
  @Attribute({ optional: true }) balance?: number;
  @Attribute({ optional: true }) rate?: number;
  @Attribute({ optional: true }) price?: number;
  @Attribute({ template: 'PRICE#{price}', optional: true }) price_key?: string;
  @Attribute({ optional: true, type: 'epochSeconds' }) seen?: Date;
  @Attribute({ optional: true, type: 'any' }) exact?: unknown;
  @Attribute({ optional: true }) @Type(() => Line) lines?: Line[];
  @Attribute({ optional: true }) @Type(() => Number) parts?: Set<number>;
}

let engine: EmbeddedEngine;
let accounts: Repository<Account>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Account] });
  await mapper.createTables();
  accounts = mapper.repository(Account);
});
afterAll(() => engine.close());

const keyOf = (id: string, serial = '1') => ({ id: { S: id }, serial: { N: serial } });
const stored = (id: string, serial?: string) => readStored(engine.endpoint, 'accounts', keyOf(id, serial));

async function store(id: string, attributes: WireItem, serial?: string): Promise<void> {
  await storeRaw(engine.endpoint, 'accounts', { ...keyOf(id, serial), schema_version: { N: '1' }, ...attributes });
}

describe('a declared number', () => {
  test('is read after `add` made a decimal of it that no number prints', async () => {
    await accounts.insert(accounts.create({ id: 'add', serial: 1, balance: 0.300_000_000_000_000_04 }));
    const updated = await accounts.update({ id: 'add', serial: 1 }, { add: { balance: 0.1 } });
    expect(await stored('add')).toMatchObject({ balance: { N: '0.40000000000000004' } });
    const again = await accounts.getOrFail({ id: 'add', serial: 1 });
    // oxlint-disable-next-line no-loss-of-precision -- the nearest double is what this is about
    expect([updated.balance, again.balance]).toEqual([0.400_000_000_000_000_04, 0.400_000_000_000_000_04]);
    expect((await accounts.update({ id: 'add', serial: 1 }, { add: { balance: 0.6 } })).balance).toBe(1);
  });

  test.each([
    ['as many digits as engines store', precise, nearest],
    ['a decimal beyond 2^53', amount, nearestAmount],
    ['a negative one', `-${amount}`, -nearestAmount],
    ['a small one', `1.${'234567890'.repeat(4)}1E-100`, 1.234_567_890_234_567_8e-100],
  ])('reads any stored decimal as the nearest number: %s', async (_what, N, number) => {
    await store('any', { balance: { N }, title: { S: 'old' } });
    const before = await stored('any');
    const account = await accounts.getOrFail({ id: 'any', serial: 1 });
    expect(account.balance).toBe(number);

    // what isn't changed keeps its digits: nothing is sent, or only what was changed
    await accounts.save(account);
    expect(await stored('any')).toEqual(before);
    account.title = 'new';
    await accounts.save(account);
    expect(await stored('any')).toEqual({ ...before, title: { S: 'new' } });
    account.title = 'newer';
    await accounts.put(account);
    expect(await stored('any')).toEqual({ ...before, title: { S: 'newer' } });

    account.balance = 0.1;
    await accounts.save(account);
    expect(await stored('any')).toMatchObject({ balance: { N: '0.1' } });
  });

  test('has an error for an integer beyond 2^53, stored or assigned, with bigint as the advice', async () => {
    await store('integer', { balance: { N: '9007199254740993' } });
    await expect(accounts.get({ id: 'integer', serial: 1 })).rejects.toMatchObject({
      code: 'ATTRIBUTE_TYPE',
      details: { expected: 'number', found: 'a bigint (an integer beyond 2^53, which the type bigint holds)' },
    });
    await store('integer', { balance: { N: amount } });
    const account = await accounts.getOrFail({ id: 'integer', serial: 1 });
    account.balance = nearestAmount + 2;
    await expect(accounts.save(account)).rejects.toMatchObject({
      code: 'INVALID_NUMBER',
      details: { path: 'balance' },
    });
    await expect(accounts.put(account)).rejects.toMatchObject({ code: 'INVALID_NUMBER' });
  });

  test('is read in nested values, collections and dates', async () => {
    const lines: WireItem[string] = {
      L: [{ M: { price: { N: precise }, rates: { M: { a: { N: amount } } }, note: { S: 'x' } } }],
    };
    const parts = { NS: [precise, '1'] };
    await store('nested', { lines, parts, seen: { N: '1709284500.12345678901234567' }, title: { S: 'old' } });
    const account = await accounts.getOrFail({ id: 'nested', serial: 1 });
    expect(account.lines).toEqual([
      Object.assign(new Line(), { price: nearest, rates: new Map([['a', nearestAmount]]), note: 'x' }),
    ]);
    expect(account.parts).toEqual(new Set([nearest, 1]));
    expect(account.seen).toEqual(new Date(1_709_284_500_123));
    account.title = 'new';
    await accounts.save(account);
    expect(await stored('nested')).toMatchObject({ lines, seen: { N: '1709284500.12345678901234567' } });
    // what is changed is stored as a whole
    (account.lines as Line[])[0]!.rates = new Map([['a', 1]]);
    await accounts.save(account);
    expect(await stored('nested')).toMatchObject({ lines: { L: [{ M: { price: { N: String(nearest) } } }] } });
  });

  test('can be a key', async () => {
    await store('key', { title: { S: 'old' } }, precise);
    const [account] = await accounts.query({ partition: 'key' }).all();
    expect(account?.serial).toBe(nearest);
    (account as Account).title = 'new';
    await accounts.save(account as Account);
    await accounts.put(account as Account);
    expect(await stored('key', precise)).toMatchObject({ title: { S: 'new' } });
    expect(await accounts.query({ partition: 'key' }).count()).toBe(1);
  });

  test('can be the key of an index, and part of one', async () => {
    const keys = {
      kind: { S: 'indexed' },
      rate: { N: precise },
      price: { N: precise },
      price_key: { S: `PRICE#${precise}` },
    };
    await store('index', { ...keys, title: { S: 'old' } });
    for (const index of ['by_rate', 'by_price']) {
      const [account, ...others] = await accounts.query({ index, partition: 'indexed' }).all();
      expect(others).toEqual([]);
      const before = await stored('index');
      expect(account).toMatchObject({ rate: nearest, price: nearest });
      await accounts.save(account as Account);
      expect(await stored('index')).toEqual(before);
      (account as Account).title = index;
      await accounts.save(account as Account);
      expect(await stored('index')).toEqual({ ...before, title: { S: index } });
      await accounts.put(account as Account);
      expect(await stored('index')).toEqual({ ...before, title: { S: index } });
    }
  });

  test('is exact where it has no declared type', async () => {
    await store('exact', { exact: { N: precise }, undeclared: { N: precise } });
    const account = await accounts.getOrFail({ id: 'exact', serial: 1 });
    expect(String(account.exact)).toBe(precise);
    account.title = 'x';
    await accounts.save(account);
    expect(await stored('exact')).toMatchObject({ exact: { N: precise }, undeclared: { N: precise } });
  });
});
