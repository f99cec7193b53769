import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';

@Entity({ table: 'letters' })
@Versioned(2)
class Letter {
  @PartitionKey({ name: 'box_id' }) box!: string;
  @SortKey() at!: number;
  @Attribute({ name: 'letter.title' }) title: string = 'untitled';
  @Attribute({ optional: true }) body?: string;
  @Attribute({ optional: true }) pages: number = 1;

  @Upgrade(1, 2, 'the title is made of the first line')
  static titled(item: Item): void {
    item['letter.title'] = String(item.body).split('\n')[0];
  }
}

let engine: EmbeddedEngine;
let recording: RecordingClient;
let letters: Repository<Letter>;
const mapperOf = (options: Partial<MapperOptions> = {}) =>
  new Mapper({ client: recording.client, entities: [Letter], ...options });

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  await mapperOf().createTables();
});
afterAll(() => engine.close());

let box = '';
let count = 0;
beforeEach(async () => {
  box = `box ${++count}`;
  letters = mapperOf().repository(Letter);
  await store(0, { schema_version: { N: '1' }, body: { S: 'Old\nnews' }, pages: { N: '3' } });
  await store(1, {
    schema_version: { N: '2' },
    'letter.title': { S: 'New' },
    body: { S: 'New\nnews' },
    pages: { N: '4' },
  });
  recording.reset();
});

const store = (at: number, attributes: WireItem) =>
  storeRaw(engine.endpoint, 'letters', { box_id: { S: box }, at: { N: `${at}` }, ...attributes });
const inputs = () => recording.sent.map(({ input }) => input as unknown as Record<string, unknown>);

describe('attributes', () => {
  test('are all that entities have, of whatever version their items are', async () => {
    const found = await letters.query({ partition: box, attributes: ['title'] }).all();
    expect(found).toEqual([expect.any(Letter), expect.any(Letter)]);
    expect(found.map((one) => JSON.stringify(one))).toEqual(['{"title":"Old"}', '{"title":"New"}']);
  });

  test('are all that is read, with keys, version and what the filter names; stale items are read again whole', async () => {
    const filter = { attr: 'pages', gt: 1 } as const;
    expect(await letters.query({ partition: box, attributes: ['title'], filter }).all()).toHaveLength(2);
    const [query, again, ...more] = inputs();
    const { ProjectionExpression: projection, ExpressionAttributeNames: names } = query as {
      ProjectionExpression: string;
      ExpressionAttributeNames: Record<string, string>;
    };
    const read = projection.split(', ').map((token) => names[token]);
    expect(new Set(read)).toEqual(new Set(['at', 'box_id', 'letter.title', 'pages', 'schema_version']));
    expect(read).toHaveLength(5);
    expect(again).toEqual({ RequestItems: { letters: { Keys: [{ box_id: { S: box }, at: { N: '0' } }] } } });
    expect(more).toEqual([]);
  });

  test('are judged by what a stale item is when it is read again', async () => {
    recording.before = async ({ operation }) => {
      if (operation !== 'BatchGetItem') return;
      // somebody else upgraded and changed it meanwhile
      await store(0, { schema_version: { N: '2' }, 'letter.title': { S: 'Changed' }, pages: { N: '1' } });
    };
    const filter = { attr: 'pages', gt: 1 } as const;
    const found = await letters.query({ partition: box, attributes: ['title'], filter }).all();
    expect(found.map((one) => one.title)).toEqual(['New']);
  });

  test("of an item that is gone when it is read again are nobody's", async () => {
    recording.before = async ({ operation }) => {
      if (operation !== 'BatchGetItem') return;
      const key = { box_id: { S: box }, at: { N: '0' } };
      await sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: 'letters', Key: key }));
    };
    const found = await letters.query({ partition: box, attributes: ['title'] }).all();
    expect(found.map((one) => one.title)).toEqual(['New']);
  });

  test('can be read page by page, and with others on the next page', async () => {
    const first = await letters.query({ partition: box, attributes: ['title'], limit: 1 }).page();
    expect(first.items.map((one) => one.title)).toEqual(['Old']);
    const next = await letters.query({ partition: box, attributes: ['pages'], limit: 1, cursor: first.cursor }).page();
    expect(next.items.map((one) => one.pages)).toEqual([4]);
  });

  test('are read consistently again where the query is consistent', async () => {
    await letters.query({ partition: box, attributes: ['title'], consistent: true }).all();
    expect(inputs()[1]).toMatchObject({ RequestItems: { letters: { ConsistentRead: true } } });
  });

  test.each<[unknown, string]>([
    [[], 'INVALID_ARGUMENT'],
    ['title', 'INVALID_ARGUMENT'],
    [['letter.title'], 'UNKNOWN_ATTRIBUTE'],
    [['constructor'], 'UNKNOWN_ATTRIBUTE'],
  ])('%j are refused', async (attributes, code) => {
    await expect(letters.scan({ attributes: attributes as never }).all()).rejects.toMatchObject({ code });
    expect(recording.sent).toEqual([]);
  });
});

describe('an entity that has only some attributes', () => {
  test.each<[string, (part: Letter) => Promise<unknown>]>([
    ['insert', (part) => letters.insert(part)],
    ['put', (part) => letters.put(part)],
    ['save', (part) => letters.save(part)],
    ['save over everything', (part) => letters.save(part, { overwrite: true })],
    ['save into another table', (part) => mapperOf({ tablePrefix: 'other_' }).repository(Letter).save(part)],
    ['putMany', async (part) => (await letters.putMany([part]))[0]],
    ['putMany without conditions', async (part) => (await letters.putMany([part], { unconditional: true }))[0]],
  ])('can not be stored by %s', async (_call, storeIt) => {
    for (const part of await letters.query({ partition: box, attributes: ['box', 'at', 'title'] }).all()) {
      recording.reset();
      const outcome = await storeIt(part as Letter).catch((error: unknown) => ({ reason: error }));
      expect(outcome).toMatchObject({ reason: { code: 'PARTIAL_ENTITY', details: { entity: 'Letter' } } });
      expect(recording.sent).toEqual([]);
    }
  });

  test('is nothing that was stored, tracked or not', async () => {
    for (const track of [true, false]) {
      const [part] = await letters.query({ partition: box, attributes: ['title'], track }).all();
      expect(letters.stored(part as Letter)).toBeUndefined();
      await expect(letters.save(part as Letter)).rejects.toMatchObject({ code: 'PARTIAL_ENTITY' });
    }
  });

  test('is not written back', async () => {
    const key = { box_id: { S: box }, at: { N: '0' } };
    const before = await readStored(engine.endpoint, 'letters', key);
    const mapper = mapperOf({ writeBack: 'background' });
    await mapper
      .repository(Letter)
      .query({ partition: box, attributes: ['title'], writeBack: 'inline' })
      .all();
    await mapper.close();
    expect(await readStored(engine.endpoint, 'letters', key)).toEqual(before);
  });
});
