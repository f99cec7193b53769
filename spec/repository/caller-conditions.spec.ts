import { describe, expect, test } from '@jest/globals';
import { type Condition, type ErrorCode, Mapper, Repository } from 'dynamo-evolve';
import { startCannedEngine } from '../support/canned-engine.js';
import { errorOf, id, Note, on, operations, RevisedNote, staleNote, startNotes, storedNote } from '../support/notes.js';

startNotes();

const stored = () => on.stored('notes', id);

/** By call: writes a note whose text says by what it was written, on a condition. */
const writes: Record<string, (condition: Condition<Note>) => Promise<unknown>> = {
  'put of a new entity': (condition) => on.notes.put(on.notes.create({ id, text: 'written' }), { condition }),
  async 'put of a loaded entity'(condition) {
    const note = await loaded();
    note.text = 'written';
    return on.notes.put(note, { condition });
  },
  async save(condition) {
    const note = await loaded();
    note.text = 'written';
    return on.notes.save(note, { condition });
  },
  async 'save with overwrite'(condition) {
    const note = await loaded();
    note.text = 'written';
    return on.notes.save(note, { condition, overwrite: true });
  },
  update: (condition) => on.notes.update({ id }, { set: { text: 'written' } }, { condition }),
  delete: (condition) => on.notes.delete({ id }, { condition }),
  async putMany(condition) {
    const [result] = await on.notes.putMany([on.notes.create({ id, text: 'written' })], { condition });
    if (result?.status === 'rejected') throw result.reason;
  },
  async deleteMany(condition) {
    const [result] = await on.notes.deleteMany([{ id }], { condition });
    if (result?.status === 'rejected') throw result.reason;
  },
};
const names = Object.keys(writes);
const write = (name: string, condition: Condition<Note>) => (writes[name] as (typeof writes)[string])(condition);

/** The note as it is stored, read before anything is recorded. */
async function loaded(): Promise<Note> {
  const note = await on.others.getOrFail({ id });
  on.recording.reset();
  return note;
}

const isWritten = async () => {
  const item = await stored();
  return item === undefined || JSON.stringify(item.text) === '{"S":"written"}';
};

const red: Condition<Note> = { attr: 'colour', eq: 'red' };

describe.each(names)('%s on a condition', (name) => {
  test('is done where it holds', async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'red' }, st: { N: '7' } }));
    await write(name, { and: [red, { attr: 'stars', gte: 7 }, { not: { attr: 'tags', exists: true } }] });
    expect(await isWritten()).toBe(true);
  });

  test('is not done where it does not hold, and the error reads what is stored', async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'blue' } }));
    const error = await errorOf(write(name, red));
    expect(error).toMatchObject({ code: 'CONDITION_FAILED', details: { entity: 'Note', key: { id } } });
    expect(error.current()).toEqual(Object.assign(new Note(), { id, text: 'Hello', colour: 'blue' }));
    expect(JSON.stringify(error)).not.toContain('blue');
    expect(await stored()).toEqual(storedNote(id, { colour: { S: 'blue' } }));
  });

  test('judges a stale item in its newest version', async () => {
    await on.store('notes', staleNote(id, { extra: { S: 'kept' } }));
    await write(name, {
      and: [
        { attr: 'text', eq: 'Hello' },
        { attr: 'colour', eq: 'white' },
      ],
    });
    expect(await isWritten()).toBe(true);
  });

  test('does not write a stale item that does not hold in its newest version, though it does as it is stored', async () => {
    await on.store('notes', staleNote(id));
    const error = await errorOf(write(name, { attr: 'colour', exists: false }));
    expect(error.code).toBe('CONDITION_FAILED');
    expect(error.current()).toEqual(Object.assign(new Note(), { id, text: 'Hello', colour: 'white' }));
    expect(await isWritten()).toBe(false);
  });

  test('refuses an item of a newer version', async () => {
    const future = storedNote(id, { schema_version: { N: '9' }, colour: { S: 'red' } });
    await on.store('notes', storedNote(id, { colour: { S: 'red' } }));
    const note = await loaded();
    await on.store('notes', future);
    const call = name.includes('loaded') || name.startsWith('save') ? changed(note, name) : write(name, red);
    expect((await errorOf(call)).code).toBe('NEWER_VERSION');
    expect(await stored()).toEqual(future);
  });

  test('is refused where it is none', async () => {
    await on.store('notes', storedNote(id));
    const wrong: [object | null, ErrorCode][] = [
      [{ attr: 'colour', like: 'x' }, 'INVALID_CONDITION'],
      [{ attr: 'color', eq: 'red' }, 'UNKNOWN_ATTRIBUTE'],
      [{ attr: 'st', eq: 1 }, 'UNKNOWN_ATTRIBUTE'],
      [{ attr: 'stars', eq: '1' }, 'INVALID_CONDITION'],
      [{}, 'INVALID_CONDITION'],
      [null, 'INVALID_CONDITION'],
      [{ or: Array.from({ length: 400 }, () => red) }, 'INVALID_CONDITION'],
    ];
    for (const [condition, code] of wrong) {
      const error = await errorOf(write(name, condition as Condition<Note>));
      // a save asks for unchanged attributes, too, and names that first
      expect([code, 'CONDITION_TOO_LARGE']).toContain(error.code);
    }
    expect(await stored()).toEqual(storedNote(id));
  });

  test('is refused without fence', async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'red' } }));
    const unfenced = on.mapper({ fence: false }).repository(Note);
    const note = await unfenced.getOrFail({ id });
    note.text = 'written';
    const options = { condition: red };
    const calls: Record<string, () => Promise<unknown>> = {
      put: () => unfenced.put(note, options),
      save: () => unfenced.save(note, options),
      update: () => unfenced.update({ id }, { set: { text: 'written' } }, options),
      delete: () => unfenced.delete({ id }, options),
    };
    const call = Object.keys(calls).find((one) => name.startsWith(one)) ?? '';
    expect(await errorOf((calls[call] as () => Promise<unknown>)())).toMatchObject({
      code: 'FENCE_REQUIRED',
      details: { call: `${call}()`, with: 'a condition' },
    });
    expect(await isWritten()).toBe(false);
  });

  test.each([0, 1, 2, 3])('is judged anew if old code stores the item before request %i', async (place) => {
    await on.store('notes', staleNote(id));
    const note = await loaded();
    let count = 0;
    on.recording.before = async ({ operation }) => {
      // whoever wants to write on what it has read must find this
      if (operation !== 'GetItem' && count++ === place)
        await on.store('notes', staleNote(id, { colour: { S: 'red' } }));
    };
    const condition = { attr: 'colour', eq: 'white' } as const;
    const isOfLoaded = name.includes('loaded') || name.startsWith('save');
    const outcome = await (isOfLoaded ? changed(note, name, condition) : write(name, condition)).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    const isInterrupted = count > place;
    // a write of a loaded entity can meet the conflict first
    expect(isInterrupted ? ['CONDITION_FAILED', 'CONFLICT'] : ['done']).toContain(outcome);
    expect(await isWritten()).toBe(!isInterrupted);
  });
});

function changed(note: Note, name: string, condition: Condition<Note> = red): Promise<unknown> {
  note.text = 'written';
  return name.startsWith('save')
    ? on.notes.save(note, { condition, overwrite: name.includes('overwrite') })
    : on.notes.put(note, { condition });
}

describe('where nothing is stored', () => {
  test.each([
    [{ attr: 'id', exists: false } as const, true],
    [{ attr: 'colour', ne: 'red' } as const, true],
    [{ not: { attr: 'colour', eq: 'red' } } as const, true],
    [red, false],
    [{ attr: 'id', exists: true } as const, false],
  ])('put of a new entity judges absent attributes: %j', async (condition, holds) => {
    const note = on.notes.create({ id, text: 'written' });
    const outcome = await on.notes.put(note, { condition }).then(
      () => 'done',
      (error: { code: string; current(): unknown }) => [error.code, error.current()],
    );
    expect(outcome).toEqual(holds ? 'done' : ['CONDITION_FAILED', undefined]);
    expect((await stored()) !== undefined).toBe(holds);
  });

  test('delete says so, whatever the condition', async () => {
    expect(await on.notes.delete({ id }, { condition: red })).toBe(false);
    expect(await on.notes.delete({ id }, { condition: { not: red } })).toBe(false);
  });

  test('update, save and put of a loaded entity find nothing', async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'red' } }));
    const [saved, replaced] = [await loaded(), await loaded()];
    await on.notes.delete({ id });
    saved.text = 'written';
    const options = { condition: red };
    expect((await errorOf(on.notes.update({ id }, { set: { text: 'x' } }, options))).code).toBe('NOT_FOUND');
    expect((await errorOf(on.notes.save(saved, options))).code).toBe('NOT_FOUND');
    expect((await errorOf(on.notes.put(replaced, options))).code).toBe('NOT_FOUND');
    expect(await stored()).toBeUndefined();
  });

  test('the stale items that were loaded find nothing either', async () => {
    await on.store('notes', staleNote(id));
    const [saved, replaced] = [await loaded(), await loaded()];
    await on.notes.delete({ id });
    saved.text = 'written';
    expect((await errorOf(on.notes.save(saved, { condition: red }))).code).toBe('NOT_FOUND');
    expect((await errorOf(on.notes.put(replaced, { condition: red }))).code).toBe('NOT_FOUND');
    expect(await stored()).toBeUndefined();
  });

  test('save of a new entity takes no condition', async () => {
    const error = await errorOf(on.notes.save(on.notes.create({ id, text: 'x' }), { condition: red }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument: 'condition' } });
    expect(on.recording.sent).toEqual([]);
  });
});

describe('a condition', () => {
  test('costs no request more on an item of the newest version', async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'red' } }));
    await on.notes.update({ id }, { set: { text: 'a' } }, { condition: red });
    await on.notes.put(on.notes.create({ id, text: 'b', colour: 'red' }), { condition: red });
    await on.notes.delete({ id }, { condition: red });
    expect(operations()).toEqual(['UpdateItem', 'PutItem', 'DeleteItem']);
  });

  test('upgrades a stale item in the table first', async () => {
    await on.store('notes', staleNote(id, { extra: { S: 'kept' } }));
    expect((await errorOf(on.notes.delete({ id }, { condition: red }))).code).toBe('CONDITION_FAILED');
    expect(await stored()).toEqual(storedNote(id, { colour: { S: 'white' }, extra: { S: 'kept' } }));
  });

  test('is not asked by a save that changes nothing', async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'blue' } }));
    await on.notes.save(await loaded(), { condition: red });
    expect(on.recording.sent).toEqual([]);
  });

  test("does not hide another writer's change: that is a conflict", async () => {
    await on.store('notes', storedNote(id, { colour: { S: 'red' } }));
    const note = await loaded();
    await on.others.update({ id }, { set: { text: 'theirs' } });
    note.text = 'written';
    expect((await errorOf(on.notes.save(note, { condition: red }))).code).toBe('CONFLICT');
    await on.notes.save(note, { condition: red, overwrite: true });
    expect(await isWritten()).toBe(true);
  });

  test('lets a save of a stale entity keep what others changed meanwhile', async () => {
    await on.store('notes', staleNote(id, { st: { N: '1' } }));
    const note = await loaded();
    await on.others.update({ id }, { set: { stars: 2 } });
    note.settings = { theme: 'dark' };
    await on.notes.save(note, { condition: { attr: 'stars', eq: 2 } });
    expect(await stored()).toMatchObject({ st: { N: '2' }, settings: { M: { theme: { S: 'dark' } } } });
    expect(note.stars).toBe(2);
  });

  test("does not let a save of a stale entity store over another's change of the same", async () => {
    await on.store('notes', staleNote(id));
    const note = await loaded();
    await on.store('notes', staleNote(id, { body: { S: 'theirs' } }));
    note.text = 'written';
    expect((await errorOf(on.notes.save(note, { condition: { attr: 'colour', eq: 'white' } }))).code).toBe('CONFLICT');
    expect((await stored())?.text).toEqual({ S: 'theirs' });
  });

  test.each(['put', 'save', 'update'] as const)('with a revision: %s', async (how) => {
    const key = { id };
    await on.store('revised_notes', {
      ...storedNote(id, { colour: { S: 'red' } }),
      revision: { S: 'r' },
      updated_at: { S: 'u' },
    });
    const note = await on.otherRevised.getOrFail(key);
    const condition = { attr: 'revision', eq: 'r' } as const;
    const call = (text: string) => {
      note.text = text;
      return how === 'update'
        ? on.revised.update(key, { set: { text } }, { condition })
        : on.revised[how](note, { condition });
    };
    await call('first');
    expect((await on.otherRevised.getOrFail(key)).text).toBe('first');
    // the revision is another one now
    expect((await errorOf(call('second'))).code).toBe('CONDITION_FAILED');
    expect((await on.otherRevised.getOrFail(key)).text).toBe('first');
  });

  test('on places with hostile names', async () => {
    await on.store(
      'notes',
      storedNote(id, { settings: { M: JSON.parse('{"constructor":{"M":{"a.b":{"N":"1"}}}}') as never } }),
    );
    const at = "settings.constructor['a.b']" as const;
    expect((await errorOf(on.notes.delete({ id }, { condition: { attr: at, eq: 2 } }))).code).toBe('CONDITION_FAILED');
    expect(await on.notes.delete({ id }, { condition: { attr: at, eq: 1 } })).toBe(true);
  });
});

describe('a misspelt option', () => {
  test.each([
    ['put', () => on.notes.put(new Note(), { conditions: red } as never)],
    ['update', () => on.notes.update({ id }, { set: { text: 'x' } }, { conditon: red } as never)],
    ['delete', () => on.notes.delete({ id }, { overwrite: true } as never)],
    ['save', () => on.notes.save(new Note(), { if: red } as never)],
    ['putMany', () => on.notes.putMany([], { conditions: red } as never)],
  ])('of %s is refused', async (_call, call) => {
    expect((await errorOf(call())).code).toBe('INVALID_ARGUMENT');
  });

  test.each([
    ['putMany', () => on.notes.putMany([], { condition: red, unconditional: true })],
    ['deleteMany', () => on.notes.deleteMany([], { condition: red, unconditional: true })],
  ])('%s takes a condition or none', async (_call, call) => {
    expect(await errorOf(call())).toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument: 'condition' } });
  });
});

describe('a request that the client repeated', () => {
  /** Answers that a condition failed, after so many attempts, on what is stored then. */
  async function repeated<T extends object>(
    target: new () => T,
    item: object | undefined,
    attempts: number,
    call: (repository: Repository<T>) => Promise<unknown>,
  ): Promise<unknown> {
    const canned = await startCannedEngine(() => (item ? { Item: item } : {}));
    const send = async (command: { constructor: { name: string } }, options: object) => {
      if (command.constructor.name === 'GetItemCommand') return canned.client.send(command as never, options);
      throw Object.assign(new Error('the condition failed'), {
        name: 'ConditionalCheckFailedException',
        $fault: 'client',
        $metadata: { attempts },
        ...(item && { Item: item }),
      });
    };
    const mapper = new Mapper({ client: { send } as never, entities: [target] });
    const outcome = await call(new Repository(mapper, target)).then(
      (value) => value,
      (error: { code: string }) => error.code,
    );
    await canned.close();
    return outcome;
  }
  const condition = { attr: 'text', eq: 'open' } as const;
  const closed = storedNote('a', { text: { S: 'closed' } });

  test.each([
    [1, 'CONDITION_FAILED'],
    [2, 'CONFLICT'],
  ])('update, sent %i times: it may have made the condition false itself', async (attempts, code) => {
    const update = (notes: Repository<Note>) => notes.update({ id: 'a' }, { set: { text: 'closed' } }, { condition });
    expect(await repeated(Note, closed, attempts, update)).toBe(code);
  });

  test.each([
    [1, 'CONDITION_FAILED'],
    [2, 'CONFLICT'],
  ])('put, sent %i times', async (attempts, code) => {
    const put = (notes: Repository<Note>) => notes.put(notes.create({ id: 'a', text: 'closed' }), { condition });
    expect(await repeated(Note, closed, attempts, put)).toBe(code);
  });

  test.each([
    [1, false],
    [2, undefined],
  ])('delete, sent %i times: an item that is gone', async (attempts, existed) => {
    expect(await repeated(Note, undefined, attempts, (notes) => notes.delete({ id: 'a' }, { condition }))).toBe(
      existed,
    );
  });

  test('with a revision is known by it', async () => {
    // the first try was done; its answer was lost, and the client's second try failed on what the first had stored
    let isLost = true;
    const key = { id };
    await on.store('revised_notes', storedNote(id, { text: { S: 'open' }, updated_at: { S: 'u' } }));
    const client = {
      async send(command: { constructor: { name: string } }, options: object) {
        const answer = await on.engine.client.send(command as never, options);
        if (!command.constructor.name.startsWith('Update') || !isLost) return answer;
        isLost = false;
        throw Object.assign(new Error('the condition failed'), {
          name: 'ConditionalCheckFailedException',
          $fault: 'client',
          $metadata: { attempts: 2 },
        });
      },
    };
    const revised = new Mapper({ client: client as never, entities: [RevisedNote] }).repository(RevisedNote);
    const updated = await revised.update(key, { set: { text: 'closed' } }, { condition });
    expect(updated.text).toBe('closed');
    expect(isLost).toBe(false);
  });
});
