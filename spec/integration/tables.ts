import { describe, expect } from '@jest/globals';
import { Attribute, Entity, Index, PartitionKey, Versioned } from 'dynamo-evolve';
import { errorOf } from '../support/notes.js';
import { sendRaw } from '../support/raw-requests.js';
import { Happening, Member, Ticket } from './entities.js';
import { eventually, type Suite } from './suite.js';

@Entity({ table: 'shelves' })
@Versioned(1)
class Shelf {
  @PartitionKey() id!: string;
  @Attribute() room!: string;
  @Attribute() height!: number;
}

/** The same table, once its classes want to find shelves. */
@Entity({ table: 'shelves' })
@Versioned(1)
@Index('by_room', { partitionKey: 'room', sortKey: 'id' })
@Index('by_height', { partitionKey: 'height' })
class IndexedShelf extends Shelf {}

export function tablesConform(suite: Suite): void {
  const { testHere } = suite;

  describe('createTables', () => {
    testHere('leaves alone what is there, and says so', async () => {
      const created = await suite.mapper({ entities: [Member, Happening] }).createTables();
      expect(created).toEqual([
        { table: `${suite.prefix}members`, created: false, timeToLive: 'none' },
        { table: `${suite.prefix}happenings`, created: false, timeToLive: 'none' },
      ]);
    });

    testHere(
      'turns on expiry',
      async () => {
        const [created] = await suite.mapper({ entities: [Ticket] }).createTables();
        expect(created).toMatchObject({ timeToLive: 'enabled' });
      },
      'expire items',
    );

    testHere(
      'tags a table with its write isolation',
      async () => {
        const { endpoint } = suite.engine;
        const description = await sendRaw(
          endpoint,
          'DescribeTable',
          JSON.stringify({ TableName: `${suite.prefix}members` }),
        );
        const { TableArn: ResourceArn } = (JSON.parse(description) as { Table: { TableArn: string } }).Table;
        const tags = await sendRaw(endpoint, 'ListTagsOfResource', JSON.stringify({ ResourceArn }));
        expect(JSON.parse(tags)).toMatchObject({ Tags: [{ Key: 'system:write_isolation', Value: 'always_use_lwt' }] });
      },
      'keep tags',
    );
  });

  describe('tables with options', () => {
    const placed = (part: string) =>
      suite.mapper({
        tablePrefix: `${suite.prefix}${part}_`,
        entities: [Shelf],
        conditionalWrites: { perPartition: 2, queueSize: 20, longestTurn: 1_000 },
      });

    testHere('are created with tags, a capacity and without tablets, and verified', async () => {
      const mapper = placed('placed');
      const billing = { readCapacityUnits: 5, writeCapacityUnits: 5 };
      const [created] = await mapper.createTables({ tags: { team: 'library' }, billing, initialTablets: 'none' });
      expect(created).toMatchObject({ created: true });
      const expected = { writeIsolation: 'always_use_lwt', initialTablets: 'none' } as const;
      expect(await mapper.verifyTables(expected)).toEqual([]);
      const shelves = mapper.repository(Shelf);
      const all = Array.from({ length: 4 }, (_, at) => shelves.create({ id: 'a', room: 'hall', height: at }));
      const results = await Promise.allSettled(all.map((shelf) => shelves.insert(shelf)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    testHere(
      'are told apart by their isolation',
      async () => {
        const mapper = placed('loose');
        await mapper.createTables({ writeIsolation: 'unsafe_rmw' });
        await expect(mapper.verifyTables()).resolves.toMatchObject([{ what: 'write isolation', found: 'unsafe_rmw' }]);
      },
      'keep tags',
    );
  });

  describe('streams', () => {
    const streams = 'NEW_AND_OLD_IMAGES';
    const streaming = (part: string) => suite.mapper({ tablePrefix: `${suite.prefix}${part}_`, entities: [Shelf] });

    testHere('that an engine lacks are told', async () => {
      const mapper = streaming('told');
      const stream = suite.facts.cannot['have streams'] === undefined ? streams : 'unsupported';
      for (const created of [true, false]) {
        const [row] = await mapper.createTables({ streams });
        expect(row).toEqual({ table: `${suite.prefix}told_shelves`, created, timeToLive: 'none', stream });
      }
      const found = stream === streams ? [] : [{ what: 'stream', expected: streams, found: 'none' }];
      await expect(mapper.verifyTables({ streams })).resolves.toMatchObject(found);
    });

    testHere(
      'are turned on for a table that has none, and keep their view',
      async () => {
        const mapper = streaming('later');
        await mapper.createTables();
        await expect(mapper.verifyTables({ streams })).resolves.toMatchObject([{ what: 'stream', found: 'none' }]);
        await expect(mapper.createTables({ streams })).resolves.toMatchObject([{ created: false, stream: streams }]);
        await expect(mapper.verifyTables({ streams })).resolves.toEqual([]);
        expect(await errorOf(mapper.createTables({ streams: 'KEYS_ONLY' }))).toMatchObject({ code: 'TABLE_MISMATCH' });
        await expect(mapper.verifyTables({ streams: 'KEYS_ONLY' })).resolves.toMatchObject([{ found: streams }]);
      },
      'have streams',
    );
  });

  describe('verifyTables', () => {
    testHere(
      'finds no difference in tables that the mapper made',
      async () => {
        await expect(suite.mapper().verifyTables()).resolves.toEqual([]);
      },
      'expire items',
    );

    testHere('names what is missing', async () => {
      const mapper = suite.mapper({ tablePrefix: `${suite.prefix}none_`, entities: [Shelf] });
      await expect(mapper.verifyTables()).resolves.toMatchObject([{ what: 'table', found: 'none' }]);
      expect(await errorOf(mapper.addIndexes())).toMatchObject({ code: 'TABLE_MISMATCH' });
    });
  });

  describe('addIndexes', () => {
    testHere('has nothing to do where all are there', async () => {
      await expect(suite.mapper().addIndexes()).resolves.toEqual([]);
    });

    testHere(
      'adds the missing ones, which come to hold what the table holds',
      async () => {
        const tablePrefix = `${suite.prefix}adding_`;
        const before = suite.mapper({ tablePrefix, entities: [Shelf] });
        await before.createTables();
        const shelves = before.repository(Shelf);
        await shelves.insert(shelves.create({ id: 'a', room: 'study', height: 1e-7 }));
        const after = suite.mapper({ tablePrefix, entities: [IndexedShelf] });
        const added = await after.addIndexes();
        expect(added.toSorted()).toEqual([`${tablePrefix}shelves/by_height`, `${tablePrefix}shelves/by_room`]);
        await expect(after.verifyTables()).resolves.toEqual([]);
        const indexed = after.repository(IndexedShelf);
        for (const find of [
          { index: 'by_room', partition: 'study' },
          { index: 'by_height', partition: 1e-7 },
        ]) {
          await eventually(async () => expect(await indexed.query(find).all()).toMatchObject([{ id: 'a' }]));
        }
      },
      'add indexes',
    );
  });

  describe('a mapper', () => {
    testHere('keeps the same repository of a class, and never destroys the client', async () => {
      const mapper = suite.mapper({ entities: [Member] });
      expect(mapper.entities).toEqual([Member]);
      expect(mapper.repository(Member)).toBe(mapper.repository(Member));
      await mapper.close();
      await expect(suite.mapper().repository(Member).get({ id: suite.name() })).resolves.toBeUndefined();
    });
  });
}
