import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { Mapper } from '../../lib/index.js';
import { localClient } from '../../lib/store/client.js';
import {
  type Counted,
  counted,
  countOf,
  type Method,
  type Round,
  type RoundReport,
  tableOf,
  type Writer,
} from './round.js';
import { classesOf, codeOf } from './versions.js';

/** One way of writing, and what became of it. */
export interface Outcome {
  readonly name: string;
  /** Whether it is the control: writing without the mapper. */
  readonly isControl: boolean;
  operations: number;
  /** Changes that the engine acknowledged. */
  acknowledged: number;
  /** Acknowledged changes that are not stored in the end. */
  lost: number;
  /** Changes that are stored although nobody acknowledged them, or more than once. */
  surplus: number;
  refused: number;
  conflicts: number;
  writeBacks: number;
  lostRaces: number;
  seconds: number;
}

interface Way {
  readonly name: string;
  readonly method: Method;
  readonly isRevised: boolean;
  /** A put replaces the whole item: what a client without revisions wrote meanwhile is not safe from it. */
  readonly hasRawWriter: boolean;
}

const ways: readonly Way[] = [
  { name: 'save, with @Revision', method: 'save', isRevised: true, hasRawWriter: true },
  { name: 'save, without @Revision', method: 'save', isRevised: false, hasRawWriter: true },
  { name: 'update add, with @Revision', method: 'update', isRevised: true, hasRawWriter: true },
  { name: 'update add, without @Revision', method: 'update', isRevised: false, hasRawWriter: true },
  { name: 'put, with @Revision', method: 'put', isRevised: true, hasRawWriter: false },
  { name: 'write-back of reads', method: 'read', isRevised: false, hasRawWriter: true },
  { name: 'naive read, upgrade, PutItem', method: 'naive', isRevised: false, hasRawWriter: true },
];

const writers: readonly Writer[] = ['old', 'new', 'raw'];
const itemsPerRound = 4;
const operationsPerProcess = 24;
/** Reads upgrade an item once: more of them on the same items would prove nothing. */
const readsPerProcess = 10;

/** Runs so many operations in all, an equal share for each way of writing, in three processes. */
export async function runContention(endpoint: string, operations: number): Promise<Outcome[]> {
  const client = localClient(endpoint);
  const tablePrefix = `contention_${Date.now().toString(36)}_`;
  const mapper = new Mapper({ client, entities: classesOf(codeOf.new), tablePrefix });
  const tables = await mapper.createTables();
  const processes = await Promise.all(writers.map((writer) => startWorker(endpoint, writer)));
  try {
    const outcomes: Outcome[] = [];
    for (const way of ways) {
      outcomes.push(await runWay(client, processes, tablePrefix, way, Math.ceil(operations / ways.length)));
    }
    return outcomes;
  } finally {
    for (const process of processes) process.kill();
    for (const { table } of tables) await client.send(new DeleteTableCommand({ TableName: table }));
    client.destroy();
  }
}

async function startWorker(endpoint: string, writer: Writer): Promise<ChildProcess> {
  const worker = fork(new URL('./worker.js', import.meta.url), [endpoint, writer]);
  await once(worker, 'message');
  return worker;
}

async function runWay(
  client: DynamoDBClient,
  processes: readonly ChildProcess[],
  tablePrefix: string,
  way: Way,
  operations: number,
): Promise<Outcome> {
  const total: Outcome = {
    name: way.name,
    isControl: way.method === 'naive',
    operations: 0,
    acknowledged: 0,
    lost: 0,
    surplus: 0,
    refused: 0,
    conflicts: 0,
    writeBacks: 0,
    lostRaces: 0,
    seconds: 0,
  };
  const active = processes.slice(0, way.hasRawWriter ? writers.length : writers.length - 1);
  const started = performance.now();
  for (let nth = 0; total.operations < operations; nth++) {
    const round: Round = {
      ...way,
      tablePrefix,
      ids: Array.from({ length: itemsPerRound }, (_, at) => `${way.name} ${nth}-${at}`),
      operations: way.method === 'read' ? readsPerProcess : operationsPerProcess,
    };
    await storeItems(client, round);
    const reports = await Promise.all(active.map((process) => runRound(process, round)));
    total.operations += round.operations * active.length;
    settle(total, reports, await storedCounts(client, round));
  }
  total.seconds = Math.round((performance.now() - started) / 1000);
  return total;
}

/** Items of version 1, every other without saying so. */
async function storeItems(client: DynamoDBClient, round: Round): Promise<void> {
  const requests = round.ids.map((id, at) => ({
    PutRequest: {
      Item: {
        id: { S: id },
        count: { N: '0' },
        log: { L: [] },
        ...(at % 2 === 0 && { schema_version: { N: '1' } }),
      },
    },
  }));
  const table = round.tablePrefix + tableOf(round);
  await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
}

async function runRound(process: ChildProcess, round: Round): Promise<RoundReport> {
  const controller = new AbortController();
  const { signal } = controller;
  const failed = once(process, 'exit', { signal }).then(() => {
    throw new Error('a process of the contended run ended early; see its output');
  });
  process.send(round);
  try {
    const [report] = (await Promise.race([once(process, 'message', { signal }), failed])) as [RoundReport];
    return report;
  } finally {
    failed.catch(() => {});
    controller.abort();
  }
}

/** What is stored in the end, by item and attribute. */
async function storedCounts(client: DynamoDBClient, round: Round): Promise<Record<string, number>> {
  const table = round.tablePrefix + tableOf(round);
  const Keys = round.ids.map((id) => ({ id: { S: id } }));
  const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
  const { Responses: responses } = await client.send(command);
  const counts: Record<string, number> = {};
  for (const item of responses?.[table] ?? []) {
    for (const attribute of counted) counts[countOf(item.id?.S as string, attribute)] = storedCount(item, attribute);
  }
  return counts;
}

function storedCount(item: Readonly<Record<string, AttributeValue>>, attribute: Counted): number {
  if (attribute === 'log') return item.log?.SS?.length ?? item.log?.L?.length ?? 0;
  const name = attribute === 'visits' ? sharedCounters[Number(item.schema_version?.N ?? 1) - 1] : attribute;
  return Number(item[name as string]?.N ?? 0);
}

/** The names of the shared counter, version by version. */
const sharedCounters = ['count', 'hits', 'visits'];

function settle(total: Outcome, reports: readonly RoundReport[], stored: Readonly<Record<string, number>>): void {
  const acknowledged: Record<string, number> = {};
  for (const report of reports) {
    for (const [name, count] of Object.entries(report.acknowledged)) {
      acknowledged[name] = (acknowledged[name] ?? 0) + count;
    }
    total.refused += report.refused;
    total.conflicts += report.conflicts;
    total.writeBacks += report.writeBacks;
    total.lostRaces += report.lostRaces;
  }
  for (const name of new Set([...Object.keys(acknowledged), ...Object.keys(stored)])) {
    const [expected, found] = [acknowledged[name] ?? 0, stored[name] ?? 0];
    total.acknowledged += expected;
    total.lost += Math.max(0, expected - found);
    total.surplus += Math.max(0, found - expected);
  }
}
