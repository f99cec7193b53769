import { afterEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, type Item, Mapper, PartitionKey, type Repository, Upgrade, Versioned } from 'dynamo-evolve';
import { getEventListeners } from 'node:events';
import { type CannedEngine, silence, startCannedEngine } from '../support/canned-engine.js';

class NoteUpgrades {
  @Upgrade(1, 2) static text(item: Item): void {
    item.text ??= 'x';
  }
}

@Entity({ table: 'notes' })
@Versioned(2, { upgrades: NoteUpgrades })
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
}

const stale = { id: { S: 'a' } };
let canned: CannedEngine;
afterEach(() => canned.close());

describe('a signal', () => {
  /** An engine that never answers a write. */
  async function start(): Promise<Repository<Note>> {
    canned = await startCannedEngine(({ operation }) => {
      if (operation === 'UpdateItem') return silence;
      if (operation === 'GetItem') return { Item: stale };
      if (operation === 'BatchGetItem') return { Responses: { notes: [stale] } };
      return { Items: [stale], Count: 1 };
    });
    return new Mapper({ client: canned.client, entities: [Note], writeBack: 'inline' }).repository(Note);
  }

  test.each<[string, (notes: Repository<Note>, signal: AbortSignal) => Promise<unknown>]>([
    ['get', (notes, signal) => notes.get({ id: 'a' }, { signal })],
    ['getMany', (notes, signal) => notes.getMany([{ id: 'a' }], { signal })],
    ['all of a query', (notes, signal) => notes.query({ partition: 'a', signal }).all()],
    ['page of a scan', (notes, signal) => notes.scan({ signal }).page()],
    ['count', (notes, signal) => notes.scan({ signal, filter: { attr: 'text', eq: 'x' } }).count()],
    [
      'iteration',
      async (notes, signal) => {
        for await (const note of notes.scan({ signal })) expect(note).toBeDefined();
      },
    ],
  ])('ends the wait of %s for a write-back', async (_call, read) => {
    const notes = await start();
    const controller = new AbortController();
    const reading = read(notes, controller.signal);
    while (!canned.operations().includes('UpdateItem')) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('changed my mind'));
    await expect(reading).rejects.toThrow('changed my mind');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('a scan of segments', () => {
  const pageOf = (at: number) => ({ Items: [], Count: 0, ...(at < 40 && { LastEvaluatedKey: stale }) });

  test('leaves nothing on a signal that lives longer', async () => {
    canned = await startCannedEngine((_request, at) => pageOf(at));
    const notes = new Mapper({ client: canned.client, entities: [Note] }).repository(Note);
    const { signal } = new AbortController();
    let most = 0;
    const counting = setInterval(() => {
      most = Math.max(most, getEventListeners(signal, 'abort').length);
    }, 1);
    await notes.scan({ segments: 4, signal }).all();
    clearInterval(counting);
    expect(canned.requests.length).toBeGreaterThan(40);
    expect(most).toBeLessThanOrEqual(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('ends when the signal aborts, although a segment hangs', async () => {
    canned = await startCannedEngine(({ body }) =>
      (body as { Segment: number }).Segment === 0 ? silence : { Items: [], Count: 0 },
    );
    const notes = new Mapper({ client: canned.client, entities: [Note] }).repository(Note);
    const controller = new AbortController();
    const reading = notes.scan({ segments: 3, signal: controller.signal }).all();
    while (canned.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('changed my mind'));
    await expect(reading).rejects.toThrow('changed my mind');
  });
});
