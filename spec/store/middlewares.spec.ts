import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, type MapperOptions, PartitionKey, Versioned } from 'dynamo-evolve';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
  @Attribute({ type: 'bytes', optional: true }) picture?: Uint8Array;
}

const item = { id: { S: 'a' }, text: { S: 'stored' }, picture: { B: 'AQI=' }, schema_version: { N: '1' } };
const answers: Readonly<Record<string, object>> = {
  GetItem: { Item: item, ConsumedCapacity: { TableName: 'notes', CapacityUnits: 0.5 } },
  Query: { Items: [item], Count: 1, ScannedCount: 3, ConsumedCapacity: { TableName: 'notes', CapacityUnits: 1 } },
  Scan: { Items: [item], Count: 1, ScannedCount: 3 },
  BatchGetItem: { Responses: { notes: [item] }, UnprocessedKeys: {} },
};

type Output = Record<string, unknown>;
type Result = { output: Output; response: { body: unknown } };

/** An application's middleware around everything, or around the deserialiser. */
function addMiddleware(
  client: DynamoDBClient,
  step: 'initialize' | 'deserialize',
  use: (result: Result) => unknown,
): void {
  client.middlewareStack.add(
    ((next: (args: unknown) => Promise<Result>) => async (args: unknown) => {
      const result = await next(args);
      return use(result) ?? result;
    }) as never,
    { step: step as never, priority: 'high' },
  );
}

let canned: CannedEngine;
afterEach(() => canned.close());

async function start(options: Partial<MapperOptions> = {}) {
  canned = await startCannedEngine(({ operation }) => answers[operation] ?? {});
  return new Mapper({ client: canned.client, entities: [Note], ...options }).repository(Note);
}

describe.each(['raw', 'client'] as const)("a middleware of the client, with reads: '%s',", (reads) => {
  test('sees counts and capacities', async () => {
    const notes = await start({ reads });
    const seen: unknown[] = [];
    addMiddleware(canned.client, 'initialize', ({ output }) => {
      seen.push([output['Count'], output['ScannedCount'], output['ConsumedCapacity']]);
    });
    expect(await notes.query({ partition: 'a' }).all()).toHaveLength(1);
    expect(await notes.scan().all()).toHaveLength(1);
    await notes.get({ id: 'a' });
    expect(seen).toMatchObject([
      [1, 3, { CapacityUnits: 1 }],
      [1, 3, undefined],
      [undefined, undefined, { CapacityUnits: 0.5 }],
    ]);
  });

  test('sees items as the client hands them out', async () => {
    const notes = await start({ reads });
    const seen: unknown[] = [];
    addMiddleware(canned.client, 'initialize', ({ output }) => {
      seen.push(output['Item'] ?? output['Items'] ?? output['Responses']);
    });
    await notes.get({ id: 'a' });
    await notes.scan().all();
    const note = { id: 'a', text: 'stored', picture: new Uint8Array([1, 2]) };
    expect(await notes.getMany([{ id: 'a' }])).toEqual([note]);
    const shown = { ...item, picture: { B: new Uint8Array([1, 2]) } };
    expect(seen).toEqual([shown, [shown], { notes: [shown] }]);
  });

  test('can change items: in place, by another output, and by assigning', async () => {
    const changes: readonly ((result: Result) => unknown)[] = [
      ({ output }) => void ((output['Item'] as Output)['text'] = { S: 'changed' }),
      ({ output }) => void (output['Item'] = { ...(output['Item'] as object), text: { S: 'changed' } }),
      (result) => ({
        ...result,
        output: { ...result.output, Item: { ...(result.output['Item'] as object), text: { S: 'changed' } } },
      }),
    ];
    for (const step of ['initialize', 'deserialize'] as const) {
      for (const change of changes) {
        const notes = await start({ reads });
        addMiddleware(canned.client, step, change);
        expect(await notes.get({ id: 'a' })).toMatchObject({ text: 'changed' });
        await canned.close();
      }
    }
    await start();
  });

  test('can answer without a request', async () => {
    const notes = await start({ reads });
    canned.client.middlewareStack.add(
      (() => async () => ({
        output: { Item: { id: { S: 'a' }, text: { S: 'cached' } } },
        response: undefined,
      })) as never,
      { step: 'initialize' },
    );
    expect(await notes.get({ id: 'a' })).toMatchObject({ text: 'cached' });
    expect(canned.requests).toEqual([]);
  });

  test('keeps the place where the next page starts when it makes another output', async () => {
    const notes = await start({ reads });
    await canned.close();
    canned = await startCannedEngine((_request, at) => ({
      Items: [item],
      Count: 1,
      ...(at === 0 && { LastEvaluatedKey: { id: item.id } }),
    }));
    addMiddleware(canned.client, 'initialize', (result) => ({
      ...result,
      output: { ...result.output, Items: result.output['Items'] },
    }));
    const again = new Mapper({ client: canned.client, entities: [Note], reads }).repository(Note);
    expect(await again.scan().all()).toHaveLength(2);
    expect(notes).toBeDefined();
  });
});

test("reads: 'client' gives middlewares the bytes of an answer", async () => {
  const notes = await start({ reads: 'client' });
  const bodies: string[] = [];
  canned.client.middlewareStack.add(
    ((next: (args: unknown) => Promise<Result>) => async (args: unknown) => {
      const result = await next(args);
      const chunks: Uint8Array[] = [];
      for await (const chunk of result.response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      bodies.push(Buffer.concat(chunks).toString('utf8'));
      result.response.body = Buffer.concat(chunks);
      return result;
    }) as never,
    { step: 'deserialize', priority: 'low' },
  );
  expect(await notes.get({ id: 'a' })).toMatchObject({ text: 'stored' });
  expect(bodies).toEqual([JSON.stringify(answers['GetItem'])]);
});
