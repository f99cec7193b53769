import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  Index,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type QueryOptions,
  rename,
  type Repository,
  SortKey,
  steps,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';

@Entity({ table: 'entries' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'at' })
@Index('by_weight', { sortKey: 'weight' })
class Entry {
  @PartitionKey() log!: string;
  @SortKey() at!: number;
  @Attribute() kind!: string;
  @Attribute() weight!: number;
}
@Entity({ table: 'zoo', discriminator: { attribute: 'is', value: 'cat' } })
@Versioned(1)
class Cat {
  @PartitionKey() owner!: string;
  @SortKey() name!: string;
}
@Entity({ table: 'zoo', discriminator: { attribute: 'is', value: 'dog' } })
@Versioned(1)
class Dog {
  @PartitionKey() owner!: string;
  @SortKey() name!: string;
}
@Entity({ table: 'pixels' })
@Versioned(1)
@Index('by_colour', { partitionKey: 'colour', sortKey: 'seen' })
class Pixel {
  @PartitionKey() image!: Uint8Array;
  @SortKey() position!: number;
  @Attribute() colour!: string;
  @Attribute() seen!: Date;
}

let engine: EmbeddedEngine;
const all = [Entry, Cat, Dog, Pixel];
const repositoryOf = <T extends object>(entity: Class<T>, options: Partial<MapperOptions> = {}) =>
  new Mapper({ client: engine.client, entities: all, ...options }).repository(entity);

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  for (const tablePrefix of ['', 'other_']) {
    await new Mapper({ client: engine.client, entities: all, tablePrefix }).createTables();
    const entries = repositoryOf(Entry, { tablePrefix });
    for (let at = 0; at < 12; at++) {
      await entries.insert(entries.create({ log: at % 2 ? 'a' : 'ä/🚀', at, kind: 'k', weight: 100 - at }));
    }
  }
});
afterAll(() => engine.close());

const query: QueryOptions = { partition: 'a', limit: 2 };
const cursorOf = async (entries: Repository<Entry>, options: QueryOptions = query) => {
  const { cursor } = await entries.query(options).page();
  if (cursor === undefined) throw new Error('there is no cursor');
  return cursor;
};
const expectRefusal = async (entries: Repository<Entry>, cursor: unknown, problem: unknown = expect.any(String)) => {
  const result = entries.query({ ...query, cursor: cursor as string });
  for (const ask of [() => result.page(), () => result.all(), () => result.pages().next()]) {
    await expect(ask()).rejects.toMatchObject({ code: 'INVALID_CURSOR', details: { problem } });
  }
};

describe.each<[string, Partial<MapperOptions>]>([
  ['unsigned', {}],
  ['signed', { cursorSecret: 'top secret' }],
])('a cursor, %s,', (_kind, options) => {
  let entries: Repository<Entry>;
  beforeAll(() => {
    entries = repositoryOf(Entry, options);
  });

  test.each<[string, QueryOptions]>([
    ['of a partition', query],
    ['of a partition with an odd name', { partition: 'ä/🚀', limit: 1 }],
    ['of an index', { index: 'by_kind', partition: 'k', limit: 5 }],
    ['of a local index', { index: 'by_weight', partition: 'a', limit: 1, reverse: true }],
  ])('%s can stand in a URL as it is', async (_what, wanted) => {
    const cursor = await cursorOf(entries, wanted);
    expect(cursor).toMatch(/^[A-Za-z0-9_.-]+$/);
    expect(encodeURIComponent(cursor)).toBe(cursor);
    const [first, rest] = [
      await entries.query(wanted).all(),
      await entries.query({ ...wanted, limit: 99, cursor }).all(),
    ];
    expect([...first, ...rest]).toEqual(await entries.query({ ...wanted, limit: 99 }).all());
  });

  test('is taken by another mapper of the same application', async () => {
    const cursor = await cursorOf(entries);
    const again = await repositoryOf(Entry, options)
      .query({ ...query, cursor })
      .all();
    expect(again.map((entry) => entry.at)).toEqual([5, 7]);
  });

  test('does not depend on how pages are cut and read', async () => {
    const cursor = await cursorOf(entries);
    for (const more of [{ limit: 7 }, { pageSize: 1 }, { consistent: true }, { track: false }]) {
      expect((await entries.query({ ...query, ...more, cursor }).first())?.at).toBe(5);
    }
  });

  test.each<[string, Partial<QueryOptions>]>([
    ['partition', { partition: 'b' }],
    ['range', { range: { gt: 0 } }],
    ['range than its own', { range: { gte: 0 } }],
    ['direction', { reverse: true }],
    ['index', { index: 'by_weight' }],
    ['global index', { index: 'by_kind' }],
  ])('is refused by a query of another %s', async (_what, more) => {
    const cursor = await cursorOf(entries);
    await expect(entries.query({ ...query, ...more, cursor }).page()).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
      details: { problem: 'belongs to another query' },
    });
  });

  test('is refused by another range, by a scan, by another table, and theirs by it', async () => {
    const refusal = { code: 'INVALID_CURSOR', details: { problem: 'belongs to another query' } };
    const ofRange = await cursorOf(entries, { ...query, range: { gt: 0 } });
    await expect(entries.query({ ...query, range: { gt: 1 }, cursor: ofRange }).all()).rejects.toMatchObject(refusal);
    const cursor = await cursorOf(entries);
    await expect(entries.scan({ cursor }).all()).rejects.toMatchObject(refusal);
    const { cursor: ofScan } = await entries.scan({ limit: 1 }).page();
    await expect(entries.query({ ...query, cursor: ofScan }).all()).rejects.toMatchObject(refusal);
    await expect(entries.scan({ index: 'by_kind', cursor: ofScan as string }).all()).rejects.toMatchObject(refusal);
    const elsewhere = repositoryOf(Entry, { ...options, tablePrefix: 'other_' });
    await expect(elsewhere.query({ ...query, cursor }).all()).rejects.toMatchObject(refusal);
  });

  test('is refused by another class of the same table', async () => {
    const [cats, dogs] = [repositoryOf(Cat, options), repositoryOf(Dog, options)];
    for (const name of ['a', 'b', 'c']) await cats.put(cats.create({ owner: 'Ann', name }));
    const { cursor } = await cats.query({ partition: 'Ann', limit: 1 }).page();
    await expect(dogs.query({ partition: 'Ann', cursor: cursor }).all()).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });

  test.each([
    ['no text', 7],
    ['null', null],
    ['an object', { toString: () => 'x' }],
    ['empty', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{oops').toString('base64url')],
    ['no list', Buffer.from('{}').toString('base64url')],
    ['an empty list', Buffer.from('[]').toString('base64url')],
  ])('is refused that is %s', async (_what, cursor) => {
    await expectRefusal(entries, cursor);
  });

  test('is refused that is anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), fc.json()), async (cursor) => {
        await expect(entries.query({ ...query, cursor }).page()).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
      }),
    );
  });

  test('is refused whose end is missing', async () => {
    const cursor = await cursorOf(entries);
    for (let length = 0; length < cursor.length; length += 3) await expectRefusal(entries, cursor.slice(0, length));
  });

  test('goes on after keys of bytes, of unusual numbers and of Dates', async () => {
    const pixels = repositoryOf(Pixel, options);
    const image = new Uint8Array([0, 255, 62, 63]);
    for (const [at, position] of [-1.5, 1e-7, 2 ** 53 - 1].entries()) {
      await pixels.put(pixels.create({ image, position, colour: 'red', seen: new Date(at * 1000) }));
    }
    for (const wanted of [{ partition: image }, { index: 'by_colour', partition: 'red' }]) {
      const seen = [];
      for await (const { items } of pixels.query({ ...wanted, limit: 1 }).pages()) {
        seen.push(...items.map((one) => one.position));
      }
      expect(seen).toEqual([-1.5, 1e-7, 2 ** 53 - 1]);
    }
  });

  test('shows nothing of what was stored in the error that refuses it', async () => {
    const cursor = await cursorOf(entries, { partition: 'ä/🚀', limit: 1 });
    const error: unknown = await entries
      .query({ ...query, cursor })
      .page()
      .catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('🚀');
    expect(String(error)).not.toContain(cursor);
  });
});

describe('an unsigned cursor', () => {
  test('is refused that was made up of other values than keys have', async () => {
    const entries = repositoryOf(Entry);
    const [fingerprint] = JSON.parse(Buffer.from(await cursorOf(entries), 'base64url').toString()) as [string];
    const made = (...values: unknown[]) => Buffer.from(JSON.stringify([fingerprint, ...values])).toString('base64url');
    for (const values of [
      [],
      ['a'],
      ['a', 5],
      ['a', null],
      [{ S: 'a' }, '5'],
      ['a', ''],
      ['', '5'],
      ['a', '5', '6'],
      ['a', 'x'],
      ['a', 'NaN'],
      ['a', '1e999'],
    ]) {
      await expectRefusal(entries, made(...values), 'is malformed');
    }
    expect((await entries.query({ ...query, cursor: made('a', '5') }).first())?.at).toBe(7);
  });

  test('is refused that was made up of bytes that are none', async () => {
    const pixels = repositoryOf(Pixel);
    const wanted = { partition: new Uint8Array([7, 7]), limit: 1 };
    for (const position of [1, 2]) {
      await pixels.put(pixels.create({ image: wanted.partition, position, colour: 'none', seen: new Date(0) }));
    }
    const { cursor = '' } = await pixels.query(wanted).page();
    const [fingerprint, image] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];
    const made = (...values: unknown[]) => Buffer.from(JSON.stringify([fingerprint, ...values])).toString('base64url');
    for (const bytes of ['%%%', 'Bw', `${image} `, 'Bwc']) {
      await expect(pixels.query({ ...wanted, cursor: made(bytes, '1') }).page()).rejects.toMatchObject({
        code: 'INVALID_CURSOR',
      });
    }
    expect(await pixels.query({ ...wanted, cursor: made(image, '1') }).first()).toMatchObject({ position: 2 });
  });

  test('is refused where cursors are signed, and a signed one where they are not', async () => {
    const [plain, signed] = [repositoryOf(Entry), repositoryOf(Entry, { cursorSecret: 's' })];
    await expectRefusal(signed, await cursorOf(plain), 'has a wrong signature');
    await expectRefusal(plain, await cursorOf(signed), 'has a wrong signature');
  });
});

describe('a signed cursor', () => {
  const secret = 'top secret';
  let entries: Repository<Entry>;
  let cursor: string;
  beforeAll(async () => {
    entries = repositoryOf(Entry, { cursorSecret: secret });
    cursor = await cursorOf(entries);
  });

  test('is refused that was signed with another secret, and taken from the same as bytes', async () => {
    await expectRefusal(repositoryOf(Entry, { cursorSecret: 'other' }), cursor, 'has a wrong signature');
    const same = repositoryOf(Entry, { cursorSecret: new TextEncoder().encode(secret) });
    expect((await same.query({ ...query, cursor }).first())?.at).toBe(5);
  });

  test('is refused at whatever place a bit of it is flipped', async () => {
    for (let at = 0; at < cursor.length; at++) {
      for (const bit of [1, 4, 32]) {
        const flipped = String.fromCharCode(cursor.charCodeAt(at) ^ bit);
        await expect(
          entries.query({ ...query, cursor: cursor.slice(0, at) + flipped + cursor.slice(at + 1) }).page(),
        ).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
      }
    }
  });

  test('is refused that was forged, cut or made longer', async () => {
    const [payload = '', signature = ''] = cursor.split('.');
    const [fingerprint] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string];
    const forged = Buffer.from(JSON.stringify([fingerprint, 'a', '9'])).toString('base64url');
    for (const one of [
      payload,
      `${payload}.`,
      `.${signature}`,
      '.',
      `${forged}.${signature}`,
      `${forged}.${createHmac('sha256', 'guess').update(forged).digest('base64url')}`,
      `${cursor}.`,
      `${cursor}.${signature}`,
      `${cursor}A`,
      ` ${cursor}`,
      cursor.toUpperCase(),
    ]) {
      await expectRefusal(entries, one, 'has a wrong signature');
    }
  });
});

test('a cursor goes on in a newer version of its class, which stores what the filter names elsewhere', async () => {
  @Entity({ table: 'tasks' })
  @Versioned(1)
  class Before {
    @PartitionKey() list!: string;
    @SortKey() at!: number;
    @Attribute() state!: string;
  }
  @Entity({ table: 'tasks' })
  @Versioned(2)
  class After {
    @PartitionKey() list!: string;
    @SortKey() at!: number;
    @Attribute({ name: 'task_state' }) state!: string;
    @Attribute({ optional: true }) note?: string;

    @Upgrade(1, 2)
    static renamed = steps(rename('state', 'task_state'));
  }
  const mapperOf = (entity: Class) => new Mapper({ client: engine.client, entities: [entity] });
  await mapperOf(Before).createTables();
  const before = mapperOf(Before).repository(Before);
  const after = mapperOf(After).repository(After);
  for (const at of [1, 2, 3, 4]) {
    await before.insert(before.create({ list: 'a', at, state: at === 2 ? 'done' : 'open' }));
  }
  const wanted = {
    partition: 'a',
    filter: {
      or: [
        { attr: 'state', eq: 'open' },
        { attr: 'state', eq: 'new' },
      ],
    },
  } as const;
  const { cursor = '' } = await before.query({ ...wanted, limit: 1 }).page();
  expect((await after.query({ ...wanted, cursor }).all()).map((one) => one.at)).toEqual([3, 4]);
  const { cursor: later = '' } = await after.query({ ...wanted, limit: 2 }).page();
  expect((await before.query({ ...wanted, cursor: later }).all()).map((one) => one.at)).toEqual([4]);

  const refusal = { code: 'INVALID_CURSOR', details: { problem: 'belongs to another query' } };
  const filter = { attr: 'note', eq: 'open' } as const;
  await expect(after.query({ partition: 'a', filter, cursor: later }).all()).rejects.toMatchObject(refusal);
});

describe('a cursor without a signature', () => {
  const forge = (cursor: string, ...key: readonly string[]) => {
    const [fingerprint] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [string];
    return Buffer.from(JSON.stringify([fingerprint, ...key])).toString('base64url');
  };
  const refusal = { code: 'INVALID_CURSOR', details: { problem: 'stands outside the query' } };

  test.each<[string, object, readonly string[]]>([
    ['another partition', { partition: 'forgery' }, ['other', '1']],
    ['a sort key outside the range', { partition: 'forgery', range: { gt: 1 } }, ['forgery', '1']],
    ['another partition of an index', { index: 'by_kind', partition: 'kind' }, ['forgery', '2', 'other']],
  ])('is refused that was forged for %s', async (_what, asked, key) => {
    const entries = new Mapper({ client: engine.client, entities: [Entry] }).repository(Entry);
    for (const at of [1, 2, 3, 4]) {
      await entries.put(entries.create({ log: 'forgery', at, kind: 'kind', weight: at }));
    }
    const { cursor = '' } = await entries.query({ ...(asked as QueryOptions<Entry>), limit: 1 }).page();
    const wanted = { ...(asked as QueryOptions<Entry>), cursor: forge(cursor, ...key) };
    await expect(entries.query(wanted).all()).rejects.toMatchObject(refusal);
    await expect(entries.query(wanted).page()).rejects.toMatchObject(refusal);
  });
});
