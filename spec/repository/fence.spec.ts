import { beforeAll, describe, expect, test } from '@jest/globals';
import { Mapper, type Repository, type UpdateClauses } from 'dynamo-evolve';
import { startCannedEngine } from '../support/canned-engine.js';
import { changesOf } from '../support/recording-client.js';
import { errorOf, id, Note, on, operations, RevisedNote, staleNote, startNotes, storedNote } from '../support/notes.js';

let plain: Repository<Note>;

startNotes();
beforeAll(() => {
  plain = on.mapper({ fence: false }).repository(Note);
});

/** What makes a write one that reads: where isolation forbids those, engines refuse every one of these members. */
function expectPlainWrites(): void {
  for (const { input } of on.recording.sent) {
    expect(Object.keys(input)).not.toContain('ConditionExpression');
    expect(Object.keys(input)).not.toContain('ReturnValues');
    expect(Object.keys(input)).not.toContain('ReturnValuesOnConditionCheckFailure');
    expect(input.UpdateExpression ?? '').not.toMatch(/\b(ADD|DELETE)\b/);
  }
}

describe('a mapper that gave up its fence', () => {
  test('puts, deletes and says nothing of what it cannot know', async () => {
    const note = plain.create({ id, text: 'Hello' });
    await plain.put(note);
    note.text = 'Bye';
    await plain.put(note);
    expect(await plain.delete({ id })).toBeUndefined();
    expect(await plain.delete({ id })).toBeUndefined();
    expect(operations()).toEqual(['PutItem', 'PutItem', 'DeleteItem', 'DeleteItem']);
    expectPlainWrites();
  });

  test('saves what changed', async () => {
    await on.store('notes', storedNote(id, { extra: { S: 'kept' } }));
    const note = await plain.getOrFail({ id });
    note.text = 'Bye';
    note.tags = new Set();
    await plain.save(note);
    expect(operations()).toEqual(['GetItem', 'UpdateItem']);
    expectPlainWrites();
    expect(await on.stored('notes', id)).toEqual(storedNote(id, { text: { S: 'Bye' }, extra: { S: 'kept' } }));
  });

  test('saves a stale item upgraded, in one request', async () => {
    await on.store('notes', staleNote(id, { extra: { S: 'kept' } }));
    const note = await plain.getOrFail({ id });
    note.stars = 1;
    await plain.save(note);
    expect(operations()).toEqual(['GetItem', 'UpdateItem']);
    expect(changesOf(on.recording.of('UpdateItem')[0]!.input)).toContain('REMOVE body');
    expectPlainWrites();
    expect(await on.stored('notes', id)).toEqual(
      storedNote(id, { st: { N: '1' }, colour: { S: 'white' }, extra: { S: 'kept' } }),
    );
  });

  test('updates what is set and removed, upgrading what is stale', async () => {
    await on.store('notes', staleNote(id, { st: { N: '1' } }));
    expect(await plain.update({ id }, { set: { text: 'Bye' }, remove: ['stars'] })).toMatchObject({ text: 'Bye' });
    expectPlainWrites();
    expect(await on.stored('notes', id)).toEqual(storedNote(id, { text: { S: 'Bye' }, colour: { S: 'white' } }));
  });

  test('updates nothing where nothing is', async () => {
    expect((await errorOf(plain.update({ id }, { set: { text: 'x' } }))).code).toBe('NOT_FOUND');
    expect(await on.stored('notes', id)).toBeUndefined();
  });

  test.each<[string, UpdateClauses<Note>]>([
    ['add', { add: { stars: 1 } }],
    ['delete', { delete: { tags: new Set(['x']) } }],
    ['a nested set', { set: { 'settings.theme': 'dark' } }],
    ['a nested removal', { remove: ['list[0]'] }],
  ])('refuses an update with %s', async (_what, clauses) => {
    await on.store('notes', storedNote(id));
    const details = { call: 'update()', with: 'add, delete or nested paths' };
    expect(await errorOf(plain.update({ id }, clauses))).toMatchObject({ code: 'FENCE_REQUIRED', details });
    expect(on.recording.sent).toEqual([]);
  });

  test('refuses insert, and the save of a new entity, which is one', async () => {
    const note = plain.create({ id, text: 'Hello' });
    expect((await errorOf(plain.insert(note))).code).toBe('FENCE_REQUIRED');
    expect((await errorOf(plain.save(note))).code).toBe('FENCE_REQUIRED');
    expect(on.recording.sent).toEqual([]);
  });

  test('refuses write-back, for all or for one read', async () => {
    expect(() => on.mapper({ fence: false, writeBack: 'inline' })).toThrow(
      expect.objectContaining({ code: 'FENCE_REQUIRED', details: { call: 'new Mapper()', with: 'write-back' } }),
    );
    await on.store('notes', staleNote(id));
    const error = await errorOf(plain.get({ id }, { writeBack: 'inline' }));
    expect(error).toMatchObject({ code: 'FENCE_REQUIRED', details: { call: 'get()', with: 'write-back' } });
    expect(error.message).toMatch(/^get\(\) with write-back needs conditional writes/);
    expect(await on.stored('notes', id)).toEqual(staleNote(id));
  });
});

describe('a table that forbids conditional writes', () => {
  const message =
    "Read-modify-write operations are disabled by 'forbid_rmw' write isolation policy. Refer to the documentation.";

  test.each<[string, (notes: Repository<Note>) => Promise<unknown>]>([
    ['insert', (notes) => notes.insert(notes.create({ id: 'x', text: 'Hello' }))],
    ['put', (notes) => notes.put(notes.create({ id: 'x', text: 'Hello' }))],
    ['update', (notes) => notes.update({ id: 'x' }, { set: { text: 'Bye' } })],
    ['delete', (notes) => notes.delete({ id: 'x' })],
    [
      'save',
      async (notes) => {
        const note = notes.hydrate(storedNote('x'));
        note.text = 'Bye';
        await notes.save(note);
      },
    ],
  ])('is told from other errors: %s names the tag and the option', async (_method, write) => {
    const engine = await startCannedEngine(() => (response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: 'com.amazon.coral.validate#ValidationException', message }));
    });
    try {
      const mapper = new Mapper({ client: engine.client, entities: [Note, RevisedNote] });
      const error = await errorOf(write(mapper.repository(Note)));
      expect([error.code, error.details]).toEqual(['WRITES_FORBIDDEN', { table: 'notes' }]);
      expect(error.message).toContain('system:write_isolation');
      expect(error.message).toContain('always_use_lwt');
      expect(error.message).toContain('fence: false');
      expect(engine.requests).toHaveLength(1);
    } finally {
      await engine.close();
    }
  });
});
