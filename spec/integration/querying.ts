import { describe, expect } from '@jest/globals';
import type { QueryOptions, QueryResult } from 'dynamo-evolve';
import { errorOf } from '../support/notes.js';
import { Bicycle, Car, Happening, Member, Parcel } from './entities.js';
import { eventually, type Suite } from './suite.js';

export function queryingConforms(suite: Suite): void {
  const { testHere } = suite;
  const happenings = () => suite.mapper({ cursorSecret: 'secret' }).repository(Happening);
  const query = (stream: string, options: Partial<QueryOptions> = {}) =>
    happenings().query({ partition: stream, ...options });

  /** Ten happenings of a stream, at 1 to 10; every other one of version 1. */
  const stored = async (): Promise<string> => {
    const stream = suite.name();
    for (let at = 1; at <= 10; at++) {
      const kind = { S: at % 3 === 0 ? 'third' : 'other' };
      const shape = at % 2 === 0 ? { type: kind } : { kind, schema_version: { N: '2' } };
      await suite.store('happenings', { stream: { S: stream }, position: { N: String(at) }, ...shape });
    }
    return stream;
  };
  const positions = (all: readonly Happening[]) => all.map(({ position }) => position);
  const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

  describe('query', () => {
    testHere('gives all of a partition in order, by whichever way it is asked', async () => {
      const stream = await stored();
      const iterated: Happening[] = [];
      for await (const one of query(stream)) iterated.push(one);
      expect(positions(iterated)).toEqual(upTo(10));
      expect(iterated.every((one) => one instanceof Happening && typeof one.kind === 'string')).toBe(true);
      expect(positions(await query(stream).all())).toEqual(upTo(10));
      expect(await query(stream).first()).toMatchObject({ position: 1 });
      expect(await query(stream).count()).toBe(10);
      const paged: Happening[] = [];
      for await (const page of query(stream, { limit: 3 }).pages()) paged.push(...page.items);
      expect(positions(paged)).toEqual(upTo(10));
    });

    testHere('takes every comparison of the sort key', async () => {
      const stream = await stored();
      const ranges: [NonNullable<QueryOptions['range']>, number[]][] = [
        [4, [4]],
        [{ eq: 4 }, [4]],
        [{ lt: 3 }, [1, 2]],
        [{ lte: 3 }, [1, 2, 3]],
        [{ gt: 8 }, [9, 10]],
        [{ gte: 8 }, [8, 9, 10]],
        [{ between: [4, 6] }, [4, 5, 6]],
      ];
      for (const [range, expected] of ranges) {
        expect(positions(await query(stream, { range }).all())).toEqual(expected);
      }
      const cars = suite.mapper().repository(Car);
      const owner = suite.name();
      for (const plate of ['a1', 'a2', 'b1']) await cars.put(cars.create({ owner, plate }));
      const found = await cars.query({ partition: owner, range: { beginsWith: 'a' } }).all();
      expect(found.map(({ plate }) => plate)).toEqual(['a1', 'a2']);
    });

    testHere('goes backwards, up to a limit, in pages of any size', async () => {
      const stream = await stored();
      const options = { reverse: true, limit: 4, pageSize: 3, consistent: true, track: false } as const;
      expect(positions(await query(stream, options).all())).toEqual([10, 9, 8, 7]);
      expect(await query(stream, options).count()).toBe(4);
      expect(await query(stream, options).first()).toMatchObject({ position: 10 });
    });

    testHere('goes on after a cursor until there is nothing more', async () => {
      const stream = await stored();
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await query(stream, { limit: 4, ...(cursor !== undefined && { cursor }) }).page();
        expect(page.items.length).toBeLessThanOrEqual(4);
        seen.push(...positions(page.items));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(upTo(10));
      const { cursor: foreign } = await query(stream, { limit: 1 }).page();
      const other = query(suite.name(), { cursor: foreign! });
      expect(await errorOf(other.all())).toMatchObject({ code: 'INVALID_CURSOR' });
    });

    testHere('gives pages of the engine without a limit', async () => {
      const stream = await stored();
      const seen: number[] = [];
      for await (const page of query(stream, { pageSize: 3 }).pages()) {
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...positions(page.items));
      }
      expect(seen).toEqual(upTo(10));
    });

    testHere('filters stale items by their newest form', async () => {
      const stream = await stored();
      const filters = [
        { attr: 'kind', eq: 'third' },
        { attr: 'kind', beginsWith: 'th' },
        { attr: 'kind', contains: 'hir' },
        { not: { attr: 'kind', in: ['other', 'none'] } },
        {
          and: [
            { attr: 'kind', ne: 'other' },
            { attr: 'kind', exists: true },
          ],
        },
        {
          or: [
            { attr: 'kind', between: ['third', 'third'] },
            { attr: 'kind', type: 'N' },
          ],
        },
        {
          and: [
            { attr: 'kind', type: 'S' },
            { size: 'kind', eq: 5 },
            { attr: 'kind', gt: 'p' },
            { attr: 'weight', exists: false },
          ],
        },
      ] as const;
      for (const filter of filters as unknown as NonNullable<QueryOptions<Happening>['filter']>[]) {
        const found = happenings().query({ partition: stream, filter });
        expect(positions(await found.all())).toEqual([3, 6, 9]);
        expect(await found.count()).toBe(3);
        expect(await happenings().query({ partition: stream, filter, limit: 2 }).count()).toBe(2);
      }
    });

    testHere('filters numbers by their value, however they are written', async () => {
      const stream = suite.name();
      for (const [at, weight] of ['1e-7', '0.0000001', '1.50', '1.5', '100', '1E+2'].entries()) {
        const key = { stream: { S: stream }, position: { N: String(at) } };
        await suite.store('happenings', {
          ...key,
          kind: { S: 'x' },
          weight: { N: weight },
          schema_version: { N: '2' },
        });
      }
      const found = async (filter: NonNullable<QueryOptions<Happening>['filter']>) =>
        positions(await happenings().query({ partition: stream, filter }).all());
      expect(await found({ attr: 'weight', eq: 1e-7 })).toEqual([0, 1]);
      expect(await found({ attr: 'weight', ne: 1.5 })).toEqual([0, 1, 4, 5]);
      expect(await found({ attr: 'weight', in: [100, 1.5] })).toEqual([2, 3, 4, 5]);
      expect(await found({ attr: 'weight', gt: 1.4 })).toEqual([2, 3, 4, 5]);
    });

    testHere('reads some attributes alone, stale items included', async () => {
      const stream = await stored();
      const found = await happenings()
        .query({ partition: stream, attributes: ['kind'], limit: 2 })
        .all();
      expect(found.map((one) => ({ ...one }))).toEqual([{ kind: 'other' }, { kind: 'other' }]);
    });

    testHere('writes back what it upgraded', async () => {
      const stream = await stored();
      await query(stream, { writeBack: 'inline' }).all();
      const item = await suite.stored('happenings', { stream: { S: stream }, position: { N: '2' } });
      expect(item).toMatchObject({ kind: { S: 'other' }, schema_version: { N: '2' } });
      expect(item).not.toHaveProperty('type');
    });

    testHere('ends with the reason of a signal', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(query('any', { signal }).all()).rejects.toThrow('enough');
      await expect(happenings().scan({ signal }).all()).rejects.toThrow('enough');
    });

    testHere('reads nothing of an empty partition', async () => {
      const result = query(suite.name());
      expect(await result.all()).toEqual([]);
      expect(await result.first()).toBeUndefined();
      expect(await result.count()).toBe(0);
      expect(await result.page()).toMatchObject({ items: [] });
    });

    testHere('leaves out other classes of the table', async () => {
      const owner = suite.name();
      const [cars, bicycles] = [suite.mapper().repository(Car), suite.mapper().repository(Bicycle)];
      await suite.store('vehicles', { owner: { S: owner }, plate: { S: 'c0' }, doors: { N: '3' } });
      for (const plate of ['b1', 'b2', 'b3']) await bicycles.put(bicycles.create({ owner, plate }));
      for (const plate of ['c1', 'c2', 'c3']) await cars.put(cars.create({ owner, plate }));
      const found: QueryResult<Car> = cars.query({ partition: owner, limit: 3 });
      expect((await found.all()).map(({ plate }) => plate)).toEqual(['c0', 'c1', 'c2']);
    });
  });

  describe('an index', () => {
    testHere('of the table is read in its own order', async () => {
      const stream = suite.name();
      for (const [position, kind] of [
        [1, 'b'],
        [2, 'a'],
        [3, 'c'],
      ] as const) {
        await happenings().put(happenings().create({ stream, position, kind }));
      }
      const result = happenings().query({ index: 'by_kind', partition: stream, range: { gte: 'b' }, consistent: true });
      expect((await result.all()).map(({ kind }) => kind)).toEqual(['b', 'c']);
    });

    testHere('that is global comes to hold what the table holds', async () => {
      const team = suite.name();
      const members = suite.mapper().repository(Member);
      const ids = [suite.name(), suite.name(), suite.name()];
      for (const [points, id] of ids.entries()) await members.insert(members.create({ id, name: 'x', team, points }));
      const byTeam = (options: Partial<QueryOptions> = {}) =>
        members.query({ index: 'by_team', partition: team, ...options });
      const found = async (options?: Partial<QueryOptions>) => (await byTeam(options).all()).map(({ id }) => id);
      await eventually(async () => expect(await found()).toEqual(ids));
      expect(await found({ reverse: true, limit: 2 })).toEqual([ids[2], ids[1]]);
      expect(await found({ range: { between: [1, 2] }, pageSize: 1 })).toEqual([ids[1], ids[2]]);
      await members.delete({ id: ids[0]! });
      await members.update({ id: ids[1]! }, { set: { points: 9 } });
      await eventually(async () => expect(await found()).toEqual([ids[2], ids[1]]));
      expect(await errorOf(byTeam({ consistent: true }).all())).toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    testHere('is left out of by items without its keys', async () => {
      const id = suite.name();
      await suite.store('members', { id: { S: id }, nick: { S: 'x' }, team: { S: id }, score: { S: '5' } });
      const byTeam = suite.mapper().repository(Member).query({ index: 'by_team', partition: id });
      expect(await byTeam.all()).toEqual([]);
    });
  });

  describe('scan', () => {
    const parcels = () => suite.mapper().repository(Parcel);
    const ids = Array.from({ length: 24 }, (_, at) => at + 1);
    const fill = async () => {
      for (const id of ids) {
        const shape =
          id % 2 === 0 ? { kilograms: { N: `${id}` } } : { grams: { N: `${id}000` }, schema_version: { N: '2' } };
        await suite.store('parcels', { id: { N: `${id}` }, city: { S: id <= 12 ? 'Rome' : 'Oslo' }, ...shape });
      }
    };
    const sorted = (all: readonly Parcel[]) => all.map(({ id }) => id).toSorted((a, b) => a - b);

    testHere('gives every item once, by whichever way it is asked', async () => {
      await fill();
      expect(sorted(await parcels().scan().all())).toEqual(ids);
      expect((await parcels().scan().all()).every(({ id, grams }) => grams === id * 1000)).toBe(true);
      expect(await parcels().scan({ pageSize: 5, consistent: true, track: false, writeBack: 'off' }).count()).toBe(24);
      expect(await parcels().scan({ limit: 7 }).all()).toHaveLength(7);
      const seen: Parcel[] = [];
      let cursor: string | undefined;
      do {
        const page = await parcels()
          .scan({ limit: 5, ...(cursor !== undefined && { cursor }) })
          .page();
        seen.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(sorted(seen)).toEqual(ids);
    });

    testHere('filters, reads some attributes alone, and splits itself into segments', async () => {
      await fill();
      const filter = { attr: 'grams', gte: 20_000 } as const;
      expect(sorted(await parcels().scan({ filter }).all())).toEqual([20, 21, 22, 23, 24]);
      expect(await parcels().scan({ filter, segments: 3 }).count()).toBe(5);
      const named = await parcels()
        .scan({ attributes: ['grams'], filter })
        .all();
      expect(named.map(({ grams }) => grams).toSorted((a, b) => a - b)).toEqual(
        [20, 21, 22, 23, 24].map((id) => id * 1000),
      );
      expect(sorted(await parcels().scan({ segments: 7 }).all())).toEqual(ids);
      const halves = [
        { total: 4, to: 2 },
        { total: 4, from: 2 },
      ];
      const found = await Promise.all(halves.map((segments) => parcels().scan({ segments }).all()));
      expect(sorted(found.flat())).toEqual(ids);
    });

    testHere('reads an index', async () => {
      await fill();
      await eventually(async () => expect(sorted(await parcels().scan({ index: 'by_city' }).all())).toEqual(ids));
    });
  });
}
