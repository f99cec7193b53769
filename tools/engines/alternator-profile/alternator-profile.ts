import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireItem } from 'dynamo-evolve';
import { clientOf } from '../client.js';
import { startDynamoDBLocal } from '../dynamodb-local.js';
import type { RunningEngine } from '../engine-runs.js';
import { batchGetItem, getItem } from './item-reads.js';
import { validate, type WriteOperation, writeItem } from './item-writes.js';
import { PageReads } from './page-reads.js';
import { EngineRefusal, invalid, Refusal } from './refusal.js';
import { refuse } from './refusals.js';
import { hasTablets, permissiveRelease, refuseExpiry, refuseIndexes, type Release } from './release.js';
import { RequestRecorder } from './request-recorder.js';
import { StreamReads } from './stream-reads.js';
import { withoutTags, withTags } from './tags.js';
import { type ProfileTable, TableCatalog } from './table-catalog.js';
import { nameOfItem, type UncertainCounts, UncertainEngine, type Uncertainty } from './uncertainty.js';
import { type Answer, type Body, Upstream } from './upstream.js';

/** How the profile answers where Alternator may answer in several ways. */
export interface Manner {
  /**
   * Whether pages are full, no key of a batch is left unprocessed, and indexes are up to date, as where nothing is wrong
   * and partitions are small; without it, pages are short, and the first is empty.
   */
  readonly isWhole?: boolean;
}

/** For how many queries or scans of an index a change of its table isn't seen. */
const lateness = 2;

export interface AlternatorProfile extends RunningEngine {
  /** What the product sent, in whatever spec; requests of the specs' own are left out. */
  readonly recorder: RequestRecorder;
  /** Lets the next BatchWriteItem fail after so many of its writes. */
  failNextBatchAfter(writes: number): void;
  /** Lets requests of the product end as they do on a cluster in trouble, from now on; `undefined` ends that. */
  beUncertain(shares: Uncertainty | undefined): UncertainCounts;
}

/**
 * Starts DynamoDB Local and a proxy in front of it that behaves as Alternator does where the two differ. It stands for
 * ScyllaDB's documents and source as they were read, not for a ScyllaDB that was run; facts.ts lists what it shows.
 */
export async function startAlternatorProfile(
  release: Release = permissiveRelease,
  manner: Manner = {},
): Promise<AlternatorProfile> {
  const engine = await startDynamoDBLocal();
  const profile = new Profile(new Upstream(engine.endpoint), release, manner);
  const server = createServer((incoming, response) => void profile.handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = clientOf(endpoint);
  return {
    endpoint,
    client,
    recorder: profile.recorder,
    failNextBatchAfter: (writes) => (profile.failsAfter = writes),
    beUncertain: (shares) => {
      profile.uncertain = shares && new UncertainEngine(shares);
      return profile.uncertain?.counts ?? { after: 0, before: 0, old: 0 };
    },
    close: async () => {
      client.destroy();
      profile.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await engine.close();
    },
  };
}

class Profile {
  readonly recorder = new RequestRecorder();
  readonly #upstream: Upstream;
  readonly #release: Release;
  readonly #isWhole: boolean;
  readonly #tables: TableCatalog;
  readonly #pages: PageReads;
  readonly #streams: StreamReads;
  #batchReads = 0;
  #lastWrite: Promise<unknown> = Promise.resolve();
  /** After how many writes the next batch fails. */
  failsAfter = Infinity;
  uncertain: UncertainEngine | undefined;

  constructor(upstream: Upstream, release: Release, { isWhole = false }: Manner) {
    this.#upstream = upstream;
    this.#release = release;
    this.#isWhole = isWhole;
    this.#tables = new TableCatalog(upstream, isWhole ? 0 : lateness);
    this.#pages = new PageReads(upstream, isWhole);
    this.#streams = new StreamReads(upstream);
  }

  close(): void {
    this.#upstream.close();
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#answer(incoming).catch((error: unknown) => {
      if (error instanceof Refusal || error instanceof EngineRefusal) return error.answer;
      const message = `the Alternator profile failed: ${error instanceof Error ? error.stack : String(error)}`;
      return { status: 501, body: { __type: 'InternalServerError', message } };
    });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  }

  async #answer(incoming: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (incoming.method !== 'POST') return { status: 200, body: {} };
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
    const isOfProduct = String(incoming.headers['user-agent']).startsWith('aws-sdk-js');
    if (isOfProduct) this.recorder.note(operation, body);
    refuse(operation, body);
    return this.#perform(operation, body);
  }

  async #perform(operation: string, body: Body): Promise<Answer> {
    const table = this.#tables.get(body.TableName);
    switch (operation) {
      case 'CreateTable':
      case 'UpdateTable':
        return this.#changeTable(operation, body);
      case 'DeleteTable':
        this.#tables.delete(body.TableName);
        return this.#upstream.send(operation, body);
      case 'DescribeTable':
        return withoutItemCount(await this.#upstream.send(operation, body));
      case 'ListTagsOfResource':
        return { status: 200, body: { Tags: this.#tables.byArn(body.ResourceArn).tags } };
      case 'TagResource':
      case 'UntagResource':
        return this.#changeTags(operation, body);
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return table ? this.#alone(() => this.#write(table, operation, body)) : this.#upstream.send(operation, body);
      case 'GetItem':
        return table ? this.#get(table, body) : this.#upstream.send(operation, body);
      case 'UpdateTimeToLive':
        if (table?.hasTablets) refuseExpiry(this.#release);
        return this.#upstream.send(operation, body);
      case 'BatchGetItem':
        return batchGetItem(this.#upstream, this.#tables, body, !this.#isWhole && this.#batchReads++ % 2 === 0);
      case 'BatchWriteItem':
        return this.#alone(() => this.#batchWrite(body));
      case 'Query':
      case 'Scan':
        return table ? this.#pages.read(table, operation, body) : this.#upstream.send(operation, body);
      case 'GetRecords':
        return this.#streams.getRecords(body);
      default:
        return this.#upstream.send(operation, body);
    }
  }

  /** One write after the other. */
  #alone<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#lastWrite.then(write);
    this.#lastWrite = done.catch(() => {});
    return done;
  }

  #write(table: ProfileTable, operation: WriteOperation, body: Body): Promise<Answer> {
    const write = () => writeItem(this.#upstream, table, operation, body);
    if (!this.uncertain) return write();
    const key = table.keyOf((body.Item ?? body.Key) as WireItem);
    const read = () => getItem(this.#upstream, table, { TableName: body.TableName ?? '', Key: key });
    const before = async () => (await read()).body.Item as WireItem | undefined;
    return this.uncertain.write(nameOfItem(body, key), before, write);
  }

  async #get(table: ProfileTable, body: Body): Promise<Answer> {
    const answer = await getItem(this.#upstream, table, body);
    if (answer.status !== 200 || !this.uncertain || body.ProjectionExpression !== undefined) return answer;
    return this.uncertain.read(nameOfItem(body, body.Key as WireItem), answer);
  }

  async #changeTable(operation: string, { Tags: tags, ...body }: Body): Promise<Answer> {
    const asked = { ...body, Tags: tags };
    const tagged = tags === undefined ? undefined : withTags(this.#release, [], tags);
    const known = this.#tables.get(body.TableName);
    const onTablets = known?.hasTablets ?? hasTablets(this.#release, asked);
    const { GlobalSecondaryIndexUpdates: updates, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = body;
    if (onTablets && (global ?? local))
      refuseIndexes(this.#release, 'GlobalSecondaryIndexes and LocalSecondaryIndexes');
    if (onTablets && updates) refuseIndexes(this.#release, 'GlobalSecondaryIndexes');
    const answer = await this.#upstream.send(operation, withWholeItems(body));
    if (answer.status !== 200) return answer;
    const table = await this.#tables.learn(body.TableName);
    table.hasTablets = onTablets;
    if (tagged) table.tags = tagged;
    return answer;
  }

  #changeTags(
    operation: 'TagResource' | 'UntagResource',
    { ResourceArn: arn, TagKeys: keys, Tags: tags }: Body,
  ): Answer {
    const table = this.#tables.byArn(arn);
    if (operation === 'UntagResource') {
      table.tags = withoutTags(this.#release, table.tags, keys);
    } else {
      if (!Array.isArray(tags)) throw invalid('Cannot parse tags');
      if (tags.length === 0) throw invalid('The number of tags must be at least 1');
      table.tags = withTags(this.#release, table.tags, tags);
    }
    return { status: 200, body: {} };
  }

  /**
   * One write after the other, as single plain writes: they don't come back unprocessed, and a failure leaves the first
   * ones done.
   */
  async #batchWrite(body: Body): Promise<Answer> {
    const limit = this.failsAfter;
    this.failsAfter = Infinity;
    const requests = Object.entries(body.RequestItems as Record<string, BatchRequest[]>);
    const writes = requests.flatMap(([name, ofTable]) => ofTable.map((one) => singleWrite(name, one)));
    await this.#validateBatch(writes);
    for (const [at, { operation, request }] of writes.entries()) {
      if (at >= limit) throw new Refusal('InternalServerError', 'a part of the batch was written', {}, 500);
      const table = this.#tables.get(request.TableName);
      if (!table) return this.#upstream.send(operation, request);
      const answer = await writeItem(this.#upstream, table, operation, request);
      if (answer.status !== 200) return answer;
    }
    return { status: 200, body: { UnprocessedItems: {} } };
  }

  /** All of a batch is validated before anything of it is written. */
  async #validateBatch(writes: readonly ReturnType<typeof singleWrite>[]): Promise<void> {
    const keys = new Set<string>();
    for (const { operation, request } of writes) {
      const table = this.#tables.get(request.TableName);
      if (!table) continue;
      await validate(this.#upstream, table, operation, request);
      const key = `${request.TableName} ${table.keyName(table.keyOf(keysIn(request)))}`;
      if (keys.has(key)) throw invalid('Provided list of item keys contains duplicates');
      keys.add(key);
    }
  }
}

interface BatchRequest {
  readonly PutRequest?: { readonly Item: WireItem };
  readonly DeleteRequest?: { readonly Key: WireItem };
}

function singleWrite(table: string, { PutRequest: put, DeleteRequest: remove }: BatchRequest) {
  const operation: WriteOperation = put ? 'PutItem' : 'DeleteItem';
  return { operation, request: { TableName: table, ...put, ...remove } };
}

function keysIn(request: Body): WireItem {
  return (request.Item ?? request.Key) as WireItem;
}

/** A request whose indexes hold whole items, whatever projection it asks for. */
function withWholeItems(body: Body): Body {
  return JSON.parse(JSON.stringify(body), (name, value: unknown) =>
    name === 'Projection' ? { ProjectionType: 'ALL' } : value,
  ) as Body;
}

function withoutItemCount(answer: Answer): Answer {
  const body = JSON.stringify(answer.body, (name, value: unknown) => (name === 'ItemCount' ? undefined : value));
  return { ...answer, body: JSON.parse(body) as Body };
}
