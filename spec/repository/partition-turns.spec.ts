import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  Revision,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient, type SentRequest } from '../support/recording-client.js';

class Upgrades {
  @Upgrade(1, 2)
  static text(item: Item): void {
    item.text ??= 'none';
  }
}

@Entity({ table: 'lines' })
@Versioned(2, { upgrades: Upgrades })
class Line {
  @PartitionKey({ type: 'string' }) page!: string;
  @SortKey({ type: 'number' }) at!: number;
  @Attribute({ type: 'string' }) text!: string;
  @Attribute({ type: 'number', optional: true }) hits?: number;
  @Revision({ type: 'string' }) revision!: string;
}

let engine: EmbeddedEngine;
let recording: RecordingClient;
/** The most conditional writes that ran at the same time: of one partition, and of all. */
let peaks: { ofOne: number; ofAll: number };

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [Line] }).createTables();
});
afterAll(() => engine.close());

const partitionOf = ({ input }: SentRequest) => {
  const { Item: item, Key: key = item } = input as typeof input & { readonly Item?: typeof input.Key };
  return JSON.stringify(key?.page);
};

beforeEach(() => {
  peaks = { ofOne: 0, ofAll: 0 };
  const running: string[] = [];
  const { client } = engine;
  recording = recordingClient({
    send: async (command: { readonly input: SentRequest['input'] }, options: object) => {
      if (command.input.ConditionExpression === undefined) return client.send(command as never, options);
      const partition = partitionOf({ operation: '', input: command.input });
      running.push(partition);
      const ofOne = running.filter((one) => one === partition).length;
      peaks = { ofOne: Math.max(peaks.ofOne, ofOne), ofAll: Math.max(peaks.ofAll, running.length) };
      await sleep(2);
      try {
        return await client.send(command as never, options);
      } finally {
        running.splice(running.indexOf(partition), 1);
      }
    },
  } as never);
});

const linesOf = (options: Partial<MapperOptions> = {}) =>
  new Mapper({ client: recording.client, entities: [Line], ...options }).repository(Line);
const newLines = (lines: ReturnType<typeof linesOf>, page: string, count = 8) =>
  Array.from({ length: count }, (_, at) => lines.create({ page, at, text: `line ${at}` }));

describe('conditional writes to one partition', () => {
  test('run one at a time, whatever call they belong to', async () => {
    const lines = linesOf({ writeBack: 'background' });
    const [first, second, ...others] = newLines(lines, 'calls') as [Line, Line, ...Line[]];
    await Promise.all([lines.insert(first), lines.insert(second), ...others.map((line) => lines.put(line))]);
    for (const at of [20, 21]) {
      await storeRaw(engine.endpoint, 'lines', { page: { S: 'calls' }, at: { N: `${at}` } });
    }
    first.text = 'saved';
    await Promise.all([
      lines.save(first),
      ...others.map(({ at, page }) => lines.update({ page, at }, { set: { text: 'updated' } })),
      lines.delete({ page: 'calls', at: second.at }),
      lines.get({ page: 'calls', at: 20 }),
      lines.sweep().result,
    ]);
    expect(peaks.ofOne).toBe(1);
    const stored = await lines.query({ partition: 'calls' }).all();
    expect(stored.map(({ text }) => text)).toEqual(['saved', ...others.map(() => 'updated'), 'none', 'none']);
  });

  test('of many pages run side by side', async () => {
    const lines = linesOf();
    await Promise.all(['a', 'b', 'c'].flatMap((page) => newLines(lines, page)).map((line) => lines.save(line)));
    expect(peaks).toEqual({ ofOne: 1, ofAll: 3 });
  });

  test('of one item are all done, although each begins again after another one', async () => {
    const lines = linesOf();
    const [line] = newLines(lines, 'hits', 1) as [Line];
    await lines.insert(line);
    const hit = () => lines.update({ page: 'hits', at: 0 }, { add: { hits: 1 } });
    await Promise.all(Array.from({ length: 40 }, hit));
    expect((await lines.getOrFail({ page: 'hits', at: 0 })).hits).toBe(40);
  });

  test('run at once where the mapper lets them', async () => {
    const lines = linesOf({ conditionalWrites: { perPartition: Infinity } });
    await Promise.all(newLines(lines, 'at once').map((line) => lines.save(line)));
    expect(peaks).toEqual({ ofOne: 8, ofAll: 8 });
    const three = linesOf({ conditionalWrites: { perPartition: 3 } });
    peaks = { ofOne: 0, ofAll: 0 };
    await Promise.all(newLines(three, 'three').map((line) => three.save(line)));
    expect(peaks).toEqual({ ofOne: 3, ofAll: 3 });
  });

  test('that are too many reject, and nothing of them is sent', async () => {
    const lines = linesOf({ conditionalWrites: { queueSize: 2 } });
    const settled = await Promise.allSettled(newLines(lines, 'many', 5).map((line) => lines.save(line)));
    const codes = settled.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'stored'));
    expect(codes).toEqual(['stored', 'stored', 'stored', 'WRITE_QUEUE_FULL', 'WRITE_QUEUE_FULL']);
    expect(await lines.query({ partition: 'many' }).count()).toBe(3);
  });
});

describe('putMany() and deleteMany()', () => {
  test('write one item of a partition at a time', async () => {
    const lines = linesOf();
    const stored = newLines(lines, 'bulk');
    expect(await lines.putMany(stored)).toEqual(stored.map((value) => ({ status: 'fulfilled', value })));
    expect(peaks.ofOne).toBe(1);
    const deleted = await lines.deleteMany(stored.map(({ page, at }) => ({ page, at })));
    expect(deleted).toEqual(stored.map(() => ({ status: 'fulfilled', value: true })));
    expect(peaks.ofOne).toBe(1);
  });

  test('do not let one partition keep others from starting', async () => {
    const lines = linesOf();
    const all = [...newLines(lines, 'first'), ...newLines(lines, 'second'), ...newLines(lines, 'third', 2)];
    const results = await lines.putMany(all, { concurrency: 3 });
    expect(results).toEqual(all.map((value) => ({ status: 'fulfilled', value })));
    expect(peaks).toEqual({ ofOne: 1, ofAll: 3 });
    const pages = recording.of('PutItem').map((request) => partitionOf(request));
    expect(pages.slice(0, 6).toSorted()).toEqual(
      ['first', 'first', 'second', 'second', 'third', 'third'].map((page) => `{"S":"${page}"}`),
    );
  });

  test('leave what is wrong with an item to its result', async () => {
    const lines = linesOf();
    const all = newLines(lines, 'wrong', 3);
    all[1]!.page = undefined as never;
    const results = await lines.putMany([...all, undefined as never]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  });
});

describe('the option conditionalWrites', () => {
  test.each([
    [{ perPartition: 0 }, 'conditionalWrites.perPartition'],
    [{ queueSize: '10' }, 'conditionalWrites.queueSize'],
    [{ longestTurn: NaN }, 'conditionalWrites.longestTurn'],
    [null, 'conditionalWrites'],
  ])('is refused as %j', (conditionalWrites, argument) => {
    expect(() => linesOf({ conditionalWrites: conditionalWrites as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument }) }),
    );
  });

  test('has no other parts', () => {
    expect(() => linesOf({ conditionalWrites: { concurrency: 2 } as never })).toThrow(/concurrency/);
  });
});
