/** What the examples of the doc comments in `lib`, and those of errors, take for granted: names that every one sees. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Attribute, Entity, Mapper, PartitionKey, type Repository, Versioned, type WireItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';

export { Type } from 'class-transformer';
export {
  Attribute,
  type Condition,
  convert,
  CreatedAt,
  Deprecated,
  Downgrade,
  downgradeItem,
  each,
  Entity,
  Index,
  isChangeOf,
  isMapperError,
  type Item,
  Legacy,
  Mapper,
  nest,
  PartitionKey,
  ref,
  remove,
  rename,
  Repository,
  Revision,
  setDefault,
  SortKey,
  steps,
  TimeToLive,
  toResponse,
  unnest,
  UpdatedAt,
  Upgrade,
  upgradeItem,
  Versioned,
  within,
} from 'dynamo-evolve';
export { alternatorClient } from 'dynamo-evolve/alternator';
export { changeHandler } from 'dynamo-evolve/lambda';
export { describeUpgrades, startEmbeddedEngine } from 'dynamo-evolve/testing';
export { date, defineEntity, downgrade, toolboxEntity, toolboxTable, upgrade } from 'dynamo-evolve/toolbox';
export { item, string } from 'dynamodb-toolbox';
export { z } from 'zod';
export { Message } from '../../entities/message.js';
export { Session } from '../../entities/session.js';
export { SessionUpgrades } from '../../upgrades/session-upgrades.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute({ type: 'any', optional: true }) meta?: unknown;
}

export let engine: EmbeddedEngine | undefined;
export let client: DynamoDBClient;
export let mapper: Mapper;
export let sessions: Repository<Session>;
export let messages: Repository<Message>;
export let notes: Repository<Note>;

/** A new engine with the sample documents of all versions, so that no example depends on what another one stored. */
export async function beforeEach(): Promise<void> {
  await afterAll();
  engine = await startEmbeddedEngine();
  ({ client } = engine);
  mapper = new Mapper({ client, entities: [Session, Message] });
  const noted = new Mapper({ client, entities: [Note] });
  notes = noted.repository(Note);
  sessions = mapper.repository(Session);
  messages = mapper.repository(Message);
  await Promise.all([mapper.createTables(), noted.createTables()]);
  await storeSamples('session', 'chat_sessions');
  await storeSamples('message', 'chat_messages');
}

/** Puts an item into a table, as old code did. */
export async function store(table: string, stored: WireItem): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: stored as never }));
}

export async function afterAll(): Promise<void> {
  await engine?.close();
}

async function storeSamples(kind: string, table: string): Promise<void> {
  const folder = `spec/samples/${kind}`;
  const files = readdirSync(folder).filter((name) => !name.endsWith('.golden.json'));
  const texts = files.map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const requests = texts.map(
    (text) => new PutItemCommand({ TableName: table, Item: withBytes(JSON.parse(text)) as never }),
  );
  await Promise.all(requests.map((request) => client.send(request)));
}

/** Wire JSON as the client takes it: bytes are text in the one and bytes in the other. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== 'object' || value === null) return value;
  const { B, BS } = value as { B?: unknown; BS?: unknown };
  if (typeof B === 'string') return { B: Buffer.from(B, 'base64') };
  if (Array.isArray(BS)) return { BS: BS.map((one) => Buffer.from(String(one), 'base64')) };
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withBytes(one)]));
}
