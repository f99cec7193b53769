import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  UpdatedAt,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { storeRaw } from '../support/raw-requests.js';

class Upgrades {
  @Upgrade(1, 2) static size(item: Item): void {
    item.size ??= 0;
  }
}

@Entity({ table: 'boxes', discriminator: { attribute: 'kind', value: 'box', default: true } })
@Versioned(2, { upgrades: Upgrades })
class Box {
  @PartitionKey() id!: string;
  @Attribute() size!: number;
  @UpdatedAt() updated_at!: Date;
}

@Entity({ table: 'boxes', discriminator: { attribute: 'kind', value: 'bag' } })
@Versioned(5, { initial: 5 })
class Bag {
  @PartitionKey() id!: string;
  @UpdatedAt({ type: 'epochSeconds', name: 'written' }) updated_at!: Date;
}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
beforeEach(async () => {
  count = 0;
  mapper = new Mapper({ client: engine.client, entities: [Box, Bag], tablePrefix: `p${prefix++}_` });
  await mapper.createTables();
});
afterAll(() => engine.close());

let prefix = 0;
let count = 0;
const store = (item: WireItem) =>
  storeRaw(engine.endpoint, `p${prefix - 1}_boxes`, { id: { S: `b${count++}` }, ...item });
const version = (N: string) => ({ schema_version: { N } });
const updated = (S: string) => ({ updated_at: { S } });

describe('versions', () => {
  test('counts the items of each version, the oldest first, with the time of the last write', async () => {
    await store({ ...updated('2030-01-01T00:00:00Z') });
    await store({ ...version('1'), ...updated('2030-01-03T00:00:00+01:00') });
    await store({ ...version('1'), ...updated('2030-01-02T00:00:00Z') });
    await store({ ...version('2') });
    await store({ ...version('10'), ...updated('2031-01-01T00:00:00Z') });
    expect(await mapper.repository(Box).versions()).toEqual([
      { version: 1, count: 3, lastUpdated: new Date('2030-01-02T23:00:00Z') },
      { version: 2, count: 1 },
      { version: 10, count: 1, lastUpdated: new Date('2031-01-01T00:00:00Z') },
    ]);
  });

  test('counts what holds no version last, and never fails on an item', async () => {
    await store({ schema_version: { S: '2' } });
    await store({ schema_version: { N: '2.5' }, ...updated('no time') });
    await store({ schema_version: { NULL: true }, updated_at: { N: '5' } });
    await store({ ...version('2') });
    expect(await mapper.repository(Box).versions()).toEqual([
      { version: 2, count: 1 },
      { version: undefined, count: 3 },
    ]);
  });

  test('counts the items of its class alone', async () => {
    await store({ kind: { S: 'bag' }, written: { N: '1900000000' } });
    await store({ kind: { S: 'bag' }, ...version('6') });
    await store({ kind: { S: 'box' }, ...version('2') });
    expect(await mapper.repository(Bag).versions()).toEqual([
      { version: 5, count: 1, lastUpdated: new Date(1_900_000_000_000) },
      { version: 6, count: 1 },
    ]);
    expect(await mapper.repository(Box).versions()).toEqual([{ version: 2, count: 1 }]);
  });

  test('reads every page, and every segment', async () => {
    const boxes = mapper.repository(Box);
    const padding = { S: 'x'.repeat(200_000) };
    for (let at = 0; at < 12; at++) await store({ ...version('2'), padding });
    expect(await boxes.versions({ consistent: true })).toEqual([{ version: 2, count: 12 }]);
    expect(await boxes.versions({ segments: 3 })).toEqual([{ version: 2, count: 12 }]);
    const parts = [
      await boxes.versions({ segments: { total: 2, to: 1 } }),
      await boxes.versions({ segments: { total: 2, from: 1 } }),
    ];
    expect(parts.flat().reduce((sum, one) => sum + one.count, 0)).toBe(12);
  });

  test('is empty for an empty table', async () => {
    expect(await mapper.repository(Box).versions()).toEqual([]);
  });

  test('stops when it is told to, refuses options that it does not know, and ends with the mapper', async () => {
    const boxes = mapper.repository(Box);
    const reason = new Error('enough');
    await expect(boxes.versions({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await rejected('INVALID_ARGUMENT', boxes.versions({ limit: 1 } as never));
    await mapper.close();
    await rejected('MAPPER_CLOSED', boxes.versions());
  });
});
