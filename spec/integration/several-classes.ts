import { describe, expect } from '@jest/globals';
import { errorOf } from '../support/notes.js';
import { Bicycle, Car } from './entities.js';
import { eventually, type Suite } from './suite.js';

export function severalClassesConform(suite: Suite): void {
  const { testHere } = suite;

  /** Two cars and two bicycles of one owner, by their plates. */
  const stored = async (): Promise<string> => {
    const owner = suite.name();
    const vehicle = (plate: string, more: object) =>
      suite.store('vehicles', { owner: { S: owner }, plate: { S: `${owner}-${plate}` }, ...more });
    await vehicle('a', { doors: { N: '3' } });
    await vehicle('b', { kind: { S: 'bicycle' }, gears: { N: '7' }, schema_version: { N: '1' } });
    await vehicle('c', { kind: { S: 'car' }, doors: { N: '5' }, schema_version: { N: '1' } });
    await vehicle('d', { kind: { S: 'bicycle' } });
    await vehicle('e', { kind: { S: 'boat' } });
    return owner;
  };
  const seen = (all: readonly (Car | Bicycle)[]) =>
    all.map((one) => `${one.constructor.name} ${one.plate.split('-')[1]}`);

  describe('a query over several classes', () => {
    testHere('yields entities of each, and of no other class', async () => {
      const partition = await stored();
      const all = suite.mapper().query({ entities: [Car, Bicycle], partition });
      expect(seen(await all.all())).toEqual(['Car a', 'Bicycle b', 'Car c', 'Bicycle d']);
      expect(await all.count()).toBe(4);
      expect(
        seen(
          await suite
            .mapper()
            .query({ entities: [Bicycle], partition })
            .all(),
        ),
      ).toEqual(['Bicycle b', 'Bicycle d']);
    });

    testHere('takes the options of every query', async () => {
      const partition = await stored();
      const { signal } = new AbortController();
      const options = {
        entities: [Car, Bicycle],
        partition,
        range: { between: [`${partition}-a`, `${partition}-c`] },
        filter: { attr: 'plate', exists: true },
        reverse: true,
        limit: 2,
        pageSize: 1,
        consistent: true,
        track: false,
        writeBack: 'off',
        signal,
      } as const;
      const { filter: onKeys, ...unfiltered } = options;
      // engines refuse a filter on a key of what is queried
      expect(
        (
          await errorOf(
            suite
              .mapper()
              .query({ ...unfiltered, filter: onKeys })
              .all(),
          )
        ).code,
      ).toBe('INVALID_CONDITION');
      const { cursor, items } = await suite.mapper().query(unfiltered).page();
      expect(seen(items)).toEqual(['Car c', 'Bicycle b']);
      const next = await suite
        .mapper()
        .query({ ...unfiltered, cursor })
        .page();
      expect(seen(next.items)).toEqual(['Car a']);
      const parts = suite.mapper().query({ entities: [Car, Bicycle], partition, attributes: ['plate'], limit: 1 });
      expect(await parts.all()).toEqual([{ plate: `${partition}-a` }]);
    });

    testHere('reads an index that both declare', async () => {
      const owner = await stored();
      const filter = { attr: 'owner', eq: owner } as const;
      const by = (plate: string) =>
        suite.mapper().query({ entities: [Car, Bicycle], index: 'by_plate', partition: `${owner}-${plate}`, filter });
      await eventually(async () => {
        expect(seen(await by('b').all())).toEqual(['Bicycle b']);
        expect(seen(await by('c').all())).toEqual(['Car c']);
        expect(await by('e').all()).toEqual([]);
      });
    });
  });
}
