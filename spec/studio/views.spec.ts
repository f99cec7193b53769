import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Deprecated,
  Downgrade,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { modelOf } from '../../lib/hydration/model-of.js';
import { contextFor } from '../../lib/read/entity-context.js';
import { formatLock } from '../../lib/schema/schema-lock.js';
import { updateLock } from '../../lib/schema/update-lock.js';
import { CensusRun } from '../../lib/studio/census-run.js';
import { ReadOnlyHost } from '../../lib/studio/read-only-host.js';
import { StalePartitions } from '../../lib/studio/stale-partitions.js';
import { Studio } from '../../lib/studio/studio.js';
import { studioEntities } from '../../lib/studio/studio-entity.js';
import { storeRaw } from '../support/raw-requests.js';

class Upgrades {
  @Upgrade(1, 3, 'skips a version') static skip(item: Item): void {
    item.size ??= 1;
  }
  @Upgrade(2, 3) static size(item: Item): void {
    item.size ??= 2;
  }
  @Downgrade(3, 2) static noSize(item: Item): void {
    delete item.size;
  }
}

@Entity({ table: 'things', discriminator: { attribute: 'kind', value: 'box', default: true } })
@Versioned(3, { upgrades: Upgrades })
@Index('by_size', { partitionKey: 'size', since: 3 })
class Box {
  @PartitionKey() owner!: string;
  @SortKey() n!: number;
  @Attribute() size!: number;
  @Attribute({ type: 'string', optional: true }) @Deprecated({ since: 3, reason: 'nobody reads it' }) note?: string;
}

@Entity({ table: 'things', discriminator: { attribute: 'kind', value: 'bag' } })
@Versioned(1)
class Bag {
  @PartitionKey() owner!: string;
  @SortKey() n!: number;
}

let engine: EmbeddedEngine;
let mapper: Mapper;
let studio: Studio;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-'));
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Box, Bag] });
  await mapper.createTables();
  const store = (item: WireItem) => storeRaw(engine.endpoint, 'things', item);
  for (let n = 0; n < 30; n++) {
    const version = { schema_version: { N: String((n % 3) + 1) } };
    await store({ owner: { S: n < 20 ? 'ann' : 'bob' }, n: { N: String(n) }, size: { N: '5' }, ...version });
  }
  for (let n = 0; n < 4; n++) await store({ owner: { S: 'cid' }, n: { N: String(n) }, kind: { S: 'bag' } });
  await store({ owner: { S: 'dan' }, n: { N: '1' }, size: { N: '5' }, note: { N: '1' }, schema_version: { N: '3' } });
  studio = new Studio({
    mapper,
    classes: [Box, Bag],
    samplesOf: () => undefined,
    lockFile: join(folder, 'schema.lock.json'),
    mayWrite: false,
  });
});
afterAll(async () => {
  await studio.close();
  await mapper.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a census of the studio', () => {
  test('counts classes of one table in one scan, with broken items and the partitions of stale ones', async () => {
    const run = new CensusRun(studioEntities(new ReadOnlyHost(mapper), [Box, Bag]), {});
    await run.result;
    expect(run.status).toMatchObject({
      state: 'done',
      items: 35,
      counts: {
        Box: {
          versions: [
            { version: 1, count: 10 },
            { version: 2, count: 10 },
            { version: 3, count: 11 },
          ],
          otherClasses: 4,
          codes: { ATTRIBUTE_TYPE: 1 },
          broken: [
            {
              key: { owner: { S: 'dan' }, n: { N: '1' } },
              label: 'dan · 1',
              code: 'ATTRIBUTE_TYPE',
              version: 3,
              reason: 'note is a number, but its declared type is string',
            },
          ],
          stalePartitions: [
            { partition: { owner: { S: 'ann' } }, stale: 14 },
            { partition: { owner: { S: 'bob' } }, stale: 6 },
          ],
          isDone: true,
        },
        Bag: { versions: [{ version: 1, count: 4 }], unreadable: 0, stalePartitions: [] },
      },
    });
  });

  test('stops, and keeps what it has counted until then', async () => {
    const run = new CensusRun(studioEntities(new ReadOnlyHost(mapper), [Box, Bag]), {});
    expect(run.status.state).toBe('running');
    run.stop();
    await run.result;
    expect(run.status).toMatchObject({ state: 'stopped' });
    expect(run.status).not.toHaveProperty('problem');
  });

  test('that asks for nonsense fails with the reason', async () => {
    const run = new CensusRun(studioEntities(new ReadOnlyHost(mapper), [Box]), { sample: 7 });
    await run.result;
    expect(run.status).toMatchObject({ state: 'failed', problem: { code: 'INVALID_ARGUMENT' } });
  });

  test('remembers partitions in bounded memory, those with the most stale items first', () => {
    const partitions = new StalePartitions(mapper[contextFor](Box));
    for (let n = 0; n < 45_000; n++) {
      partitions.add({ owner: { S: `o-${n}` }, n: { N: '1' }, schema_version: { N: '1' } });
      if (n % 100 === 0) partitions.add({ owner: { S: 'busy' }, n: { N: '1' }, schema_version: { N: '1' } });
    }
    expect(partitions.most).toEqual([{ partition: { owner: { S: 'busy' } }, stale: 450 }]);
  });
});

describe('the chain', () => {
  test('has the versions, the steps that skip some, ways back and points of no return', () => {
    const chain = studio.calls.chain({ entity: 'Box' });
    expect(chain).toMatchObject({
      versions: [
        { version: 1, isReadable: true, isStorable: false, isLocked: false },
        { version: 2, isStorable: true },
        { version: 3, isStorable: true },
      ],
      upgrades: [
        { from: 1, to: 3, description: 'skips a version', isPointOfNoReturn: true },
        { from: 2, to: 3, isPointOfNoReturn: false },
      ],
      downgrades: [{ from: 3, to: 2 }],
      deprecated: [{ attribute: 'note', since: 3, reason: 'nobody reads it' }],
      lock: 'absent',
    });
    expect(chain.findings.map(({ code }) => code)).toContain('LOCK_MISSING');
  });

  test('says what the lock says, also where that is broken', async () => {
    const file = join(folder, 'schema.lock.json');
    await writeFile(file, formatLock(updateLock(undefined, [Box, Bag].map(modelOf))));
    const chain = studio.calls.chain({ entity: 'Bag' });
    expect(chain).toMatchObject({ lock: 'present', versions: [{ version: 1, isLocked: true }] });
    expect(chain.findings.map(({ code }) => code)).not.toContain('LOCK_MISSING');
    await writeFile(file, '{');
    expect(studio.calls.chain({ entity: 'Bag' })).toMatchObject({
      lock: { code: 'INVALID_SCHEMA_LOCK' },
      findings: [],
    });
    await rm(file);
  });
});

test('the classes tell their keys, and which versions an index misses', () => {
  const { entities } = studio.calls.info({});
  expect(entities).toMatchObject([
    {
      id: 'Box',
      table: 'things',
      discriminator: 'kind = box',
      version: 3,
      writeVersion: 3,
      keys: [
        { attribute: 'owner', keyType: 'string' },
        { attribute: 'n', keyType: 'number' },
      ],
      indexes: [{ name: 'by_size', since: 3, complete: false }],
    },
    { id: 'Bag', discriminator: 'kind = bag' },
  ]);
  const twice = studioEntities(mapper, [Box, Box]);
  expect(twice.map(({ id }) => id)).toEqual(['Box', 'Box-2']);
});

test('retiring shows all that must be true, and what isn’t', async () => {
  const view = await studio.calls.retire({ entity: 'Box', below: 3, lastOldWriter: '2024-03-01T12:00:00Z' });
  expect(view.mayRetire).toBe(false);
  expect(view.checks.map(({ code, isMet }) => [code, isMet])).toEqual([
    ['stored', false],
    ['without version', true],
    ['unreadable', false],
    ['pinned', true],
    ['open job', true],
    ['old writers', true],
  ]);
  // what was found, and no call that a reader of the page can't make
  expect(view.checks.map(({ found }) => found)).toEqual([
    'There are still items: 10 of version 1, 10 of version 2.',
    undefined,
    "There is an item that can't be read (1 × ATTRIBUTE_TYPE).",
    undefined,
    undefined,
    undefined,
  ]);
  expect(view).toMatchObject({ codes: { ATTRIBUTE_TYPE: 1 }, broken: [{ label: 'dan · 1', code: 'ATTRIBUTE_TYPE' }] });
  const wrong = studio.calls.retire({ entity: 'Box', below: 9, lastOldWriter: 'yesterday' });
  await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test.each([
  undefined,
  {},
  { owner: { S: 'x' } },
  { owner: { S: '' }, n: { N: '1' } },
  { owner: { S: 'x' }, n: { N: 'one' } },
])('a key that is none is refused: %j', async (key) => {
  await expect(studio.calls.item({ entity: 'Box', key })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('a key of nothing has no item, and a class that is none is refused', async () => {
  expect(await studio.calls.item({ entity: 'Box', key: { owner: { S: 'x' }, n: { N: '1' } } })).toBeNull();
  expect(() => studio.calls.item({ entity: '__proto__', key: {} })).toThrow("__proto__, which isn't a class");
});
