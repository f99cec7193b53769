import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  channels,
  CreatedAt,
  Entity,
  type Item,
  Mapper,
  type MapperError,
  type MapperOptions,
  PartitionKey,
  type StandardSchema,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { z } from 'zod';
import { caught, rejected } from '../errors/caught.js';
import { schemas } from './schemas.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [bookBy(schemas.zod)] }).createTables();
});
afterAll(() => engine.close());

let count = 0;
let id: string;
beforeEach(() => {
  id = `book-${++count}`;
});

/** A class of books that a schema judges. */
function bookBy(schema: StandardSchema) {
  @Entity({ table: 'books', schema })
  @Versioned(2)
  class Book {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'string' }) title!: string;
    @Attribute({ type: 'number' }) pages!: number;
    @Attribute({ type: 'set', optional: true }) tags?: Set<string>;
    @Attribute({ type: 'object', optional: true }) author?: { name: string; born?: number };
    @CreatedAt({ type: 'date' }) added_at!: Date;

    @Upgrade(1, 2)
    static pages(item: Item): void {
      item.pages = Number(item.length);
      delete item.length;
    }
  }
  return Book;
}

function booksBy(schema: StandardSchema, options: Partial<MapperOptions> = {}) {
  return new Mapper({ client: engine.client, entities: [bookBy(schema)], ...options }).repository(bookBy(schema));
}

/** The repository of one and the same class. */
function open(schema: StandardSchema, options: Partial<MapperOptions> = {}) {
  const Book = bookBy(schema);
  const mapper = new Mapper({ client: engine.client, entities: [Book], ...options });
  return { mapper, books: mapper.repository(Book), Book };
}

/** Stores a book of version 1, whose pages aren't positive. */
async function storeInvalid(): Promise<void> {
  const Item = {
    id: { S: id },
    title: { S: 'Emma' },
    length: { N: '-7' },
    added_at: { S: '2024-03-01T09:15:00.000Z' },
  };
  await engine.client.send(new PutItemCommand({ TableName: 'books', Item }));
}

const isStored = async () => (await open(schemas.zod).books.get({ id })) !== undefined;

describe.each(Object.keys(schemas) as (keyof typeof schemas)[])('a schema of %s', (library) => {
  test('judges what is inserted and put, with what the write generates', async () => {
    const { books } = open(schemas[library]);
    const error = await rejected('INVALID_ENTITY', books.insert(books.create({ id, title: 'Em', pages: 474 })));
    expect(error.details).toEqual({
      entity: 'Book',
      key: { id },
      issues: [{ path: 'title', message: expect.any(String) }],
    });
    await rejected('INVALID_ENTITY', books.put(books.create({ id, title: 'Emma', pages: 0.5 })));
    const [row] = await books.putMany([books.create({ id, title: 'Em', pages: 474 })], { unconditional: true });
    expect(row).toMatchObject({ reason: { code: 'INVALID_ENTITY' } });
    expect(await isStored()).toBe(false);
    await books.insert(books.create({ id, title: 'Emma', pages: 474, tags: new Set(['novel']) }));
    expect(await isStored()).toBe(true);
  });

  test('judges what is saved', async () => {
    const { books } = open(schemas[library]);
    await books.insert(books.create({ id, title: 'Emma', pages: 474 }));
    const book = await books.getOrFail({ id });
    book.author = { name: 7 as never };
    const error = await rejected('INVALID_ENTITY', books.save(book));
    expect(error.details.issues.map(({ path }) => path)).toEqual(['author.name']);
    book.author = { name: 'Jane Austen' };
    await books.save(book);
  });

  test('judges what an update sets and removes, and nothing else', async () => {
    const { books } = open(schemas[library]);
    await books.insert(books.create({ id, title: 'Emma', pages: 474 }));
    const error = await rejected('INVALID_ENTITY', books.update({ id }, { set: { title: 'Em', pages: 475 } }));
    expect(error.details.issues.map(({ path }) => path)).toEqual(['title']);
    const removal = await rejected('INVALID_ENTITY', books.update({ id }, { remove: ['title'] }));
    expect(removal.details.issues.map(({ path }) => path)).toEqual(['title']);
    const updated = await books.update({ id }, { set: { pages: 475 }, remove: ['tags'] });
    expect(updated).toMatchObject({ title: 'Emma', pages: 475 });
    // what isn't known isn't judged
    expect(await books.update({ id }, { add: { pages: -1_000 } })).toMatchObject({ pages: -525 });
  });

  test('does not say what it found', async () => {
    const { books } = open(schemas[library]);
    const book = books.create({ id, title: 'Emma', pages: -98_765, author: { name: 12_345 as never } });
    book.tags = 'secret word' as never;
    const errors = [
      await rejected('INVALID_ENTITY', books.update({ id }, { set: { pages: -98_765, title: '"x' } })),
      await rejected('INVALID_ENTITY', books.insert(Object.assign(book, { tags: undefined }))),
    ];
    for (const error of errors) {
      expect(error.cause).toBeUndefined();
      expect(inspect(error, { depth: 9 })).not.toMatch(/98.?765|12.?345|secret|"x|\\"x/);
      for (const { message } of error.details.issues) expect(message.length).toBeGreaterThan(5);
    }
  });
});

describe('reads', () => {
  test('are not judged unless asked for', async () => {
    await storeInvalid();
    const { books } = open(schemas.zod);
    expect(await books.getOrFail({ id })).toMatchObject({ pages: -7 });
    expect((await books.scan().all()).length).toBeGreaterThan(0);
  });

  test('can throw', async () => {
    await storeInvalid();
    const { books } = open(schemas.zod, { onInvalid: 'throw' });
    const issues = [{ path: 'pages', message: 'Too small: expected number to be >0' }];
    expect(await rejected('INVALID_ENTITY', books.get({ id }))).toMatchObject({ details: { key: { id }, issues } });
    await rejected('INVALID_ENTITY', books.query({ partition: id }).all());
    await rejected('INVALID_ENTITY', books.scan().all());
    await rejected('INVALID_ENTITY', books.getMany([{ id }]));
    const wire = { id: { S: id }, title: { S: 'Emma' }, pages: { N: '0' }, schema_version: { N: '2' } };
    caught('INVALID_ENTITY', () => books.hydrate(wire));
    // nothing is handed out
    expect(await books.query({ partition: id }).count()).toBe(1);
    expect(await books.query({ partition: id, attributes: ['pages'] }).all()).toMatchObject([{ pages: -7 }]);
  });

  test('can be reported, and called for', async () => {
    await storeInvalid();
    const events: unknown[] = [];
    const note = (event: unknown) => events.push(event);
    subscribe(channels.invalid, note);
    expect(await open(schemas.zod, { onInvalid: 'report' }).books.get({ id })).toMatchObject({ pages: -7 });
    unsubscribe(channels.invalid, note);
    const told: MapperError[] = [];
    const { books } = open(schemas.zod, { onInvalid: (error) => void told.push(error) });
    expect(await books.get({ id })).toMatchObject({ pages: -7 });
    expect(events).toEqual([told[0]?.details]);
    const failing = open(schemas.zod, {
      onInvalid: () => {
        throw new Error('not here');
      },
    });
    await expect(failing.books.get({ id })).rejects.toThrow('not here');
  });

  test('of changes are judged, too', async () => {
    const { mapper } = open(schemas.zod, { onInvalid: 'throw' });
    const Keys = { id: { S: id } };
    const NewImage = { ...Keys, title: { S: 'Emma' }, pages: { N: '0' }, schema_version: { N: '2' } };
    const error = caught('UNREADABLE_CHANGE', () => mapper.change({ dynamodb: { Keys, NewImage } }));
    expect(error.details.reason).toBe('INVALID_ENTITY');
  });
});

describe('a write', () => {
  test('is not judged if the mapper says so', async () => {
    const { books } = open(schemas.zod, { validateWrites: false });
    await books.insert(books.create({ id, title: '', pages: 0 }));
    expect(await books.update({ id }, { set: { pages: -1 } })).toMatchObject({ pages: -1 });
  });

  test('of what was invalid before is refused, and a write-back is not', async () => {
    await storeInvalid();
    const { books } = open(schemas.zod, { writeBack: 'inline' });
    const book = await books.getOrFail({ id });
    expect(books.stored(book)).toMatchObject({ version: 2 });
    book.title = 'Emma!';
    await rejected('INVALID_ENTITY', books.save(book));
    book.pages = 474;
    await books.save(book);
  });

  test('is judged by what is true of the whole entity', async () => {
    const short = z
      .object({ id: z.string(), title: z.string(), pages: z.number() })
      .refine(({ pages, title }) => title.length < pages);
    const { books } = open(short);
    const error = await rejected('INVALID_ENTITY', books.insert(books.create({ id, title: 'Emma', pages: 3 })));
    expect(error.details.issues).toEqual([{ path: '', message: 'Invalid input' }]);
    await books.insert(books.create({ id, title: 'Emma', pages: 5 }));
    // an update knows nothing of the title
    await books.update({ id }, { set: { pages: 3 } });
  });

  test('is judged by no rule over several properties in an update, as long as the schema has the key', async () => {
    const ruled = z.object({ id: z.string(), title: z.string().optional(), pages: z.number().optional() });
    const { books } = open(
      ruled.superRefine(({ pages = 0, title }, { addIssue }) => {
        if (title === undefined && pages > 3) addIssue({ code: 'custom', path: ['pages'], message: 'needs a title' });
      }),
    );
    await books.insert(books.create({ id, title: 'Emma', pages: 2 }));
    expect(await books.update({ id }, { set: { pages: 7 } })).toMatchObject({ pages: 7 });
  });

  test('stores what the application has, whatever the schema makes of it', async () => {
    const other = z.object({ title: z.string().transform((title) => title.toUpperCase()), pages: z.number().catch(7) });
    const { books } = open(other);
    await books.insert(books.create({ id, title: 'Emma', pages: 474 }));
    expect(await books.getOrFail({ id })).toMatchObject({ title: 'Emma', pages: 474 });
  });
});

describe('messages', () => {
  const quoting = z.object({
    title: z.string().refine(() => false, { error: ({ input }) => `${String(input)} is taken` }),
    author: z.object({ born: z.number().refine(() => false, { error: ({ input }) => `not ${String(input)}!` }) }),
  });

  test('that quote values are not taken over', async () => {
    const { books } = open(quoting);
    const book = books.create({ id, title: 'Emma', pages: 474, author: { name: 'Jane', born: 17 } });
    const { details } = await rejected('INVALID_ENTITY', books.insert(book));
    const message = "isn't what the schema asks for";
    expect(details.issues).toEqual([
      { path: 'title', message },
      { path: 'author.born', message },
    ]);
  });

  test('of libraries that are not known are not taken over', async () => {
    const issues = [{ message: 'whatever', path: [{ key: 'author' }, 'a.b', 0] }];
    const unknown = { '~standard': { version: 1, vendor: 'mine', validate: () => ({ issues }) } } as const;
    const { books } = open(unknown);
    const book = books.create({ id, title: 'Emma', pages: 474 });
    expect((await rejected('INVALID_ENTITY', books.insert(book))).details.issues).toEqual([
      { path: "author['a.b'][0]", message: "isn't what the schema asks for" },
    ]);
  });
});

describe('a schema', () => {
  const broken = (validate: () => never) => ({ '~standard': { version: 1, vendor: 'mine', validate } }) as const;

  test('that is asynchronous is refused', async () => {
    const { books } = open(z.object({ id: z.string().refine(async () => false) }));
    const book = books.create({ id, title: 'Emma', pages: 474 });
    expect(await rejected('INVALID_SCHEMA', books.insert(book))).toMatchObject({ details: { class: 'Book' } });
    const failing = open(broken(() => Promise.reject(new Error('later')) as never)).books;
    await rejected('INVALID_SCHEMA', failing.insert(failing.create({ id, title: 'Emma', pages: 474 })));
    expect(await isStored()).toBe(false);
  });

  test('that throws is refused', async () => {
    const { books } = open(
      broken(() => {
        throw new Error('oh');
      }),
    );
    const error = await rejected('INVALID_SCHEMA', books.insert(books.create({ id, title: 'Emma', pages: 474 })));
    expect(error.cause).toEqual(new Error('oh'));
  });

  test.each([{}, 'text', null, { '~standard': {} }])('is none: %j', (schema) => {
    expect(caught('INVALID_OPTION', () => booksBy(schema as never))).toMatchObject({ details: { option: 'schema' } });
  });

  test.each([{ onInvalid: 'skip' }, { validateWrites: 'no' }])('has no options such as %j', (options) => {
    const [argument] = Object.keys(options);
    expect(caught('INVALID_ARGUMENT', () => booksBy(schemas.zod, options as never)).details).toMatchObject({
      argument,
    });
  });
});
