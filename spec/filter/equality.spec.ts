import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, type Condition, Entity, Mapper, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { startAlternatorProfile } from '../../tools/engines/alternator-profile/alternator-profile.js';
import { type RunningEngine, startEngine, whyNoSecondEngine } from '../../tools/engines/engine-runs.js';
import { storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'readings' })
@Versioned(1)
class Reading {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) amount?: number;
  @Attribute({ type: 'object', optional: true }) inner?: { amount: number };
  @Attribute({ optional: true }) tags?: Set<string>;
}

const engines: [string, () => Promise<RunningEngine>][] = [['dynalite', () => startEngine('embedded')]];
if ((await whyNoSecondEngine()) === undefined) engines.push(['the Alternator profile', startAlternatorProfile]);

describe.each(engines)('equal to an operand of a filter, on %s', (_name, start) => {
  let engine: RunningEngine;
  let readings: Repository<Reading>;

  beforeAll(async () => {
    engine = await start();
    const mapper = new Mapper({ client: engine.client, entities: [Reading] });
    await mapper.createTables();
    readings = mapper.repository(Reading);
    // numbers as other programs write them; all of the newest version, so that the server judges them
    for (const [id, N] of Object.entries({ a: '1.0', b: '1e0', c: '2', d: '1E+2' })) {
      const inner = { M: { amount: { N } } };
      await storeRaw(engine.endpoint, 'readings', {
        id: { S: id },
        amount: { N },
        inner,
        tags: { SS: ['y', 'x'] },
        schema_version: { N: '1' },
      });
    }
    await storeRaw(engine.endpoint, 'readings', { id: { S: 'e' }, schema_version: { N: '1' } });
  }, 60_000);
  afterAll(() => engine.close());

  test.each<[Condition<Reading>, string[]]>([
    [{ attr: 'amount', eq: 1 }, ['a', 'b']],
    [{ attr: 'inner.amount', eq: 1 }, ['a', 'b']],
    [{ attr: 'inner.amount', eq: 100 }, ['d']],
    [{ attr: 'inner.amount', ne: 1 }, ['c', 'd', 'e']],
    [{ not: { attr: 'inner.amount', ne: 1 } }, ['a', 'b']],
    [{ attr: 'inner.amount', in: [1, 100, 7] }, ['a', 'b', 'd']],
    [{ attr: 'tags', ne: new Set(['x', 'y']) }, ['e']],
    [{ attr: 'tags', eq: new Set(['x', 'y']) }, ['a', 'b', 'c', 'd']],
  ])('%j is what has the same value, however it is written', async (filter, expected) => {
    const found = await readings.scan({ filter }).all();
    expect(found.map((one) => one.id).toSorted()).toEqual(expected);
  });
});
