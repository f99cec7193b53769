import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Case, Row } from '../case.js';
import { clientOf, documentClientOf } from '../clients.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';

const segments = 8;
/** How many writes of a segment are under way at a time, as in a sweep. */
const writesAtOnce = 8;

/** What a session of version 1 has to do with its upgrade. */
interface OldSession {
  readonly session_id: string;
  readonly state?: string;
  readonly blueprint?: string;
  readonly tags?: readonly string[];
}

/** A row that brings all items of a table up; resolves to how many there were. */
function row(name: string, begin: (endpoint: string) => () => Promise<number>): Row {
  return {
    name,
    begin: async (endpoint) => {
      const bringUp = begin(endpoint);
      await bringUp();
      return {
        round: async () => {
          const cpu = process.cpuUsage();
          const from = performance.now();
          const count = await bringUp();
          const elapsed = ((performance.now() - from) * 1_000) / count;
          const { system, user } = process.cpuUsage(cpu);
          return {
            elapsed,
            cpu: (user + system) / count,
            rate: 1_000_000 / elapsed,
            peak: process.resourceUsage().maxRSS / 1024,
          };
        },
      };
    },
  };
}

/** A parallel scan that writes each item, a page at a time. */
function byHand(write: (client: ReturnType<typeof documentClientOf>, item: OldSession) => Promise<unknown>) {
  return (endpoint: string) => {
    const client = documentClientOf(endpoint);
    const sweepSegment = async (Segment: number) => {
      let count = 0;
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const scan = new ScanCommand({ TableName: 'sessions', Segment, TotalSegments: segments, ExclusiveStartKey });
        const page = await client.send(scan);
        const items = (page.Items ?? []) as OldSession[];
        let at = 0;
        const worker = async () => {
          for (let item = items[at++]; item; item = items[at++]) await write(client, item);
        };
        await Promise.all(Array.from({ length: writesAtOnce }, worker));
        count += items.length;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return count;
    };
    return async () => {
      const counts = await Promise.all(Array.from({ length: segments }, (_, segment) => sweepSegment(segment)));
      return counts.reduce((sum, count) => sum + count, 0);
    };
  };
}

const upgraded = ({ blueprint = 'devassist', state, tags, ...rest }: OldSession) => {
  const set = new Set(tags?.filter((tag) => tag !== ''));
  return { ...rest, session_state: state, blueprint, ...(set.size > 0 && { tags: set }), schema_version: 3 };
};

/** The best that can be written by hand for this one class: only what changes, if what it depends on is unchanged. */
const conditionalUpdate = byHand((client, item) => {
  const { blueprint, session_state, tags } = upgraded(item);
  return client.send(
    new UpdateCommand({
      TableName: 'sessions',
      Key: { session_id: item.session_id },
      UpdateExpression:
        'SET session_state = :state, blueprint = :blueprint, tags = :tags, schema_version = :three REMOVE #state',
      ConditionExpression:
        'attribute_not_exists(schema_version) AND #state = :state AND tags = :list AND attribute_not_exists(session_state)' +
        (item.blueprint === undefined ? ' AND attribute_not_exists(blueprint)' : ' AND blueprint = :blueprint'),
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':state': session_state,
        ':blueprint': blueprint,
        ':tags': tags,
        ':three': 3,
        ':list': item.tags,
      },
    }),
  );
});

const wholePut = byHand((client, item) => client.send(new PutCommand({ TableName: 'sessions', Item: upgraded(item) })));

export const sweep: Case = {
  id: 'i1',
  title: '(i) Bringing 20,000 items from version 1 to 3 in the table',
  figures: { elapsed: 'µs for an item', cpu: 'CPU, µs', rate: 'items a second', peak: 'peak memory, MB' },
  baseline: 'parallel scan with conditional updates, by hand',
  rounds: 5,
  rows: [
    row('sweep()', (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint)).repository(Session);
      return async () => (await sessions.sweep({ segments, rate: { items: 1_000_000 } }).result).rewritten;
    }),
    row('parallel scan with conditional updates, by hand', conditionalUpdate),
    row('parallel scan with unconditional puts, as other tools do', wholePut),
  ],
  // 0.95 of its throughput
  goals: [{ row: 'sweep()', figure: 'elapsed', of: 'parallel scan with conditional updates, by hand', limit: 1.05 }],
  remarks: ['Eight segments, eight writes at once in each. Unconditional puts take back what others change meanwhile.'],
};

/** How many items are swept to see what memory that takes; whole segments of the canned server. */
const sweptItems = Number(process.env.BENCH_SWEPT ?? 100_000);

export const sweepMemory: Case = {
  id: 'i2',
  title: `(i) The memory of a sweep of ${sweptItems.toLocaleString('en')} items`,
  figures: { peak: 'peak memory, MB', earlyPeak: 'at a tenth, MB', count: 'items' },
  baseline: 'sweep()',
  rounds: 1,
  isFresh: true,
  rows: [
    {
      name: 'sweep()',
      begin: async (endpoint) => {
        const sessions = mapperOf(clientOf(endpoint)).repository(Session);
        return {
          round: async () => {
            const sweeping = sessions.sweep({ segments: sweptItems / 2_500, rate: { items: 1_000_000 } });
            let earlyPeak = 0;
            for await (const { examined } of sweeping) {
              if (earlyPeak === 0 && examined >= sweptItems / 10) earlyPeak = process.resourceUsage().maxRSS / 1024;
            }
            const { examined } = await sweeping.result;
            return { peak: process.resourceUsage().maxRSS / 1024, earlyPeak, count: examined };
          },
        };
      },
    },
  ],
  goals: [{ row: 'sweep()', figure: 'peak', of: 'sweep()', ofFigure: 'earlyPeak', limit: 1.2 }],
  remarks: ['`BENCH_SWEPT=1000000 npm run bench -- --only i2` goes from 100,000 to 1,000,000 items.'],
};

/** Reads while another process sweeps, or while nothing else happens. */
function reader(name: string, isSwept: boolean): Row {
  return {
    name,
    begin: async (endpoint) => {
      if (isSwept) await started(fork(join(import.meta.dirname, '../sweeping-process.js'), [endpoint]));
      const sessions = mapperOf(clientOf(endpoint)).repository(Session);
      return overNetwork((at) => sessions.get({ session_id: `session-${at}` }));
    },
  };
}

async function started(child: ChildProcess): Promise<void> {
  process.once('exit', () => child.kill());
  await new Promise((resolve) => child.once('message', resolve));
}

export const readingBesideSweep: Case = {
  id: 'i3',
  title: '(i) Reading one by one beside an adaptive sweep',
  figures: { p50: 'p50, µs', p99: 'p99, µs' },
  baseline: 'nothing else',
  rounds: 7,
  rows: [reader('nothing else', false), reader('a sweep in another process', true)],
  goals: [],
  remarks: ['The sweep adapts to an engine that never throttles, so on few cores this is mostly about the processor.'],
};
