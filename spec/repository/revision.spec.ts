import { describe, expect, test } from '@jest/globals';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { WireItem } from 'dynamo-evolve';
import { conditionsOf } from '../support/recording-client.js';
import { errorOf, id, now, on, RevisedNote, staleNote, startNotes, storedNote } from '../support/notes.js';

startNotes();

const stored = () => on.stored('revised_notes', id);
const made = { created_at: { S: 'then' }, updated_at: { S: 'then' }, revision: { S: 'r1' } };
const create = () => on.revised.create({ id, text: 'Hello' });

/** Stores an item, reads it, and forgets the requests of that. */
async function loaded(item: WireItem = storedNote(id, made)): Promise<RevisedNote> {
  await on.store('revised_notes', item);
  const note = await on.revised.getOrFail({ id });
  on.recording.reset();
  return note;
}

/** Fails a write whose request was done: its answer is lost, and the client's repetition is refused. */
function loseAnswer(operation: 'PutItem' | 'UpdateItem'): void {
  on.recording.before = async (request) => {
    if (request.operation !== operation) return;
    on.recording.before = () => undefined;
    const input = request.input as never;
    const command = operation === 'PutItem' ? new PutItemCommand(input) : new UpdateItemCommand(input);
    await on.engine.client.send(command as never);
    // the request itself goes on now: that is the repetition
  };
}

describe('what a write makes itself', () => {
  test('is on the entity after it, and stored', async () => {
    const note = create();
    await on.revised.insert(note);
    expect(note).toMatchObject({ created_at: now, updated_at: now, revision: expect.stringMatching(/^[\da-f-]{36}$/) });
    const { revision } = note;
    note.text = 'Bye';
    await on.revised.save(note);
    expect(note.revision).not.toBe(revision);
    expect(await stored()).toMatchObject({ revision: { S: note.revision }, updated_at: { S: now } });
  });

  test.each(['insert', 'put', 'save'] as const)('is not on it when %s fails', async (method) => {
    const note = method === 'insert' ? create() : await loaded();
    const before = Object.entries(note);
    note.text = 'Bye';
    on.recording.before = () => {
      throw new Error('no network');
    };
    expect((await errorOf(on.revised[method](note))).code).toBe('REQUEST_FAILED');
    expect(note).toEqual(Object.assign(new RevisedNote(), Object.fromEntries(before), { text: 'Bye' }));
  });

  test('leaves the time of creation as it is', async () => {
    const note = await loaded();
    note.text = 'Bye';
    await on.revised.save(note);
    await on.revised.put(note);
    expect((await stored())?.created_at).toEqual({ S: 'then' });
  });

  test('is no change: with nothing else changed nothing is sent', async () => {
    const note = await loaded();
    note.revision = 'mine';
    note.updated_at = 'now';
    await on.revised.save(note);
    expect(on.recording.sent).toEqual([]);
  });
});

describe('an entity whose item got another revision', () => {
  test.each(['save', 'put'] as const)('is not stored by %s, whatever changed', async (method) => {
    const note = await loaded();
    await on.otherRevised.update({ id }, { set: { stars: 3 } });
    note.text = 'Bye';
    const error = await errorOf(on.revised[method](note));
    expect(error.code).toBe('CONFLICT');
    expect(error.current()).toMatchObject({ text: 'Hello', stars: 3 });
    expect(await stored()).toMatchObject({ text: { S: 'Hello' }, st: { N: '3' } });
  });

  test('is stored if overwriting is asked for; what others changed stays', async () => {
    const note = await loaded();
    await on.otherRevised.update({ id }, { set: { stars: 3, text: 'Theirs' } });
    note.text = 'Bye';
    await on.revised.save(note, { overwrite: true });
    expect(await stored()).toMatchObject({ text: { S: 'Bye' }, st: { N: '3' }, revision: { S: note.revision } });
  });

  test('has nobody to conflict with after a write-back, which leaves the revision', async () => {
    const item = staleNote(id, made);
    const note = await loaded(item);
    await on.otherRevised.getOrFail({ id }, { writeBack: 'inline' });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, revision: { S: 'r1' } });
    note.text = 'Bye';
    await on.revised.save(note);
    expect(await stored()).toMatchObject({ text: { S: 'Bye' } });
  });

  test('and one without any says so in its conditions', async () => {
    const note = await loaded(storedNote(id));
    note.text = 'Bye';
    await on.revised.save(note);
    expect(conditionsOf(on.recording.of('UpdateItem')[0]!.input)).toContain('attribute_not_exists(revision)');
  });
});

describe('without @Revision', () => {
  test('put of a loaded entity overwrites changes of others within its version', async () => {
    await on.store('notes', storedNote(id));
    const note = await on.notes.getOrFail({ id });
    await on.others.update({ id }, { set: { text: 'Theirs' } });
    note.stars = 1;
    await on.notes.put(note);
    expect(await on.stored('notes', id)).toEqual(storedNote(id, { st: { N: '1' } }));
  });

  test.each(['save', 'put'] as const)('%s neither revives nor downgrades', async (method) => {
    await on.store('notes', storedNote(id));
    const note = await on.notes.getOrFail({ id });
    note.text = 'Bye';
    await on.others.delete({ id });
    expect((await errorOf(on.notes[method](note))).code).toBe('NOT_FOUND');
    await on.store('notes', storedNote(id, { schema_version: { N: '3' } }));
    expect((await errorOf(on.notes[method](note))).code).toBe('NEWER_VERSION');
  });
});

describe('a write whose answer was lost', () => {
  test('is recognised by its revision: insert', async () => {
    const note = create();
    loseAnswer('PutItem');
    await on.revised.insert(note);
    expect(await stored()).toMatchObject({ revision: { S: note.revision } });
  });

  test('is recognised by its revision: put', async () => {
    const note = await loaded();
    note.text = 'Bye';
    loseAnswer('PutItem');
    await on.revised.put(note);
    expect(await stored()).toMatchObject({ text: { S: 'Bye' }, revision: { S: note.revision } });
  });

  test('is recognised by its revision: save, and the next one goes on from there', async () => {
    const note = await loaded();
    note.text = 'Bye';
    loseAnswer('UpdateItem');
    await on.revised.save(note);
    note.text = 'Again';
    await on.revised.save(note);
    expect(await stored()).toMatchObject({ text: { S: 'Again' }, revision: { S: note.revision } });
  });

  test('is recognised by its revision: update, which adds once', async () => {
    await loaded();
    loseAnswer('UpdateItem');
    expect(await on.revised.update({ id }, { add: { stars: 2 } })).toMatchObject({ stars: 2 });
    expect(await stored()).toMatchObject({ st: { N: '2' } });
  });

  test('is not taken for ours where somebody else made the item', async () => {
    await on.otherRevised.insert(on.otherRevised.create({ id, text: 'Theirs' }));
    expect((await errorOf(on.revised.insert(create()))).code).toBe('ALREADY_EXISTS');
  });

  test.each([
    [1, false],
    [2, undefined],
  ])('leaves a delete that was sent %i times and found nothing with the answer %s', async (attempts, answer) => {
    on.recording.before = () => {
      const refused = { name: 'ConditionalCheckFailedException', $metadata: { attempts } };
      throw Object.assign(new Error('The conditional request failed'), refused);
    };
    expect(await on.revised.delete({ id })).toBe(answer);
  });

  test('and without @Revision an insert cannot tell', async () => {
    loseAnswer('PutItem');
    expect((await errorOf(on.notes.insert(on.notes.create({ id, text: 'Hello' })))).code).toBe('ALREADY_EXISTS');
  });
});
