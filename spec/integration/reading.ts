import { describe, expect } from '@jest/globals';
import type { Mapper, Repository } from 'dynamo-evolve';
import { errorOf } from '../support/notes.js';
import { Happening, Member, Ticket } from './entities.js';
import type { Suite } from './suite.js';

/** What was stored as version 1, by an application that knew nothing of versions. */
const oldMember = (id: string) => ({
  id: { S: id },
  nick: { S: 'Ada' },
  score: { S: '12' },
  undeclared: { BOOL: true },
});

export function readingConforms(suite: Suite): void {
  const { testHere } = suite;
  const members = (options: Parameters<Suite['mapper']>[0] = {}): Repository<Member> =>
    suite.mapper(options).repository(Member);

  describe('get', () => {
    testHere('upgrades an item of any version as it reads it, and leaves the table alone', async () => {
      const id = suite.name();
      await suite.store('members', oldMember(id));
      const member = await members().get({ id });
      expect(member).toBeInstanceOf(Member);
      expect(member).toEqual({ id, name: 'Ada', team: 'none', points: 12 });
      expect(await suite.stored('members', { id: { S: id } })).toEqual(oldMember(id));
    });

    testHere('reads the same through the client', async () => {
      const id = suite.name();
      await suite.store('members', oldMember(id));
      const expected = await members().get({ id });
      expect(await members({ reads: 'client' }).get({ id })).toEqual(expected);
      expect(await members({ reads: 'raw' }).get({ id })).toEqual(expected);
      expect(await members({ generatedCode: false }).get({ id })).toEqual(expected);
    });

    testHere('resolves to undefined where nothing is stored, and getOrFail rejects', async () => {
      const id = suite.name();
      await expect(members().get({ id })).resolves.toBeUndefined();
      expect(await errorOf(members().getOrFail({ id }))).toMatchObject({ code: 'NOT_FOUND', details: { key: { id } } });
    });

    testHere('reads what was last written with consistent, and forgets what it read with track: false', async () => {
      const id = suite.name();
      await suite.store('members', oldMember(id));
      const repository = members();
      const options = { consistent: true, track: false, writeBack: 'off' } as const;
      const [got, certain, [many]] = [
        await repository.get({ id }, options),
        await repository.getOrFail({ id }, options),
        await repository.getMany([{ id }], options),
      ];
      for (const member of [got, certain, many]) expect(repository.stored(member!)).toBeUndefined();
      expect(repository.stored((await repository.get({ id }))!)).toEqual({
        version: 1,
        item: { id, nick: 'Ada', score: '12', undeclared: true },
      });
    });

    testHere('writes back what it upgraded where the read asks for that', async () => {
      for (const read of ['get', 'getOrFail'] as const) {
        const id = suite.name();
        await suite.store('members', oldMember(id));
        const member = await members()[read]({ id }, { writeBack: 'inline' });
        expect(member).toMatchObject({ name: 'Ada', points: 12 });
        expect(await suite.stored('members', { id: { S: id } })).toEqual({
          id: { S: id },
          name: { S: 'Ada' },
          team: { S: 'none' },
          points: { N: '12' },
          undeclared: { BOOL: true },
          schema_version: { N: '3' },
        });
      }
    });

    testHere('ends with the reason of a signal', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      const repository = members();
      await expect(repository.get({ id: 'any' }, { signal })).rejects.toThrow('enough');
      await expect(repository.getOrFail({ id: 'any' }, { signal })).rejects.toThrow('enough');
      await expect(repository.getMany([{ id: 'any' }], { signal })).rejects.toThrow('enough');
    });

    testHere('refuses an item of a newer version', async () => {
      const id = suite.name();
      await suite.store('members', { id: { S: id }, schema_version: { N: '4' } });
      expect(await errorOf(members().get({ id }))).toMatchObject({ code: 'NEWER_VERSION' });
    });

    testHere('finds items by number keys however large or small', async () => {
      const mapper = suite.mapper();
      const happenings = mapper.repository(Happening);
      const stream = suite.name();
      for (const position of [1e-7, -2.5e-9, 0, 100, 123_456_789.125]) {
        await happenings.insert(happenings.create({ stream, position, kind: 'number' }));
        await expect(happenings.get({ stream, position })).resolves.toMatchObject({ position });
      }
      // by whomever they were stored: in plain decimal
      await suite.store('happenings', { stream: { S: stream }, position: { N: '0.00000015' }, type: { S: 'foreign' } });
      await expect(happenings.get({ stream, position: 1.5e-7 })).resolves.toMatchObject({ kind: 'foreign' });
      const tickets = mapper.repository(Ticket);
      const number = 12_345_678_901_234_567_890_123n;
      await tickets.put(tickets.create({ number, title: 'large' }));
      await expect(tickets.get({ number })).resolves.toMatchObject({ number });
    });
  });

  describe('getMany', () => {
    testHere('keeps the order, knows what is absent, and takes more keys than a request', async () => {
      const repository = members();
      const ids = Array.from({ length: 130 }, () => suite.name());
      const stored = ids.filter((_, at) => at % 2 === 0);
      await Promise.all(stored.map((id) => suite.store('members', oldMember(id))));
      const found = await repository.getMany([...ids, ids[0]!].map((id) => ({ id })));
      expect(found.map((member) => member?.id)).toEqual([
        ...ids.map((id, at) => (at % 2 === 0 ? id : undefined)),
        ids[0],
      ]);
      expect(found.at(-1)).toBe(found[0]);
    });

    testHere('writes back what it upgraded', async () => {
      const id = suite.name();
      await suite.store('members', oldMember(id));
      await members().getMany([{ id }], { writeBack: 'inline' });
      expect(await suite.stored('members', { id: { S: id } })).toMatchObject({ schema_version: { N: '3' } });
    });
  });

  describe('write-back', () => {
    const readStale = async (mapper: Mapper) => {
      const id = suite.name();
      await suite.store('members', oldMember(id));
      await mapper.repository(Member).get({ id });
      return { id: { S: id } };
    };

    testHere('in the background is done when the mapper is flushed or closed', async () => {
      const mapper = suite.mapper({ writeBack: { mode: 'background', concurrency: 2, perSecond: 50, queueSize: 10 } });
      const first = await readStale(mapper);
      await mapper.flush();
      expect(await suite.stored('members', first)).toMatchObject({ schema_version: { N: '3' } });
      const second = await readStale(mapper);
      await mapper.close();
      expect(await suite.stored('members', second)).toMatchObject({ schema_version: { N: '3' } });
      expect(await errorOf(mapper.repository(Member).get({ id: 'any' }))).toMatchObject({ code: 'MAPPER_CLOSED' });
    });

    testHere('can be chosen for single classes', async () => {
      const mapper = suite.mapper({ writeBack: { entities: new Map([[Member, 'inline']]) } });
      expect(await suite.stored('members', await readStale(mapper))).toMatchObject({ schema_version: { N: '3' } });
    });

    testHere('compares maps and lists, and gives way to another writer', async () => {
      const id = suite.name();
      const nested = { M: { list: { L: [{ N: '1.50' }, { M: { a: { S: 'b' } } }] }, none: { NULL: true } } };
      await suite.store('members', { ...oldMember(id), settings: nested });
      const member = await members().get({ id }, { writeBack: 'inline' });
      expect(member?.settings).toMatchObject({ list: [1.5, { a: 'b' }], none: null });
      expect(await suite.stored('members', { id: { S: id } })).toMatchObject({ schema_version: { N: '3' } });
    });
  });

  describe('hydrate', () => {
    testHere('makes an entity of a wire item from anywhere', async () => {
      expect(members().hydrate(oldMember('anywhere'))).toEqual({
        id: 'anywhere',
        name: 'Ada',
        team: 'none',
        points: 12,
      });
    });
  });

  describe('a failing upgrade', () => {
    testHere('is skipped by scans and queries where the mapper says so', async () => {
      const stream = suite.name();
      await suite.store('happenings', { stream: { S: stream }, position: { N: '1' }, schema_version: { N: '9' } });
      await suite.store('happenings', { stream: { S: stream }, position: { N: '2' }, type: { S: 'fine' } });
      const strict = suite.mapper().repository(Happening).query({ partition: stream });
      expect(await errorOf(strict.all())).toMatchObject({ code: 'NEWER_VERSION' });
      const lenient = suite.mapper({ onUpgradeFailure: 'skip', onTypeMismatch: 'keep' }).repository(Happening);
      expect(await lenient.query({ partition: stream }).all()).toEqual([{ stream, position: 2, kind: 'fine' }]);
    });
  });
}
