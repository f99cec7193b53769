import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  convert,
  Downgrade,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  setDefault,
  steps,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { caught } from '../errors/caught.js';

@Entity({ table: 'declared' })
@Versioned(2)
@Index('by_level', { partitionKey: 'level' })
class Declared {
  @PartitionKey() id!: string;
  @Attribute() level!: number;

  @Upgrade(1, 2)
  static readonly numbered = steps(convert('level', Number, String));
}

@Entity({ table: 'lowered' })
@Versioned(2)
@Index('by_name', { partitionKey: 'name' })
class Lowered {
  @PartitionKey() id!: string;
  @Attribute() name!: string;
  @Attribute() size!: number;

  @Upgrade(1, 2)
  static readonly lower = steps(
    convert(
      'name',
      (name) => `@${name as string}`,
      (name) => (name as string).slice(1),
    ),
    convert('size', Number, String),
    setDefault('size', 1),
  );
}

@Entity({ table: 'by_hand' })
@Versioned(2)
@Index('by_level', { partitionKey: 'level' })
class ByHand {
  @PartitionKey() id!: string;
  @Attribute() level!: number;

  @Upgrade(1, 2)
  static up(item: Item): void {
    item['level'] = Number(item['level']);
  }

  @Downgrade(2, 1)
  static down(item: Item): void {
    item['level'] = String(item['level']);
  }
}

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

const pinned = (entity: new () => object) =>
  new Mapper({ client: engine.client, entities: [entity], writeVersion: new Map([[entity, 1]]) });

describe('a pin to a version in which an index key has another type', () => {
  test('is refused when declared steps tell', () => {
    expect(caught('INVALID_WRITE_VERSION', () => pinned(Declared)).details).toEqual({
      class: 'Declared',
      problem: 'stores level as string, but the index by_level has it as number; engines refuse such items',
    });
  });

  test('is refused at the write that asks a function', async () => {
    let version: number | undefined;
    const mapper = new Mapper({ client: engine.client, entities: [Declared], writeVersion: () => version });
    await mapper.createTables();
    const repository = mapper.repository(Declared);
    await repository.insert(repository.create({ id: 'a', level: 1 }));
    version = 1;
    await expect(repository.insert(repository.create({ id: 'b', level: 1 }))).rejects.toMatchObject({
      code: 'INVALID_WRITE_VERSION',
    });
  });

  test('is fine where conversions keep the type, or change other attributes', async () => {
    const mapper = pinned(Lowered);
    await mapper.createTables();
    const repository = mapper.repository(Lowered);
    await repository.insert(repository.create({ id: 'a', name: '@a', size: 2 }));
    expect(await repository.get({ id: 'a' })).toEqual({ id: 'a', name: '@a', size: 2 });
  });

  test('makes writes fail by name when methods do that', async () => {
    const current = new Mapper({ client: engine.client, entities: [ByHand] });
    await current.createTables();
    await current.repository(ByHand).insert(current.repository(ByHand).create({ id: 'a', level: 1 }));
    const repository = pinned(ByHand).repository(ByHand);
    const details = { class: 'ByHand', member: 'level', found: 'S' };
    const refused = { code: 'INVALID_KEY_VALUE', details };
    await expect(repository.insert(repository.create({ id: 'b', level: 1 }))).rejects.toMatchObject(refused);
    await expect(repository.update({ id: 'a' }, { set: { level: 3 } })).rejects.toMatchObject(refused);
    const entity = await repository.getOrFail({ id: 'a' });
    entity.level = 2;
    await expect(repository.save(entity)).rejects.toMatchObject(refused);
    expect(await repository.get({ id: 'a' })).toMatchObject({ level: 1 });
  });
});
