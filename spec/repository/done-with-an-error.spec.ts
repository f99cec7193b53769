import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, MapperError, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) text?: string;
  @Attribute({ type: 'number', optional: true }) count?: number;
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

const errorOf = async (call: Promise<unknown>): Promise<MapperError> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MapperError) return error;
  throw new Error('no MapperError was thrown');
};

test('an update of an item whose other attributes cannot be read says that it was done', async () => {
  const stored = { id: { S: 'a' }, text: { L: [] }, count: { N: '1' }, schema_version: { N: '1' } };
  await storeRaw(engine.endpoint, 'notes', stored);
  const error = await errorOf(notes.update({ id: 'a' }, { add: { count: 1 } }));
  expect(error).toMatchObject({ code: 'ATTRIBUTE_TYPE', done: true });
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ done: true });
  expect(await readStored(engine.endpoint, 'notes', { id: { S: 'a' } })).toEqual({ ...stored, count: { N: '2' } });
});

test('a save that is applied to what others made unreadable says that it was done', async () => {
  await storeRaw(engine.endpoint, 'notes', { id: { S: 'b' }, text: { S: 'x' } });
  const note = await notes.getOrFail({ id: 'b' });
  await storeRaw(engine.endpoint, 'notes', { id: { S: 'b' }, text: { L: [] }, schema_version: { N: '1' } });
  note.count = 5;
  expect(await errorOf(notes.save(note, { overwrite: true }))).toMatchObject({ code: 'ATTRIBUTE_TYPE', done: true });
  expect(await readStored(engine.endpoint, 'notes', { id: { S: 'b' } })).toMatchObject({ count: { N: '5' } });
});

test('a write that was not done does not say so', async () => {
  const error = await errorOf(notes.update({ id: 'absent' }, { set: { count: 1 } }));
  expect(error.code).toBe('NOT_FOUND');
  expect(error.done).toBeUndefined();
});
