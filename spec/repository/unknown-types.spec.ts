import { afterEach, describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  Attribute,
  type Class,
  type Condition,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';

class Place {
  city!: string;
  embedding?: unknown;
}

@Entity({ table: 'texts' })
@Versioned(2)
class Text {
  @PartitionKey() id!: string;
  @Attribute() body!: string;
  @Attribute({ type: 'any', optional: true }) embedding?: unknown;
  @Attribute({ type: 'any', optional: true }) copy?: unknown;
  @Attribute({ optional: true }) @Type(() => Place) place?: Place;

  @Upgrade(1, 2, 'renamed text to body, kept the embedding under a second name')
  static body(item: Item): void {
    item.body = item.text;
    delete item.text;
    item.copy = item.embedding;
  }
}

const vector = { FLOAT32VECTOR: [1.5, -2, 1e-7] } as unknown as WireItem[string];
const current: WireItem = {
  id: { S: 'a' },
  body: { S: 'hello' },
  embedding: vector,
  place: { M: { city: { S: 'Oslo' }, embedding: vector } },
  undeclared: { L: [vector, { M: { x: vector } }] },
  schema_version: { N: '2' },
};
const { body, schema_version: _, ...others } = current;
const stale: WireItem = { ...others, text: body as WireItem[string] };

let engine: CannedEngine;
const engines: CannedEngine[] = [];
afterEach(async () => {
  for (const each of engines.splice(0)) await each.close();
});

/** A repository of a table that holds one item. */
async function textsOf(item: WireItem, target: Class<Text> = Text, options: object = {}) {
  engine = await startCannedEngine(({ operation }) => {
    if (operation === 'Query' || operation === 'Scan') return { Items: [item], Count: 1, ScannedCount: 1 };
    return operation === 'GetItem' ? { Item: item } : {};
  });
  engines.push(engine);
  return new Mapper({ client: engine.client, entities: [target], ...options }).repository(target);
}

const lastRequest = () =>
  engine.requests.findLast(({ operation }) => !/^(Get|Query|Scan)/.test(operation))?.body as {
    Item?: WireItem;
    UpdateExpression?: string;
    ConditionExpression?: string;
    ExpressionAttributeNames: Record<string, string>;
    ExpressionAttributeValues: WireItem;
  };

describe.each([
  ['raw answers', {}],
  ['answers of the client’s own deserialiser', { reads: 'client' }],
])('a value of an unknown type, in %s', (_name, options) => {
  test('is handed out by every read of an item of the newest version', async () => {
    const texts = await textsOf(current, Text, options);
    const [scanned] = await texts.scan().all();
    const [queried] = await texts.query({ partition: 'a', attributes: ['embedding'] }).all();
    const read: (Partial<Text> | undefined)[] = [
      await texts.getOrFail({ id: 'a' }),
      scanned,
      queried,
      texts.hydrate(current),
    ];
    for (const text of read) expect(JSON.stringify(text?.embedding)).toBe(JSON.stringify(vector));
    expect(JSON.stringify(read[0]?.place)).toBe(JSON.stringify({ city: 'Oslo', embedding: vector }));
  });

  test('is untouched by a save and an update of something else', async () => {
    const texts = await textsOf(current, Text, options);
    const text = await texts.getOrFail({ id: 'a' });
    await texts.save(text);
    expect(engine.operations()).toEqual(['GetItem']);
    text.body = 'new';
    await texts.save(text);
    expect(JSON.stringify(lastRequest())).not.toContain('FLOAT32VECTOR');
  });

  test('is put as it was stored, declared or not', async () => {
    const texts = await textsOf(current, Text, options);
    const text = await texts.getOrFail({ id: 'a' });
    text.body = 'new';
    await texts.put(text);
    expect(lastRequest().Item).toEqual({ ...current, body: { S: 'new' } });
  });

  test('can be assigned to another attribute, nested or alone', async () => {
    const texts = await textsOf(current, Text, options);
    const text = await texts.getOrFail({ id: 'a' });
    text.copy = { list: [text.embedding] };
    await texts.save(text);
    expect(Object.values(lastRequest().ExpressionAttributeValues)).toContainEqual({ M: { list: { L: [vector] } } });
    await texts.update({ id: 'a' }, { set: { copy: text.embedding } });
    expect(Object.values(lastRequest().ExpressionAttributeValues)).toContainEqual(vector);
  });

  test('is read and written back by an upgrade that passes it along, under the condition that it is unchanged', async () => {
    const texts = await textsOf(stale, Text, { ...options, writeBack: 'inline' });
    const text = await texts.getOrFail({ id: 'a' });
    expect(JSON.stringify(text)).toBe(
      JSON.stringify({
        id: 'a',
        body: 'hello',
        embedding: vector,
        copy: vector,
        place: { city: 'Oslo', embedding: vector },
      }),
    );
    const { ConditionExpression: condition, ExpressionAttributeNames: names, ...request } = lastRequest();
    const token = Object.entries(names).find(([, name]) => name === 'embedding')?.[0] as string;
    const [, value] = new RegExp(`${token} = (:\\w+)`).exec(condition as string) ?? [];
    expect(request.ExpressionAttributeValues[value as string]).toEqual(vector);
    expect(Object.values(request.ExpressionAttributeValues).filter((one) => 'FLOAT32VECTOR' in one)).toHaveLength(2);
  });

  test('is judged in filters of stale items', async () => {
    const texts = await textsOf(stale, Text, options);
    const { embedding } = await texts.getOrFail({ id: 'a' });
    const found = async (filter: Condition<Text>) => (await texts.scan({ filter }).all()).length;
    expect(await found({ attr: 'copy', eq: embedding })).toBe(1);
    expect(await found({ attr: 'embedding', ne: embedding })).toBe(0);
    expect(await found({ attr: 'copy', in: [1, embedding] })).toBe(1);
    const another = (await textsOf({ ...stale, embedding: { FLOAT32VECTOR: [1] } as never })).hydrate({
      ...stale,
      embedding: { FLOAT32VECTOR: [1] } as never,
    });
    expect(await found({ attr: 'copy', eq: another.embedding })).toBe(0);
  });
});

describe('a declared type that meets a value of an unknown type', () => {
  test.each([
    'string',
    'number',
    'bigint',
    'boolean',
    'date',
    'bytes',
    'set',
    'array',
    'object',
    'map',
    Place,
  ] as const)('says what it found: %p', async (type) => {
    @Entity({ table: 'texts' })
    @Versioned(1)
    class Declared {
      @PartitionKey() id!: string;
      @Attribute({ type, optional: true }) embedding?: never;
    }
    const texts = await textsOf({ id: { S: 'a' }, embedding: vector }, Declared as never);
    await expect(texts.get({ id: 'a' })).rejects.toMatchObject({
      code: 'ATTRIBUTE_TYPE',
      details: { attribute: 'embedding', found: "a value of the engine's type FLOAT32VECTOR" },
    });
    const kept = await textsOf({ id: { S: 'a' }, embedding: vector }, Declared as never, { onTypeMismatch: 'keep' });
    const text = await kept.getOrFail({ id: 'a' });
    expect(JSON.stringify(text.embedding)).toBe(JSON.stringify(vector));
    await kept.put(text);
    expect(lastRequest().Item).toMatchObject({ embedding: vector });
  });

  test('is no version', async () => {
    const texts = await textsOf({ ...current, schema_version: vector });
    await expect(texts.get({ id: 'a' })).rejects.toMatchObject({ code: 'INVALID_VERSION' });
  });
});
