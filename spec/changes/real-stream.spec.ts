import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, type Class, Entity, type Item, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import * as fc from 'fast-check';
import type { RunningEngine } from '../../tools/engines/engine-runs.js';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import { cases } from '../support/effort.js';

/** STREAM_HISTORIES asks for more of them. */
const histories = Number(process.env.STREAM_HISTORIES || cases(200));

const table = 'lamps';

@Entity({ table })
@Versioned(1)
class FirstLamp {
  @PartitionKey() id!: string;
  @Attribute() watts!: number;
}

@Entity({ table })
@Versioned(2)
class SecondLamp {
  @PartitionKey() id!: string;
  @Attribute() power!: number;

  @Upgrade(1, 2)
  static rename(item: Item): void {
    item.power = item.watts;
    delete item.watts;
  }
}

@Entity({ table })
@Versioned(3)
class Lamp {
  @PartitionKey() id!: string;
  @Attribute() power!: number;
  @Attribute() bright!: boolean;

  @Upgrade(1, 2)
  static rename(item: Item): void {
    SecondLamp.rename(item);
  }

  @Upgrade(2, 3)
  static rate(item: Item): void {
    item.bright = Number(item.power) > 2;
  }
}

/** One step of a history; `code` is the version of the code that does it. */
const step = fc.record({
  what: fc.constantFrom('put', 'put', 'update', 'delete', 'read', 'sweep'),
  code: fc.constantFrom(0, 1, 2),
  id: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: 0, max: 5 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const problem = await whyNoDynamoDBLocal();
(problem === undefined ? describe : describe.skip)('the stream of an engine', () => {
  let engine: RunningEngine;
  let streams: DynamoDBStreams;
  let count = 0;
  beforeAll(async () => {
    engine = await startDynamoDBLocal();
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    streams = new DynamoDBStreams({ endpoint: engine.endpoint, region: 'local', credentials });
  });
  afterAll(async () => {
    streams.destroy();
    await engine.close();
  });

  /** A new table with a stream, and the mappers of code of three versions. */
  async function newTable() {
    const tablePrefix = `stream${++count}_`;
    const create = {
      TableName: tablePrefix + table,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
      BillingMode: 'PAY_PER_REQUEST' as const,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const },
    };
    await engine.client.send(new CreateTableCommand(create));
    return ([FirstLamp, SecondLamp, Lamp] as const).map(
      (target: Class) =>
        new Mapper({ client: engine.client, entities: [target], tablePrefix, writeBack: { mode: 'inline' } }),
    ) as [Mapper, Mapper, Mapper];
  }

  async function take(mappers: readonly Mapper[], { code, id, value, what }: Step): Promise<void> {
    const target = [FirstLamp, SecondLamp, Lamp][code] as typeof Lamp;
    const lamps = mappers[code]!.repository(target);
    const values = [{ watts: value }, { power: value }, { power: value, bright: value === 1 }][code] as object;
    if (what === 'put') await lamps.put(lamps.create({ id, ...values }));
    else if (what === 'update') await lamps.update({ id }, { set: values });
    else if (what === 'delete') await lamps.delete({ id });
    else if (what === 'read') await lamps.get({ id });
    else await lamps.sweep().result;
  }

  /** What reading the whole stream gives; a last note tells where it ends. */
  async function follow(mapper: Mapper) {
    const lamps = mapper.repository(Lamp);
    await lamps.put(lamps.create({ id: 'end', power: 0, bright: false }));
    const [all, wanted] = [new Map<string, object>(), new Map<string, object>()];
    let upgrades = 0;
    for await (const change of mapper.changes({ streams, entities: [Lamp], from: 'oldest' })) {
      const { after, onlyUpgraded } = change;
      const { id } = (after ?? change.before) as Lamp;
      if (id === 'end') break;
      if (onlyUpgraded) upgrades++;
      for (const folded of onlyUpgraded ? [all] : [all, wanted]) {
        if (after) folded.set(id, after);
        else folded.delete(id);
      }
    }
    const stored = (await lamps.scan({ writeBack: 'off' }).all()).filter(({ id }) => id !== 'end');
    return { all, wanted, upgrades, stored: new Map(stored.map((lamp) => [lamp.id, lamp])) };
  }

  test('shows changes, and upgrades as what they are', async () => {
    const mappers = await newTable();
    await take(mappers, { what: 'put', code: 0, id: 'a', value: 3 });
    await take(mappers, { what: 'put', code: 1, id: 'b', value: 1 });
    await take(mappers, { what: 'read', code: 2, id: 'a', value: 0 });
    await take(mappers, { what: 'sweep', code: 2, id: 'a', value: 0 });
    const { all, stored, upgrades, wanted } = await follow(mappers[2]);
    expect(upgrades).toBe(2);
    expect(stored.get('a')).toEqual({ id: 'a', power: 3, bright: true });
    expect([all, wanted]).toEqual([stored, stored]);
  });

  test('folds to the table, with upgrades and without', async () => {
    let refused = 0;
    let done = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
        const mappers = await newTable();
        for (const each of steps) {
          // older code refuses newer items, and there may be nothing to update
          await take(mappers, each).then(
            () => done++,
            () => refused++,
          );
        }
        const { all, stored, wanted } = await follow(mappers[2]);
        expect([all, wanted]).toEqual([stored, stored]);
      }),
      { numRuns: histories },
    );
    expect(done).toBeGreaterThan(refused);
  }, 3_600_000);
});
