import {
  type AttributeValue,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Attribute, Entity, type EngineClient, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { EngineCalls } from '../support/engine-calls.js';
import { clientOf, configOf } from '../../tools/engines/client.js';
import { readStored } from '../support/raw-requests.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
  @Attribute() picture!: Uint8Array;
}

class TracingClient extends DynamoDBClient {
  readonly sent: string[] = [];

  override send(...args: unknown[]): never {
    this.sent.push((args[0] as object).constructor.name);
    return super.send(...(args as Parameters<DynamoDBClient['send']>)) as never;
  }
}

// it comes with the SDK, but is no dependency of this package
const fetchModule = '@smithy/fetch-http-handler';
const fetchHandler = await import(fetchModule).then(
  ({ FetchHttpHandler: Handler }: { FetchHttpHandler: new () => unknown }) => new Handler(),
  () => undefined,
);

const silent = () => {};
const silentLogger = { debug: silent, info: silent, warn: silent, error: silent };

interface InjectedClient {
  readonly client: EngineClient;
  /** Where its middleware stack is, and what the application sends its own commands with. */
  readonly sdk: DynamoDBClient;
}

function sdkClient(endpoint: string, config: DynamoDBClientConfig = {}): InjectedClient {
  const sdk = clientOf(endpoint, config);
  return { client: sdk, sdk };
}

const kinds: [string, (endpoint: string) => InjectedClient][] = [
  ['a DynamoDBClient', (endpoint) => sdkClient(endpoint)],
  ['a DynamoDBClient that caches middleware', (endpoint) => sdkClient(endpoint, { cacheMiddleware: true })],
  [
    'a DynamoDBDocumentClient',
    (endpoint) => {
      const sdk = clientOf(endpoint);
      return { client: DynamoDBDocumentClient.from(sdk), sdk };
    },
  ],
  [
    'a subclass',
    (endpoint) => {
      const sdk = new TracingClient(configOf(endpoint));
      return { client: sdk, sdk };
    },
  ],
  ['a client with a logger', (endpoint) => sdkClient(endpoint, { logger: silentLogger })],
  [
    "a client with an application's middleware in every step",
    (endpoint) => {
      const injected = sdkClient(endpoint);
      for (const step of ['initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize'] as const) {
        for (const priority of ['high', 'normal', 'low'] as const) {
          const options = { step, priority, name: `${step} ${priority}` };
          injected.sdk.middlewareStack.add((next) => (args) => next(args), options as never);
        }
      }
      return injected;
    },
  ],
  [
    'an object that passes commands on',
    (endpoint) => {
      const sdk = clientOf(endpoint);
      const send = (command: never, options: never): never => sdk.send(command, options) as never;
      return { client: { send }, sdk };
    },
  ],
  ...(fetchHandler === undefined
    ? []
    : ([
        [
          'a client that sends with fetch',
          (endpoint) => sdkClient(endpoint, { requestHandler: fetchHandler as never, maxAttempts: 1 }),
        ],
      ] satisfies typeof kinds)),
];

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [Note] }).createTables();
});
afterAll(() => engine.close());

const pictureOf = (id: string) => new Uint8Array(Buffer.from(`picture of ${id}`));

async function storeNotes(client: EngineClient, ids: readonly string[]) {
  const notes = new Mapper({ client, entities: [Note] }).repository(Note);
  for (const id of ids) await notes.put(notes.create({ id, text: `text of ${id}`, picture: pictureOf(id) }));
  return notes;
}

const getOf = (id: string) => new GetItemCommand({ TableName: 'notes', Key: { id: { S: id } } });

describe.each(kinds)('%s', (kind, make) => {
  let injected: InjectedClient;
  const ids = Array.from({ length: 8 }, (_, at) => `${kind} ${at}`);
  beforeAll(() => {
    injected = make(engine.endpoint);
  });
  afterAll(() => injected.sdk.destroy());

  test('reads and writes', async () => {
    const notes = await storeNotes(injected.client, ids);
    const [id = ''] = ids;
    const expected = { id, text: `text of ${id}`, picture: pictureOf(id) };
    expect(await notes.get({ id })).toEqual(expected);
    expect(await notes.getMany([{ id }, { id: 'absent' }])).toEqual([expected, undefined]);
    expect(await notes.query({ partition: id }).all()).toEqual([expected]);
    const all = await notes.scan({ pageSize: 3 }).all();
    expect(all.filter((note) => note.id === id)).toEqual([expected]);
    expect(await notes.delete({ id })).toBe(true);
    expect(await notes.get({ id })).toBeUndefined();
    expect(await readStored(engine.endpoint, 'notes', { id: { S: id } })).toBeUndefined();
  });

  test('hands over the body as it came from the engine', async () => {
    await storeNotes(injected.client, ids);
    const connection = new EngineCalls(injected.client);
    const { Item: item } = await connection.get({ TableName: 'notes', Key: { id: { S: ids[1] as string } } });
    // the client itself would have made bytes of it
    expect(item).toMatchObject({ picture: { B: Buffer.from(pictureOf(ids[1] as string)).toString('base64') } });
  });

  test("gets its own commands' answers as ever: before, between, after and during ours", async () => {
    const { client, sdk } = injected;
    const notes = await storeNotes(client, ids);
    const own = async (id: string) => {
      const { Item: item } = await sdk.send(getOf(id));
      expect(item?.['text']).toEqual({ S: `text of ${id}` });
      expect(item?.['picture']?.B).toEqual(pictureOf(id));
    };
    const ours = async (id: string) => {
      expect(await notes.get({ id })).toEqual({ id, text: `text of ${id}`, picture: pictureOf(id) });
    };
    for (const id of ids) {
      await own(id);
      await ours(id);
    }
    await Promise.all([...ids, ...ids].flatMap((id) => [ours(id), own(id), ours(id)]));
    await own(ids[0] as string);
  });

  test('keeps its middleware stack as it is', async () => {
    const before = injected.sdk.middlewareStack.identify();
    const notes = await storeNotes(injected.client, ids);
    await notes.getMany(ids.map((id) => ({ id })));
    await notes.scan().all();
    expect(before.length).toBeGreaterThan(0);
    expect(injected.sdk.middlewareStack.identify()).toEqual(before);
  });
});

test('the fetch handler is among the clients', () => {
  expect(kinds.map(([kind]) => kind)).toContain('a client that sends with fetch');
});

test("a subclass's own send is what sends", async () => {
  const client = new TracingClient(configOf(engine.endpoint));
  const notes = await storeNotes(client, ['traced']);
  await notes.get({ id: 'traced' });
  expect(client.sent).toEqual(['PutItemCommand', 'GetItemCommand']);
  client.destroy();
});

test('a DynamoDBDocumentClient goes on to unmarshall what its own commands get', async () => {
  const sdk = clientOf(engine.endpoint);
  const client = DynamoDBDocumentClient.from(sdk);
  const notes = await storeNotes(client, ['document']);
  const command = new GetCommand({ TableName: 'notes', Key: { id: 'document' } });
  const [own, , again] = [await client.send(command), await notes.get({ id: 'document' }), await client.send(command)];
  const expected = { id: 'document', text: 'text of document', picture: pictureOf('document'), schema_version: 1 };
  expect([own.Item, again.Item]).toEqual([expected, expected]);
  sdk.destroy();
});

test("a client's logger never sees our items, and sees its own as ever", async () => {
  const info = jest.fn<(entry: { commandName: string; output: Record<string, unknown> }) => void>();
  const { client, sdk } = sdkClient(engine.endpoint, { logger: { ...silentLogger, info } });
  const notes = await storeNotes(client, ['logged']);
  info.mockClear();
  await notes.get({ id: 'logged' });
  await notes.getMany([{ id: 'logged' }]);
  await notes.query({ partition: 'logged' }).all();
  await sdk.send(getOf('logged'));
  await sdk.send(
    new QueryCommand({
      TableName: 'notes',
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: 'logged' } },
    }),
  );
  const seen = info.mock.calls.map(([{ commandName, output }]) => [commandName, Object.keys(output).toSorted()]);
  expect(seen).toEqual([
    ['GetItemCommand', []],
    ['BatchGetItemCommand', []],
    ['QueryCommand', []],
    ['GetItemCommand', ['Item']],
    ['QueryCommand', ['Count', 'Items', 'ScannedCount']],
  ]);
  sdk.destroy();
});

test("an application's middleware sees our requests and can change them", async () => {
  const { client, sdk } = sdkClient(engine.endpoint);
  await storeNotes(client, ['seen']);
  const seen: unknown[] = [];
  sdk.middlewareStack.add(
    (next, context) => async (args) => {
      const { input } = args as { input: { TableName: string } };
      input.TableName = input.TableName.replace('elsewhere', 'notes');
      const result = await next(args);
      seen.push(context.commandName, (result.response as { statusCode?: number } | undefined)?.statusCode);
      return result;
    },
    { step: 'initialize' },
  );
  const { Item: item } = await new EngineCalls(client).get({ TableName: 'elsewhere', Key: { id: { S: 'seen' } } });
  expect(item).toMatchObject({ text: { S: 'text of seen' } });
  expect(seen).toEqual(['GetItemCommand', 200]);
  sdk.destroy();
});

test('what an application puts in place of the body counts', async () => {
  const { client, sdk } = sdkClient(engine.endpoint);
  await storeNotes(client, ['sealed']);
  sdk.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body: unknown };
      response.body = new Uint8Array(Buffer.from('{"Item":{"id":{"S":"sealed"},"text":{"S":"unsealed"}}}'));
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const { Item: item } = await new EngineCalls(client).get({ TableName: 'notes', Key: { id: { S: 'sealed' } } });
  expect(item).toEqual({ id: { S: 'sealed' }, text: { S: 'unsealed' } });
  sdk.destroy();
});

test('an object with nothing but send will do: its own answers count', async () => {
  const stored: Record<string, AttributeValue> = {
    id: { S: 'mocked' },
    text: { S: 'from the mock' },
    picture: { B: new Uint8Array([1, 2]) },
    schema_version: { N: '1' },
  };
  const commands: string[] = [];
  const answers: Record<string, object> = {
    GetItemCommand: { Item: stored },
    BatchGetItemCommand: { Responses: { notes: [stored] } },
    QueryCommand: { Items: [stored] },
    ScanCommand: { Items: [stored] },
  };
  const send = async ({ constructor: { name } }: object) => {
    commands.push(name);
    return answers[name] ?? {};
  };
  const notes = new Mapper({ client: { send }, entities: [Note] }).repository(Note);

  const note = await notes.getOrFail({ id: 'mocked' });
  expect(note).toEqual({ id: 'mocked', text: 'from the mock', picture: new Uint8Array([1, 2]) });
  expect(await notes.getMany([{ id: 'mocked' }])).toEqual([note]);
  expect(await notes.query({ partition: 'mocked' }).all()).toEqual([note]);
  expect(await notes.scan().all()).toEqual([note]);
  await notes.put(note);
  expect(await notes.delete({ id: 'mocked' })).toBe(true);
  expect(commands).toEqual([...Object.keys(answers), 'PutItemCommand', 'DeleteItemCommand']);
});

test('close() of a mapper leaves the client to the application', async () => {
  const { client, sdk } = sdkClient(engine.endpoint);
  const mapper = new Mapper({ client, entities: [Note] });
  await storeNotes(client, ['left']);
  await mapper.close();
  expect((await sdk.send(getOf('left'))).Item?.['text']).toEqual({ S: 'text of left' });
  sdk.destroy();
});
