import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChangesOptions, Entity, Mapper, PartitionKey, type StreamsClient, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import * as fc from 'fast-check';
import { ChangeStream } from '../../lib/changes/change-stream.js';
import { type ConsumerNotes, ConsumerStore, type ShardFacts } from '../../lib/operations/consumer-store.js';
import { cases } from '../support/effort.js';
import { FakeStreams, streamingMapper, VirtualTimer } from './fake-streams.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
}

const lease = 15_000;

/** The notes of a consumer in memory, which keep the conditions of the real ones. */
class FakeNotes implements ConsumerNotes {
  readonly shards = new Map<string, ShardFacts>();
  readonly workers = new Map<string, number>();
  #start: string | undefined;

  async open(start: string) {
    const isNew = this.#start === undefined;
    this.#start ??= start;
    return { start: this.#start, isNew };
  }

  async state() {
    const workers = [...this.workers].map(([worker, beat]) => ({ worker, beat }));
    return { shards: [...this.shards.values()], workers };
  }

  async beat(worker: string) {
    this.workers.set(worker, (this.workers.get(worker) ?? 0) + 1);
  }

  async leave(worker: string) {
    this.workers.delete(worker);
  }

  async begin(shard: string, worker: string, position: string) {
    if (this.shards.has(shard)) return false;
    this.shards.set(shard, { shard, token: 1, worker, position });
    return true;
  }

  async takeOver(shard: string, token: number, worker: string) {
    const known = this.shards.get(shard);
    if (known?.token !== token) return undefined;
    const taken = { ...known, token: token + 1, worker };
    this.shards.set(shard, taken);
    return taken;
  }

  async note(shard: string, token: number, position: string, givesBack = false) {
    const known = this.shards.get(shard);
    if (known?.token !== token) return false;
    const { worker, ...rest } = known;
    this.shards.set(shard, { ...rest, position, ...(!givesBack && worker !== undefined && { worker }) });
    return true;
  }

  async forget(shard: string, token: number) {
    if (this.shards.get(shard)?.token === token) this.shards.delete(shard);
  }
}

let streams: FakeStreams;
let notes: FakeNotes;
let timer: VirtualTimer;
let seen: { readonly worker: string; readonly id: string }[];
beforeEach(reset);

function reset(): void {
  streams = new FakeStreams();
  notes = new FakeNotes();
  timer = new VirtualTimer();
  seen = [];
}

/** Makes every later call of an object's methods hang, as in a process that is no more. */
function mortal<T extends object>(target: T, isDead: () => boolean): T {
  return new Proxy(target, {
    get: (object, name) => {
      const method = Reflect.get(object, name) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => (isDead() ? new Promise(() => {}) : method.apply(object, args));
    },
  });
}

/** A process that consumes changes until it is killed or stopped. */
function startProcess(
  worker: string,
  onChange: (id: string) => Promise<void> | void = () => {},
  more: Partial<ChangesOptions> = {},
) {
  let isDead = false;
  const end = new AbortController();
  const options: ChangesOptions = {
    streams: mortal<StreamsClient>(streams, () => isDead),
    consumer: 'counters',
    from: 'oldest',
    lease,
    signal: end.signal,
    ...more,
  };
  const stream = new ChangeStream(
    streamingMapper([Note]),
    options,
    timer,
    mortal<ConsumerNotes>(notes, () => isDead),
  );
  const ended = (async () => {
    for await (const { key } of stream) {
      if (isDead) await new Promise(() => {});
      const { id } = key as Note;
      seen.push({ worker, id });
      await onChange(id);
    }
  })().catch((error: unknown) => {
    if (error !== end.signal.reason) throw error;
  });
  return {
    kill: () => {
      isDead = true;
    },
    stop: async () => {
      end.abort();
      await ended;
    },
  };
}

const idsOf = (worker?: string) => seen.filter((each) => !worker || each.worker === worker).map(({ id }) => id);

describe('the processes of a consumer', () => {
  test('share the shards, also with one that comes later', async () => {
    for (const id of ['a', 'b', 'c', 'd']) streams.add(id);
    const first = startProcess('first');
    await timer.pass(1_000);
    const second = startProcess('second');
    await timer.pass(3 * lease);
    for (const id of ['a', 'b', 'c', 'd']) streams.put(id, id);
    await timer.pass(5_000);
    expect(idsOf().toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(idsOf('first')).toHaveLength(2);
    await Promise.all([first.stop(), second.stop()]);
    expect(notes.workers.size).toBe(0);
  });

  test('go on where the consumer was', async () => {
    streams.add('a');
    streams.put('a', '1');
    const first = startProcess('first');
    await timer.pass(5_000);
    await first.stop();
    streams.put('a', '2');
    const second = startProcess('second');
    await timer.pass(5_000);
    await second.stop();
    expect(seen).toEqual([
      { worker: 'first', id: '1' },
      { worker: 'second', id: '2' },
    ]);
  });

  test('take over from one that was killed, which repeats what was not noted', async () => {
    streams.add('a');
    for (const id of ['1', '2', '3']) streams.put('a', id);
    const first = startProcess('first', (id) => {
      if (id === '2') first.kill();
    });
    await timer.pass(5_000);
    const second = startProcess('second');
    await timer.pass(lease / 2);
    expect(idsOf('second')).toEqual([]);
    await timer.pass(2 * lease);
    expect(idsOf('first')).toEqual(['1', '2']);
    expect(idsOf('second')).toEqual(['1', '2', '3']);
    await second.stop();
  });

  describe('that are killed', () => {
    /** Kills the first process when it gets a change, a second of the clock for each; tells what a second one repeats. */
    async function repeatedAfter(last: string, ids: readonly string[], more: Partial<ChangesOptions>) {
      streams.recordsPerPage = 20;
      streams.add('a');
      for (const id of ids) streams.put('a', id, { isSame: id.endsWith('same') });
      const first = startProcess('first', (id) => (id === last ? first.kill() : timer.sleep(400)), more);
      await timer.pass(20_000);
      const second = startProcess('second', () => {}, more);
      await timer.pass(3 * lease);
      await second.stop();
      expect(idsOf('first').at(-1)).toBe(last);
      expect(new Set(idsOf())).toEqual(new Set(ids));
      return idsOf('second').slice(0, idsOf('second').indexOf(last) + 1);
    }
    const ids = Array.from({ length: 15 }, (_, at) => String(at));

    test('have what they acknowledged within an interval repeated', async () => {
      expect(await repeatedAfter('8', ids, {})).toEqual(['6', '7', '8']);
    });

    test('have nothing but what they did not acknowledge repeated, if every change is stored', async () => {
      expect(await repeatedAfter('9', ids, { checkpointInterval: 0 })).toEqual(['9']);
    });

    test('have what was written at once repeated as a whole', async () => {
      const batch = ['1', '2', '3 same', '4 same', '5'];
      expect(await repeatedAfter('4 same', batch, { checkpointInterval: 0 })).toEqual(['2', '3 same', '4 same']);
    });
  });

  test.each([
    [{ checkpointInterval: -1 }, 'checkpointInterval'],
    [{ checkpointInterval: NaN }, 'checkpointInterval'],
    [{ checkpointInterval: '5' as never }, 'checkpointInterval'],
    [{ checkpointInterval: 0, consumer: undefined, lease: undefined }, 'checkpointInterval'],
    [{ lease: 999 }, 'lease'],
  ])('have no options such as %j', (more, argument) => {
    const options = { streams, consumer: 'counters', lease, ...more };
    expect(() => streamingMapper([Note]).changes(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument }) }),
    );
  });

  test('are looked for more often with a short lease', async () => {
    streams.add('a');
    const first = startProcess('first', undefined, { lease: 3_000 });
    await timer.pass(1_000);
    first.kill();
    streams.put('a', '1');
    const second = startProcess('second', undefined, { lease: 3_000 });
    await timer.pass(5_000);
    expect(idsOf('second')).toEqual(['1']);
    await second.stop();
  });

  test('keep a shard for as long as they live, however long a change takes', async () => {
    streams.add('a');
    streams.put('a', '1');
    streams.put('a', '2');
    const first = startProcess('first', () => timer.sleep(4 * lease));
    await timer.pass(1_000);
    const second = startProcess('second');
    await timer.pass(10 * lease);
    expect(idsOf('second')).toEqual([]);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('miss nothing, and keep the order, whatever happens', async () => {
    const event = fc.record({
      what: fc.constantFrom('put', 'put', 'put', 'put', 'split', 'expire', 'throttle', 'kill', 'start', 'stop', 'wait'),
      which: fc.nat(20),
      seconds: fc.integer({ min: 0, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60 }), fc.boolean(), async (events, isStrict) => {
        reset();
        const startOne = (worker: string) =>
          startProcess(worker, () => timer.sleep(700), isStrict ? { checkpointInterval: 0 } : {});
        streams.add('s');
        const put: Record<string, string[]> = { s: [] };
        /** Which changes of a shard belong together, because they were written at once. */
        const groups = new Map<string, number>();
        let workers = [startOne('0')];
        let count = 0;
        for (const { seconds, what, which } of events) {
          const open = [...streams.shards].filter(([, { isClosed }]) => !isClosed).map(([id]) => id);
          const shard = open[which % open.length] as string;
          const worker = workers[which % Math.max(workers.length, 1)];
          if (what === 'put') {
            // some are written at once
            for (const isSame of which % 5 === 0 ? [false, true] : [false]) {
              const id = `${shard} ${++count}`;
              (put[shard] ??= []).push(id);
              groups.set(id, isSame ? count - 1 : count);
              streams.put(shard, id, { isSame });
            }
          } else if (what === 'split' && streams.shards.size < 12) streams.split(shard, `${shard}l`, `${shard}r`);
          else if (what === 'expire') streams.expire();
          else if (what === 'throttle') streams.fail('getRecords', 'LimitExceededException');
          else if (what === 'start' && workers.length < 3) workers.push(startOne(String(++count)));
          else if ((what === 'kill' || what === 'stop') && worker) {
            workers = workers.filter((each) => each !== worker);
            if (what === 'kill') worker.kill();
            else await Promise.all([worker.stop(), timer.pass(1_000)]);
          } else await timer.pass(seconds * 1_000);
        }
        workers.push(startOne('last'));
        await timer.pass(20 * lease);
        for (const worker of workers) await worker.stop();
        const firsts = [...new Set(idsOf())];
        for (const [shard, ids] of Object.entries(put)) {
          expect(firsts.filter((id) => id.split(' ')[0] === shard)).toEqual(ids);
          const parent = put[shard.slice(0, -1)] ?? [];
          const latest = Math.max(...parent.map((id) => firsts.indexOf(id)));
          for (const id of ids) expect(firsts.indexOf(id)).toBeGreaterThan(latest);
          if (!isStrict) continue;
          // only the last one that was handed out, and what was written with it, comes again
          const handedOut = idsOf().filter((id) => id.split(' ')[0] === shard);
          const order = handedOut.map((id) => groups.get(id) as number);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: cases(300) },
    );
  }, 300_000);
});

describe('what a consumer notes in the table of jobs', () => {
  let engine: EmbeddedEngine;
  let store: ConsumerStore;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    store = new ConsumerStore(new Mapper({ client: engine.client, entities: [Note] }), 'counters');
  });
  afterAll(() => engine.close());

  test('is as the first process has it', async () => {
    expect(await store.open('"oldest"')).toEqual({ start: '"oldest"', isNew: true });
    expect(await store.open('{"since":1}')).toEqual({ start: '"oldest"', isNew: false });
    expect(await store.state()).toEqual({ shards: [], workers: [] });
  });

  test('is who lives', async () => {
    await store.beat('w');
    await store.beat('w');
    expect((await store.state()).workers).toMatchObject([{ worker: 'w', beat: 2 }]);
    await store.leave('w');
    expect((await store.state()).workers).toEqual([]);
  });

  test('is by whoever took a shard last', async () => {
    expect(await store.begin('notes/a', 'v', '1')).toBe(true);
    expect(await store.begin('notes/a', 'w', '1')).toBe(false);
    expect(await store.note('notes/a', 1, '2')).toBe(true);
    expect(await store.takeOver('notes/a', 1, 'w')).toMatchObject({ token: 2, worker: 'w', position: '2' });
    expect(await store.takeOver('notes/a', 1, 'x')).toBeUndefined();
    expect(await store.note('notes/a', 1, '3')).toBe(false);
    await store.forget('notes/a', 1);
    expect(await store.note('notes/a', 2, '4', true)).toBe(true);
    const [shard] = (await store.state()).shards;
    expect(shard).toMatchObject({ shard: 'notes/a', token: 2, position: '4' });
    expect(shard?.worker).toBeUndefined();
    await store.forget('notes/a', 2);
    expect((await store.state()).shards).toEqual([]);
  });
});
