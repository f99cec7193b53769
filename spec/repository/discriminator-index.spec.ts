import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';
import { engines } from '../support/engines.js';
import { storeRaw } from '../support/raw-requests.js';

const kind = '__typename';

@Entity({ table: 'amplify', discriminator: { attribute: kind, value: 'Todo' } })
@Versioned(2)
@Index('by_type', { partitionKey: kind, sortKey: 'id' })
@Index('by_owner', { partitionKey: 'owner', sortKey: kind })
class Todo {
  @PartitionKey() id!: string;
  @Attribute() owner!: string;
  @Attribute() done!: boolean;

  @Upgrade(1, 2)
  static begin(item: Item): void {
    item['done'] ??= false;
  }
}

@Entity({ table: 'amplify', discriminator: { attribute: kind, value: 'Note' } })
@Versioned(1)
@Index('by_type', { partitionKey: kind, sortKey: 'id' })
class Note {
  @PartitionKey() id!: string;
  @Attribute() owner!: string;
}

describe.each(engines)('an index by the discriminator on %s', (_what, start) => {
  let engine: EmbeddedEngine;
  let mapper: Mapper;
  let todos: Repository<Todo>;
  beforeAll(async () => {
    engine = await start();
    mapper = new Mapper({ client: engine.client, entities: [Todo, Note] });
    await mapper.createTables();
    todos = mapper.repository(Todo);
    const notes = mapper.repository(Note);
    for (const id of ['a', 'b']) await todos.insert(todos.create({ id, owner: 'Ann', done: id === 'b' }));
    await notes.insert(notes.create({ id: 'n', owner: 'Ann' }));
    await storeRaw(engine.endpoint, 'amplify', { id: { S: 'old' }, owner: { S: 'Ann' }, [kind]: { S: 'Todo' } });
  });
  afterAll(() => engine.close());

  const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

  test('is created as it is declared', async () => {
    expect(await mapper.verifyTables()).toEqual([]);
  });

  test('as the partition key', async () => {
    const query = { index: 'by_type', partition: 'Todo' } as const;
    expect(idsOf(await todos.query(query).all())).toEqual(['a', 'b', 'old']);
    expect(idsOf(await todos.query({ ...query, range: { gte: 'b' } }).all())).toEqual(['b', 'old']);
    expect(idsOf(await todos.query({ ...query, filter: { attr: 'done', eq: false } }).all())).toEqual(['a', 'old']);
    expect(await todos.query(query).count()).toBe(3);
    expect(await todos.scan({ index: 'by_type' }).count()).toBe(3);
  });

  test('as the sort key', async () => {
    const query = { index: 'by_owner', partition: 'Ann' } as const;
    expect(idsOf(await todos.query(query).all()).toSorted()).toEqual(['a', 'b', 'old']);
    expect(await todos.query(query).count()).toBe(3);
    expect(await todos.query({ ...query, range: 'Todo' }).count()).toBe(3);
    const pages = [];
    for await (const page of todos.query({ ...query, pageSize: 1 }).pages()) pages.push(page);
    expect(idsOf(pages.flatMap(({ items }) => items)).toSorted()).toEqual(['a', 'b', 'old']);
  });

  test('holds no entities of the class under the value of another', async () => {
    const query = { index: 'by_type', partition: 'Note' } as const;
    expect(await todos.query(query).all()).toEqual([]);
    expect(await todos.query(query).count()).toBe(0);
    const both = await mapper.query({ ...query, entities: [Todo, Note] }).all();
    expect(both).toEqual([expect.any(Note)]);
  });

  test.each([[undefined], [7], ['']])("isn't queried by %j", async (partition) => {
    await expect(todos.query({ index: 'by_type', partition: partition as never }).all()).rejects.toMatchObject({
      code: 'INVALID_KEY_VALUE',
      details: { class: 'Todo', member: kind },
    });
  });
});

describe('an index by the discriminator of a default class', () => {
  function model(complete: boolean) {
    @Entity({ table: 'amplify', discriminator: { attribute: kind, value: 'Todo', default: true } })
    @Versioned(1)
    @Index('by_type', { partitionKey: kind, complete })
    class Unmarked {
      @PartitionKey() id!: string;
    }
    return compileModel(Unmarked);
  }

  test('lacks the items without it, so it must be complete', () => {
    expect(caught('INVALID_INDEX', () => model(false)).details).toMatchObject({ index: 'by_type' });
    expect(model(true).indexes).toMatchObject([{ partitionKey: { attribute: kind, keyType: 'string' } }]);
  });
});
