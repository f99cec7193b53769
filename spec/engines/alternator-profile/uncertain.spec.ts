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
