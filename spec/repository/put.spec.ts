import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  type MapperError,
  PartitionKey,
  type Repository,
  Revision,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { allEngines, engines } from '../support/engines.js';
import { startTellingEngine } from '../support/telling-engine.js';
import { readRaw, readStored, sendRaw, storeRaw } from '../support/raw-requests.js';

/** The class as today's code has it, version 2. */
@Entity({ table: 'pages' })
@Versioned(2)
class Page {
  @PartitionKey() book!: string;
  @SortKey() number!: number;
  @Attribute() text!: string;
  @Attribute({ optional: true }) notes?: Set<string>;
  @Revision() revision!: string;

  @Upgrade(1, 2)
  static rename(item: Item): void {
    item['text'] ??= item['body'];
    delete item['body'];
  }
}

/** As the next release will have it. */
@Entity({ table: 'pages' })
@Versioned(3)
class NextPage extends Page {
  @Attribute({ optional: true }) footer?: string;

  @Upgrade(2, 3)
  static addFooter(item: Item): void {
    item['footer'] = 'none';
  }
}

/** Without an optimistic lock. */
@Entity({ table: 'pages' })
@Versioned(2)
class UnlockedPage {
  @PartitionKey() book!: string;
  @SortKey() number!: number;
  @Attribute() text!: string;

  @Upgrade(1, 2)
  static rename(item: Item): void {
    item['text'] ??= item['body'];
    delete item['body'];
  }
}

async function errorOf(work: Promise<unknown>): Promise<MapperError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isMapperError(error)) return error;
  throw new Error('no MapperError was thrown', { cause: error });
}

describe.each(engines)('put() on %s', (_what, start) => {
  let engine: EmbeddedEngine;
  let pages: Repository<Page>;
  let nextPages: Repository<NextPage>;
  let unlockedPages: Repository<UnlockedPage>;
  let books = 0;

  beforeAll(async () => {
    engine = await start();
    const mapperOf = <T extends object>(entity: new () => T) =>
      new Mapper({ client: engine.client, entities: [entity] }).repository(entity);
    pages = mapperOf(Page);
    nextPages = mapperOf(NextPage);
    unlockedPages = mapperOf(UnlockedPage);
    await new Mapper({ client: engine.client, entities: [Page] }).createTables();
  });
  afterAll(() => engine.close());

  const wireKey = (book: string) => ({ book: { S: book }, number: { N: '1' } });
  const raw = (book: string) => readRaw(engine.endpoint, 'pages', wireKey(book));
  const stored = (book: string) => readStored(engine.endpoint, 'pages', wireKey(book));
  /** Stores a page in a book of its own and returns the book's name. */
  const storePage = async (more: object, book = `book ${++books}`) => {
    const item: WireItem = { ...wireKey(book), text: { S: 'stored' }, schema_version: { N: '2' }, ...more };
    await storeRaw(engine.endpoint, 'pages', item);
    return book;
  };
  const newPage = (book: string) => pages.create({ book, number: 1, text: 'new' });
  const drop = (book: string) =>
    sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: 'pages', Key: wireKey(book) }));

  describe('of a new entity', () => {
    test('stores it where nothing is, and resolves to it', async () => {
      const page = newPage(`book ${++books}`);
      expect(await pages.put(page)).toBe(page);
      expect(await stored(page.book)).toEqual({
        ...wireKey(page.book),
        text: { S: 'new' },
        revision: { S: page.revision },
        schema_version: { N: '2' },
      });
    });

    test.each([
      ['of the same version', { schema_version: { N: '2' } }],
      ['of an older version', { schema_version: { N: '1' }, body: { S: 'old' } }],
      ['that never said its version', { schema_version: undefined }],
      ['with another revision', { revision: { S: 'other' } }],
    ])('replaces an item %s, with all its attributes', async (_which, more) => {
      const book = await storePage({ ...more, undeclared: { S: 'gone with it' } });
      const page = await pages.put(newPage(book));
      expect(await stored(book)).toEqual({
        ...wireKey(book),
        text: { S: 'new' },
        revision: { S: page.revision },
        schema_version: { N: '2' },
      });
    });

    test.each([
      ['3', 'NEWER_VERSION', { version: 3, newest: 2 }],
      ['99', 'NEWER_VERSION', { version: 99, newest: 2 }],
      ['2.5', 'INVALID_VERSION', {}],
      ['1E+9', 'INVALID_VERSION', {}],
    ])('refuses to replace an item of the version %s', async (version, code, details) => {
      const book = await storePage({ schema_version: { N: version } });
      const before = await raw(book);
      expect(await errorOf(pages.put(newPage(book)))).toMatchObject({
        code,
        details: { entity: 'Page', key: { book, number: 1 }, ...details },
      });
      expect(await raw(book)).toBe(before);
    });

    test('refuses to replace what newer code has put', async () => {
      const page = nextPages.create({ book: `book ${++books}`, number: 1, text: 'from the next release' });
      await nextPages.put(page);
      expect(await errorOf(pages.put(newPage(page.book)))).toMatchObject({
        code: 'NEWER_VERSION',
        details: { version: 3 },
      });
      expect(await nextPages.get({ book: page.book, number: 1 })).toEqual(page);
    });

    test.each([
      ['text', { S: '2' }],
      ['null', { NULL: true }],
    ])('refuses to replace an item whose version is %s', async (_which, version) => {
      const book = await storePage({ schema_version: version });
      const before = await raw(book);
      expect(await errorOf(pages.put(newPage(book)))).toMatchObject({ code: 'INVALID_VERSION' });
      expect(await raw(book)).toBe(before);
    });
  });

  describe('of a loaded entity', () => {
    const load = (book: string) => pages.getOrFail({ book, number: 1 });

    test('stores what was changed', async () => {
      const book = await storePage({ revision: { S: 'r1' } });
      const page = await load(book);
      page.text = 'changed';
      expect(await pages.put(page)).toBe(page);
      expect(await stored(book)).toMatchObject({ text: { S: 'changed' }, revision: { S: page.revision } });
      expect(page.revision).not.toBe('r1');
    });

    test('may be repeated: the entity knows what it was stored as', async () => {
      const page = await load(await storePage({}));
      for (const text of ['first', 'second', 'third']) {
        page.text = text;
        await pages.put(page);
        expect(await stored(page.book)).toMatchObject({ text: { S: text } });
      }
    });

    test('may follow on the put or insert of a new one', async () => {
      const page = await pages.put(newPage(`book ${++books}`));
      await storePage({ revision: { S: page.revision }, undeclared: { S: 'of another writer' } }, page.book);
      page.text = 'again';
      await pages.put(page);
      expect(await stored(page.book)).toMatchObject({ text: { S: 'again' } });
    });

    test('stores an item of version 1 as one of today', async () => {
      const book = await storePage({ schema_version: { N: '1' }, text: undefined, body: { S: 'old' } });
      const page = await load(book);
      await pages.put(page);
      expect(await stored(book)).toEqual({
        ...wireKey(book),
        text: { S: 'old' },
        revision: { S: page.revision },
        schema_version: { N: '2' },
      });
      expect(pages.stored(page)?.version).toBe(2);
    });

    test.each([
      ['with a version', { schema_version: { N: '2' } }],
      ['with a revision', { revision: { S: 'r1' } }],
      ['with neither', { schema_version: undefined }],
    ])('does not revive an item that was deleted meanwhile, one %s', async (_which, more) => {
      const page = await load(await storePage(more));
      await drop(page.book);
      expect(await errorOf(pages.put(page))).toMatchObject({
        code: 'NOT_FOUND',
        details: { entity: 'Page', key: { book: page.book, number: 1 } },
      });
      expect(await stored(page.book)).toBeUndefined();
    });

    test.each([
      [
        'rewritten as one of the newest version',
        { schema_version: { N: '1' } },
        { schema_version: { N: '2' } },
        'CONFLICT',
      ],
      ['given its version', { schema_version: undefined }, { schema_version: { N: '1' } }, 'CONFLICT'],
      ['rewritten as an older one', {}, { schema_version: { N: '1' } }, 'CONFLICT'],
      ['rewritten by newer code', {}, { schema_version: { N: '3' } }, 'NEWER_VERSION'],
      ['broken', {}, { schema_version: { S: '2' } }, 'INVALID_VERSION'],
      ['given another revision', { revision: { S: 'r1' } }, { revision: { S: 'r2' } }, 'CONFLICT'],
      ['given its first revision', {}, { revision: { S: 'r1' } }, 'CONFLICT'],
      ['stripped of its revision', { revision: { S: 'r1' } }, {}, 'CONFLICT'],
    ])('refuses to replace an item that was %s meanwhile', async (_how, before, after, code) => {
      const book = await storePage(before);
      const page = await load(book);
      await storePage({ ...after, text: { S: "somebody else's" } }, book);
      const unchanged = await raw(book);
      page.text = 'mine';
      expect(await errorOf(pages.put(page))).toMatchObject({ code, details: { key: { book, number: 1 } } });
      expect(await raw(book)).toBe(unchanged);
    });

    test('lets one of two win', async () => {
      const book = await storePage({ revision: { S: 'r1' } });
      const loaded = await Promise.all([load(book), load(book), load(book)]);
      const outcomes = await Promise.allSettled(
        loaded.map((page, at) => pages.put(Object.assign(page, { text: `${at}` }))),
      );
      const winner = outcomes.findIndex((one) => one.status === 'fulfilled');
      expect(
        outcomes.filter((one) => one.status === 'rejected').map((one) => (one.reason as MapperError).code),
      ).toEqual(['CONFLICT', 'CONFLICT']);
      expect(await stored(book)).toMatchObject({ text: { S: `${winner}` } });
    });

    test('stays refused after a refusal, until it is loaded again', async () => {
      const book = await storePage({ revision: { S: 'r1' } });
      const page = await load(book);
      await storePage({ revision: { S: 'r2' } }, book);
      for (let at = 0; at < 2; at++) expect((await errorOf(pages.put(page))).code).toBe('CONFLICT');
      const again = await load(book);
      await pages.put(again);
      expect(await stored(book)).toMatchObject({ revision: { S: again.revision } });
    });

    test("overwrites another's change within the same version where there is no revision", async () => {
      const book = await storePage({});
      const page = await unlockedPages.getOrFail({ book, number: 1 });
      await storePage({ text: { S: "somebody else's" } }, book);
      page.text = 'mine';
      await unlockedPages.put(page);
      expect(await stored(book)).toMatchObject({ text: { S: 'mine' } });
    });

    test('still refuses to do so across versions', async () => {
      const book = await storePage({ schema_version: { N: '1' } });
      const page = await unlockedPages.getOrFail({ book, number: 1 });
      await storePage({ schema_version: { N: '2' }, text: { S: "somebody else's" } }, book);
      expect(await errorOf(unlockedPages.put(page))).toMatchObject({ code: 'CONFLICT' });
    });

    test('takes a rewriting for the sake of the version for no change', async () => {
      const book = await storePage({ schema_version: { N: '1' } });
      const page = await unlockedPages.getOrFail({ book, number: 1 });
      await storePage({ schema_version: { N: '2' } }, book);
      page.text = 'mine';
      await unlockedPages.put(page);
      expect(await stored(book)).toMatchObject({ schema_version: { N: '2' }, text: { S: 'mine' } });
    });

    test('stores a new item under a changed key, and leaves the old one', async () => {
      const book = await storePage({ revision: { S: 'r1' }, undeclared: { S: 'of the old item' } });
      const before = await raw(book);
      const page = await load(book);
      page.book = `book ${++books}`;
      await pages.put(page);
      expect(await stored(page.book)).toEqual({
        ...wireKey(page.book),
        text: { S: 'stored' },
        revision: { S: page.revision },
        schema_version: { N: '2' },
      });
      expect(await raw(book)).toBe(before);
    });

    test('keeps to the fence under a changed key, too', async () => {
      const newer = await storePage({ schema_version: { N: '3' } });
      const page = await load(await storePage({}));
      page.book = newer;
      expect(await errorOf(pages.put(page))).toMatchObject({
        code: 'NEWER_VERSION',
        details: { key: { book: newer } },
      });
    });

    test('read with track: false is a new one', async () => {
      const book = await storePage({ revision: { S: 'r1' }, undeclared: { S: 'x' } });
      const page = await pages.getOrFail({ book, number: 1 }, { track: false });
      await storePage({ revision: { S: 'r2' }, undeclared: { S: 'x' } }, book);
      await pages.put(page);
      expect(Object.keys((await stored(book)) ?? {}).toSorted()).toEqual([
        'book',
        'number',
        'revision',
        'schema_version',
        'text',
      ]);
    });

    test('removes an attribute that has become undefined, and an empty Set', async () => {
      const first = await load(await storePage({ notes: { SS: ['a'] } }));
      const second = await load(await storePage({ notes: { SS: ['a'] } }));
      delete first.notes;
      second.notes?.clear();
      await pages.put(first);
      await pages.put(second);
      expect(await stored(first.book)).not.toHaveProperty('notes');
      expect(await stored(second.book)).not.toHaveProperty('notes');
      expect((await load(second.book)).notes).toBeUndefined();
    });
  });
});

test('a failed put reads the item again only if the engine did not hand it out', async () => {
  for (const [, start] of allEngines) {
    const engine = await start();
    const sent: string[] = [];
    const send = (command: object, options: object) => {
      sent.push(command.constructor.name);
      return engine.client.send(command as never, options) as never;
    };
    const mapper = new Mapper({ client: { send }, entities: [Page] });
    await mapper.createTables();
    await storeRaw(engine.endpoint, 'pages', { book: { S: 'a' }, number: { N: '1' }, schema_version: { N: '3' } });
    sent.length = 0;
    const pages = mapper.repository(Page);
    const error = await errorOf(pages.put(pages.create({ book: 'a', number: 1, text: 'new' })));
    expect(error.code).toBe('NEWER_VERSION');
    expect(sent).toEqual(start === startTellingEngine ? ['PutItemCommand'] : ['PutItemCommand', 'GetItemCommand']);
    await engine.close();
  }
});
