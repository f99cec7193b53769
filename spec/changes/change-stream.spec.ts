import { beforeEach, describe, expect, test } from '@jest/globals';
import { type ChangesOptions, Entity, type Mapper, type MapperError, PartitionKey, Versioned } from 'dynamo-evolve';
import { ChangeStream } from '../../lib/changes/change-stream.js';
import { rejected } from '../errors/caught.js';
import { FakeStreams, FakeTimer, streamingMapper, wholeStream } from './fake-streams.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
}

let streams: FakeStreams;
let timer: FakeTimer;
let mapper: Mapper;
beforeEach(() => {
  streams = new FakeStreams();
  timer = new FakeTimer();
  mapper = streamingMapper([Note]);
});

const changes = (options: Partial<ChangesOptions> = {}, of = mapper) =>
  new ChangeStream(of, { streams, from: 'oldest', ...options }, timer);

/** The ids of what comes until nothing has come for half a minute; `meanwhile` is called after each. */
async function read(options: Partial<ChangesOptions> = {}, meanwhile: (id: string) => void = () => {}) {
  const end = new AbortController();
  const stream = changes({ ...options, signal: end.signal });
  return { ids: await drain(stream, end, meanwhile), checkpoint: stream.checkpoint };
}

async function drain(stream: ChangeStream, end: AbortController, meanwhile: (id: string) => void = () => {}) {
  let last = timer.now();
  timer.onSleep = (now) => now - last > 30_000 && end.abort();
  const ids: string[] = [];
  const reading = (async () => {
    for await (const { key } of stream) {
      last = timer.now();
      ids.push((key as Note).id);
      meanwhile((key as Note).id);
    }
  })();
  await reading.catch((error: unknown) => {
    if (error !== end.signal.reason) throw error;
  });
  return ids;
}

/** Puts notes into a shard, each with a number of its own. */
function put(shard: string, ...ids: readonly string[]): void {
  for (const id of ids) streams.put(shard, id);
}

describe('the changes of a table', () => {
  test('come in the order of their shard, page by page', async () => {
    streams.add('a');
    put('a', '1', '2', '3', '4', '5', '6', '7');
    expect((await read()).ids).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test('come from all shards, however many pages list them', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      streams.add(id);
      put(id, id);
    }
    expect((await read()).ids.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(streams.requests.filter((request) => request === 'describeStream b')).not.toEqual([]);
  });

  test('come from parents first', async () => {
    streams.add('root');
    streams.split('root', 'left', 'right');
    streams.split('left', 'leaf');
    put('leaf', '4');
    put('left', '3');
    put('right', '3');
    // more than a page
    put('root', '1', '1', '1', '1', '2');
    const { ids } = await read();
    expect(ids).toEqual(['1', '1', '1', '1', '2', '3', '3', '4']);
  });

  test('go on where a shard is split meanwhile', async () => {
    streams.add('a');
    put('a', '1', '2');
    const { ids } = await read({}, (id) => {
      if (id === '2') {
        put('a', '3');
        streams.split('a', 'b', 'c');
        put('b', '4');
      }
      if (id === '4') streams.split('b', 'd');
      if (id === '4') put('d', '5');
    });
    expect(ids).toEqual(['1', '2', '3', '4', '5']);
  });

  test('come from a child whose parent is gone', async () => {
    streams.add('b', 'gone');
    put('b', '1');
    expect((await read()).ids).toEqual(['1']);
  });

  test('survive an expired iterator', async () => {
    streams.add('a');
    put('a', '1', '2', '3', '4');
    const { ids } = await read({}, (id) => {
      if (id === '3') streams.expire();
    });
    expect(ids).toEqual(['1', '2', '3', '4']);
    expect(streams.requests).toContain('getShardIterator a AFTER_SEQUENCE_NUMBER 000000003');
  });

  test.each(['LimitExceededException', 'ProvisionedThroughputExceededException', 'ThrottlingException'])(
    'survive %s, with growing pauses',
    async (name) => {
      streams.add('a');
      put('a', '1');
      streams.fail('describeStream', name);
      streams.fail('getShardIterator', name);
      for (let times = 0; times < 3; times++) streams.fail('getRecords', name);
      expect((await read()).ids).toEqual(['1']);
      expect(timer.naps.slice(0, 5)).toEqual([1_000, 500, 1_000, 2_000, 4_000]);
    },
  );

  test('are asked for less often while there are none', async () => {
    streams.add('a');
    await read();
    expect(timer.naps.slice(0, 5)).toEqual([200, 400, 800, 1_600, 2_000]);
    expect(streams.requests.filter((request) => request === 'getRecords a').length).toBeLessThan(30);
  });

  test('fail where the engine refuses otherwise', async () => {
    streams.add('a');
    streams.fail('getRecords', 'AccessDeniedException');
    expect(await rejected('REQUEST_FAILED', read())).toMatchObject({
      details: { operation: 'GetRecords', table: 'notes', reason: 'AccessDeniedException' },
    });
  });

  test.each([
    ['no stream', {}],
    ['no stream', { ...wholeStream, StreamSpecification: { StreamEnabled: false } }],
    [
      'the view KEYS_ONLY',
      { ...wholeStream, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } },
    ],
  ])('need a stream: not %s', async (found, stream) => {
    const reading = changes({}, streamingMapper([Note], stream));
    expect(await rejected('STREAM_VIEW', reading[Symbol.asyncIterator]().next())).toMatchObject({
      details: { table: 'notes', found },
    });
  });
});

describe('the start', () => {
  test('is the present unless given', async () => {
    streams.add('old');
    put('old', '1');
    streams.split('old', 'a');
    put('a', '2');
    timer.onSleep = () => {};
    const end = new AbortController();
    const stream = changes({ from: undefined, signal: end.signal });
    const iterator = stream[Symbol.asyncIterator]();
    const next = iterator.next();
    while (timer.naps.length < 2) await timer.sleep(0);
    put('a', '3');
    expect((await next).value).toMatchObject({ key: { id: '3' } });
    expect(streams.requests).not.toContain('getRecords old');
    await iterator.return(undefined as never);
  });

  test('in the present loses nothing when its iterator expires', async () => {
    streams.add('a');
    streams.put('a', '1', { at: new Date(Date.now() - 3_600_000) });
    const end = new AbortController();
    timer.onSleep = (now) => {
      if (now < 3_000) return;
      put('a', '2');
      streams.expire();
      timer.onSleep = () => {};
    };
    const stream = changes({ from: 'now', signal: end.signal });
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ key: { id: '2' } });
    await iterator.return(undefined as never);
  });

  test('is behind a checkpoint, whatever has happened since', async () => {
    streams.add('a');
    streams.add('b');
    put('a', '1', '2');
    put('b', '3');
    const { checkpoint, ids } = await read();
    expect(ids.toSorted()).toEqual(['1', '2', '3']);
    put('a', '4');
    streams.split('a', 'c');
    put('c', '5');
    put('b', '6');
    const later = await read({ from: checkpoint });
    expect(later.ids.toSorted()).toEqual(['4', '5', '6']);
    expect(later.ids.indexOf('4')).toBeLessThan(later.ids.indexOf('5'));
  });

  test.each(['yesterday', 'WzFd', ''])('is refused: %j', (from) => {
    expect(() => mapper.changes({ streams, from })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('a change', () => {
  test('is acknowledged when the next one is asked for', async () => {
    streams.add('a');
    put('a', '1', '2', '3');
    const stream = changes();
    for await (const { key } of stream) if ((key as Note).id === '2') break;
    expect((await read({ from: stream.checkpoint })).ids).toEqual(['2', '3']);
  });

  test('comes again in another loop, unless it was acknowledged', async () => {
    streams.add('a');
    put('a', '1', '2', '3');
    const end = new AbortController();
    const stream = changes({ signal: end.signal });
    for await (const { key } of stream) if ((key as Note).id === '2') break;
    expect(await drain(stream, end)).toEqual(['2', '3']);
  });

  test('shares its checkpoint with those that were written at once', async () => {
    streams.add('a');
    put('a', '1', '2');
    streams.put('a', '3', { isSame: true });
    streams.put('a', '4', { isSame: true });
    put('a', '5');
    const stream = changes();
    for await (const { key } of stream) if ((key as Note).id === '4') break;
    expect((await read({ from: stream.checkpoint })).ids).toEqual(['2', '3', '4', '5']);
  });

  test('that is unreadable ends the iteration, or is told and left out', async () => {
    streams.add('a');
    put('a', '1');
    streams.put('a', '2', { version: 7 });
    put('a', '3');
    expect(await rejected('UNREADABLE_CHANGE', read())).toMatchObject({ details: { key: { id: '2' } } });
    const told: MapperError[] = [];
    expect((await read({ onUnreadable: (error) => told.push(error) })).ids).toEqual(['1', '3']);
    expect(told.map(({ code }) => code)).toEqual(['UNREADABLE_CHANGE']);
  });
});

describe('what the stream has removed', () => {
  const at = new Date('2024-03-01T09:15:00Z');
  let checkpoint: string;
  beforeEach(async () => {
    streams.add('a');
    streams.put('a', '1', { at });
    ({ checkpoint } = await read());
    put('a', '2', '3');
  });
  const missing = { code: 'TRIMMED_DATA', details: { table: 'notes', shard: 'a', since: at.toISOString() } };

  test('is missing since the last change that was acknowledged', async () => {
    streams.shards.get('a')!.trimmed = 2;
    expect(await rejected('TRIMMED_DATA', read({ from: checkpoint }))).toMatchObject(missing);
  });

  test('can be accepted', async () => {
    streams.shards.get('a')!.trimmed = 2;
    const told: MapperError[] = [];
    expect((await read({ from: checkpoint, onTrimmed: (error) => told.push(error) })).ids).toEqual(['3']);
    expect(told).toMatchObject([missing]);
  });

  test('can be a whole shard', async () => {
    streams.split('a', 'b');
    streams.shards.delete('a');
    put('b', '4');
    expect(await rejected('TRIMMED_DATA', read({ from: checkpoint }))).toMatchObject(missing);
    const told: MapperError[] = [];
    const later = await read({ from: checkpoint, onTrimmed: (error) => told.push(error) });
    expect(later.ids).toEqual(['4']);
    expect(told).toMatchObject([missing]);
    expect((await read({ from: later.checkpoint })).ids).toEqual([]);
  });

  test('is none of a shard that was read to its end', async () => {
    streams.split('a', 'b');
    const all = await read({ from: checkpoint });
    expect(all.ids).toEqual(['2', '3']);
    streams.shards.delete('a');
    expect((await read({ from: all.checkpoint })).ids).toEqual([]);
  });
});

describe('the end', () => {
  test('is a signal, also while nothing comes', async () => {
    streams.add('a');
    const end = new AbortController();
    timer.onSleep = () => end.abort(new Error('enough'));
    const stream = changes({ signal: end.signal });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow('enough');
  });

  test('acknowledges the change before', async () => {
    streams.add('a');
    put('a', '1', '2', '3');
    const end = new AbortController();
    const stream = changes({ signal: end.signal });
    await expect(
      (async () => {
        for await (const { key } of stream) if ((key as Note).id === '2') end.abort(new Error('enough'));
      })(),
    ).rejects.toThrow('enough');
    expect((await read({ from: stream.checkpoint })).ids).toEqual(['3']);
  });

  test('comes when the mapper closes', async () => {
    streams.add('a');
    timer.onSleep = () => void mapper.close();
    expect(await rejected('MAPPER_CLOSED', changes()[Symbol.asyncIterator]().next())).toMatchObject({
      details: { call: 'changes()' },
    });
  });

  test('is nothing that two loops share', async () => {
    streams.add('a');
    put('a', '1', '2');
    const stream = changes();
    const first = stream[Symbol.asyncIterator]();
    await first.next();
    await rejected('INVALID_ARGUMENT', stream[Symbol.asyncIterator]().next());
    expect((await first.next()).value).toMatchObject({ key: { id: '2' } });
    await first.return(undefined as never);
  });
});

test.each([
  ['streams', { streams: {} }],
  ['entities', { entities: [] }],
  ['from', { from: 7 }],
  ['from', { from: 'WzEsIm9sZGVzdCIsW11d', consumer: 'counters' }],
  ['consumer', { consumer: '' }],
  ['lease', { consumer: 'counters', lease: 10 }],
  ['lease', { lease: 10_000 }],
  ['unknown', { unknown: 'keep' }],
  ['onUnreadable', { onUnreadable: 'skip' }],
  ['onTrimmed', { onTrimmed: 'skip' }],
])('refuses what is no %s', (argument, options) => {
  expect(() => mapper.changes({ streams, ...(options as object) })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument }) }),
  );
});
