import { describe, expect, test } from '@jest/globals';
import { isMapperError, type WireItem, type WireValue } from 'dynamo-evolve';
import { inTurn, startCannedEngine } from '../support/canned-engine.js';
import { readRaw } from '../support/raw-requests.js';
import { changesOf, conditionsOf, type WriteRequest } from '../support/recording-client.js';
import { errorOf, id, Note, on, operations, staleNote, startNotes, storedNote, updates } from '../support/notes.js';

startNotes();

/** Stores an item, reads it, and forgets the requests of that. */
async function loaded(item: WireItem = storedNote(id)): Promise<Note> {
  await on.store('notes', item);
  const note = await on.notes.getOrFail({ id });
  on.recording.reset();
  return note;
}

/** Does something between the next save's request and the engine. */
function meanwhile(act: () => Promise<unknown>): void {
  let isDone = false;
  on.recording.before = async ({ operation }) => {
    if (operation !== 'UpdateItem' || isDone) return;
    isDone = true;
    await act();
  };
}

describe('the request of a save', () => {
  test('is one UpdateItem of what changed, if that is still what was loaded', async () => {
    const note = await loaded(storedNote(id, { st: { N: '3' }, colour: { S: 'red' } }));
    note.text = 'Bye';
    await on.notes.save(note);
    expect(operations()).toEqual(['UpdateItem']);
    expect(changesOf(updates()[0]!)).toEqual(['SET schema_version = {"N":"2"}', 'SET text = {"S":"Bye"}']);
    expect(conditionsOf(updates()[0]!)).toEqual([
      'attribute_exists(id)',
      'schema_version = {"N":"2"}',
      'text = {"S":"Hello"}',
    ]);
    expect(await on.stored('notes', id)).toEqual(
      storedNote(id, { text: { S: 'Bye' }, st: { N: '3' }, colour: { S: 'red' } }),
    );
  });

  test('is none if nothing changed', async () => {
    const note = await loaded();
    expect(await on.notes.save(note)).toBe(note);
    expect(on.recording.sent).toEqual([]);
  });

  test('is none if nothing changed, though the item is stale', async () => {
    await on.notes.save(await loaded(staleNote(id)));
    expect(on.recording.sent).toEqual([]);
    expect(await on.stored('notes', id)).toEqual(staleNote(id));
  });

  test('uses stored names', async () => {
    const note = await loaded();
    note.stars = 5;
    await on.notes.save(note);
    expect(changesOf(updates()[0]!)).toContain('SET st = {"N":"5"}');
    expect(conditionsOf(updates()[0]!)).toContain('attribute_not_exists(st)');
  });

  test('removes what is undefined, and an empty Set', async () => {
    const note = await loaded(storedNote(id, { st: { N: '3' }, tags: { SS: ['a'] } }));
    note.tags!.delete('a');
    delete note.stars;
    await on.notes.save(note);
    expect(changesOf(updates()[0]!)).toEqual(['REMOVE st', 'REMOVE tags', 'SET schema_version = {"N":"2"}']);
    expect(await on.stored('notes', id)).toEqual(storedNote(id));
  });

  test('replaces a changed map whole, compared leaf by leaf', async () => {
    const note = await loaded(storedNote(id, { settings: { M: { 'a.b': { N: '1' }, c: { L: [{ S: 'x' }] } } } }));
    note.settings!['a.b'] = 2;
    await on.notes.save(note);
    expect(updates()).toHaveLength(1);
    expect(conditionsOf(updates()[0]!).length).toBeGreaterThan(5);
    expect((await on.stored('notes', id))?.settings).toEqual({ M: { 'a.b': { N: '2' }, c: { L: [{ S: 'x' }] } } });
  });

  test('knows what it stored: the next one sends what changed since', async () => {
    const note = await loaded();
    note.text = 'One';
    await on.notes.save(note);
    note.text = 'Two';
    await on.notes.save(note);
    expect(conditionsOf(updates()[1]!)).toContain('text = {"S":"One"}');
    await on.notes.save(note);
    expect(updates()).toHaveLength(2);
  });

  test('inserts what is new, and what has another key than it was loaded with', async () => {
    const note = await loaded();
    note.id = `${id}-other`;
    await on.notes.save(note);
    await on.notes.save(on.notes.create({ id: `${id}-new`, text: 'New' }));
    expect(operations()).toEqual(['PutItem', 'PutItem']);
    expect(on.recording.sent.map(({ input }) => conditionsOf(input))).toEqual([
      ['attribute_not_exists(id)'],
      ['attribute_not_exists(id)'],
    ]);
    expect(await on.stored('notes', id)).toEqual(storedNote(id));
    const again = on.notes.create({ id, text: 'New' });
    expect((await errorOf(on.notes.save(again))).code).toBe('ALREADY_EXISTS');
  });
});

describe('attributes that the class does not declare', () => {
  const kinds: readonly ((at: number) => WireValue)[] = [
    (at) => ({ S: `text ${at} ü ☃` }),
    (at) => ({ N: `${at}.123456789012345678901234567890123` }),
    (at) => ({ BOOL: at % 2 === 0 }),
    () => ({ NULL: true }),
    (at) => ({ B: Buffer.from([at, 0, 255]).toString('base64') }),
    (at) => ({ SS: [`a${at}`, 'b'] }),
    (at) => ({ NS: [`${at}`, '12345678901234567890'] }),
    (at) => ({ BS: [Buffer.from([at]).toString('base64')] }),
    (at) => ({ L: [{ S: '' }, { N: `${at}` }, { M: {} }, { L: [] }] }),
    (at) => ({ M: { constructor: { S: 'x' }, 'dotted.name': { N: `${at}` }, ['__proto__']: { L: [{ NULL: true }] } } }),
  ];
  const undeclared = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`extra ${at}.#:`, kinds[at % kinds.length]!(at)]),
  );

  test.each([
    ['an item of the newest version', storedNote],
    ['a stale item', staleNote],
  ])('survive a save of %s to the byte', async (_what, make) => {
    const note = await loaded(make(id, undeclared));
    const key = { id: { S: id } };
    const before = JSON.parse(await readRaw(on.engine.endpoint, 'notes', key)) as { Item: WireItem };
    note.stars = 1;
    await on.notes.save(note);
    const after = JSON.parse(await readRaw(on.engine.endpoint, 'notes', key)) as { Item: WireItem };
    for (const name of Object.keys(undeclared)) {
      expect(JSON.stringify(after.Item[name])).toBe(JSON.stringify(before.Item[name]));
    }
    expect(updates()[0]!.UpdateExpression).not.toContain('extra');
    expect(Object.values(updates()[0]!.ExpressionAttributeNames ?? {}).join(' ')).not.toContain('extra');
  });

  test('and declared ones that stay as they are keep their notation', async () => {
    // dynalite spells numbers its own way as it stores them
    const item = storedNote(id, { st: { N: '1E+2' }, list: { L: [{ N: '0.10' }, { N: '1e3' }] } });
    const engine = await startCannedEngine(inTurn({ GetItem: [{ Item: item }], UpdateItem: [{}] }));
    try {
      const notes = on.mapper({ client: engine.client }).repository(Note);
      const note = await notes.getOrFail({ id });
      expect([note.stars, note.list]).toEqual([100, [0.1, 1000]]);
      note.text = 'Bye';
      await notes.save(note);
      expect(changesOf(engine.requests[1]!.body as WriteRequest)).toEqual([
        'SET schema_version = {"N":"2"}',
        'SET text = {"S":"Bye"}',
      ]);
      note.list!.push(1);
      await notes.save(note);
      // the condition has the notation that was read
      expect(engine.requests[2]!.text).toContain('"0.10"');
    } finally {
      await engine.close();
    }
  });
});

describe('the save of a stale item', () => {
  test('stores what the chain assigned and the change, in one request', async () => {
    const note = await loaded(staleNote(id, { extra: { S: 'kept' } }));
    note.stars = 4;
    await on.notes.save(note);
    expect(operations()).toEqual(['UpdateItem']);
    expect(changesOf(updates()[0]!)).toEqual([
      'REMOVE body',
      'SET colour = {"S":"white"}',
      'SET schema_version = {"N":"2"}',
      'SET st = {"N":"4"}',
      'SET text = {"S":"Hello"}',
    ]);
    expect(conditionsOf(updates()[0]!)).toEqual([
      'attribute_exists(id)',
      'attribute_not_exists(colour)',
      'attribute_not_exists(schema_version)',
      'attribute_not_exists(st)',
      'body = {"S":"Hello"}',
    ]);
    expect(await on.stored('notes', id)).toEqual(
      storedNote(id, { extra: { S: 'kept' }, colour: { S: 'white' }, st: { N: '4' } }),
    );
  });

  test('does not notice that somebody else upgraded it meanwhile', async () => {
    const note = await loaded(staleNote(id));
    note.text = 'Bye';
    meanwhile(() => on.others.getOrFail({ id }, { writeBack: 'inline' }));
    await on.notes.save(note);
    expect(operations()).toEqual(['UpdateItem', 'GetItem', 'UpdateItem']);
    expect(await on.stored('notes', id)).toEqual(storedNote(id, { text: { S: 'Bye' }, colour: { S: 'white' } }));
    note.text = 'Again';
    await on.notes.save(note);
  });

  test('upgrades anew what an old writer changed meanwhile', async () => {
    const note = await loaded(staleNote(id));
    note.stars = 4;
    meanwhile(() => on.store('notes', staleNote(id, { body: { S: 'Other' } })));
    await on.notes.save(note);
    expect(await on.stored('notes', id)).toEqual(
      storedNote(id, { text: { S: 'Other' }, colour: { S: 'white' }, st: { N: '4' } }),
    );
  });

  test('conflicts if an old writer changed under another name what is saved', async () => {
    const note = await loaded(staleNote(id));
    note.text = 'Bye';
    meanwhile(() => on.store('notes', staleNote(id, { body: { S: 'Other' } })));
    const error = await errorOf(on.notes.save(note));
    expect(error.code).toBe('CONFLICT');
    expect(error.current()).toMatchObject({ text: 'Other' });
    expect(await on.stored('notes', id)).toEqual(staleNote(id, { body: { S: 'Other' } }));
  });

  test('gives up after a bounded number of attempts', async () => {
    const note = await loaded(staleNote(id));
    note.stars = 4;
    let changes = 0;
    on.recording.before = ({ operation }) =>
      operation === 'UpdateItem' && on.store('notes', staleNote(id, { body: { S: `Other ${changes++}` } }));
    expect((await errorOf(on.notes.save(note))).code).toBe('CONFLICT');
    expect(updates().length).toBeGreaterThan(1);
    expect(updates().length).toBeLessThan(20);
  });
});

describe('what others did meanwhile', () => {
  test('to other attributes stays', async () => {
    const note = await loaded();
    note.text = 'Bye';
    await on.others.update({ id }, { set: { stars: 9 } });
    await on.notes.save(note);
    expect(await on.stored('notes', id)).toEqual(storedNote(id, { text: { S: 'Bye' }, st: { N: '9' } }));
  });

  test('to the same attribute is a conflict, which gives the entity that is stored now', async () => {
    const note = await loaded();
    note.text = 'Bye';
    await on.others.update({ id }, { set: { text: 'Theirs' } });
    const error = await errorOf(on.notes.save(note));
    expect(error.code).toBe('CONFLICT');
    const current = error.current() as Note;
    expect(current).toMatchObject({ id, text: 'Theirs' });
    expect(JSON.stringify(error)).not.toContain('Theirs');
    current.text = 'Bye';
    await on.notes.save(current);
    expect((await on.stored('notes', id))?.text).toEqual({ S: 'Bye' });
  });

  test('is told by the engine where it can, without another read', async () => {
    const note = await loaded();
    note.text = 'Bye';
    const item = storedNote(id, { text: { S: 'From the answer' } });
    on.recording.before = ({ operation }) => {
      if (operation !== 'UpdateItem') return;
      throw Object.assign(new Error('The conditional request failed'), {
        name: 'ConditionalCheckFailedException',
        Item: item,
      });
    };
    const error = await errorOf(on.notes.save(note));
    expect(operations()).toEqual(['UpdateItem']);
    expect(error.current()).toMatchObject({ text: 'From the answer' });
  });

  test('is overwritten if asked for, and only where it is the same attribute', async () => {
    const note = await loaded();
    note.text = 'Bye';
    await on.others.update({ id }, { set: { text: 'Theirs', stars: 9 } });
    await on.notes.save(note, { overwrite: true });
    expect(await on.stored('notes', id)).toEqual(storedNote(id, { text: { S: 'Bye' }, st: { N: '9' } }));
  });

  test('to what a chain looked at is not overwritten', async () => {
    const note = await loaded(staleNote(id));
    note.stars = 4;
    meanwhile(() => on.store('notes', staleNote(id, { body: { S: 'Theirs' } })));
    await on.notes.save(note, { overwrite: true });
    expect(await on.stored('notes', id)).toEqual(
      storedNote(id, { text: { S: 'Theirs' }, colour: { S: 'white' }, st: { N: '4' } }),
    );
  });

  test.each([{}, { overwrite: true }])('is never undone if they deleted the item (%j)', async (options) => {
    const note = await loaded();
    note.text = 'Bye';
    await on.others.delete({ id });
    expect((await errorOf(on.notes.save(note, options))).code).toBe('NOT_FOUND');
    expect(await on.stored('notes', id)).toBeUndefined();
  });

  test.each([{}, { overwrite: true }])('is refused if newer code stored the item (%j)', async (options) => {
    const note = await loaded();
    note.text = 'Bye';
    const newer = storedNote(id, { schema_version: { N: '3' } });
    await on.store('notes', newer);
    const error = await errorOf(on.notes.save(note, options));
    expect(isMapperError(error, 'NEWER_VERSION') && error.details).toMatchObject({ version: 3, newest: 2 });
    expect(await on.stored('notes', id)).toEqual(newer);
  });
});
