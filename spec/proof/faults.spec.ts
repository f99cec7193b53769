import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  Attribute,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type Repository,
  Revision,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { clientOf } from '../../tools/engines/client.js';
import { storeRaw } from '../support/raw-requests.js';
import { type Fault, type FaultOptions, type FaultProxy, faults, startFaultProxy } from './fault-proxy.js';

jest.setTimeout(30_000);

/** Set FAULT_SEED to run with the faults of another run; the order of concurrent requests stays its own. */
const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`faults: FAULT_SEED=${seed}\n`);

/** How long clients of these specs wait for an answer, in milliseconds. */
const patience = 150;
/** What leaves no doubt about how long an answer takes: no client has to give up waiting. */
const prompt = faults.filter((one) => one !== 'silent');

class LedgerUpgrades {
  /** v1 → v2: `sum` is now `total`. */
  @Upgrade(1, 2)
  static total(item: Item): void {
    item.total = item.sum;
    delete item.sum;
  }
}

/** Each call writes an entry of its own: what was done twice shows. */
@Entity({ table: 'ledgers' })
@Versioned(2, { upgrades: LedgerUpgrades })
class Ledger {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'number' }) total!: number;
  @Attribute() entries!: Record<string, number>;
  @Revision({ type: 'string' }) revision!: string;
}

let engine: EmbeddedEngine;
/** Reads and stores without faults. */
let direct: Repository<Ledger>;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Ledger] });
  await mapper.createTables();
  direct = mapper.repository(Ledger);
});
afterAll(() => engine.close());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Faulty {
  readonly proxy: FaultProxy;
  readonly mapper: Mapper;
  readonly ledgers: Repository<Ledger>;
}

/** A mapper whose client talks to the engine through faults, and waits so long for answers. */
async function faulty(
  options: Partial<FaultOptions> = {},
  mapperOptions: Partial<MapperOptions> = {},
  requestTimeout = patience,
): Promise<Faulty> {
  const proxy = await startFaultProxy(engine.endpoint, { seed, rate: 0.3, ...options });
  const client: DynamoDBClient = clientOf(proxy.endpoint, {
    retryStrategy: impatientRetries,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  });
  const mapper = new Mapper({ client, entities: [Ledger], ...mapperOptions });
  cleanups.push(
    () => proxy.close(),
    () => client.destroy(),
  );
  return { proxy, mapper, ledgers: mapper.repository(Ledger) };
}

/** The client's own rules of what to repeat, four attempts in all, without its pauses of seconds. */
const impatientRetries = {
  acquireInitialRetryToken: async () => retryToken(0),
  refreshRetryTokenForRetry: async (token: { getRetryCount(): number }, { errorType }: { errorType: string }) => {
    if (errorType === 'CLIENT_ERROR' || token.getRetryCount() >= 3) throw new Error('no more attempts');
    return retryToken(token.getRetryCount() + 1);
  },
  recordSuccess: () => {},
} as unknown as NonNullable<DynamoDBClientConfig['retryStrategy']>;

function retryToken(count: number) {
  return { getRetryCount: () => count, getRetryDelay: () => (count === 0 ? 0 : 5) };
}

type Ending = 'acknowledged' | 'REQUEST_FAILED' | 'CONFLICT' | 'ALREADY_EXISTS';

/** How a call ended; anything that isn't an expected error fails the test. */
async function ending(call: Promise<unknown>): Promise<Ending> {
  try {
    await call;
    return 'acknowledged';
  } catch (error) {
    if (!isMapperError(error)) throw error;
    const { code } = error;
    if (code !== 'REQUEST_FAILED' && code !== 'CONFLICT' && code !== 'ALREADY_EXISTS') throw error;
    return code;
  }
}

function tally(endings: Iterable<Ending>): Partial<Record<Ending, number>> {
  const counts: Partial<Record<Ending, number>> = {};
  for (const one of endings) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

async function newLedger(id: string): Promise<void> {
  await direct.insert(direct.create({ id, total: 0, entries: {} }));
}

async function inParallel(count: number, run: (nth: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, nth) => run(nth)));
}

describe('updates and saves of many on few items', () => {
  const ids = ['shared-0', 'shared-1', 'shared-2'];
  const endings = new Map<string, Ending>();
  const stored = new Map<string, Ledger>();
  let met: FaultProxy['met'];

  beforeAll(async () => {
    await Promise.all(ids.map(newLedger));
    const { ledgers, proxy } = await faulty();
    ({ met } = proxy);
    await inParallel(9, async (writer) => {
      const id = ids[writer % ids.length]!;
      for (let nth = 0; nth < 12; nth++) {
        const entry = `w${writer}n${nth}`;
        const isSave = writer % 2 === 0;
        endings.set(`${id}/${entry}`, await ending(isSave ? add(ledgers, id, entry) : count(ledgers, id, entry)));
      }
    });
    await proxy.settled();
    for (const id of ids) stored.set(id, await direct.getOrFail({ id }));
  });

  /** By one request in the table. */
  const count = (ledgers: Repository<Ledger>, id: string, entry: string) =>
    ledgers.update({ id }, { add: { total: 1, [`entries.${entry}`]: 1 } });

  /** By reading, changing and saving. */
  const add = async (ledgers: Repository<Ledger>, id: string, entry: string) => {
    const ledger = await ledgers.getOrFail({ id }, { consistent: true });
    ledger.total += 1;
    ledger.entries[entry] = (ledger.entries[entry] ?? 0) + 1;
    await ledgers.save(ledger);
  };

  const timesStored = (name: string) => {
    const [id, entry] = name.split('/');
    return stored.get(id!)!.entries[entry!] ?? 0;
  };

  test('store what was acknowledged once, neither lost nor twice', () => {
    const acknowledged = [...endings].filter(([, one]) => one === 'acknowledged').map(([name]) => name);
    // how many depends on how busy the machine is: clients give up waiting
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((name) => timesStored(name) !== 1)).toEqual([]);
  });

  test('store what was rejected once at most', () => {
    const rejected = [...endings].filter(([, one]) => one !== 'acknowledged').map(([name]) => name);
    expect(rejected.length).toBeGreaterThan(0);
    expect(rejected.filter((name) => timesStored(name) > 1)).toEqual([]);
  });

  test('keep the attributes of one change together', () => {
    for (const { entries, total } of stored.values()) {
      expect(total).toBe(Object.values(entries).reduce((sum, one) => sum + one, 0));
    }
  });

  test('have met every fault', () => {
    expect([...met.keys()].toSorted()).toEqual(faults.toSorted());
  });
});

describe('writes to items of their own', () => {
  // those after which a repetition tells how the first attempt ended; others may reject, as nobody knows
  const recoverable: readonly Fault[] = [
    'request lost',
    'answer lost',
    'failed before',
    'failed after',
    'slow',
    'silent',
  ];

  test('report an insert whose answer was lost as done', async () => {
    const { ledgers, proxy } = await faulty({ rate: 0.5 });
    const done: Ledger[] = [];
    const endings: Ending[] = [];
    await inParallel(8, async (writer) => {
      for (let nth = 0; nth < 12; nth++) {
        const ledger = ledgers.create({ id: `insert-${writer}-${nth}`, total: 7, entries: {} });
        const ended = await ending(ledgers.insert(ledger));
        endings.push(ended);
        if (ended === 'acknowledged') done.push(ledger);
      }
    });
    await proxy.settled();
    // nobody else inserts these: that one exists already would be our own doing
    expect(tally(endings)).toEqual({ acknowledged: done.length, REQUEST_FAILED: endings.length - done.length });
    expect(await direct.getMany(done)).toEqual(done);
  });

  test.each(['save', 'put'] as const)('report a %s whose answer was lost as done', async (method) => {
    const { ledgers, proxy } = await faulty({ rate: 0.5 });
    const endings: Ending[] = [];
    const last = new Map<string, number>();
    await inParallel(8, async (writer) => {
      for (let item = 0; item < 2; item++) {
        const id = `${method}-${writer}-${item}`;
        await newLedger(id);
        const ledger = await direct.getOrFail({ id });
        // after a failure nobody knows what is stored: the next save may rightly conflict
        for (let ended: Ending = 'acknowledged'; ended === 'acknowledged' && ledger.total < 12; endings.push(ended)) {
          ledger.total += 1;
          ended = await ending(ledgers[method](ledger));
          if (ended === 'acknowledged') last.set(id, ledger.total);
        }
      }
    });
    await proxy.settled();
    const { acknowledged, ...rejected } = tally(endings);
    expect(acknowledged).toBeGreaterThan(0);
    expect(Object.keys(rejected).filter((code) => code !== 'REQUEST_FAILED')).toEqual([]);
    for (const [id, total] of last) {
      const stored = await direct.getOrFail({ id });
      // the last one, which was rejected, may have been done all the same
      expect([0, 1]).toContain(stored.total - total);
    }
  });

  test('never fail where one repetition tells', async () => {
    const { ledgers } = await faulty({ rate: 0.4, faults: recoverable });
    await newLedger('told');
    const endings: Ending[] = [];
    for (let nth = 0; nth < 20; nth++) {
      endings.push(await ending(ledgers.update({ id: 'told' }, { add: { total: 1 } })));
    }
    const { total } = await direct.getOrFail({ id: 'told' });
    const { acknowledged = 0, ...rejected } = tally(endings);
    // four attempts in a row can all meet a fault
    expect(acknowledged).toBeGreaterThan(0);
    expect(Object.keys(rejected).filter((code) => code !== 'REQUEST_FAILED')).toEqual([]);
    expect(total).toBeGreaterThanOrEqual(acknowledged);
    expect(total).toBeLessThanOrEqual(endings.length);
  });
});

describe('reads of stale items', () => {
  let ids: string[];
  let run = 0;

  beforeEach(async () => {
    run++;
    ids = Array.from({ length: 24 }, (_, at) => `stale-${run}-${at}`);
    await Promise.all(
      ids.map((id, at) =>
        storeRaw(engine.endpoint, 'ledgers', { id: { S: id }, sum: { N: String(at) }, entries: { M: {} } }),
      ),
    );
  });

  test.each(['inline', 'background'] as const)(
    'stand whatever becomes of write-backs that run %s',
    async (writeBack) => {
      const harm = { rate: 1, faults: prompt, operations: ['UpdateItem'] };
      const { ledgers, mapper, proxy } = await faulty(harm, { writeBack }, 10_000);
      const [first, ...rest] = await Promise.all([
        ledgers.getMany(ids.map((id) => ({ id }))),
        ...ids.map((id) => ledgers.getOrFail({ id })),
        ...ids.map((id) => ledgers.query({ partition: id }).first()),
      ]);
      const totals = ids.map((_, at) => at);
      expect(first.map((one) => one?.total)).toEqual(totals);
      expect(rest.map((one) => one?.total)).toEqual([...totals, ...totals]);
      const all = await ledgers.scan().all();
      expect(all.filter(({ id }) => ids.includes(id))).toHaveLength(ids.length);
      await mapper.close();
      await proxy.settled();
      for (const [at, id] of ids.entries()) expect(await direct.getOrFail({ id })).toMatchObject({ total: at });
    },
  );

  test('fail for what happened to their own request alone', async () => {
    const { ledgers } = await faulty({ rate: 0.6 }, { writeBack: 'inline' });
    const results = await Promise.allSettled([
      ...ids.map(async (id, at) => ({ at, total: (await ledgers.getOrFail({ id })).total })),
      ...ids.map(async (id, at) => ({ at, total: (await ledgers.query({ partition: id }).first())?.total })),
    ]);
    const read = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(read.filter(({ at, total }) => total !== at)).toEqual([]);
    const reasons: { code: string; details: object }[] = results.flatMap((one) =>
      one.status === 'rejected' ? [one.reason as never] : [],
    );
    const ofReads = reasons.filter(
      ({ code, details }) =>
        code === 'REQUEST_FAILED' && ['GetItem', 'Query'].includes((details as { operation: string }).operation),
    );
    expect(ofReads).toEqual(reasons);
    expect(read.length).toBeGreaterThan(0);
  });

  test('leave a mapper that flushes and closes in bounded time', async () => {
    const silence = { rate: 1, faults: ['silent'] as const, operations: ['UpdateItem'] };
    const waiting = 500;
    const { ledgers, mapper } = await faulty(silence, { writeBack: 'background' }, waiting);
    // as many as run at once, four attempts each, and some time for a busy machine
    const longest = 4 * waiting + 1_500;
    for (const [from, end] of [() => mapper.flush(), () => mapper.close()].entries()) {
      // silent writes are done: each time it takes stale items
      await ledgers.getMany(ids.slice(from * 8, from * 8 + 8).map((id) => ({ id })));
      const started = performance.now();
      await end();
      const took = performance.now() - started;
      expect(took).toBeGreaterThan(waiting);
      expect(took).toBeLessThan(longest);
    }
    await expect(ledgers.get({ id: ids[0]! })).rejects.toMatchObject({ code: 'MAPPER_CLOSED' });
  });
});
