import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DeleteTableCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Item, Mapper, type SweepOptions, upgradeItem } from '../../lib/index.js';
import { localClient } from '../../lib/store/client.js';
import { Tally } from '../contention/tally-v3.js';
import { acknowledgedIn, type Change } from './acknowledged.js';
import { itemOfVersion1, storeItems, table } from './items.js';

type Role = 'sweeper' | 'old' | 'new' | 'raw' | 'deleter';

/** What a process is told to do. */
export interface Task {
  readonly role: Role;
  readonly endpoint: string;
  readonly tablePrefix: string;
  readonly items: number;
  /** How many milliseconds a writer waits between two changes. */
  readonly pause: number;
  /** Where a writer notes what was acknowledged. */
  readonly log: string;
  readonly sweep: SweepOptions;
}

export interface Wanted {
  readonly items: number;
  /** How many items are rewritten in a second. */
  readonly rate: number;
  /** After how many milliseconds a sweeping process is killed, again and again. */
  readonly killEvery: number;
  /** How many are killed at most: then the rest is left to whoever lives. */
  readonly mostKills: number;
}

/** What became of a contended sweep. */
export interface SweepOutcome {
  readonly items: number;
  readonly kills: number;
  /** How often a segment was taken by another process than before. */
  readonly takeOvers: number;
  readonly acknowledged: number;
  readonly deleted: number;
  /** How many items are below the newest version in the end. */
  readonly left: number;
  /** Deleted items that are there. */
  readonly revived: number;
  /** Items that nobody deleted and that aren't there. */
  readonly missing: number;
  /** Items that aren't what the upgrade in memory and the acknowledged changes make of them. */
  readonly different: readonly string[];
  readonly seconds: number;
}

const sweepers = 3;
const writers: readonly Role[] = ['old', 'new', 'raw', 'deleter'];
const lease = 1_500;
/** The writers' pause on which their share of a small machine depends. */
const pause = 5;

/** Sweeps with three processes of one job, of which one is killed again and again, while others write and delete. */
export async function runSweeps(endpoint: string, wanted: Wanted): Promise<SweepOutcome> {
  const { items, rate } = wanted;
  const client = localClient(endpoint);
  const tablePrefix = `sweeps_${Date.now().toString(36)}_`;
  const mapper = new Mapper({ client, entities: [Tally], tablePrefix });
  const tables = await mapper.createTables({ jobs: true });
  const logs = mkdtempSync(join(tmpdir(), 'sweep-contention-'));
  const running = new Set<ChildProcess>();
  const start = (role: Role): ChildProcess => {
    const sweep = { job: 'proof', segments: 64, lease, rate: { items: rate } };
    const task: Task = { role, endpoint, tablePrefix, items, pause, log: join(logs, role), sweep };
    const child = fork(new URL('./worker.js', import.meta.url), [JSON.stringify(task)]);
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const started = performance.now();
  try {
    await storeItems(client, tablePrefix + table, items);
    for (const role of writers) closeSync(openSync(join(logs, role), 'a'));
    const writing = writers.map(start);
    const failed = Promise.race(writing.map(endedWell)).then(() => {
      throw new Error('a writer ended before it was told to');
    });
    failed.catch(() => {});
    const kills = await Promise.race([sweepAll(() => start('sweeper'), wanted), failed]);
    const ended = Promise.all(writing.map(endedWell));
    for (const writer of writing) writer.send('stop');
    await ended;
    const acknowledged = acknowledgedIn(writers.map((role) => join(logs, role)));
    return {
      items,
      kills,
      takeOvers: await takeOvers(client, tablePrefix),
      ...(await settled(client, mapper, tablePrefix, items, acknowledged)),
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    const ends = [...running].map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
    for (const { table: name } of tables) await client.send(new DeleteTableCommand({ TableName: name }));
    client.destroy();
    rmSync(logs, { recursive: true });
  }
}

/**
 * Resolves to how many were killed, when the others have done their work. Only one that has swept something is killed.
 */
async function sweepAll(start: () => ChildProcess, { killEvery, mostKills }: Wanted): Promise<number> {
  const sweeping = new Set<ChildProcess>();
  const busy = new Set<ChildProcess>();
  const startOne = () => {
    const child = start();
    sweeping.add(child);
    child.once('message', () => busy.add(child));
  };
  for (let nth = 0; nth < sweepers; nth++) startOne();
  // as soon as one of them sees nothing left, the others are to end by themselves
  for (let kills = 0; ;) {
    await sleep(killEvery);
    if ([...sweeping].some(({ exitCode }) => exitCode !== null)) {
      await Promise.all([...sweeping].map(endedWell));
      return kills;
    }
    const victims = [...busy];
    const victim = victims[Math.floor(Math.random() * victims.length)];
    if (!victim || kills >= mostKills) continue;
    for (const children of [sweeping, busy]) children.delete(victim);
    if (await isKilled(victim)) {
      kills++;
      startOne();
    } else {
      sweeping.add(victim);
    }
  }
}

/** Kills a process, unless it has ended by itself. */
async function isKilled(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) return false;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  return child.signalCode === 'SIGKILL';
}

async function endedWell(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error('a process of the contended sweep failed; see its output');
}

async function takeOvers(client: DynamoDBClient, tablePrefix: string): Promise<number> {
  let count = 0;
  for await (const { token } of scanned(client, `${tablePrefix}dynamo_evolve_jobs`)) count += Number(token ?? 1) - 1;
  return count;
}

/** Compares what is stored with what was there at first and what was acknowledged since then. */
async function settled(
  client: DynamoDBClient,
  mapper: Mapper,
  tablePrefix: string,
  items: number,
  acknowledged: ReadonlyMap<string, Partial<Record<Change, number>>>,
) {
  const { versions } = await mapper.repository(Tally).census({ consistent: true });
  const below = versions.filter(({ version }) => version !== 3);
  const stored = new Map<unknown, Item>();
  for await (const item of scanned(client, tablePrefix + table)) stored.set(item.id, item);
  let [changes, deleted, revived, missing] = [0, 0, 0, 0];
  const different: string[] = [];
  for (let at = 0; at < items; at++) {
    const first = itemOfVersion1(at);
    const changed = acknowledged.get(first.id as string) ?? {};
    const item = stored.get(first.id);
    changes += Object.values(changed).reduce((sum, count) => sum + count, 0);
    if (changed.deleted) {
      deleted++;
      if (item) revived++;
    } else if (!item) {
      missing++;
    } else if (!isDeepStrictEqual(item, expected(first, changed))) {
      different.push(`${JSON.stringify(item)} after ${JSON.stringify(changed)}`);
    }
  }
  const left = below.reduce((sum, { count }) => sum + count, 0);
  return { acknowledged: changes, deleted, left, revived, missing, different: different.slice(0, 5) };
}

/** What the upgrade in memory makes of an item, with the changes that were acknowledged. */
function expected(first: Item, { visits = 0, ...others }: Partial<Record<Change, number>>): Item {
  const upgraded = upgradeItem(Tally, first);
  return { ...upgraded, visits: Number(upgraded.visits) + visits, ...others };
}

async function* scanned(client: DynamoDBClient, name: string): AsyncGenerator<Item> {
  for await (const page of paginateScan({ client }, { TableName: name, ConsistentRead: true })) {
    for (const item of page.Items ?? []) yield unmarshall(item) as Item;
  }
}
