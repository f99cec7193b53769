import { describe, expect, test } from '@jest/globals';
import type { UpdateClauses } from 'dynamo-evolve';
import { type EngineRequest, startCannedEngine } from '../support/canned-engine.js';
import { changesOf, conditionsOf } from '../support/recording-client.js';
import {
  errorOf,
  id,
  Note,
  on,
  operations,
  RevisedNote,
  staleNote,
  startNotes,
  storedNote,
  updates,
} from '../support/notes.js';

startNotes();

const stored = () => on.stored('notes', id);

describe('an update', () => {
  test('is one request with all four clauses, by stored names, and gives the entity that it made', async () => {
    await on.store('notes', storedNote(id, { tags: { SS: ['a', 'b'] }, colour: { S: 'red' }, extra: { S: 'kept' } }));
    const note = await on.notes.update(
      { id },
      { set: { text: 'Bye' }, remove: ['colour'], add: { stars: 2 }, delete: { tags: new Set(['a']) } },
    );
    expect(note).toBeInstanceOf(Note);
    expect(note).toEqual(Object.assign(new Note(), { id, text: 'Bye', stars: 2, tags: new Set(['b']) }));
    expect(operations()).toEqual(['UpdateItem']);
    expect(changesOf(updates()[0]!)).toEqual([
      'ADD st {"N":"2"}',
      'DELETE tags {"SS":["a"]}',
      'REMOVE colour',
      'SET schema_version = {"N":"2"}',
      'SET text = {"S":"Bye"}',
    ]);
    expect(conditionsOf(updates()[0]!)).toEqual(['attribute_exists(id)', 'schema_version = {"N":"2"}']);
    expect((await stored())?.extra).toEqual({ S: 'kept' });
  });

  test('gives an entity that can be saved', async () => {
    await on.store('notes', storedNote(id));
    const note = await on.notes.update({ id }, { set: { stars: 1 } });
    note.text = 'Bye';
    await on.notes.save(note);
    expect(await stored()).toEqual(storedNote(id, { st: { N: '1' }, text: { S: 'Bye' } }));
  });

  test('adds to what is absent, negative numbers and members of sets too', async () => {
    await on.store('notes', storedNote(id));
    await on.notes.update({ id }, { add: { stars: 2, tags: new Set(['x']) } });
    const note = await on.notes.update({ id }, { add: { stars: -5, tags: new Set(['x', 'y']) } });
    expect(note).toMatchObject({ stars: -3, tags: new Set(['x', 'y']) });
  });

  test('sets and removes whole Sets; setting an empty one removes it', async () => {
    await on.store('notes', storedNote(id));
    expect((await on.notes.update({ id }, { set: { tags: new Set(['x']) } })).tags).toEqual(new Set(['x']));
    expect((await on.notes.update({ id }, { set: { tags: new Set() } })).tags).toBeUndefined();
    expect(await stored()).toEqual(storedNote(id));
  });

  test('reaches into maps and lists, names with dots and of the language included', async () => {
    const settings = { M: { größe: { S: 'dark' }, 'x.y': { M: { z: { N: '1' } } }, constructor: { S: 'c' } } };
    await on.store('notes', storedNote(id, { settings, list: { L: [{ S: 'a' }, { M: { n: { N: '1' } } }] } }));
    const note = await on.notes.update(
      { id },
      {
        set: { 'settings.größe': 'light', "settings['x.y'].z": 2, 'list[1].n': 5 },
        remove: ['settings.constructor', 'list[0]'],
      },
    );
    expect(note.settings).toEqual({ größe: 'light', 'x.y': { z: 2 } });
    expect(note.list).toEqual([{ n: 5 }]);
  });

  test('takes values as they are declared, and refuses others', async () => {
    await on.store('notes', storedNote(id));
    const wrong = { set: { stars: 'many' } } as unknown as UpdateClauses<Note>;
    expect((await errorOf(on.notes.update({ id }, wrong))).code).toBe('ATTRIBUTE_TYPE');
    expect(on.recording.sent).toEqual([]);
  });

  test('rejects with NOT_FOUND where nothing is, and creates nothing', async () => {
    const error = await errorOf(on.notes.update({ id }, { add: { stars: 1 } }));
    expect([error.code, error.details]).toEqual(['NOT_FOUND', { entity: 'Note', key: { id } }]);
    expect(await stored()).toBeUndefined();
  });

  test('rejects with NEWER_VERSION where newer code has stored', async () => {
    const newer = storedNote(id, { schema_version: { N: '3' } });
    await on.store('notes', newer);
    expect((await errorOf(on.notes.update({ id }, { set: { text: 'Old' } }))).code).toBe('NEWER_VERSION');
    expect(await stored()).toEqual(newer);
  });
});

describe('what is refused before anything is sent', () => {
  test.each<[string, object, string]>([
    ['nothing to do', {}, 'INVALID_ARGUMENT'],
    ['empty clauses', { set: {}, remove: [] }, 'INVALID_ARGUMENT'],
    ['values that are undefined', { set: { text: undefined } }, 'INVALID_ARGUMENT'],
    ['a key', { set: { id: 'other' } }, 'INVALID_ARGUMENT'],
    ['the removal of a key', { remove: ['id'] }, 'INVALID_ARGUMENT'],
    ['an unknown clause', { put: { text: 'x' } }, 'INVALID_ARGUMENT'],
    ['an unknown property', { set: { nope: 1 } }, 'UNKNOWN_ATTRIBUTE'],
    ['a stored name', { set: { st: 1 } }, 'UNKNOWN_ATTRIBUTE'],
    ['the version', { set: { schema_version: 1 } }, 'UNKNOWN_ATTRIBUTE'],
    ['an unknown property in a path', { remove: ['nope.x'] }, 'UNKNOWN_ATTRIBUTE'],
    ["what isn't a path", { remove: ['settings..x'] }, 'INVALID_ARGUMENT'],
    ['a path without an end', { set: { 'list[': 1 } }, 'INVALID_ARGUMENT'],
    ['a place twice', { set: { text: 'x' }, remove: ['text'] }, 'INVALID_ARGUMENT'],
    ['a place and one inside it', { set: { 'settings.a': 1, 'settings.a.b': 2 } }, 'INVALID_ARGUMENT'],
    ['a place and one around it', { set: { 'settings.a[0]': 1 }, remove: ['settings'] }, 'INVALID_ARGUMENT'],
    ['something to add that is neither number nor Set', { add: { stars: '1' } }, 'INVALID_ARGUMENT'],
    ['a list to add', { add: { tags: ['a'] } }, 'INVALID_ARGUMENT'],
    ['members to delete that are no Set', { delete: { tags: 'a' } }, 'INVALID_ARGUMENT'],
    ["a clause that isn't an object", { set: 'text' }, 'INVALID_ARGUMENT'],
    ['a clause that is a list', { set: ['text'] }, 'INVALID_ARGUMENT'],
    ['a removal of one path alone', { remove: 'text' }, 'INVALID_ARGUMENT'],
    ['an empty Set inside another value', { set: { 'settings.tags': new Set() } }, 'EMPTY_SET'],
    ['a value that cannot be stored', { set: { 'settings.f': () => 1 } }, 'UNSUPPORTED_VALUE'],
  ])('%s', async (_what, clauses, code) => {
    await on.store('notes', storedNote(id));
    const error = await errorOf(on.notes.update({ id }, clauses));
    expect(error.code).toBe(code);
    expect(on.recording.sent).toEqual([]);
  });

  test('what the mapper sets itself', async () => {
    for (const clauses of [{ set: { revision: 'mine' } }, { set: { updated_at: 'now' } }]) {
      expect((await errorOf(on.revised.update({ id }, clauses))).code).toBe('INVALID_ARGUMENT');
    }
    expect(on.recording.sent).toEqual([]);
  });
});

describe('a place whose map or list is missing', () => {
  test('is MISSING_PARENT and names the paths', async () => {
    await on.store('notes', storedNote(id));
    const error = await errorOf(on.notes.update({ id }, { set: { 'settings.deep.theme': 'dark' } }));
    expect([error.code, error.details]).toEqual([
      'MISSING_PARENT',
      { entity: 'Note', key: { id }, paths: ['settings.deep.theme'] },
    ]);
    expect(await stored()).toEqual(storedNote(id));
  });

  test.each([
    ['DynamoDB', 'The document path provided in the update expression is invalid for update'],
    ['ScyllaDB', 'UpdateExpression: document paths not valid for this item: settings.deep.theme'],
    ['ScyllaDB, of an attribute', 'UpdateItem cannot update document path: missing attribute settings'],
  ])('is told in the words of %s', async (_engine, message) => {
    const engine = await startCannedEngine(() => (response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: 'com.amazon.coral.validate#ValidationException', message }));
    });
    try {
      const notes = on.mapper({ client: engine.client }).repository(Note);
      const nested = await errorOf(notes.update({ id }, { set: { 'settings.deep.theme': 'dark' } }));
      expect(nested.code).toBe('MISSING_PARENT');
      // without a nested path it can't be that
      expect((await errorOf(notes.update({ id }, { set: { text: 'x' } }))).code).toBe('REQUEST_FAILED');
    } finally {
      await engine.close();
    }
  });

  test('is not what every error about paths means', async () => {
    await on.store('notes', storedNote(id, { settings: { M: { a: { M: {} } } }, st: { S: 'not a number' } }));
    const toAnotherType = { set: { 'settings.a': 1 }, add: { stars: 2 } };
    expect((await errorOf(on.notes.update({ id }, toAnotherType))).code).toBe('REQUEST_FAILED');
  });

  test('is not needed to refuse what the class says is of another type', async () => {
    const error = await errorOf(on.notes.update({ id }, { add: { text: 2 } }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument: 'text' } });
  });
});

describe('the update of a stale item', () => {
  test('upgrades it in the table first, then applies the clauses', async () => {
    await on.store('notes', staleNote(id, { extra: { S: 'kept' } }));
    const note = await on.notes.update({ id }, { add: { stars: 1 }, set: { colour: 'red' } });
    expect(note).toMatchObject({ text: 'Hello', colour: 'red', stars: 1 });
    expect(operations()).toEqual(['UpdateItem', 'GetItem', 'UpdateItem', 'UpdateItem']);
    expect(conditionsOf(updates()[1]!)).toEqual([
      'attribute_exists(id)',
      'attribute_not_exists(colour)',
      'attribute_not_exists(schema_version)',
      'body = {"S":"Hello"}',
    ]);
    expect(await stored()).toEqual(storedNote(id, { extra: { S: 'kept' }, colour: { S: 'red' }, st: { N: '1' } }));
  });

  test('applies them to what others stored between the two requests', async () => {
    await on.store('notes', staleNote(id));
    let count = 0;
    on.recording.before = ({ operation }) =>
      operation === 'UpdateItem' && ++count === 2 && on.store('notes', staleNote(id, { body: { S: 'Theirs' } }));
    expect(await on.notes.update({ id }, { add: { stars: 1 } })).toMatchObject({ text: 'Theirs', stars: 1 });
  });

  test('gives up with CONFLICT if others go on changing it', async () => {
    await on.store('notes', staleNote(id));
    let changes = 0;
    on.recording.before = ({ operation }) =>
      operation === 'UpdateItem' && on.store('notes', staleNote(id, { body: { S: `Theirs ${changes++}` } }));
    const error = await errorOf(on.notes.update({ id }, { add: { stars: 1 } }));
    expect(error.code).toBe('CONFLICT');
    expect(error.current()).toMatchObject({ text: expect.stringMatching(/^Theirs/) });
    expect(updates().length).toBeLessThan(25);
  });
});

describe('an update of a class with @Revision', () => {
  const revisedNote = () =>
    storedNote(id, { revision: { S: 'r1' }, created_at: { S: 'then' }, updated_at: { S: 'then' } });

  test('stores a new revision and time with every change', async () => {
    await on.store('revised_notes', revisedNote());
    const note = await on.revised.update({ id }, { set: { text: 'Bye' } });
    expect(note).toBeInstanceOf(RevisedNote);
    expect([note.revision, note.updated_at, note.created_at]).toEqual([
      expect.stringMatching(/^[\da-f-]{36}$/),
      expect.stringMatching(/^2026/),
      'then',
    ]);
    expect(operations()).toEqual(['UpdateItem']);
  });

  test.each<[string, UpdateClauses<RevisedNote>]>([
    ['adds', { add: { stars: 1 } }],
    ['takes an element out of a list', { remove: ['list[0]'] }],
    ['sets an element, which may be beyond the end', { set: { 'list[9]': 'x' } }],
  ])(
    'is done on the revision that was read where it %s: else a repetition could do it twice',
    async (_what, clauses) => {
      await on.store('revised_notes', { ...revisedNote(), list: { L: [{ S: 'a' }, { S: 'b' }] } });
      await on.revised.update({ id }, clauses);
      expect(operations()).toEqual(['GetItem', 'UpdateItem']);
      expect(conditionsOf(updates()[0]!)).toContain('revision = {"S":"r1"}');
    },
  );

  test('adds once to each of the revisions that others store meanwhile', async () => {
    await on.store('revised_notes', revisedNote());
    await Promise.all(Array.from({ length: 5 }, () => on.revised.update({ id }, { add: { stars: 1 } })));
    expect((await on.otherRevised.getOrFail({ id })).stars).toBe(5);
  });
});

/** An engine whose first UpdateItem is refused by the client's own repetition: the client says it sent it so often. */
async function updateRepeated(
  attempts: number,
  items: readonly object[],
): Promise<{ requests: EngineRequest[]; call: Promise<RevisedNote> }> {
  let reads = 0;
  const engine = await startCannedEngine(({ operation }) =>
    operation === 'GetItem' ? { Item: items[Math.min(reads++, items.length - 1)] } : { Attributes: items.at(-1) },
  );
  let isFirst = true;
  const client = {
    send: (command: { constructor: { name: string } }, options: object) => {
      if (command.constructor.name !== 'UpdateItemCommand' || !isFirst)
        return engine.client.send(command as never, options);
      isFirst = false;
      const error = Object.assign(new Error('refused'), {
        name: 'ConditionalCheckFailedException',
        $metadata: { attempts },
      });
      return Promise.reject(error);
    },
  };
  const revised = on.mapper({ client: client as never }).repository(RevisedNote);
  const call = revised.update({ id: 'x' }, { add: { stars: 1 } });
  await call.catch(() => {});
  await engine.close();
  return { requests: engine.requests, call };
}

describe('an add that was refused', () => {
  const before = storedNote('x', { revision: { S: 'r1' } });
  const after = storedNote('x', { revision: { S: 'r2' } });

  test('is tried anew if it was sent once', async () => {
    const { call, requests } = await updateRepeated(1, [before, after]);
    await expect(call).resolves.toBeInstanceOf(RevisedNote);
    expect(requests.map(({ operation }) => operation)).toEqual(['GetItem', 'GetItem', 'UpdateItem']);
  });

  test('is not if it was sent twice and others wrote since: it may have been done', async () => {
    const { call, requests } = await updateRepeated(2, [before, after]);
    expect((await errorOf(call)).code).toBe('CONFLICT');
    expect(requests.map(({ operation }) => operation)).toEqual(['GetItem', 'GetItem']);
  });

  test('is tried anew if it was sent twice and nobody wrote since', async () => {
    const { call } = await updateRepeated(2, [before, before]);
    await expect(call).resolves.toBeInstanceOf(RevisedNote);
  });
});
