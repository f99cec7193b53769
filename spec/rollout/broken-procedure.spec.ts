import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Class, Mapper, type Repository } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { FirstTicket, NewTicket, OldTicket, storedTicket } from './releases.js';

/**
 * What docs/rollouts.md says of a broken procedure: the answer to each call of old code, and the way out.
 * (`fleet.spec.ts` breaks it in every way and every order, with few of the calls.)
 */

const key = { id: 'ticket' };
let engine: EmbeddedEngine;
let flags: { writeVersion?: number };
let old: Repository<OldTicket>;
let fresh: Repository<NewTicket>;

function repository<T extends object>(target: Class<T>, isFlagged = false): Repository<T> {
  const pin = isFlagged ? { writeVersion: () => flags.writeVersion } : {};
  return new Mapper({ client: engine.client, entities: [target], ...pin }).repository(target);
}

beforeEach(async () => {
  engine = await startEmbeddedEngine();
  flags = { writeVersion: 2 };
  old = repository(OldTicket);
  fresh = repository(NewTicket, true);
  await new Mapper({ client: engine.client, entities: [OldTicket] }).createTables();
  await storeRaw(engine.endpoint, 'tickets', storedTicket);
});
afterEach(() => engine.close());

const stored = () => readStored(engine.endpoint, 'tickets', { id: { S: 'ticket' } });

/** Everything that old code can do to a ticket that it mustn't touch. */
async function expectRefused<T extends object>(tickets: Repository<T>, ticket: T, version: number): Promise<void> {
  const before = await stored();
  const attempts = [
    () => tickets.get(key),
    () => tickets.getMany([key]),
    () => tickets.scan().all(),
    () => tickets.save(Object.assign(ticket, { title: 'by old' })),
    () => tickets.put(ticket),
    () => tickets.put(Object.assign(tickets.create({}), ticket)),
    () => tickets.update(key, { set: { title: 'by old' } }),
  ];
  for (const attempt of attempts) {
    expect((await rejected('NEWER_VERSION', attempt())).details).toMatchObject({ version });
  }
  expect(await stored()).toEqual(before);
}

describe('unpinned while an old instance is left', () => {
  test('the old instance refuses what the new ones have stored, until they are pinned again and have swept', async () => {
    const loaded = await old.getOrFail(key);
    await fresh.update(key, { set: { name: 'pinned' } });
    expect(await old.getOrFail(key)).toMatchObject({ title: 'pinned' });

    delete flags.writeVersion;
    await fresh.update(key, { set: { name: 'by new', priority: 3 } });
    await expectRefused(old, loaded, 3);

    flags.writeVersion = 2;
    await fresh.scan({ writeBack: 'inline' }).all();
    const ticket = await old.getOrFail(key);
    expect(ticket).toMatchObject({ title: 'by new', duration: 1, kind: 'task' });
    await old.save(Object.assign(ticket, { title: 'by old' }));
    expect(await fresh.getOrFail(key)).toMatchObject({ name: 'by old', duration: 60, priority: 3 });
    expect(await stored()).toMatchObject({ unknown: { N: '1.5' } });
  });
});

describe('rolled back without a sweep', () => {
  test('old code refuses what was stored before the pin, and new code still reads it', async () => {
    const loaded = await old.getOrFail(key);
    delete flags.writeVersion;
    await fresh.update(key, { set: { name: 'by new' } });
    flags.writeVersion = 2;
    // no sweep
    await expectRefused(old, loaded, 3);
    expect(await fresh.getOrFail(key)).toMatchObject({ name: 'by new' });
  });
});

describe('an instance of two versions ago', () => {
  test('refuses what the pinned instances store, and what was stored before', async () => {
    const first = repository(FirstTicket);
    await storeRaw(engine.endpoint, 'tickets', { ...storedTicket, schema_version: { N: '1' } });
    const loaded = await first.getOrFail(key);
    await fresh.update(key, { set: { name: 'by new' } });
    await expectRefused(first, loaded, 2);
    expect(await old.getOrFail(key)).toMatchObject({ title: 'by new' });
  });

  test('can be served, too: by pinning to its version', async () => {
    flags.writeVersion = 1;
    await storeRaw(engine.endpoint, 'tickets', { ...storedTicket, schema_version: { N: '1' } });
    await fresh.update(key, { set: { name: 'by new' } });
    expect(await repository(FirstTicket).getOrFail(key)).toMatchObject({ title: 'by new' });
  });
});
