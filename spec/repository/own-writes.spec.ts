import { afterEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, type Repository, Versioned, type WireItem } from 'dynamo-evolve';
import { type Answer, type CannedEngine, failure, startCannedEngine } from '../support/canned-engine.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string' }) text!: string;
  @Attribute({ type: 'number', optional: true }) stars?: number;
  @Attribute({ type: 'string', optional: true }) colour?: string;
}

const stored = (text: string, more: WireItem = {}): WireItem => ({
  id: { S: 'a' },
  text: { S: text },
  schema_version: { N: '1' },
  ...more,
});
const timeout = failure('InternalServerError', {}, 500);
const refused = (Item?: WireItem) => failure('ConditionalCheckFailedException', Item ? { Item } : {});

let engine: CannedEngine;
let notes: Repository<Note>;
afterEach(() => engine.close());

/** An engine whose writes are answered one after the other; reads find an item. */
async function start(found: WireItem | undefined, ...writes: Answer[]): Promise<void> {
  const left = [...writes];
  engine = await startCannedEngine(({ operation }) => {
    if (operation === 'GetItem') return found ? { Item: found } : {};
    return left.length > 1 ? (left.shift() as Answer) : (left[0] as Answer);
  });
  notes = new Mapper({ client: engine.client, entities: [Note] }).repository(Note);
}

const code = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

describe('a write that was answered 500, and refused when the client repeated it', () => {
  test('is done if it was an insert, and what is stored is that very item', async () => {
    await start(undefined, timeout, refused(stored('mine')));
    const note = notes.create({ id: 'a', text: 'mine' });
    expect(await code(notes.insert(note))).toBe('done');
    expect(notes.stored(note)).toMatchObject({ version: 1 });
    // an engine that doesn't say what is stored is asked
    await engine.close();
    await start(stored('mine'), timeout, refused());
    expect(await code(notes.insert(notes.create({ id: 'a', text: 'mine' })))).toBe('done');
  });

  test.each([
    ['another value', stored('theirs')],
    ['one attribute more', stored('mine', { stars: { N: '1' } })],
    ['one attribute less', { id: { S: 'a' }, schema_version: { N: '1' } }],
  ] as const)('exists already if it was an insert, and the stored item has %s', async (_, item) => {
    await start(undefined, timeout, refused(item));
    expect(await code(notes.insert(notes.create({ id: 'a', text: 'mine' })))).toBe('ALREADY_EXISTS');
  });

  test('is done if it was a save, and all that it assigned is stored', async () => {
    await start(stored('old', { colour: { S: 'red' } }), timeout, refused(stored('new', { stars: { N: '5' } })));
    const note = await notes.getOrFail({ id: 'a' });
    note.text = 'new';
    note.colour = undefined as never;
    expect(await code(notes.save(note))).toBe('done');
    // and it knows what another writer has stored beside it
    expect(note).toMatchObject({ text: 'new', stars: 5 });
    expect(engine.operations()).toEqual(['GetItem', 'UpdateItem', 'UpdateItem']);
  });

  test.each([
    ['not one of its changes', stored('theirs', { colour: { S: 'red' } })],
    ['only some of its changes', stored('new', { colour: { S: 'red' } })],
  ] as const)('conflicts if it was a save, and %s is stored', async (_, item) => {
    await start(stored('old', { colour: { S: 'red' } }), timeout, refused(item));
    const note = await notes.getOrFail({ id: 'a' });
    note.text = 'new';
    note.colour = undefined as never;
    expect(await code(notes.save(note))).toBe('CONFLICT');
  });

  test("is nobody's to know if it had a condition of the caller", async () => {
    await start(stored('open'), timeout, refused(stored('closed')));
    const note = await notes.getOrFail({ id: 'a' });
    note.text = 'closed';
    expect(await code(notes.save(note, { condition: { attr: 'text', eq: 'open' } }))).toBe('CONFLICT');
  });
});

describe('a write that was refused at once', () => {
  test('is not done, even if what it assigns is stored: another writer stored it', async () => {
    await start(undefined, refused(stored('mine')));
    expect(await code(notes.insert(notes.create({ id: 'a', text: 'mine' })))).toBe('ALREADY_EXISTS');
    await engine.close();
    await start(stored('old'), refused(stored('new')));
    const note = await notes.getOrFail({ id: 'a' });
    note.text = 'new';
    expect(await code(notes.save(note))).toBe('CONFLICT');
  });
});
