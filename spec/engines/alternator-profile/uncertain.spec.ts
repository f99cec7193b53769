import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest } from '@jest/globals';
import {
  Attribute,
  Entity,
  Mapper,
  PartitionKey,
  type Repository,
  Revision,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import {
  type AlternatorProfile,
  startAlternatorProfile,
} from '../../../tools/engines/alternator-profile/alternator-profile.js';
import type { Uncertainty } from '../../../tools/engines/alternator-profile/uncertainty.js';
import { clientOf } from '../../../tools/engines/client.js';
import { whyNoDynamoDBLocal } from '../../../tools/engines/dynamodb-local-package.js';
import { testUnless } from '../../support/test-unless.js';

jest.setTimeout(120_000);

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
  @Attribute({ optional: true }) stars?: number;
}

@Entity({ table: 'revised_notes' })
@Versioned(1)
class RevisedNote extends Note {
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
}

const problem = await whyNoDynamoDBLocal();
const unless = problem && `DynamoDB Local can't be started: ${problem}`;

const tablePrefix = `t${randomUUID()}_`;
let profile: AlternatorProfile;
let client: DynamoDBClient;
let notes: Repository<Note>;
let revisedNotes: Repository<RevisedNote>;
beforeAll(async () => {
  if (problem === undefined) profile = await startAlternatorProfile();
});
beforeEach(async () => {
  if (problem !== undefined) return;
  // patient: a call whose attempts were all answered 500 has no other end; and a new one has all its retries to spend
  client = clientOf(profile.endpoint, { maxAttempts: 10 });
  const mapper = new Mapper({ client, entities: [Note, RevisedNote], tablePrefix });
  await mapper.createTables();
  [notes, revisedNotes] = [mapper.repository(Note), mapper.repository(RevisedNote)];
});
afterEach(() => client?.destroy());
afterAll(() => profile?.close());

/** A share of the writes is done and answered 500, as many aren't done, and reads behind them may be old. */
const shares = { after: 0.1, before: 0.1, old: 0.5, seed: 19 };

const codeOf = (reason: unknown) => (reason as { code?: string }).code ?? String(reason);

/** How calls ended: how many with each code, `done` for those that resolved. */
function endsOf(results: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const result of results) {
    const code = result.status === 'fulfilled' ? 'done' : codeOf(result.reason);
    ends[code] = (ends[code] ?? 0) + 1;
  }
  return ends;
}

/** Runs calls one after another, while the engine is uncertain. */
async function inTrouble(calls: readonly (() => Promise<unknown>)[], seed: number) {
  const counts = profile.beUncertain({ ...shares, seed });
  const results: PromiseSettledResult<unknown>[] = [];
  for (const call of calls) results.push(...(await Promise.allSettled([call()])));
  profile.beUncertain(undefined);
  expect(counts.before).toBeGreaterThan(0);
  return endsOf(results);
}

const count = 40;
const ids = (name: string) => Array.from({ length: count }, (_, at) => `${name}-${at}`);

describe('on an engine that answers 500 to writes that were done', () => {
  testUnless(unless, 'insert resolves if the item is stored, and the item is the one that was inserted', async () => {
    const made = ids('insert').map((id) => notes.create({ id, text: `text of ${id}` }));
    expect(
      await inTrouble(
        made.map((note) => () => notes.insert(note)),
        1,
      ),
    ).toEqual({ done: count });
    expect(await notes.getMany(made.map(({ id }) => ({ id })))).toEqual(made);
  });

  testUnless(unless, 'insert rejects where another item is stored', async () => {
    await notes.put(notes.create({ id: 'taken', text: 'first' }));
    const other = () => notes.insert(notes.create({ id: 'taken', text: 'second' }));
    expect(
      await inTrouble(
        Array.from({ length: count }, () => other),
        2,
      ),
    ).toEqual({ ALREADY_EXISTS: count });
    expect(await notes.get({ id: 'taken' })).toMatchObject({ text: 'first' });
  });

  testUnless(unless, 'put and save resolve, and every change is stored once', async () => {
    const made = ids('save').map((id) => notes.create({ id, text: 'first' }));
    expect(
      await inTrouble(
        made.map((note) => () => notes.put(note)),
        3,
      ),
    ).toEqual({ done: count });
    for (const [round, text] of ['second', 'third', 'fourth'].entries()) {
      const loaded = (await notes.getMany(
        made.map(({ id }) => ({ id })),
        { consistent: true },
      )) as Note[];
      for (const note of loaded) note.text = text;
      expect(
        await inTrouble(
          loaded.map((note) => () => notes.save(note)),
          4 + round,
        ),
      ).toEqual({ done: count });
    }
    const stored = (await notes.getMany(made.map(({ id }) => ({ id })))) as Note[];
    expect(stored.map(({ text }) => text)).toEqual(stored.map(() => 'fourth'));
  });

  testUnless(unless, 'delete resolves, and says never of an item that was there that it was not', async () => {
    const made = ids('delete').map((id) => notes.create({ id, text: 'first' }));
    await notes.putMany(made);
    const answers: (boolean | undefined)[] = [];
    const remove = (id: string) => async () => answers.push(await notes.delete({ id }));
    expect(
      await inTrouble(
        made.map(({ id }) => remove(id)),
        9,
      ),
    ).toEqual({ done: count });
    expect(answers).not.toContain(false);
    expect(answers).toContain(undefined);
    expect(await notes.getMany(made.map(({ id }) => ({ id })))).toEqual(made.map(() => undefined));
  });

  testUnless(unless, 'with @Revision, add counts once, whatever becomes of the answers', async () => {
    const [id] = ids('count') as [string];
    await revisedNotes.insert(revisedNotes.create({ id, text: 'count', stars: 0 }));
    const add = () => revisedNotes.update({ id }, { add: { stars: 1 } });
    const ends = await inTrouble(
      Array.from({ length: count }, () => add),
      7,
    );
    const { CONFLICT: conflicts = 0, done = 0, ...others } = ends;
    expect(others).toEqual({});
    // behind an old read, it can't tell whether another writer came in between
    const { stars } = await revisedNotes.getOrFail({ id }, { consistent: true });
    expect(stars).toBeGreaterThanOrEqual(done);
    expect(stars).toBeLessThanOrEqual(done + conflicts);
    expect(done).toBeGreaterThan(count / 2);
  });

  testUnless(
    unless,
    'without it, a write whose condition the own earlier attempt made false is a CONFLICT',
    async () => {
      const made = ids('condition').map((id) => notes.create({ id, text: 'open' }));
      await notes.putMany(made);
      const condition = { attr: 'text', eq: 'open' } as const;
      const close = (id: string) => () => notes.update({ id }, { set: { text: 'closed' } }, { condition });
      const ends = await inTrouble(
        made.map(({ id }) => close(id)),
        8,
      );
      expect(Object.keys(ends).toSorted()).toEqual(['CONFLICT', 'done']);
      const revised = ids('condition').map((id) => revisedNotes.create({ id, text: 'open' }));
      await revisedNotes.putMany(revised);
      const closeRevised = (id: string) => () =>
        revisedNotes.update({ id }, { set: { text: 'closed' } }, { condition });
      expect(
        await inTrouble(
          revised.map(({ id }) => closeRevised(id)),
          8,
        ),
      ).toEqual({ done: count });
    },
  );

  describe('only @Revision can tell', () => {
    const done = { after: 1, before: 0, old: 0, seed: 1 };
    const notDone = { after: 0, before: 1, old: 0, seed: 1 };

    /** How a call ends whose first write is answered 500, and something else happens before the SDK sends it again. */
    async function endOf(call: () => Promise<unknown>, first: Uncertainty, meanwhile: () => Promise<unknown>) {
      profile.beUncertain(first);
      let lost = 0;
      client.middlewareStack.add(
        (next) => async (args) => {
          try {
            return await next(args);
          } catch (error) {
            if (lost++ === 0) {
              profile.beUncertain(undefined);
              await meanwhile();
            }
            throw error;
          }
        },
        { name: 'meanwhile', step: 'deserialize', priority: 'high', override: true },
      );
      const [result] = await Promise.allSettled([call()]);
      client.middlewareStack.remove('meanwhile');
      profile.beUncertain(undefined);
      expect(lost).toBeGreaterThan(0);
      return result.status === 'fulfilled' ? 'done' : codeOf(result.reason);
    }

    /** The same table through another mapper, with a client of its own. */
    async function elsewhere<T extends object>(entity: new () => T, use: (others: Repository<T>) => Promise<unknown>) {
      const other = clientOf(profile.endpoint);
      await use(new Mapper({ client: other, entities: [entity], tablePrefix }).repository(entity));
      other.destroy();
    }

    const nothing = async () => {};

    testUnless(unless, 'that a write was done, if another writer has changed the item since', async () => {
      const change = (id: string) => () =>
        elsewhere(Note, (others) => others.update({ id }, { set: { text: 'changed' } }));
      const note = notes.create({ id: 'since insert', text: 'a' });
      expect(await endOf(() => notes.insert(note), done, change(note.id))).toBe('ALREADY_EXISTS');
      for (const call of ['save', 'put'] as const) {
        const loaded = notes.create({ id: `since ${call}`, text: 'a' });
        await notes.insert(loaded);
        loaded.text = 'b';
        // put compares the version alone
        const expected = call === 'save' ? 'CONFLICT' : 'done';
        expect(await endOf(() => notes[call](loaded), done, change(loaded.id))).toBe(expected);
      }
    });

    testUnless(unless, 'who was first of two that insert equal items', async () => {
      const id = 'equal';
      const insert = (entity: new () => Note) => () =>
        elsewhere(entity, (others) => others.insert(others.create({ id, text: 'same' })));
      const mine = notes.create({ id, text: 'same' });
      expect(await endOf(() => notes.insert(mine), notDone, insert(Note))).toBe('done');
      const revised = revisedNotes.create({ id, text: 'same' });
      expect(await endOf(() => revisedNotes.insert(revised), notDone, insert(RevisedNote))).toBe('ALREADY_EXISTS');
    });

    testUnless(unless, 'who was first of two that save the same values', async () => {
      const id = 'same values';
      const save = (entity: new () => Note) => {
        return () =>
          elsewhere(entity, async (others) => {
            const loaded = await others.getOrFail({ id }, { consistent: true });
            loaded.text = 'same';
            await others.save(loaded);
          });
      };
      const mine = notes.create({ id, text: 'first' });
      await notes.insert(mine);
      mine.text = 'same';
      expect(await endOf(() => notes.save(mine), notDone, save(Note))).toBe('done');
      const revised = revisedNotes.create({ id, text: 'first' });
      await revisedNotes.insert(revised);
      revised.text = 'same';
      expect(await endOf(() => revisedNotes.save(revised), notDone, save(RevisedNote))).toBe('CONFLICT');
    });

    testUnless(unless, 'that an add was done: otherwise it is done twice', async () => {
      const id = 'added';
      await notes.insert(notes.create({ id, text: 'a', stars: 0 }));
      expect(await endOf(() => notes.update({ id }, { add: { stars: 1 } }), done, nothing)).toBe('done');
      expect(await notes.get({ id })).toMatchObject({ stars: 2 });
      await revisedNotes.insert(revisedNotes.create({ id, text: 'a', stars: 0 }));
      expect(await endOf(() => revisedNotes.update({ id }, { add: { stars: 1 } }), done, nothing)).toBe('done');
      expect(await revisedNotes.get({ id })).toMatchObject({ stars: 1 });
    });
  });

  testUnless(unless, 'reads show what was before, or what was written, and nothing else', async () => {
    const id = 'reads';
    await notes.put(notes.create({ id, text: '0' }));
    const counts = profile.beUncertain(shares);
    for (let at = 1; at <= count; at++) {
      const put = await notes.update({ id }, { set: { text: `${at}` } });
      expect(put.text).toBe(`${at}`);
      const read = await notes.getOrFail({ id }, { consistent: true });
      expect(Number(read.text)).toBeGreaterThanOrEqual(at - 1);
      expect(Number(read.text)).toBeLessThanOrEqual(at);
    }
    profile.beUncertain(undefined);
    expect(counts.old).toBeGreaterThan(0);
    expect(await notes.get({ id })).toMatchObject({ text: `${count}` });
  });
});
