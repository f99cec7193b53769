import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { engines } from '../support/engines.js';
import { readRaw, readStored, sendRaw, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'zoo', discriminator: { attribute: 'kind', value: 'cat' } })
@Versioned(2)
class Cat {
  @PartitionKey() owner!: string;
  @SortKey() name!: string;
  @Attribute() lives!: number;

  @Upgrade(1, 2)
  static countLives(item: Item): void {
    item['lives'] = 9;
  }
}

/** Items that don't say what they are are dogs. */
@Entity({ table: 'zoo', discriminator: { attribute: 'kind', value: 'dog', default: true } })
@Versioned(1)
class Dog {
  @PartitionKey() owner!: string;
  @SortKey() name!: string;
  @Attribute() tricks!: Set<string>;
}

describe.each(engines)('classes that share a table on %s', (_what, start) => {
  let engine: EmbeddedEngine;
  let cats: Repository<Cat>;
  let dogs: Repository<Dog>;
  beforeAll(async () => {
    engine = await start();
    const mapper = new Mapper({ client: engine.client, entities: [Cat, Dog] });
    await mapper.createTables();
    [cats, dogs] = [mapper.repository(Cat), mapper.repository(Dog)];
  });
  afterAll(() => engine.close());

  const owner = 'Ann';
  const item = (name: string, more: object): WireItem => ({ owner: { S: owner }, name: { S: name }, ...more });
  const tom = item('tom', { kind: { S: 'cat' }, lives: { N: '7' }, schema_version: { N: '2' } });
  const oldCat = item('felix', { kind: { S: 'cat' } });
  const rex = item('rex', { kind: { S: 'dog' }, tricks: { SS: ['sit'] } });
  const stray = item('stray', { tricks: { SS: ['beg'] } });
  const fish = item('wanda', { kind: { S: 'fish' }, schema_version: { S: 'who knows' } });
  const number = item('zero', { kind: { N: '1' } });
  const wireKey = (name: string) => ({ owner: { S: owner }, name: { S: name } });
  const raw = (name: string) => readRaw(engine.endpoint, 'zoo', wireKey(name));
  const key = (name: string) => ({ owner, name });
  const names = (animals: readonly ({ name: string } | undefined)[]) => animals.map((one) => one?.name);

  beforeEach(async () => {
    for (const one of [tom, oldCat, rex, stray, fish, number]) await storeRaw(engine.endpoint, 'zoo', one);
  });

  test('store what their items are, and read it', async () => {
    const cat = await cats.insert(cats.create({ ...key('new'), lives: 1 }));
    expect(await readStored(engine.endpoint, 'zoo', wireKey('new'))).toMatchObject({ kind: { S: 'cat' } });
    expect(await cats.get(key('new'))).toEqual(cat);
    await dogs.insert(dogs.create({ ...key('new dog'), tricks: new Set(['sit']) }));
    expect(await readStored(engine.endpoint, 'zoo', wireKey('new dog'))).toMatchObject({ kind: { S: 'dog' } });
    for (const name of ['new', 'new dog'])
      await sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: 'zoo', Key: wireKey(name) }));
  });

  test("get and getMany do not find another class's item", async () => {
    expect((await cats.get(key('tom')))?.lives).toBe(7);
    expect((await cats.get(key('felix')))?.lives).toBe(9);
    for (const name of ['rex', 'stray', 'wanda', 'zero']) expect(await cats.get(key(name))).toBeUndefined();
    for (const name of ['tom', 'wanda', 'zero']) expect(await dogs.get(key(name))).toBeUndefined();
    expect(names(await cats.getMany(['rex', 'tom', 'wanda'].map(key)))).toEqual([undefined, 'tom', undefined]);
    await expect(cats.getOrFail(key('rex'))).rejects.toMatchObject({ code: 'NOT_FOUND', details: { key: key('rex') } });
  });

  test('an item without the attribute is of the default class', async () => {
    expect((await dogs.get(key('stray')))?.tricks).toEqual(new Set(['beg']));
  });

  test.each([1, 2, 10])("query and scan pass over other classes' items, %d at a time", async (pageSize) => {
    for (const [one, expected] of [
      [cats, ['felix', 'tom']],
      [dogs, ['rex', 'stray']],
    ] as const) {
      const repository = one as Repository<Cat | Dog>;
      for (const result of [repository.query({ partition: owner, pageSize }), repository.scan({ pageSize })]) {
        expect(names(await result.all())).toEqual(expected);
        expect(await result.count()).toBe(2);
        expect((await result.first())?.name).toBe(expected[0]);
      }
      const { items, cursor } = await repository.query({ partition: owner, pageSize, limit: 1 }).page();
      expect(names(items)).toEqual([expected[0]]);
      const next = await repository.query({ partition: owner, pageSize, limit: 1, ...(cursor && { cursor }) }).page();
      expect(names(next.items)).toEqual([expected[1]]);
    }
  });

  test.each([
    [rex, 'rex'],
    [stray, 'stray'],
    [fish, 'wanda'],
    [number, 'zero'],
  ])("hydrate refuses another class's item: %j", (wire, name) => {
    expect(() => cats.hydrate(wire)).toThrow(
      expect.objectContaining({ code: 'WRONG_ENTITY', details: { entity: 'Cat', key: key(name), attribute: 'kind' } }),
    );
  });

  test('hydrate takes an item without the attribute for the default class', () => {
    expect(dogs.hydrate(stray)).toMatchObject({ name: 'stray' });
  });

  test.each(['rex', 'stray', 'wanda', 'zero'])("put does not replace another class's item: %s", async (name) => {
    const before = await raw(name);
    await expect(cats.put(cats.create({ ...key(name), lives: 1 }))).rejects.toMatchObject({
      code: 'WRONG_ENTITY',
      details: { entity: 'Cat', key: key(name), attribute: 'kind' },
    });
    expect(await raw(name)).toBe(before);
  });

  test('insert does not either', async () => {
    await expect(cats.insert(cats.create({ ...key('rex'), lives: 1 }))).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
  });

  test('put of a loaded entity refuses where the item has become of another class', async () => {
    const cat = await cats.getOrFail(key('tom'));
    await storeRaw(engine.endpoint, 'zoo', { ...tom, kind: { S: 'dog' } });
    await expect(cats.put(cat)).rejects.toMatchObject({ code: 'WRONG_ENTITY' });
    const dog = await dogs.getOrFail(key('stray'));
    await storeRaw(engine.endpoint, 'zoo', { ...stray, kind: { S: 'cat' } });
    await expect(dogs.put(dog)).rejects.toMatchObject({ code: 'WRONG_ENTITY' });
  });

  test('put replaces an item of its own class, and one without the attribute where it is the default', async () => {
    await cats.put(cats.create({ ...key('felix'), lives: 3 }));
    expect((await cats.get(key('felix')))?.lives).toBe(3);
    await dogs.put(dogs.create({ ...key('stray'), tricks: new Set(['new']) }));
    expect(await readStored(engine.endpoint, 'zoo', wireKey('stray'))).toMatchObject({
      kind: { S: 'dog' },
      tricks: { SS: ['new'] },
    });
    await storeRaw(engine.endpoint, 'zoo', stray);
    const loaded = await dogs.getOrFail(key('stray'));
    await dogs.put(loaded);
    await dogs.put(loaded);
    expect(await readStored(engine.endpoint, 'zoo', wireKey('stray'))).toMatchObject({ kind: { S: 'dog' } });
  });

  test.each(['rex', 'stray', 'wanda', 'zero'])("delete refuses another class's item: %s", async (name) => {
    const before = await raw(name);
    await expect(cats.delete(key(name))).rejects.toMatchObject({ code: 'WRONG_ENTITY', details: { key: key(name) } });
    expect(await raw(name)).toBe(before);
  });

  test('delete takes its own', async () => {
    expect([await cats.delete(key('tom')), await cats.delete(key('tom'))]).toEqual([true, false]);
    expect([await dogs.delete(key('stray')), await dogs.delete(key('stray'))]).toEqual([true, false]);
    await expect(dogs.delete(key('felix'))).rejects.toMatchObject({ code: 'WRONG_ENTITY' });
  });
});
