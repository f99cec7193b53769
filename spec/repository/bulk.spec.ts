import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type EngineRequest, failure, startCannedEngine } from '../support/canned-engine.js';
import { id, Note, on, startNotes, storedNote } from '../support/notes.js';

startNotes();

const idOf = (at: number) => `${id}-${at}`;
const many = (count: number) =>
  Array.from({ length: count }, (_, at) => on.notes.create({ id: idOf(at), text: `text ${at}` }));
const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ id: idOf(at) }));
const statuses = (results: readonly PromiseSettledResult<unknown>[]) => results.map((one) => one.status);

describe('many writes, each under its condition', () => {
  test('give their results in order, though they end in another', async () => {
    let left = 6;
    on.recording.before = () => sleep(left-- * 5);
    const notes = many(6);
    expect(await on.notes.putMany(notes)).toEqual(notes.map((value) => ({ status: 'fulfilled', value })));
    await on.notes.delete({ id: idOf(2) });
    const deleted = await on.notes.deleteMany(keys(4));
    expect(deleted).toEqual([true, true, false, true].map((value) => ({ status: 'fulfilled', value })));
  });

  test.each([
    [undefined, 10],
    [3, 3],
    [1, 1],
  ])('with the concurrency %s run %i at once', async (concurrency, most) => {
    let [running, peak] = [0, 0];
    on.recording.before = async () => {
      peak = Math.max(peak, ++running);
      await sleep(5);
      running--;
    };
    const results = await on.notes.putMany(many(15), concurrency === undefined ? {} : { concurrency });
    expect(statuses(results)).toEqual(Array.from({ length: 15 }, () => 'fulfilled'));
    expect(peak).toBe(most);
  });

  test('go on after one that fails', async () => {
    await on.store('notes', storedNote(idOf(1), { schema_version: { N: '9' } }));
    const notes = many(4);
    notes[3]!.text = undefined as never;
    const results = await on.notes.putMany(notes, { concurrency: 1 });
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    const reasons = results.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : ''));
    expect(reasons).toEqual(['', 'NEWER_VERSION', '', 'MISSING_ATTRIBUTE']);
    expect((await on.stored('notes', idOf(2)))?.text).toEqual({ S: 'text 2' });
  });

  test('are none for no items', async () => {
    expect(await on.notes.putMany([])).toEqual([]);
    expect(await on.notes.deleteMany([], { unconditional: true })).toEqual([]);
    expect(on.recording.sent).toEqual([]);
  });
});

describe('unconditional ones', () => {
  const sizes = (requests: readonly EngineRequest[]) =>
    requests.map(({ body }) => (body as { RequestItems: { notes: unknown[] } }).RequestItems.notes.length);

  test('go in batches of 25', async () => {
    await on.store('notes', storedNote(idOf(0), { schema_version: { N: '9' } }));
    const results = await on.notes.putMany(many(60), { unconditional: true });
    expect(statuses(results)).toEqual(Array.from({ length: 60 }, () => 'fulfilled'));
    expect(on.recording.sent.map((one) => one.operation)).toEqual(Array.from({ length: 3 }, () => 'BatchWriteItem'));
    // that is what conditions are for
    expect((await on.stored('notes', idOf(0)))?.schema_version).toEqual({ N: '2' });
    expect(await on.notes.getMany(keys(60))).toEqual(many(60));
    const deleted = await on.notes.deleteMany(keys(60), { unconditional: true });
    expect(deleted).toEqual(Array.from({ length: 60 }, () => ({ status: 'fulfilled', value: undefined })));
    expect((await on.notes.getMany(keys(60))).every((one) => one === undefined)).toBe(true);
  });

  test('leave entities that know what they stored', async () => {
    const [note] = many(1) as [Note];
    await on.notes.putMany([note], { unconditional: true });
    note.text = 'Bye';
    on.recording.reset();
    await on.notes.save(note);
    expect(on.recording.sent.map((one) => one.operation)).toEqual(['UpdateItem']);
  });

  test('are asked for again where the engine leaves them, and only those', async () => {
    let batches = 0;
    const engine = await startCannedEngine(({ body }) => {
      const { notes } = (body as { RequestItems: { notes: unknown[] } }).RequestItems;
      return batches++ < 2 ? { UnprocessedItems: { notes: notes.slice(-3) } } : {};
    });
    try {
      const notes = on.mapper({ client: engine.client }).repository(Note);
      expect(statuses(await notes.putMany(many(10), { unconditional: true }))).not.toContain('rejected');
      expect(sizes(engine.requests)).toEqual([10, 3, 3]);
    } finally {
      await engine.close();
    }
  });

  test('fail batch by batch; an item that cannot be stored fails alone', async () => {
    const engine = await startCannedEngine(({ text }) =>
      text.includes(`"${idOf(30)}"`) ? failure('ValidationException') : {},
    );
    try {
      const notes = on.mapper({ client: engine.client }).repository(Note);
      const all = many(60);
      all[3]!.text = undefined as never;
      const results = await notes.putMany(all, { unconditional: true });
      const codes = results.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : ''));
      expect(codes).toEqual(
        all.map((_, at) => (at === 3 ? 'MISSING_ATTRIBUTE' : at > 25 && at <= 50 ? 'REQUEST_FAILED' : '')),
      );
      expect(sizes(engine.requests)).toEqual([25, 25, 9]);
    } finally {
      await engine.close();
    }
  });
});
