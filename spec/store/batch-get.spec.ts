import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Attribute, Entity, isMapperError, Mapper, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rowValueAt, type StoredItem } from '../../lib/codec/row.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { batchGet } from '../../lib/store/batch.js';
import { ClientTransport } from '../../lib/store/client-transport.js';
import { type CannedEngine, type EngineRequest, startCannedEngine } from '../support/canned-engine.js';
import { storeRaw } from '../support/raw-requests.js';

const keyOf = (at: number): WireItem => ({ id: { S: `k${at}` } });
const keys = (count: number) => Array.from({ length: count }, (_, at) => keyOf(at));
const keysIn = ({ body }: EngineRequest) => (body as BatchBody).RequestItems.things.Keys;

interface BatchBody {
  readonly RequestItems: { readonly things: { readonly Keys: WireItem[]; readonly ConsistentRead?: boolean } };
}

/** Reads some of the keys asked for and leaves the rest. */
const partly = (request: EngineRequest, read: number) => {
  const asked = keysIn(request);
  return {
    Responses: { things: asked.slice(0, read) },
    UnprocessedKeys: read < asked.length ? { things: { Keys: asked.slice(read) } } : {},
  };
};

let canned: CannedEngine;
afterEach(async () => {
  jest.restoreAllMocks();
  await canned?.close();
});

async function start(
  read: (request: EngineRequest, at: number) => number,
  takesBodies = true,
): Promise<ClientTransport> {
  canned = await startCannedEngine((request, at) => partly(request, read(request, at)));
  return new ClientTransport(canned.client, takesBodies);
}

/** The items that were read, by the number in their key, in order. */
const numbersOf = (items: readonly StoredItem[]) =>
  items.map((item) => Number((rowValueAt(item, 'id') as string).slice(1))).toSorted((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

test.each([
  [0, []],
  [1, [1]],
  [100, [100]],
  [101, [100, 1]],
  [250, [100, 100, 50]],
])('%d keys are asked for in requests of 100', async (count, sizes) => {
  const connection = await start(() => 100);
  const items = await batchGet(connection, 'things', keys(count), {});
  expect(numbersOf(items)).toEqual(upTo(count));
  expect(canned.requests.map((request) => keysIn(request).length)).toEqual(sizes);
});

test.each([true, false])('every request says whether it is consistent: %s', async (consistent) => {
  const connection = await start((_request, at) => (at === 0 ? 7 : 100));
  await batchGet(connection, 'things', keys(101), { consistent });
  const said = canned.requests.map(({ body }) => (body as BatchBody).RequestItems.things.ConsistentRead);
  expect(said).toEqual(consistent ? [true, true] : [undefined, undefined]);
});

describe.each([
  ['taken from the body', true],
  ["from the client's own deserialiser", false],
])('keys that the engine leaves unprocessed, %s,', (_way, takesBodies) => {
  beforeEach(() => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });

  test('are asked for again until all are read', async () => {
    const connection = await start(
      (request, at) => (at % 2 === 0 ? 0 : Math.ceil(keysIn(request).length / 2)),
      takesBodies,
    );
    const items = await batchGet(connection, 'things', keys(130), {});
    expect(numbersOf(items)).toEqual(upTo(130));
  });

  test('of bytes and numbers are asked for as they were', async () => {
    const key: WireItem = {
      part: { B: new Uint8Array([0, 255, 254]) },
      sort: { N: '98765432109876543210987654321098765432' },
    };
    const connection = await start((_request, at) => (at < 2 ? 0 : 1), takesBodies);
    const items = await batchGet(connection, 'things', [key], {});
    const sent = { part: { B: 'AP/+' }, sort: key['sort'] };
    expect(canned.requests.map(keysIn)).toEqual([[sent], [sent], [sent]]);
    expect(items).toHaveLength(1);
  });

  test('are an error after ten attempts without progress', async () => {
    const connection = await start(() => 0, takesBodies);
    const reading = batchGet(connection, 'things', keys(3), {});
    await expect(reading).rejects.toMatchObject({
      code: 'UNPROCESSED_KEYS',
      details: { table: 'things', count: 3, attempts: 10 },
    });
    expect(canned.requests).toHaveLength(10);
  });

  test('are asked for as long as there is any progress', async () => {
    const connection = await start((_request, at) => (at % 9 === 8 ? 1 : 0), takesBodies);
    expect(numbersOf(await batchGet(connection, 'things', keys(3), {}))).toEqual([0, 1, 2]);
    expect(canned.requests).toHaveLength(27);
  });
});

test('the pauses between attempts grow, and start again with progress', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.999);
  const times: number[] = [];
  const connection = await start((_request, at) => {
    times.push(performance.now());
    return at === 3 ? 1 : at < 5 ? 0 : 100;
  });
  await batchGet(connection, 'things', keys(3), {});
  const pauses = times.slice(1).map((time, at) => time - (times[at] as number));
  // never shorter than what a timer waits; how much longer depends on the machine
  const limits = [50, 100, 200, 25, 50];
  expect(pauses).toHaveLength(limits.length);
  for (const [at, limit] of limits.entries()) expect(pauses[at]).toBeGreaterThan(limit * 0.9);
  // without progress it would have been 400
  expect(pauses[3]).toBeLessThan(350);
});

test("a pause ends with the signal, and the call rejects with the signal's reason", async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.999);
  const controller = new AbortController();
  const connection = await start((_request, at) => {
    // the fourth pause is of 400 milliseconds
    if (at === 3) setTimeout(() => controller.abort('the user went away'), 50);
    return 0;
  });
  const reading = batchGet(connection, 'things', keys(1), { signal: controller.signal });
  await expect(reading).rejects.toBe('the user went away');
  expect(canned.requests).toHaveLength(4);
});

describe('getMany()', () => {
  @Entity({ table: 'pixels' })
  @Versioned(1)
  class Pixel {
    @PartitionKey() image!: Uint8Array;
    @SortKey() position!: number;
    @Attribute() colour!: string;
  }
  @Entity({ table: 'counters' })
  @Versioned(1)
  class Counter {
    @PartitionKey({ type: 'number' }) id!: number | bigint;
    @Attribute() text!: string;
  }

  let engine: EmbeddedEngine;
  let mapper: Mapper;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    mapper = new Mapper({ client: engine.client, entities: [Pixel, Counter] });
    await mapper.createTables();
  });
  afterAll(() => engine.close());

  test('finds items by keys of bytes and numbers, in the order asked for, again where one is repeated', async () => {
    const pixels = mapper.repository(Pixel);
    const images = [new Uint8Array([0, 255, 128]), new Uint8Array([0, 255, 129])];
    const wanted = images.flatMap((image) => [-3, 0, 0.5, 2 ** 53 - 1, 1e-7].map((position) => ({ image, position })));
    for (const key of wanted) await pixels.insert(pixels.create({ ...key, colour: `colour ${key.position}` }));

    const absent = { image: new Uint8Array([9]), position: 1 };
    const asked = [...wanted.toReversed(), absent, ...wanted];
    const found = await pixels.getMany(asked.map(({ image, position }) => ({ image: Buffer.from(image), position })));
    expect(found.map((one) => one?.colour)).toEqual(
      asked.map((one) => (one === absent ? undefined : `colour ${one.position}`)),
    );
    expect(found[0]).toBe(found.at(-1));
    expect(found[0]).toBeInstanceOf(Pixel);
  });

  test.each(['1E+2', '100', '100.0', '1e2'])('finds an item whose number key is stored as %s', async (notation) => {
    const counters = mapper.repository(Counter);
    await storeRaw(engine.endpoint, 'counters', {
      id: { N: notation },
      text: { S: notation },
      schema_version: { N: '1' },
    });
    const [found] = await counters.getMany([{ id: 100 }]);
    expect(found).toMatchObject({ id: 100, text: notation });
    expect(await counters.get({ id: 100 })).toEqual(found);
  });

  test('reads more than a hundred items', async () => {
    const counters = mapper.repository(Counter);
    const ids = Array.from({ length: 130 }, (_, at) => 1000 + at);
    await Promise.all(
      ids.map((id) => storeRaw(engine.endpoint, 'counters', { id: { N: `${id}` }, text: { S: `${id}` } })),
    );
    const found = await counters.getMany(ids.toReversed().map((id) => ({ id })));
    expect(found.map((one) => one?.text)).toEqual(ids.toReversed().map(String));
  });

  test('asks for nothing where no key is given', async () => {
    expect(await mapper.repository(Counter).getMany([])).toEqual([]);
  });

  test('refuses a bad key before anything is sent', async () => {
    const counters = mapper.repository(Counter);
    const error: unknown = await counters.getMany([{ id: 1 }, { id: Number.NaN }]).catch((reason: unknown) => reason);
    expect(isMapperError(error, 'INVALID_KEY_VALUE')).toBe(true);
  });
});
