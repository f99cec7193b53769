import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Condition,
  Entity,
  type EngineClient,
  Mapper,
  PartitionKey,
  ref,
  type Repository,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { compiledCondition } from '../../lib/read/compiled-condition.js';
import { contextFor } from '../../lib/read/entity-context.js';

@Entity({ table: 'files' })
@Versioned(1)
class File {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) owner?: string;
  @Attribute({ optional: true }) created_by?: string;
  @Attribute({ optional: true }) bytes?: number;
  @Attribute({ optional: true }) quota?: number;
  @Attribute({ type: 'object', optional: true }) rights?: { owner?: string };
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ type: 'any', optional: true }) note?: unknown;
}

const mapper = new Mapper({
  client: { send: () => Promise.reject(new Error('nothing is sent')) } as EngineClient,
  entities: [File],
});
const compile = (condition: unknown) =>
  compiledCondition(mapper[contextFor](File), condition as Condition<File>, 'condition');

describe('a value from the body of a request', () => {
  /** What a body parser makes of text. */
  const body = JSON.parse('{ "value": { "attr": "created_by" } }') as { value: never };

  test.each<[string, (value: never) => unknown]>([
    ['eq', (value) => ({ attr: 'owner', eq: value })],
    ['ne', (value) => ({ attr: 'owner', ne: value })],
    ['lt', (value) => ({ attr: 'owner', lt: value })],
    ['lte', (value) => ({ attr: 'owner', lte: value })],
    ['gt', (value) => ({ attr: 'owner', gt: value })],
    ['gte', (value) => ({ attr: 'owner', gte: value })],
    ['between[0]', (value) => ({ attr: 'owner', between: [value, 'z'] })],
    ['between[1]', (value) => ({ attr: 'owner', between: ['a', value] })],
    ['in[1]', (value) => ({ attr: 'owner', in: ['a', value] })],
    ['beginsWith', (value) => ({ attr: 'owner', beginsWith: value })],
    ['contains', (value) => ({ attr: 'owner', contains: value })],
    ['eq', (value) => ({ attr: 'note', eq: value })],
    ['eq', (value) => ({ attr: 'rights.owner', eq: value })],
    ['gt', (value) => ({ size: 'owner', gt: value })],
    ['in[0]', (value) => ({ size: 'tags', in: [value] })],
  ])('names no attribute in %s, and the error names ref()', (at, condition) => {
    expect(() => compile(condition(body.value))).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONDITION',
        details: {
          class: 'File',
          at: `condition.${at}`,
          problem: 'is an object with nothing but attr; name another attribute by ref(path)',
        },
      }),
    );
    // nothing of the body is in the message
    expect(() => compile(condition(body.value))).not.toThrow(/created_by/);
  });

  test.each([
    '{ "attr": "created_by", "path": "created_by" }',
    '{ "path": "created_by" }',
    '{ "Symbol(dynamo-evolve:ref)": "created_by" }',
  ])('is a value in any other form: %s', (text) => {
    const value = JSON.parse(text) as unknown;
    const members = Object.entries(value as object).map(([name, S]) => [name, { S }]);
    expect(compile({ attr: 'note', eq: value })).toEqual({ attribute: 'note', eq: { M: Object.fromEntries(members) } });
  });

  test('is no reference, even if a reference was turned into JSON', () => {
    const text = JSON.stringify({ value: ref('created_by') });
    expect(text).toBe('{"value":{}}');
    expect(compile({ attr: 'note', eq: (JSON.parse(text) as { value: unknown }).value })).toEqual({
      attribute: 'note',
      eq: { M: {} },
    });
  });
});

describe('ref()', () => {
  let engine: EmbeddedEngine;
  let files: Repository<File>;

  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    const filled = new Mapper({ client: engine.client, entities: [File] });
    await filled.createTables();
    files = filled.repository(File);
    for (const init of [
      { id: 'a', owner: 'ada', created_by: 'ada', bytes: 1, quota: 2, rights: { owner: 'ada' }, note: 1 },
      { id: 'b', owner: 'bob', created_by: 'ada', bytes: 3, quota: 3, rights: { owner: 'ad' }, note: 'bob' },
      { id: 'c', created_by: 'ada', tags: new Set(['ada', 'bob']), quota: 2, note: true },
      { id: 'd', owner: 'ada', bytes: 5, note: [1] },
      { id: 'e' },
    ]) {
      await files.insert(files.create(init));
    }
  });
  afterAll(() => engine.close());

  test.each<[string, Condition<File>, string]>([
    ['eq', { attr: 'owner', eq: ref('created_by') }, 'a'],
    ['eq, of nested places', { attr: 'rights.owner', eq: ref('owner') }, 'a'],
    ['eq, of numbers', { attr: 'bytes', eq: ref('quota') }, 'b'],
    ['eq, of values of any type', { attr: 'note', eq: ref('bytes') }, 'a'],
    ['ne', { attr: 'owner', ne: ref('created_by') }, 'bcde'],
    ['lt', { attr: 'bytes', lt: ref('quota') }, 'a'],
    ['lte', { attr: 'bytes', lte: ref('quota') }, 'ab'],
    ['gt', { attr: 'owner', gt: ref('created_by') }, 'b'],
    ['gte', { attr: 'owner', gte: ref('created_by') }, 'ab'],
    ['between', { attr: 'bytes', between: [1, ref('quota')] }, 'ab'],
    ['between, from', { attr: 'bytes', between: [ref('quota'), 9] }, 'b'],
    ['between, of two types', { attr: 'note', between: [0, ref('owner')] }, ''],
    ['in', { attr: 'owner', in: [ref('created_by'), 'bob'] }, 'ab'],
    ['in, nothing but attributes', { attr: 'owner', in: [ref('created_by'), ref('rights.owner')] }, 'a'],
    ['in, of a size', { size: 'tags', in: [ref('quota'), 7] }, 'c'],
    ['beginsWith', { attr: 'owner', beginsWith: ref('rights.owner') }, 'a'],
    ['beginsWith, of values of any type', { attr: 'note', beginsWith: ref('owner') }, 'b'],
    ['contains', { attr: 'tags', contains: ref('created_by') }, 'c'],
    ['contains, a part of a text', { attr: 'owner', contains: ref('rights.owner') }, 'a'],
    ['size, eq', { size: 'tags', eq: ref('quota') }, 'c'],
    ['size, lt', { size: 'owner', lt: ref('bytes') }, 'd'],
    ['not', { not: { attr: 'owner', in: [ref('created_by')] } }, 'bcde'],
  ])('names an attribute in %s, absent or of any type', async (_what, filter, expected) => {
    const found = await files.scan({ filter }).all();
    expect(
      found
        .map(({ id }) => id)
        .toSorted()
        .join(''),
    ).toBe(expected);
  });

  test('names an attribute in the condition of a write', async () => {
    const key = { id: 'a' };
    await files.update(key, { set: { quota: 2 } }, { condition: { attr: 'owner', eq: ref('created_by') } });
    const failing = files.update(key, { set: { quota: 9 } }, { condition: { attr: 'owner', ne: ref('created_by') } });
    await expect(failing).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
  });

  test('is frozen, works for another copy of the package, and can be no value', async () => {
    expect(ref('owner')).toBeInstanceOf(Object);
    expect(Object.isFrozen(ref('owner'))).toBe(true);
    const ofAnotherCopy = { [Symbol.for('dynamo-evolve:ref')]: 'created_by' };
    expect(compile({ attr: 'owner', eq: ofAnotherCopy })).toEqual(compile({ attr: 'owner', eq: ref('created_by') }));
    const update = files.update({ id: 'a' }, { set: { note: ref('owner') } });
    await expect(update).rejects.toMatchObject({ code: 'UNSUPPORTED_VALUE' });
  });
});
