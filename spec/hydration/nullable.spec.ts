import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Transform, Type } from 'class-transformer';
import {
  Attribute,
  type AttributeTypeOption,
  CreatedAt,
  Entity,
  isMapperError,
  Mapper,
  PartitionKey,
  type Repository,
  Revision,
  TimeToLive,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { caught } from '../errors/caught.js';
import { read, write } from './reading.js';

class Address {
  street!: string;
  @Type(() => Date) since?: Date | null;
  @Type(() => Address) former?: Address | null;
}

/** A class with one attribute of a type. */
function classWith(type: AttributeTypeOption, options: { nullable?: boolean } = { nullable: true }) {
  class Note {
    id!: string;
    value?: unknown;
  }
  Entity({ table: 'notes' })(Note);
  Versioned(1)(Note);
  PartitionKey({ type: 'string' })(Note.prototype, 'id');
  Attribute({ type, ...options })(Note.prototype, 'value');
  return Note;
}

describe('a nullable attribute', () => {
  const types = [
    'any',
    'string',
    'number',
    'bigint',
    'boolean',
    'date',
    'epochSeconds',
    'epochMilliseconds',
    'bytes',
    'buffer',
    'set',
    'array',
    'object',
    'map',
    Address,
  ] as const;

  test.each(types)('of type %p is read and written as null', (type) => {
    const Note = classWith(type);
    const item = { id: 'a', value: null };
    const entity = read(Note, item);
    expect(entity.value).toBeNull();
    expect(write(Note, entity)).toEqual(item);
  });

  test('has its type otherwise', () => {
    const { details, message } = caught('ATTRIBUTE_TYPE', () => read(classWith('date'), { id: 'a', value: 5 }));
    expect(details).toMatchObject({ expected: 'Date (ISO 8601 text) or null', found: 'a number' });
    expect(message).not.toContain('nullable');
    expect(read(classWith('date'), { id: 'a', value: '2024-03-01' }).value).toEqual(new Date('2024-03-01'));
    expect(read(classWith('string'), { id: 'a' }).value).toBeUndefined();
  });

  test.each(types.slice(1))('is what the error advises for null, on read and on write: %p', (type) => {
    const Note = classWith(type, {});
    const onRead = caught('ATTRIBUTE_TYPE', () => read(Note, { id: 'a', value: null }));
    const entity = Object.assign(new Note(), { id: 'a', value: null });
    const onWrite = caught('ATTRIBUTE_TYPE', () => write(Note, entity));
    for (const { details, message } of [onRead, onWrite]) {
      expect(details).toMatchObject({ attribute: 'value', found: 'null' });
      expect(message).toContain('Declare it { nullable: true }');
    }
  });

  test('can be any that the mapper does not make a key of', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Generated {
      @PartitionKey({ type: 'string' }) id!: string;
      @CreatedAt({ type: 'date', nullable: true }) created!: Date | null;
      @UpdatedAt({ type: 'date', nullable: true }) updated!: Date | null;
      @TimeToLive({ type: 'epochSeconds', nullable: true }) expires?: Date | null;
      @Revision({ nullable: true }) revision!: string | null;
    }
    const item = { id: 'a', created: null, updated: null, expires: null, revision: null };
    expect(write(Generated, read(Generated, item))).toEqual(item);
  });

  test('of a template leaves out what is computed from it', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Computed {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string', nullable: true }) owner!: string | null;
      @Attribute({ template: 'OWNER#{owner}' }) by_owner!: string;
    }
    const entity = Object.assign(new Computed(), { id: 'a', owner: null });
    expect(write(Computed, entity)).toEqual({ id: 'a', owner: null });
  });

  test('works with @Type and with a storage @Transform', () => {
    const storage = { groups: ['storage'] };

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Typed {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'date', nullable: true }) @Type(() => Date) at!: Date | null;
      @Attribute({ type: 'array', nullable: true }) @Type(() => Date) times!: Date[] | null;
      @Attribute({ type: 'string', nullable: true })
      @Transform(({ value }) => (value as string | null)?.toUpperCase() ?? null, storage)
      name!: string | null;
    }
    const item = { id: 'a', at: null, times: null, name: null };
    expect(write(Typed, read(Typed, item))).toEqual(item);
  });
});

test('members of nested classes can be null', () => {
  const Holder = classWith(Address, {});
  const item = { id: 'a', value: { street: 'Rue', since: null, former: null } };
  expect(write(Holder, read(Holder, item))).toEqual(item);
});

describe('null in an engine', () => {
  @Entity({ table: 'tasks' })
  @Versioned(1)
  class Task {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'date', nullable: true }) due!: Date | null;
    @Attribute({ type: 'string', nullable: true }) assignee!: string | null;
  }

  let engine: EmbeddedEngine;
  let tasks: Repository<Task>;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    const mapper = new Mapper({ client: engine.client, entities: [Task] });
    await mapper.createTables();
    tasks = mapper.repository(Task);
    await tasks.insert(tasks.create({ id: 'open', due: null, assignee: null }));
    await tasks.insert(tasks.create({ id: 'due', due: new Date(0), assignee: 'ada' }));
  });
  afterAll(() => engine.close());

  const ids = async (filter: object) => (await tasks.scan({ filter: filter as never }).all()).map(({ id }) => id);

  test('is found by filters', async () => {
    expect(await ids({ attr: 'due', eq: null })).toEqual(['open']);
    expect(await ids({ attr: 'due', ne: null })).toEqual(['due']);
    expect(await ids({ attr: 'due', in: [null] })).toEqual(['open']);
    expect(await ids({ attr: 'due', type: 'NULL' })).toEqual(['open']);
    expect(await ids({ attr: 'assignee', exists: true })).toHaveLength(2);
  });

  test('is changed by update and save, under conditions', async () => {
    const due = new Date('2024-03-01T12:00:00.000Z');
    await tasks.update({ id: 'open' }, { set: { due } }, { condition: { attr: 'due', eq: null } });
    const again = tasks.update({ id: 'open' }, { set: { due } }, { condition: { attr: 'due', eq: null } });
    expect(isMapperError(await again.catch((error: unknown) => error), 'CONDITION_FAILED')).toBe(true);
    const task = await tasks.update({ id: 'open' }, { set: { due: null } });
    expect(task.due).toBeNull();
    task.assignee = 'ada';
    await tasks.save(task);
    expect(await tasks.get({ id: 'open' })).toEqual({ id: 'open', due: null, assignee: 'ada' });
    task.assignee = null;
    await tasks.save(task, { condition: { attr: 'assignee', ne: null } });
    expect((await tasks.get({ id: 'open' }))?.assignee).toBeNull();
  });
});
