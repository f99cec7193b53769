import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  channels,
  Entity,
  isMapperError,
  Mapper,
  PartitionKey,
  type Repository,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
}

interface Traced {
  readonly event: string;
  readonly message: object;
}

const channel = tracingChannel<object>(channels.request);
let engine: EmbeddedEngine;
let notes: Repository<Note>;
let traced: Traced[];
let unsubscribe: () => void;

/** Listens to some of the five events. */
function listen(...events: (keyof TracingChannelSubscribers<object>)[]): void {
  traced = [];
  const subscribers = Object.fromEntries(
    events.map((event) => [event, (message: object) => traced.push({ event, message: { ...message } })]),
  ) as unknown as TracingChannelSubscribers<object>;
  channel.subscribe(subscribers);
  unsubscribe = () => channel.unsubscribe(subscribers);
}

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Note] });
  await mapper.createTables();
  notes = mapper.repository(Note);
  await notes.insert(notes.create({ id: 'a', text: 'secret value' }));
});
afterAll(() => engine.close());
afterEach(() => unsubscribe?.());

const eventsOf = (operation: string) =>
  traced.filter(({ message }) => (message as { operation: string }).operation === operation).map(({ event }) => event);

describe('a request', () => {
  test('is traced from its start to its end, with its operation and table', async () => {
    listen('start', 'end', 'asyncStart', 'asyncEnd', 'error');
    await notes.get({ id: 'a' });
    expect(traced.map((one) => one.event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    for (const { message } of traced) expect(message).toMatchObject({ operation: 'GetItem', table: 'notes' });
  });

  test('of every kind is traced', async () => {
    listen('start', 'asyncEnd');
    await notes.get({ id: 'a' });
    await notes.getMany([{ id: 'a' }]);
    await notes.query({ partition: 'a' }).all();
    await notes.scan().all();
    await notes.put(await notes.getOrFail({ id: 'a' }));
    await notes.delete({ id: 'b' });
    for (const operation of ['BatchGetItem', 'Query', 'Scan', 'PutItem', 'DeleteItem']) {
      expect([operation, eventsOf(operation)]).toEqual([operation, ['start', 'asyncEnd']]);
    }
    expect(eventsOf('GetItem')).toHaveLength(4);
  });

  test('carries no stored value, neither as a result nor in what it sends', async () => {
    listen('start', 'end', 'asyncStart', 'asyncEnd', 'error');
    await notes.put(notes.create({ id: 'a', text: 'secret value' }));
    await notes.get({ id: 'a' });
    await notes.scan().all();
    await expect(notes.insert(notes.create({ id: 'a', text: 'secret value' }))).rejects.toThrow('ALREADY_EXISTS');
    expect(traced.length).toBeGreaterThan(12);
    expect(inspect(traced, { depth: 12, showHidden: true })).not.toContain('secret');
    expect(traced.filter(({ message }) => (message as { result?: unknown }).result !== undefined)).toEqual([]);
  });

  test('that fails is traced with its error', async () => {
    listen('start', 'asyncEnd', 'error');
    const absent = new Mapper({ client: engine.client, entities: [Note], tablePrefix: 'absent_' }).repository(Note);
    const error: unknown = await absent.get({ id: 'a' }).catch((reason: unknown) => reason);
    expect(isMapperError(error, 'REQUEST_FAILED')).toBe(true);
    expect(traced.map((one) => one.event)).toEqual(['start', 'error', 'asyncEnd']);
    expect(traced[1]?.message).toMatchObject({ operation: 'GetItem', table: 'absent_notes', error });
  });

  test('has the same result whether anybody listens or not', async () => {
    const silent = await notes.get({ id: 'a' });
    listen('asyncEnd');
    expect(await notes.get({ id: 'a' })).toEqual(silent);
    expect(traced).toHaveLength(1);
  });

  test.each(['start', 'end', 'asyncStart', 'asyncEnd'] as const)(
    'is traced for a listener to %s alone',
    async (event) => {
      listen(event);
      await notes.get({ id: 'a' });
      expect(traced.map((one) => one.event)).toEqual([event]);
    },
  );

  test('costs nothing while nobody listens', async () => {
    const publish = jest.spyOn(channel.end, 'publish');
    await notes.get({ id: 'a' });
    expect(publish).not.toHaveBeenCalled();
    listen('asyncEnd');
    await notes.get({ id: 'a' });
    expect(publish).toHaveBeenCalledTimes(1);
    publish.mockRestore();
  });
});
