import { afterEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, type Item, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { type CannedEngine, failure, startCannedEngine } from '../support/canned-engine.js';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';
import { readRaw, sendRaw } from '../support/raw-requests.js';

class NoteUpgrades {
  @Upgrade(1, 2) static heading(item: Item): void {
    item.heading = item.title;
    delete item.title;
  }
}

@Entity({ table: 'notes' })
@Versioned(2, { upgrades: NoteUpgrades })
class Note {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) heading?: string;
  @Attribute({ optional: true }) settings?: Record<string, unknown>;
}

let canned: CannedEngine | undefined;
afterEach(async () => {
  await canned?.close();
  canned = undefined;
});

async function notesOn(answer: Parameters<typeof startCannedEngine>[0]) {
  canned = await startCannedEngine(answer);
  return new Mapper({ client: canned.client, entities: [Note] }).repository(Note);
}

const key = { id: { S: 'a' } };
const current = { ...key, schema_version: { N: '2' } };

describe('an answer that no engine gives is an error, and never an absent item or an empty entity', () => {
  test.each<[string, string]>([
    ['an empty body', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['text', '"Item"'],
    ['an error with the status of success', '{"__type":"com.amazonaws#InternalServerError","message":"x"}'],
    ['an item that is a list', '{"Item":[]}'],
    ['an item that is text', '{"Item":"a"}'],
    ['an item that is null', '{"Item":null}'],
    ['the item of another key', '{"Item":{"id":{"S":"b"},"schema_version":{"N":"2"}}}'],
    ['an item without its key', '{"Item":{"schema_version":{"N":"2"}}}'],
  ])('to get: %s', async (_what, body) => {
    const notes = await notesOn(() => body);
    await expect(notes.get({ id: 'a' })).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });

  test.each<[string, string]>([
    ['an empty body', ''],
    ['a list', '[]'],
    ['items that are no list', '{"Items":{},"Count":1}'],
    ['an item that is a number', '{"Items":[5],"Count":1}'],
    ['an item that is null', '{"Items":[null],"Count":1}'],
    ['a place to go on that is null', '{"Items":[],"Count":0,"LastEvaluatedKey":null}'],
    ['a place to go on without a key', '{"Items":[],"Count":0,"LastEvaluatedKey":{}}'],
    ['a place to go on that is text', '{"Items":[],"Count":0,"LastEvaluatedKey":"a"}'],
    ['a count that is text', '{"Items":[],"Count":"many","ScannedCount":0}'],
  ])('to query and scan: %s', async (_what, body) => {
    const notes = await notesOn(() => body);
    await expect(notes.query({ partition: 'a' }).all()).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    await expect(notes.scan().all()).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    await expect(notes.scan().count()).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });

  test.each<[string, string]>([
    ['an empty body', ''],
    ['responses that are a list', '{"Responses":[]}'],
    ['items that are no list', '{"Responses":{"notes":{}}}'],
    ['an item that is text', '{"Responses":{"notes":["a"]}}'],
    ['unprocessed keys that are a list', '{"Responses":{"notes":[]},"UnprocessedKeys":[]}'],
    ['unprocessed keys that are text', '{"Responses":{"notes":[]},"UnprocessedKeys":{"notes":{"Keys":["a"]}}}'],
  ])('to getMany: %s', async (_what, body) => {
    const notes = await notesOn(() => body);
    await expect(notes.getMany([{ id: 'a' }])).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });

  test.each<[string, string]>([
    ['an empty body', ''],
    ['a list', '[]'],
    ['an item that is a list', '{"Attributes":[]}'],
  ])('to update: %s', async (_what, body) => {
    const notes = await notesOn(() => body);
    const update = notes.update({ id: 'a' }, { set: { heading: 'x' } });
    await expect(update).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });

  test('its message quotes nothing of it', async () => {
    const notes = await notesOn(() => '{"Item":["secret"]}');
    const error: unknown = await notes.get({ id: 'a' }).catch((reason: unknown) => reason);
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('secret');
  });
});

describe('a stored name __proto__', () => {
  const hostile = '{"M":{"__proto__":{"M":{"polluted":{"BOOL":true}}},"b":{"B":"AQI="}}}';
  const item = `{"id":{"S":"a"},"schema_version":{"N":"2"},"settings":${hostile}}`;

  test.each(['UpdateItem', 'PutItem', 'DeleteItem'])('comes whole with a refused %s', async (operation) => {
    const body = `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed","Item":${item}}`;
    const notes = await notesOn((request) => {
      if (request.operation !== operation) return { Item: current };
      return (response) => {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(body);
      };
    });
    const note = await notes.getOrFail({ id: 'a' });
    note.heading = 'mine';
    const condition = { attr: 'heading', eq: 'x' } as const;
    const calls = {
      UpdateItem: () => notes.save(note, { condition }),
      PutItem: () => notes.put(note, { condition }),
      DeleteItem: () => notes.delete({ id: 'a' }, { condition }),
    };
    const error = (await calls[operation as keyof typeof calls]().catch((reason: unknown) => reason)) as {
      code: string;
      current(): Note;
    };
    expect(error.code).toBe('CONDITION_FAILED');
    expect(Object.keys(error.current().settings as object)).toEqual(['__proto__', 'b']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('comes whole with the answer of an update', async () => {
    const notes = await notesOn(() => `{"Attributes":${item}}`);
    const note = await notes.update({ id: 'a' }, { set: { heading: 'x' } });
    expect(Object.keys(note.settings as object)).toEqual(['__proto__', 'b']);
  });

  test('stands in no way of writes on an engine', async () => {
    const isLocal = (await whyNoDynamoDBLocal()) === undefined;
    const engine = await (isLocal ? startDynamoDBLocal() : startEmbeddedEngine());
    try {
      const mapper = new Mapper({ client: engine.client, entities: [Note] });
      await mapper.createTables();
      const notes = mapper.repository(Note);
      const old = `{"TableName":"notes","Item":{"id":{"S":"a"},"title":{"S":"t"},"settings":${hostile}}}`;
      await sendRaw(engine.endpoint, 'PutItem', old);
      const [mine, theirs] = [await notes.getOrFail({ id: 'a' }), await notes.getOrFail({ id: 'a' })];
      theirs.heading = 'theirs';
      await notes.save(theirs);
      mine.heading = 'mine';
      await expect(notes.save(mine)).rejects.toMatchObject({ code: 'CONFLICT' });
      await notes.update({ id: 'a' }, { set: { heading: 'updated' } });
      const kept = '"__proto__":{"M":{"polluted":{"BOOL":true}}}';
      // the embedded engine loses it when it is put
      expect((await readRaw(engine.endpoint, 'notes', key)).includes(kept)).toBe(isLocal);
    } finally {
      await engine.close();
    }
  }, 60_000);
});

test('a failure whose body is no JSON stays a failure', async () => {
  const notes = await notesOn(() => failure('ValidationException'));
  await expect(notes.get({ id: 'a' })).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
});
