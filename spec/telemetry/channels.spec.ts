import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { channels, Mapper, type Repository, type RequestEvent, type UpgradeEvent } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { spawnSync } from 'node:child_process';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { upgradeChannel, writeBackChannel } from '../../lib/telemetry.js';
import { storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';
import { type Card, cardClass, staleCard, watchWriteBacks } from '../support/write-back-cards.js';

const CardOfTwo = cardClass();
const key = { deck: 'a', at: 1 };
let engine: EmbeddedEngine;
let recording: RecordingClient;
let mapper: Mapper;
let cards: Repository<Card>;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  mapper = new Mapper({ client: recording.client, entities: [CardOfTwo] });
  await mapper.createTables();
  cards = mapper.repository(CardOfTwo);
});
afterAll(() => engine.close());
beforeEach(async () => {
  recording.reset();
  await storeRaw(engine.endpoint, 'cards', staleCard(1, { kind: { S: 'plain' } }));
});

test('the channels have stable names', () => {
  expect(channels).toEqual({
    upgrade: 'dynamo-evolve:upgrade',
    writeBack: 'dynamo-evolve:write-back',
    request: 'dynamo-evolve:request',
    sweep: 'dynamo-evolve:sweep',
    invalid: 'dynamo-evolve:invalid',
  });
});

describe('the channel of upgrades', () => {
  const events: UpgradeEvent[] = [];
  const note = (event: unknown) => void events.push(event as UpgradeEvent);
  beforeEach(() => {
    events.length = 0;
    subscribe(channels.upgrade, note);
  });
  afterEach(() => void unsubscribe(channels.upgrade, note));

  test.each<[string, () => unknown]>([
    ['get', () => cards.get(key)],
    ['getMany', () => cards.getMany([key])],
    ['query', () => cards.query({ partition: 'a' }).all()],
    ['a query by index', () => cards.query({ index: 'by_kind', partition: 'plain' }).all()],
    ['scan', () => cards.scan().all()],
    ['hydrate', () => cards.hydrate(staleCard(1))],
  ])('has one event for a stale item, by %s', async (_name, read) => {
    await read();
    expect(events).toEqual([{ entity: 'CardOfTwo', from: 1, to: 2, steps: ['CardOfTwo.upgrade'] }]);
  });

  test('has none for a write-back of its own: the item was upgraded once', async () => {
    await cards.get(key, { writeBack: 'inline' });
    expect(events).toHaveLength(1);
    await cards.get(key, { writeBack: 'inline' });
    expect(events).toHaveLength(1);
  });
});

describe('the channel of write-backs', () => {
  test('has one event for each, when it has ended', async () => {
    const watched = watchWriteBacks();
    await cards.get(key, { writeBack: 'background' });
    expect(watched.events).toEqual([]);
    await mapper.flush();
    expect(watched.events).toEqual([{ entity: 'CardOfTwo', key, from: 1, to: 2, outcome: 'applied' }]);
    watched.stop();
  });

  test('tells the cause of a failure', async () => {
    const watched = watchWriteBacks();
    recording.before = ({ operation }) => {
      if (operation === 'UpdateItem') throw Object.assign(new Error('refused'), { name: 'Refusal' });
    };
    await cards.get(key, { writeBack: 'inline' });
    expect(watched.events).toEqual([
      {
        entity: 'CardOfTwo',
        key,
        from: 1,
        to: 2,
        outcome: 'failed',
        cause: expect.objectContaining({
          code: 'REQUEST_FAILED',
          details: { operation: 'UpdateItem', table: 'cards', reason: 'Refusal' },
        }),
      },
    ]);
    watched.stop();
  });
});

describe('the channel of requests', () => {
  test('traces write-backs like every request', async () => {
    const traced: string[] = [];
    const channel = tracingChannel<RequestEvent, RequestEvent>(channels.request);
    const note = (name: string) => (event: RequestEvent) =>
      void traced.push(`${name} ${event.operation} ${event.table}`);
    const subscribers = {
      start: note('start'),
      end() {},
      asyncStart() {},
      asyncEnd: note('asyncEnd'),
      error: note('error'),
    };
    channel.subscribe(subscribers);
    await cards.get(key, { writeBack: 'inline' });
    expect(traced).toEqual([
      'start GetItem cards',
      'asyncEnd GetItem cards',
      'start UpdateItem cards',
      'asyncEnd UpdateItem cards',
    ]);
    channel.unsubscribe(subscribers);
  });
});

describe('while nobody listens', () => {
  test('nothing is published', async () => {
    const published = [upgradeChannel, writeBackChannel].map((channel) => jest.spyOn(channel, 'publish'));
    await cards.get(key, { writeBack: 'inline' });
    for (const publish of published) expect(publish).not.toHaveBeenCalled();

    const watched = watchWriteBacks();
    await storeRaw(engine.endpoint, 'cards', staleCard(1));
    await cards.get(key, { writeBack: 'inline' });
    expect(published.map((publish) => publish.mock.calls.length)).toEqual([0, 1]);
    watched.stop();
    jest.restoreAllMocks();
  });
});

describe('what a subscriber throws', () => {
  test('never reaches the publisher: Node raises it as an uncaught exception of the process', () => {
    const program = `
      import { channel, tracingChannel } from 'node:diagnostics_channel';
      process.on('uncaughtException', (error) => console.log('uncaught:', error.message));
      process.on('unhandledRejection', () => console.log('a rejection'));
      channel('one').subscribe(() => { throw new Error('by one'); });
      tracingChannel('two').start.subscribe(() => { throw new Error('by two'); });
      channel('one').publish({});
      console.log(await tracingChannel('two').tracePromise(async () => 'answer', {}));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(stdout.trim().split('\n').toSorted()).toEqual(['answer', 'uncaught: by one', 'uncaught: by two']);
  });
});
