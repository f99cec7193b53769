import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Downgrade,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  rename,
  steps,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { startEmbeddedEngine, type EmbeddedEngine } from 'dynamo-evolve/testing';
import { contextFor } from '../../lib/read/entity-context.js';
import { itemWay } from '../../lib/studio/item-way.js';

@Entity({ table: 'cards' })
@Versioned(4)
class Card {
  @PartitionKey() id!: string;
  @Attribute() title!: string;
  @Attribute({ type: 'set', optional: true }) labels?: Set<string>;
  @Attribute({ type: 'date', optional: true }) at?: Date;

  @Upgrade(1, 2) static renamed = steps(rename('name', 'title'));

  @Upgrade(2, 3, 'labels are a set') static labelSet(item: Item): void {
    if (item.labels === 'broken') throw new Error('these are no labels');
    if (Array.isArray(item.labels)) item.labels = new Set(item.labels);
  }

  @Downgrade(3, 2) static labelList(item: Item): void {
    if (item.labels instanceof Set) item.labels = [...item.labels];
  }

  @Upgrade(3, 4) static trimmed(item: Item): void {
    item.title = String(item.title).trim();
  }

  @Downgrade(4, 3) static upper(item: Item): void {
    // older code has other titles, which don't come back as they were
    item.title = String(item.title).toUpperCase();
  }
}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Card] });
});
afterAll(async () => {
  await mapper.close();
  await engine.close();
});

const wayOf = (item: WireItem) => itemWay(mapper[contextFor](Card), item);
const id = { id: { S: 'c-1' } };
const version = (N: string) => ({ schema_version: { N } });

describe('the way of an item', () => {
  test('has what each step set and removed, and the entity', () => {
    const way = wayOf({ ...id, name: { S: ' a ' }, labels: { L: [{ S: 'x' }] } });
    expect(way).toMatchObject({
      version: 1,
      newest: 4,
      steps: [
        {
          from: 1,
          to: 2,
          state: 'done',
          set: { title: { S: ' a ' }, schema_version: { N: '2' } },
          removed: ['name'],
          declared: ['renamed name to title'],
          isPointOfNoReturn: false,
        },
        { to: 3, description: 'labels are a set', set: { labels: { SS: ['x'] } }, removed: [] },
        { to: 4, set: { title: { S: 'a' } } },
      ],
      entity: { id: { S: 'c-1' }, title: { S: 'a' }, labels: { SS: ['x'] } },
      undeclared: [],
    });
    expect(way).not.toHaveProperty('problem');
  });

  test('keeps what no step touches to the letter', () => {
    const odd = {
      exact: { N: '12345678901234567890123456789012345678' },
      notation: { N: '1.50' },
      bytes: { B: 'AAEC' },
      sets: { M: { n: { NS: ['1.0', '2'] }, b: { BS: ['AA==', 'AQ=='] } } },
      empty: { S: '' },
      ['__proto__']: { M: { constructor: { S: 'x' } } },
    };
    const way = wayOf({ ...id, name: { S: 'a' }, ...odd });
    expect(Object.keys(way.stored)).toContain('__proto__');
    expect(JSON.parse(JSON.stringify(way.stored))).toEqual({ ...id, name: { S: 'a' }, ...odd });
    for (const step of way.steps) expect(Object.keys(step.set)).not.toContain('notation');
    expect(way.undeclared.toSorted()).toEqual(Object.keys(odd).toSorted());
  });

  test('says which step fails and why, and that those behind it were not reached', () => {
    const way = wayOf({ ...id, ...version('1'), name: { S: 'a' }, labels: { S: 'broken' } });
    expect(way.steps).toMatchObject([
      { state: 'done' },
      { state: 'failed', problem: { code: 'UPGRADE_FAILED', cause: 'Error: these are no labels' } },
      { state: 'not reached' },
    ]);
    expect(way).toMatchObject({ older: [], undeclared: [] });
    expect(way).not.toHaveProperty('entity');
  });

  test.each([
    ['NEWER_VERSION', { N: '5' }, 5],
    ['INVALID_VERSION', { S: '3' }, undefined],
    ['INVALID_VERSION', { N: '1.5' }, undefined],
    ['INVALID_VERSION', { M: {} }, undefined],
  ])('with a version that can not be read tries no step: %s', (code, schema_version, found) => {
    const way = wayOf({ ...id, title: { S: 'a' }, schema_version });
    expect(way).toMatchObject({ problem: { code }, version: found, steps: [] });
  });

  test('says why the result of its steps is no entity', () => {
    const way = wayOf({ ...id, ...version('4'), title: { N: '1' } });
    expect(way).toMatchObject({ steps: [], entityProblem: { code: 'ATTRIBUTE_TYPE' } });
  });

  test('has the update and the condition of its write-back', () => {
    const { writeBack } = wayOf({ ...id, name: { S: 'a' } });
    expect(writeBack).toMatchObject({ state: 'update', names: expect.anything() });
    if (writeBack?.state !== 'update') throw new Error('no update');
    expect(Object.values(writeBack.names)).toEqual(expect.arrayContaining(['title', 'name', 'schema_version']));
    expect(writeBack.update).toMatch(/^SET .* REMOVE /);
    expect(writeBack.condition).toContain('attribute_exists');
    expect(writeBack.version).toBe(4);
    const { writeBack: none } = wayOf({ ...id, ...version('4'), title: { S: 'a' } });
    expect(none).toEqual({ state: 'up to date', version: 4 });
  });

  test('has the write-back to the version that is written, where an older one is pinned', () => {
    const pinned = new Mapper({ client: engine.client, entities: [Card], writeVersion: new Map([[Card, 3]]) });
    const writeBackOf = (item: WireItem) => itemWay(pinned[contextFor](Card), item).writeBack;
    expect(writeBackOf({ ...id, ...version('3'), title: { S: 'A' } })).toEqual({ state: 'up to date', version: 3 });
    expect(writeBackOf({ ...id, ...version('2'), title: { S: 'A' } })).toMatchObject({ state: 'update', version: 3 });
    const unfenced = new Mapper({ client: engine.client, entities: [Card], fence: false });
    expect(itemWay(unfenced[contextFor](Card), { ...id, name: { S: 'a' } }).writeBack).toMatchObject({
      state: 'refused',
      problem: { code: 'FENCE_REQUIRED' },
    });
  });

  test('has what older code would see, and what that would lose', () => {
    const { older } = wayOf({ ...id, ...version('4'), title: { S: 'Abc' }, labels: { SS: ['x'] } });
    expect(older).toMatchObject([
      {
        version: 3,
        state: 'seen',
        item: { title: { S: 'ABC' } },
        lost: [{ path: 'title', before: "'Abc'", after: "'ABC'" }],
      },
      { version: 2, state: 'seen', item: { labels: { L: [{ S: 'x' }] } } },
      { version: 1, state: 'seen', item: { name: { S: 'ABC' } } },
    ]);
  });

  test('is found for an item at the limit of 400 KB, and for one 30 levels deep', () => {
    const big = { M: Object.fromEntries(Array.from({ length: 4_000 }, (_, at) => [`m${at}`, { S: 'x'.repeat(92) }])) };
    let deep: WireItem[string] = { S: 'bottom' };
    for (let level = 0; level < 30; level++) deep = level % 2 ? { L: [deep] } : { M: { deeper: deep } };
    const way = wayOf({ ...id, name: { S: 'a' }, big, deep });
    expect(way).toMatchObject({ entity: { title: { S: 'a' } }, undeclared: ['big', 'deep'] });
    expect(way.size).toBeGreaterThan(385_000);
    expect(JSON.stringify(way.stored.deep)).toContain('bottom');
  });
});
