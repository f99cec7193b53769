import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isMapperError, type Item, type Mapper, upgradeItem } from '../../lib/index.js';
import { type Counted, countOf, type Round, type RoundReport, tableOf } from './round.js';
import { type AnyTally, type Code, countedAs, tallies } from './versions.js';

/** One change of one item: resolves to what was counted by it. */
type Operation = (id: string, entry: string, kind: number) => Promise<readonly Counted[]>;

/** Runs a round through a mapper, or the naive way, and counts what was acknowledged. */
export async function runCode(
  client: DynamoDBClient,
  mapper: Mapper,
  code: Code,
  round: Round,
  report: RoundReport,
): Promise<void> {
  const operation = operationOf(client, mapper, code, round, report);
  await inLanes(round, async (nth, lane) => {
    const id = pick(round, code, nth);
    const entry = `${code.writer}-${lane}-${nth}`;
    try {
      for (const attribute of await operation(id, entry, nth + lane)) count(report, id, attribute);
    } catch (error) {
      if (!isMapperError(error, 'NEWER_VERSION')) throw error;
      report.refused++;
    }
  });
}

/** Runs a round as a client that knows nothing of versions: it counts under names of its own. */
export async function runRaw(client: DynamoDBClient, round: Round, report: RoundReport): Promise<void> {
  const written = new Map<string, number>();
  await inLanes(round, async (_nth, lane) => {
    const id = anyOf(round.ids);
    const attribute = lane === 0 ? 'raw_0' : 'raw_1';
    const next = (written.get(countOf(id, attribute)) ?? 0) + 1;
    const command = new UpdateItemCommand({
      TableName: round.tablePrefix + tableOf(round),
      Key: { id: { S: id } },
      UpdateExpression: 'SET #raw = :next',
      ExpressionAttributeNames: { '#raw': attribute },
      ExpressionAttributeValues: { ':next': { N: String(next) } },
    });
    await client.send(command);
    written.set(countOf(id, attribute), next);
    count(report, id, attribute);
  });
}

function operationOf(client: DynamoDBClient, mapper: Mapper, code: Code, round: Round, report: RoundReport): Operation {
  const repository = tallies(mapper, code, round.isRevised);
  const read = (id: string) => repository.getOrFail({ id }, { consistent: true, writeBack: 'inline' });
  switch (round.method) {
    case 'read':
      return async (id) => {
        await read(id);
        return [];
      };
    case 'save':
    case 'put':
      return (id, entry, kind) =>
        untilStored(report, async () => {
          const entity = await read(id);
          const counted = change(code, entity, entry, kind);
          await (round.method === 'save' ? repository.save(entity) : repository.put(entity));
          return counted;
        });
    case 'update':
      return (id, entry, kind) =>
        untilStored(report, async () => {
          const log = kind % 3 === 2 ? code.logClauses(entry) : undefined;
          const name = kind % 3 === 0 ? code.shared : code.own;
          await repository.update({ id }, log ?? { add: { [name]: 1 } });
          return [log ? 'log' : countedAs(name)];
        });
    case 'naive':
    default:
      return naive(DynamoDBDocumentClient.from(client), code, round);
  }
}

/** What applications write without a mapper: read, upgrade in memory, change, put. */
function naive(client: DynamoDBDocumentClient, code: Code, round: Round): Operation {
  const table = { TableName: round.tablePrefix + tableOf(round) };
  return async (id, entry, kind) => {
    const { Item: stored } = await client.send(new GetCommand({ ...table, Key: { id }, ConsistentRead: true }));
    const item: Item = { ...upgradeItem(code.entity, stored as Item) };
    const counted = change(code, item as AnyTally, entry, kind);
    await client.send(new PutCommand({ ...table, Item: item }));
    return counted;
  };
}

/** Counts on an entity: in the counter of all, in the writer's own, or in the log. */
function change(code: Code, entity: AnyTally, entry: string, kind: number): readonly Counted[] {
  if (kind % 3 === 2) {
    entity.log = code.extend(entity.log, entry);
    return ['log'];
  }
  const name = kind % 3 === 0 ? code.shared : code.own;
  entity[name] = ((entity[name] as number | undefined) ?? 0) + 1;
  return [countedAs(name)];
}

async function untilStored<R>(report: RoundReport, attempt: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isMapperError(error, 'CONFLICT')) throw error;
      report.conflicts++;
    }
  }
}

function count(report: RoundReport, id: string, attribute: Counted): void {
  const name = countOf(id, attribute);
  report.acknowledged[name] = (report.acknowledged[name] ?? 0) + 1;
}

/** A rollout: old code goes everywhere from the start, new code gets to the later items later. */
function pick({ ids, operations }: Round, { writer }: Code, nth: number): string {
  if (writer === 'old') return anyOf(ids);
  return anyOf(ids.slice(0, Math.ceil(((nth + 1) * 2 * ids.length) / operations)));
}

function anyOf(ids: readonly string[]): string {
  return ids[Math.floor(Math.random() * ids.length)] as string;
}

/** Two writers in one process, half of the operations each. */
async function inLanes({ operations }: Round, run: (nth: number, lane: number) => Promise<void>): Promise<void> {
  const lanes = [0, 1].map(async (lane) => {
    const most = Math.ceil((operations - lane) / 2);
    for (let nth = 0; nth < most; nth++) await run(nth, lane);
  });
  await Promise.all(lanes);
}
