import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Index, Mapper, PartitionKey, type Repository, TimeToLive, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'notes' })
@Versioned(1)
@Index('by_owner', { partitionKey: 'owner', sortKey: 'title' })
class Note {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) owner?: string;
  @Attribute({ optional: true }) title?: string;
  @Attribute({ optional: true }) text?: string;
  @TimeToLive({ type: 'number' }) expires?: number;
}

let engine: EmbeddedEngine;
let notes: Repository<Note>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Note] });
  await mapper.createTables();
  notes = mapper.repository(Note);
});
afterAll(() => engine.close());

const seconds = Math.floor(Date.UTC(2030, 0, 1) / 1000);
const milliseconds = Date.UTC(2030, 0, 1);

/** Every call that can store a value of a property. */
const writes: [string, (value: Partial<Note>) => Promise<unknown>][] = [
  ['insert', (value) => notes.insert(notes.create({ id: 'new', expires: seconds, ...value }))],
  ['put', (value) => notes.put(notes.create({ id: 'put', expires: seconds, ...value }))],
  [
    'save',
    async (value) => {
      const note = await notes.put(notes.create({ id: 'saved', expires: seconds }));
      await notes.save(Object.assign(note, value));
    },
  ],
  [
    'update',
    async (value) => {
      await notes.put(notes.create({ id: 'updated', expires: seconds }));
      await notes.update({ id: 'updated' }, { set: value });
    },
  ],
  [
    'putMany',
    async (value) => {
      const [result] = await notes.putMany([notes.create({ id: 'many', expires: seconds, ...value })]);
      if (result?.status === 'rejected') throw result.reason;
    },
  ],
];

describe.each(writes)('%s', (_call, write) => {
  test('refuses a time to live in milliseconds, by its unit', async () => {
    await expect(write({ expires: milliseconds })).rejects.toMatchObject({
      code: 'ATTRIBUTE_TYPE',
      details: { attribute: 'expires', expected: 'a time to live in seconds' },
    });
  });

  test.each(['owner', 'title'])('refuses an empty %s, which is a key of an index', async (property) => {
    await expect(write({ [property]: '' })).rejects.toMatchObject({
      code: 'INVALID_KEY_VALUE',
      details: { class: 'Note', member: property, found: 'empty' },
    });
  });

  test('takes what can be stored', async () => {
    await expect(write({ owner: 'a', title: 'b', text: '' })).resolves.not.toThrow();
  });
});

test('what was stored so before passes unchanged', async () => {
  const stored = { id: { S: 'old' }, expires: { N: String(milliseconds) }, schema_version: { N: '1' } };
  await storeRaw(engine.endpoint, 'notes', stored);
  const note = await notes.getOrFail({ id: 'old' });
  note.text = 'changed';
  await notes.save(note);
  await notes.put(note);
  expect(await readStored(engine.endpoint, 'notes', { id: { S: 'old' } })).toEqual({
    ...stored,
    text: { S: 'changed' },
  });
});
