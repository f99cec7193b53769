import { describe, expect } from '@jest/globals';
import type { MapperOptions } from 'dynamo-evolve';
import { errorOf } from '../support/notes.js';
import { Bicycle, Car, Happening, Measurement, Member, Ticket } from './entities.js';
import type { Suite } from './suite.js';

export function writingConforms(suite: Suite): void {
  const { testHere } = suite;
  const members = () => suite.mapper().repository(Member);
  const newMember = (more: Partial<Member> = {}) =>
    members().create({ id: suite.name(), name: 'Ada', team: 'red', points: 1, ...more });

  describe('insert', () => {
    testHere('stores a new entity with its version, and refuses to replace', async () => {
      const member = newMember();
      await expect(members().insert(member)).resolves.toBe(member);
      expect(await suite.stored('members', { id: { S: member.id } })).toEqual({
        id: { S: member.id },
        name: { S: 'Ada' },
        team: { S: 'red' },
        points: { N: '1' },
        mood: { S: 'calm' },
        schema_version: { N: '3' },
      });
      expect(await errorOf(members().insert(newMember({ id: member.id })))).toMatchObject({ code: 'ALREADY_EXISTS' });
    });

    testHere('stores values of every kind and reads them back', async () => {
      const values = {
        labels: new Set(['b', 'a']),
        settings: { 'a.b': [1, 'two', null, true, { deep: new Set([1, 2.5]) }], constructor: 'data' },
        list: [[], {}, '', 1e-7, -0.5, 12_345_678_901_234_567_890n],
        photo: new Uint8Array([0, 255]),
        amount: 0.1,
      };
      const member = newMember(values);
      await members().insert(member);
      await expect(members().get({ id: member.id })).resolves.toMatchObject(values);
    });
  });

  describe('put', () => {
    testHere('replaces an item, and keeps the undeclared attributes of one that was loaded', async () => {
      const id = suite.name();
      await suite.store('members', {
        id: { S: id },
        nick: { S: 'Ada' },
        score: { S: '1' },
        undeclared: { N: '1.50' },
      });
      const member = await members().getOrFail({ id });
      member.name = 'Grace';
      await members().put(member);
      expect(await suite.stored('members', { id: { S: id } })).toMatchObject({
        name: { S: 'Grace' },
        undeclared: { N: expect.stringMatching(/^1\.50?$/) },
        schema_version: { N: '3' },
      });
      await members().put(newMember({ id }));
      expect(await suite.stored('members', { id: { S: id } })).not.toHaveProperty('undeclared');
    });

    testHere('never overwrites a newer version or another class', async () => {
      const id = suite.name();
      await suite.store('members', { id: { S: id }, schema_version: { N: '4' } });
      expect(await errorOf(members().put(newMember({ id })))).toMatchObject({ code: 'NEWER_VERSION' });
      const [cars, bicycles] = [suite.mapper().repository(Car), suite.mapper().repository(Bicycle)];
      const owner = suite.name();
      await bicycles.put(bicycles.create({ owner, plate: 'x', gears: 3 }));
      expect(await errorOf(cars.put(cars.create({ owner, plate: 'x' })))).toMatchObject({ code: 'WRONG_ENTITY' });
      await expect(cars.get({ owner, plate: 'x' })).resolves.toBeUndefined();
    });

    testHere('does not revive an item that was deleted meanwhile', async () => {
      const member = await members().insert(newMember());
      const loaded = await members().getOrFail({ id: member.id });
      await members().delete({ id: member.id });
      expect(await errorOf(members().put(loaded))).toMatchObject({ code: 'NOT_FOUND' });
      loaded.name = 'Grace';
      expect(await errorOf(members().save(loaded))).toMatchObject({ code: 'NOT_FOUND' });
      await expect(members().get({ id: member.id })).resolves.toBeUndefined();
    });

    testHere('does not revive an item without a version that was deleted meanwhile', async () => {
      const id = suite.name();
      await suite.store('members', { id: { S: id }, nick: { S: 'Ada' } });
      const [put, saved] = [await members().getOrFail({ id }), await members().getOrFail({ id })];
      await members().delete({ id });
      expect(await errorOf(members().put(put))).toMatchObject({ code: 'NOT_FOUND' });
      saved.mood = 'happy';
      expect(await errorOf(members().save(saved))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await suite.stored('members', { id: { S: id } })).toBeUndefined();
    });
  });

  describe('save', () => {
    testHere('inserts what is new, then changes what changed', async () => {
      const member = newMember({ amount: 1e-7, list: [1e-9] });
      const repository = members();
      await repository.save(member);
      // on the condition that the attributes are what was stored: by the text of their numbers
      Object.assign(member, { amount: 2e-7, list: [1e-9, 1e-7] });
      await repository.save(member);
      Object.assign(member, { amount: 3e-7, list: [] });
      await repository.save(member);
      const stored = await members().getOrFail({ id: member.id });
      expect(stored).toEqual(member);
      stored.amount = 5;
      await members().save(stored);
      await expect(members().get({ id: member.id })).resolves.toMatchObject({ amount: 5 });
    });

    testHere('upgrades a stale item, and keeps what the class does not declare', async () => {
      const id = suite.name();
      const undeclared = { M: { big: { N: '1.0000000000000000000000000000000000001' }, set: { NS: ['1', '2'] } } };
      await suite.store('members', { id: { S: id }, nick: { S: 'Ada' }, undeclared });
      const member = await members().getOrFail({ id });
      member.mood = 'happy';
      await members().save(member);
      expect(await suite.stored('members', { id: { S: id } })).toEqual({
        id: { S: id },
        name: { S: 'Ada' },
        team: { S: 'none' },
        points: { N: '0' },
        mood: { S: 'happy' },
        undeclared: { M: { ...undeclared.M, set: { NS: expect.arrayContaining(['1', '2']) } } },
        schema_version: { N: '3' },
      });
    });

    testHere('tells of a conflict, whose current entity can be had, and takes overwrite', async () => {
      const { id } = await members().insert(newMember());
      const [mine, theirs] = [await members().getOrFail({ id }), await members().getOrFail({ id })];
      theirs.name = 'Grace';
      await members().save(theirs);
      mine.name = 'Edith';
      const error = await errorOf(members().save(mine));
      expect(error).toMatchObject({ code: 'CONFLICT', details: { key: { id } } });
      await expect(members().save(mine, { overwrite: true })).resolves.toMatchObject({ name: 'Edith' });
      await expect(members().get({ id })).resolves.toMatchObject({ name: 'Edith' });
    });

    testHere('leaves alone what somebody else changed elsewhere in the item', async () => {
      const { id } = await members().insert(newMember());
      const [mine, theirs] = [await members().getOrFail({ id }), await members().getOrFail({ id })];
      theirs.points = 7;
      await members().save(theirs);
      mine.name = 'Edith';
      await members().save(mine);
      await expect(members().get({ id })).resolves.toMatchObject({ name: 'Edith', points: 7 });
    });

    testHere('with a revision refuses what is not the latest', async () => {
      const tickets = suite.mapper({ clock: () => new Date('2026-01-02T03:04:05Z') }).repository(Ticket);
      const ticket = await tickets.insert(tickets.create({ number: 7n, title: 'Hello' }));
      expect(ticket.updated_at).toEqual(new Date('2026-01-02T03:04:05Z'));
      const [mine, theirs] = [await tickets.getOrFail({ number: 7n }), await tickets.getOrFail({ number: 7n })];
      theirs.votes = 1;
      await tickets.save(theirs);
      mine.title = 'Late';
      expect(await errorOf(tickets.save(mine))).toMatchObject({ code: 'CONFLICT' });
      expect(await errorOf(tickets.put(mine))).toMatchObject({ code: 'CONFLICT' });
    });
  });

  describe('update', () => {
    testHere('does all four clauses at once, nested places included', async () => {
      const { id } = await members().insert(
        newMember({ labels: new Set(['a', 'b']), settings: { theme: { colour: 'red' }, old: 1 }, list: [1, 2, 3] }),
      );
      const member = await members().update(
        { id },
        {
          set: { name: 'Grace', 'settings.theme.colour': 'blue', 'list[1]': 1e-7 },
          remove: ['mood', 'settings.old'],
          add: { points: 1.5 },
          delete: { labels: new Set(['a']) },
        },
      );
      expect(member).toEqual({
        id,
        name: 'Grace',
        team: 'red',
        points: 2.5,
        labels: new Set(['b']),
        settings: { theme: { colour: 'blue' } },
        list: [1, 1e-7, 3],
      });
    });

    testHere('brings a stale item to the newest version first', async () => {
      const id = suite.name();
      await suite.store('members', { id: { S: id }, nick: { S: 'Ada' }, score: { S: '3' } });
      await expect(members().update({ id }, { add: { points: 4 } })).resolves.toMatchObject({ name: 'Ada', points: 7 });
    });

    testHere('refuses what is absent, what is newer, and places without a parent', async () => {
      const id = suite.name();
      const rename = { set: { name: 'x' } };
      expect(await errorOf(members().update({ id }, rename))).toMatchObject({ code: 'NOT_FOUND' });
      await suite.store('members', { id: { S: id }, schema_version: { N: '4' } });
      expect(await errorOf(members().update({ id }, rename))).toMatchObject({ code: 'NEWER_VERSION' });
      const { id: other } = await members().insert(newMember());
      const nested = members().update({ id: other }, { set: { 'settings.theme.colour': 'x' } });
      expect(await errorOf(nested)).toMatchObject({ code: 'MISSING_PARENT' });
    });

    testHere('counts once under a revision', async () => {
      const tickets = suite.mapper().repository(Ticket);
      await tickets.insert(tickets.create({ number: 8n, title: 'Hello' }));
      await tickets.update({ number: 8n }, { add: { votes: 1 } });
      await expect(tickets.update({ number: 8n }, { add: { votes: 2 } })).resolves.toMatchObject({ votes: 3 });
    });
  });

  describe('a condition of the caller', () => {
    const calm = { attr: 'mood', eq: 'calm' } as const;
    const rich = { and: [{ attr: 'points', gte: 100 }, { not: { attr: 'mood', in: ['calm', 'sad'] } }] } as const;

    testHere('is asked of what is stored, by every write that takes one', async () => {
      const { id } = await members().insert(newMember());
      const loaded = await members().getOrFail({ id });
      loaded.name = 'Grace';
      for (const refused of [
        members().put(loaded, { condition: rich }),
        members().save(loaded, { condition: rich }),
        members().update({ id }, { set: { name: 'x' } }, { condition: rich }),
        members().delete({ id }, { condition: rich }),
      ]) {
        expect(await errorOf(refused)).toMatchObject({ code: 'CONDITION_FAILED' });
      }
      await members().save(loaded, { condition: calm });
      await members().put(loaded, { condition: calm });
      await members().update({ id }, { set: { points: 5 } }, { condition: calm });
      await expect(members().delete({ id }, { condition: calm })).resolves.toBe(true);
    });

    testHere('is asked of each item of many', async () => {
      const some = [newMember({ points: 1 }), newMember({ points: 200, mood: 'happy' })];
      await members().putMany(some);
      const written = await members().putMany(
        some.map((one) => newMember({ id: one.id })),
        { condition: rich },
      );
      expect(written.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      const deleted = await members().deleteMany(some, { condition: { attr: 'points', between: [1, 1] } });
      expect(deleted.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    });

    testHere('speaks of the newest form of a stale item, and of numbers by value', async () => {
      const id = suite.name();
      await suite.store('members', { id: { S: id }, nick: { S: 'Ada' }, score: { S: '7' }, amount: { N: '1.50e1' } });
      const condition = {
        and: [
          { attr: 'points', eq: 7 },
          { attr: 'amount', eq: 15 },
        ],
      } as const;
      const update = members().update({ id }, { add: { points: 1 } }, { condition: condition as never });
      await expect(update).resolves.toMatchObject({ points: 8 });
    });
  });

  describe('delete', () => {
    testHere('tells whether the item existed', async () => {
      const { id } = await members().insert(newMember());
      await expect(members().delete({ id })).resolves.toBe(true);
      await expect(members().delete({ id })).resolves.toBe(false);
      await expect(members().get({ id })).resolves.toBeUndefined();
    });

    testHere('leaves the item of another class', async () => {
      const bicycles = suite.mapper().repository(Bicycle);
      const key = { owner: suite.name(), plate: 'y' };
      await bicycles.put(bicycles.create(key));
      expect(await errorOf(suite.mapper().repository(Car).delete(key))).toMatchObject({ code: 'WRONG_ENTITY' });
      await expect(bicycles.get(key)).resolves.toBeDefined();
    });
  });

  describe('putMany and deleteMany', () => {
    const many = () => Array.from({ length: 30 }, (_, at) => newMember({ points: at }));
    const settled = (results: PromiseSettledResult<unknown>[]) => new Set(results.map(({ status }) => status));

    testHere('write each item under its own condition', async () => {
      const entities = many();
      const newer = entities[3]!.id;
      await suite.store('members', { id: { S: newer }, schema_version: { N: '4' } });
      const results = await members().putMany(entities, { concurrency: 3 });
      expect(results.map(({ status }) => status)).toEqual(
        entities.map(({ id }) => (id === newer ? 'rejected' : 'fulfilled')),
      );
      const deleted = await members().deleteMany([{ id: entities[0]!.id }, { id: suite.name() }], { concurrency: 2 });
      expect(deleted).toEqual([
        { status: 'fulfilled', value: true },
        { status: 'fulfilled', value: false },
      ]);
    });

    testHere('write in batches where the conditions are given up', async () => {
      const entities = many();
      expect(settled(await members().putMany(entities, { unconditional: true }))).toEqual(new Set(['fulfilled']));
      const keys = entities.map(({ id }) => ({ id }));
      expect((await members().getMany(keys)).map((member) => member?.points)).toEqual(
        entities.map((one) => one.points),
      );
      expect(settled(await members().deleteMany(keys, { unconditional: true }))).toEqual(new Set(['fulfilled']));
      expect(new Set(await members().getMany(keys))).toEqual(new Set([undefined]));
    });
  });

  describe('a mapper that is pinned to an older version', () => {
    const pinned = (options: Partial<MapperOptions> = {}) =>
      suite.mapper({ writeVersion: new Map([[Happening, 1]]), ...options }).repository(Happening);
    const key = () => ({ stream: suite.name(), position: 1 });
    const stored = ({ stream, position }: { stream: string; position: number }) =>
      suite.stored('happenings', { stream: { S: stream }, position: { N: String(position) } });

    testHere('stores that version, whatever it writes', async () => {
      const at = key();
      const happening = await pinned().insert(pinned().create({ ...at, kind: 'first' }));
      expect(await stored(at)).toMatchObject({ type: { S: 'first' }, schema_version: { N: '1' } });
      happening.kind = 'second';
      happening.weight = 1e-7;
      await pinned().save(happening);
      expect(await stored(at)).toMatchObject({ type: { S: 'second' }, schema_version: { N: '1' } });
      await pinned().update(at, { set: { kind: 'third' } }, { condition: { attr: 'kind', eq: 'second' } });
      expect(await stored(at)).toMatchObject({ type: { S: 'third' }, schema_version: { N: '1' } });
      expect(await stored(at)).not.toHaveProperty('kind');
      await pinned().put(pinned().create({ ...at, kind: 'fourth' }));
      const unpinned = suite.mapper().repository(Happening);
      await expect(unpinned.get(at)).resolves.toMatchObject({ kind: 'fourth' });
    });

    testHere('brings newer items back to it by write-back', async () => {
      const at = key();
      const unpinned = suite.mapper().repository(Happening);
      await unpinned.insert(unpinned.create({ ...at, kind: 'new' }));
      await expect(pinned({ writeBack: 'inline' }).get(at)).resolves.toMatchObject({ kind: 'new' });
      expect(await stored(at)).toMatchObject({ type: { S: 'new' }, schema_version: { N: '1' } });
      await expect(unpinned.get(at)).resolves.toMatchObject({ kind: 'new' });
    });
  });

  describe('a table that forbids conditional writes', () => {
    const measurements = () => suite.unfencedMapper().repository(Measurement);

    testHere('takes put, save, update and delete of a mapper without fence', async () => {
      const sensor = suite.name();
      await measurements().put(measurements().create({ sensor, celsius: 20 }));
      const loaded = await measurements().getOrFail({ sensor });
      loaded.celsius = 21;
      await measurements().save(loaded);
      await expect(measurements().update({ sensor }, { set: { celsius: 22 } })).resolves.toMatchObject({ celsius: 22 });
      await expect(measurements().delete({ sensor })).resolves.toBeUndefined();
      await expect(measurements().get({ sensor })).resolves.toBeUndefined();
    });

    testHere('takes changes of a stale item', async () => {
      const sensor = suite.name();
      await suite.store('measurements', { sensor: { S: sensor }, tenths: { N: '215' } });
      await measurements().update({ sensor }, { set: { celsius: 1.5 } });
      expect(await suite.stored('measurements', { sensor: { S: sensor } })).toEqual({
        sensor: { S: sensor },
        celsius: { N: '1.5' },
        schema_version: { N: '2' },
      });
    });

    testHere(
      'refuses the writes of a mapper with a fence',
      async () => {
        const fenced = suite.mapper({ entities: [Measurement] }).repository(Measurement);
        const put = fenced.put(fenced.create({ sensor: suite.name(), celsius: 1 }));
        expect(await errorOf(put)).toMatchObject({ code: 'WRITES_FORBIDDEN' });
      },
      'refuse conditional writes',
    );
  });
}
