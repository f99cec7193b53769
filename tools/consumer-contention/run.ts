import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { Mapper } from '../../lib/index.js';
import { localClient } from '../../lib/store/client.js';
import { type Account, type Delivery, settle, type Written } from './account.js';
import { tables } from './counters.js';
import { deliveriesIn } from './notes.js';

/** What a consuming process is told. Times are in milliseconds. */
export interface Task {
  readonly endpoint: string;
  readonly tablePrefix: string;
  readonly lease: number;
  readonly checkpointInterval: number;
  /** How long it takes to handle a change. */
  readonly pause: number;
  /** Where it notes what it was handed. */
  readonly log: string;
}

export interface Wanted {
  /** How long is written, in milliseconds; then the consumers have time to end their work. */
  readonly duration: number;
  /** After how many milliseconds a process is killed, again and again. */
  readonly killEvery: number;
  readonly checkpointInterval: number;
}

export interface ConsumerOutcome extends Account {
  readonly kills: number;
  readonly seconds: number;
}

const consumers = 2;
/** As short as it may be without a process on a busy machine losing its shards while it lives. */
const lease = 2_500;
const pause = 10;
/** How long a lane of writers waits between two writes. */
const writePause = 40;
/** How long the consumers may take to end their work, in milliseconds. */
const patience = 120_000;

/** Two processes of a consumer follow four tables, and one of them is killed again and again. */
export async function runConsumers(endpoint: string, wanted: Wanted): Promise<ConsumerOutcome> {
  const { checkpointInterval } = wanted;
  const client = localClient(endpoint);
  const tablePrefix = `consumers_${Date.now().toString(36)}_`;
  const mapper = new Mapper({ client, entities: tables.map(({ OldCounter }) => OldCounter), tablePrefix });
  const created = await mapper.createTables({ streams: 'NEW_AND_OLD_IMAGES', jobs: true });
  const folder = mkdtempSync(join(tmpdir(), 'consumer-contention-'));
  const logs: string[] = [];
  const running = new Set<ChildProcess>();
  const busy = new Set<ChildProcess>();
  const start = () => {
    const log = join(folder, `consumer-${logs.length}`);
    closeSync(openSync(log, 'a'));
    logs.push(log);
    const task: Task = { endpoint, tablePrefix, lease, checkpointInterval, pause, log };
    const child = fork(new URL('./worker.js', import.meta.url), [JSON.stringify(task)]);
    running.add(child);
    child.once('message', () => busy.add(child));
    child.once('exit', () => [running, busy].forEach((children) => children.delete(child)));
  };
  const deliveries = () => logs.flatMap((log, nth) => deliveriesIn(log, String(nth)));
  const started = performance.now();
  const writing = new AbortController();
  try {
    for (let nth = 0; nth < consumers; nth++) start();
    const written: Written[] = [];
    const writers = Promise.all(tables.map((each) => write(mapper, each, written, writing.signal)));
    const kills = await killInTurn(busy, start, wanted);
    writing.abort();
    await writers;
    await settled(written, deliveries);
    const ends = [...running].map(endedWell);
    for (const child of running) child.send('stop');
    await Promise.all(ends);
    return { ...settle(written, deliveries()), kills, seconds: Math.round((performance.now() - started) / 1_000) };
  } finally {
    writing.abort();
    const ends = [...running].map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
    for (const { table } of created) await client.send(new DeleteTableCommand({ TableName: table }));
    client.destroy();
    rmSync(folder, { recursive: true });
  }
}

/** Stores counters of one table, one write after the other, and notes each as soon as it is acknowledged. */
async function write(
  mapper: Mapper,
  { OldCounter, table }: (typeof tables)[number],
  written: Written[],
  signal: AbortSignal,
): Promise<void> {
  const counters = mapper.repository(OldCounter);
  const note = (id: string, kind: string, value: number) =>
    written.push({ shard: table, change: `${id}:${kind}:${value}` });
  for (let nth = 0; !signal.aborted; nth++) {
    // each of five items is inserted, modified and removed in turn
    const id = `counter-${nth % 5}`;
    const round = Math.floor(nth / 5);
    if (round % 4 === 0) {
      await counters.insert(counters.create({ id, count: round }));
      note(id, 'insert', round);
    } else if (round % 4 < 3) {
      await counters.update({ id }, { set: { count: round } });
      note(id, 'modify', round);
    } else {
      await counters.delete({ id });
      note(id, 'remove', round - 1);
    }
    await sleep(writePause);
  }
}

/** Kills a process that was handed changes, and starts another one. Resolves to how many it has killed. */
async function killInTurn(
  busy: ReadonlySet<ChildProcess>,
  start: () => void,
  { duration, killEvery }: Wanted,
): Promise<number> {
  const end = performance.now() + duration;
  let kills = 0;
  while (performance.now() < end) {
    await sleep(killEvery);
    const victims = [...busy];
    const victim = victims[Math.floor(Math.random() * victims.length)];
    if (!victim) continue;
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
    kills++;
    start();
  }
  return kills;
}

/** Waits until there is a delivery for each write, but not forever: what is missing then is missed. */
async function settled(written: readonly Written[], deliveries: () => readonly Delivery[]): Promise<void> {
  const end = performance.now() + patience;
  while (performance.now() < end && settle(written, deliveries()).missed.length > 0) await sleep(500);
}

async function endedWell(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error('a process of the consumer failed; see its output');
}
