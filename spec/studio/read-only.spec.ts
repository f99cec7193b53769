import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, type Item, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { ReadOnlyHost } from '../../lib/studio/read-only-host.js';
import { type RunningStudio, startStudio } from '../../lib/studio/start-studio.js';
import { contextFor } from '../../lib/read/entity-context.js';
import { updateParams } from '../../lib/store/update.js';
import type { StudioCalls } from '../../lib/studio/studio.js';
import { storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';
import { ask } from './ask-studio.js';

@Entity({ table: 'notes' })
@Versioned(2)
class Note {
  @PartitionKey() id!: string;
  @Attribute() title!: string;

  @Upgrade(1, 2) static title(item: Item): void {
    if (item.name === 'broken') throw new Error('no title');
    item.title = item.name;
    delete item.name;
  }
}

let engine: EmbeddedEngine;
let recording: RecordingClient;
let mapper: Mapper;
let studio: RunningStudio;
let count = 0;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
beforeEach(async () => {
  recording = recordingClient(engine.client);
  // as eager to write as a mapper can be
  const options = { entities: [Note], tablePrefix: `r${++count}_`, writeBack: 'inline' } as const;
  mapper = new Mapper({ client: recording.client, ...options });
  await mapper.createTables();
  for (let at = 0; at < 12; at++)
    await storeRaw(engine.endpoint, `r${count}_notes`, {
      id: { S: `n-${at}` },
      name: { S: at === 3 ? 'broken' : 'x' },
    });
  recording.reset();
});
afterEach(async () => {
  await studio.close();
  await mapper.close();
});
afterAll(() => engine.close());

const start = async (mayWrite: boolean) => {
  const files = { classes: [Note], samplesOf: () => undefined, lockFile: 'none.json' };
  studio = await startStudio({ mapper, ...files, mayWrite });
  return studio.url;
};
const ended = async (url: string) => {
  for (;;) {
    const status = await ask(url, 'census', {});
    if (status?.state !== 'running') return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const reads = /^(GetItem|BatchGetItem|Query|Scan|DescribeTable|DescribeTimeToLive|ListTagsOfResource)$/;
const writes = () => recording.sent.map(({ operation }) => operation).filter((operation) => !reads.test(operation));
const key = { id: { S: 'n-1' } };
const lastOldWriter = '2024-03-01T12:00:00Z';

/** Every question that the page can ask. */
const questions: { readonly [Name in keyof StudioCalls]: Parameters<StudioCalls[Name]>[0] } = {
  info: {},
  tables: {},
  startCensus: { examine: true },
  census: {},
  stopCensus: {},
  censusHistory: { entity: 'Note' },
  items: { entity: 'Note', filter: { attr: 'title', eq: 'x' } },
  item: { entity: 'Note', key },
  chain: { entity: 'Note' },
  plan: { entity: 'Note' },
  jobs: { entity: 'Note' },
  sweep: { entity: 'Note' },
  startSweep: { entity: 'Note', job: 'j' },
  steerSweep: { entity: 'Note', to: 'resume' },
  retire: { entity: 'Note', below: 2, lastOldWriter },
};

describe('without --write', () => {
  test('no question sends a write, whatever the mapper would do itself', async () => {
    const url = await start(false);
    const outcomes: Record<string, string> = {};
    for (const [name, given] of Object.entries(questions)) {
      const call = ask(
        url,
        name as 'items',
        given as StudioCalls['items'] extends (given: infer G) => unknown ? G : never,
      );
      outcomes[name] = await call.then(
        () => 'answered',
        (error: unknown) => `refused: ${(error as Error).message}`,
      );
      await ended(url);
    }
    const { startSweep, steerSweep, ...others } = outcomes;
    expect(Object.values(others)).toEqual(Object.keys(others).map(() => 'answered'));
    expect([startSweep, steerSweep]).toEqual([
      expect.stringContaining("--write wasn't given"),
      expect.stringContaining("--write wasn't given"),
    ]);
    expect(recording.sent.length).toBeGreaterThan(8);
    expect(writes()).toEqual([]);
  });

  test('keeps what was counted until it ends, and stores nothing of it', async () => {
    const url = await start(false);
    for (let round = 0; round < 2; round++) {
      await ask(url, 'startCensus', {});
      await ended(url);
    }
    const history = await ask(url, 'censusHistory', { entity: 'Note' });
    expect(history).toMatchObject([{ versions: [{ version: 1, count: 12 }], unreadable: 1 }, {}]);
    expect(writes()).toEqual([]);
  });

  test('a write that the studio itself asked for would end before it is sent', async () => {
    await start(false);
    const { table } = new ReadOnlyHost(mapper)[contextFor](Note);
    const update = updateParams([{ attribute: 'title', set: { S: 'y' } }], undefined);
    await expect(table.update(key, update)).rejects.toThrow('was about to send UpdateItem');
    await expect(table.put(key, undefined)).rejects.toThrow('was about to send PutItem');
    await expect(table.delete(key, undefined)).rejects.toThrow('was about to send DeleteItem');
    await expect(table.writeMany([{ DeleteRequest: { Key: key } }])).rejects.toThrow('was about to send');
    expect(writes()).toEqual([]);
  });
});

describe('with --write', () => {
  test('a sweep is started, and can be followed to its end', async () => {
    const url = await start(true);
    const started = await ask(url, 'startSweep', { entity: 'Note', job: 'to-2', rate: 10_000, segments: 2 });
    expect(started.state).toBe('running');
    let status = await ask(url, 'sweep', { entity: 'Note' });
    while (status?.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      status = await ask(url, 'sweep', { entity: 'Note' });
    }
    expect(status).toMatchObject({
      state: 'done',
      job: 'to-2',
      outcomes: { examined: 12, rewritten: 11 },
      codes: { UPGRADE_FAILED: 1 },
      broken: [{ key: { id: { S: 'n-3' } }, label: 'n-3', code: 'UPGRADE_FAILED', version: 1 }],
    });
    expect(status?.samples).toContainEqual(expect.objectContaining({ median: expect.any(Number) }));
    expect(await ask(url, 'jobs', { entity: 'Note' })).toMatchObject([
      { job: 'to-2', isDone: true, rewritten: 11, failed: 1, version: 2 },
    ]);
  });

  test('a sweep pauses, goes on, and stops', async () => {
    const url = await start(true);
    const steer = (to: 'pause' | 'resume' | 'cancel') => ask(url, 'steerSweep', { entity: 'Note', to });
    await ask(url, 'startSweep', { entity: 'Note', rate: 1 });
    expect((await steer('pause'))?.state).toBe('paused');
    expect((await steer('resume'))?.state).toBe('running');
    expect((await steer('cancel'))?.state).toBe('cancelled');
    await expect(steer('explode' as never)).rejects.toThrow('neither pause, resume nor cancel');
  });

  test('what was counted is kept in the table of sweep jobs, for the next studio', async () => {
    const url = await start(true);
    await ask(url, 'startCensus', {});
    await ended(url);
    await studio.close();
    const history = await ask(await start(false), 'censusHistory', { entity: 'Note' });
    expect(history).toMatchObject([{ versions: [{ version: 1, count: 12 }], unreadable: 1, isSample: false }]);
  });
});
