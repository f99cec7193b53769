import { Readable } from 'node:stream';
import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { Exclude, Expose, instanceToPlain, Type } from 'class-transformer';
import { Attribute, Entity, Mapper, PartitionKey, toResponse, Versioned, type WireItem } from 'dynamo-evolve';

class Part {
  name!: string;
  raw!: Uint8Array;

  get label(): string {
    return `part ${this.name}`;
  }
}

@Entity({ table: 'measurements' })
@Versioned(1)
class Measurement {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'set', optional: true }) tags?: Set<string>;
  @Attribute({ type: 'bigint', optional: true }) count?: bigint;
  @Attribute({ optional: true }) exact?: unknown;
  @Attribute({ type: 'bytes', optional: true }) raw?: Uint8Array;
  @Attribute({ type: 'date', optional: true }) at?: Date;
  @Attribute({ type: 'map', optional: true }) byName?: Map<string, unknown>;
  @Attribute({ type: 'array', optional: true }) @Type(() => Part) parts?: Part[];
  @Attribute({ optional: true }) anything?: unknown;
  @Attribute({ type: 'string', optional: true }) @Exclude() secret?: string;
  @Attribute({ type: 'string', optional: true }) @Expose({ name: 'shown' }) stored?: string;
}

const client = { send: () => Promise.reject(new Error('nothing is sent')) };
const measurements = new Mapper({ client: client as never, entities: [Measurement] }).repository(Measurement);
const read = (wire: WireItem) => measurements.hydrate({ id: { S: 'm-1' }, ...wire });
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('JSON.stringify() of an entity', () => {
  test('tells its attributes and nothing of what the mapper remembers', () => {
    const entity = read({ at: { S: '2026-01-31T12:00:00Z' }, undeclared: { S: 'stays out' } });
    expect(measurements.stored(entity)?.item).toHaveProperty('undeclared');
    expect(JSON.stringify(entity)).toBe('{"id":"m-1","at":"2026-01-31T12:00:00.000Z"}');
  });

  test('loses Sets and Maps and fails for bigints without toResponse(), as JSON does everywhere', () => {
    expect(json(read({ tags: { SS: ['a'] } }))).toEqual({ id: 'm-1', tags: {} });
    expect(() => JSON.stringify(read({ count: { N: '9007199254740993' } }))).toThrow(TypeError);
  });
});

describe('toResponse()', () => {
  test.each<[string, WireItem, object]>([
    ['a Set as an array', { tags: { SS: ['a', 'b'] } }, { tags: ['a', 'b'] }],
    ['a bigint as its digits', { count: { N: '9007199254740993' } }, { count: '9007199254740993' }],
    ['a NumberValue as its digits', { exact: { N: '3.14159265358979323846' } }, { exact: '3.14159265358979323846' }],
    ['bytes as base64', { raw: { B: '/+8=' } }, { raw: '/+8=' }],
    ['a date as ISO 8601', { at: { S: '2026-01-31T12:00:00Z' } }, { at: '2026-01-31T12:00:00.000Z' }],
    ['a Map as an object', { byName: { M: { a: { N: '1' } } } }, { byName: { a: 1 } }],
    ['a Set of bytes', { exact: { BS: ['AQID'] } }, { exact: ['AQID'] }],
    ['a Set of numbers of any size', { exact: { NS: ['1', '9007199254740993'] } }, { exact: [1, '9007199254740993'] }],
    [
      'what is nested, at any depth',
      { anything: { L: [{ M: { deep: { L: [{ SS: ['a'] }, { B: 'AQID' }, { NULL: true }] } } }] } },
      { anything: [{ deep: [['a'], 'AQID', null] }] },
    ],
    [
      'instances of nested classes',
      { parts: { L: [{ M: { name: { S: 'first' }, raw: { B: 'AQID' } } }] } },
      { parts: [{ name: 'first', raw: 'AQID' }] },
    ],
  ])('has %s', (_what, wire, expected) => {
    expect(json(toResponse(read(wire)))).toEqual({ id: 'm-1', ...expected });
  });

  test('takes hostile names for what they are: data', () => {
    const names = { M: { ['__proto__']: { SS: ['a'] }, constructor: { BOOL: true } } };
    const { anything } = toResponse(read({ anything: names })) as { anything: object };
    expect(JSON.stringify(anything)).toBe('{"__proto__":["a"],"constructor":true}');
    expect(Object.getPrototypeOf(anything)).toBe(Object.prototype);
  });

  test('leaves the entity alone', () => {
    const entity = read({ tags: { SS: ['a'] }, raw: { B: 'AQID' } });
    toResponse(entity);
    expect(entity.tags).toEqual(new Set(['a']));
    expect(entity.raw).toEqual(Uint8Array.of(1, 2, 3));
    expect(measurements.stored(entity)?.version).toBe(1);
  });

  test('keeps classes, so that class-transformer knows what to exclude and how to call the rest', () => {
    const wire: WireItem = { secret: { S: 's' }, stored: { S: 'x' }, raw: { B: 'AQID' }, tags: { SS: ['a'] } };
    const response = toResponse(read(wire));
    expect(response).toBeInstanceOf(Measurement);
    expect(instanceToPlain(response)).toEqual({ id: 'm-1', shown: 'x', raw: 'AQID', tags: ['a'] });
  });

  test('keeps the getters of classes', () => {
    const [part] = toResponse(read({ parts: { L: [{ M: { name: { S: 'first' } } }] } })).parts ?? [];
    expect(part?.label).toBe('part first');
  });

  test('finds entities in arrays and plain objects', () => {
    const entity = read({ tags: { SS: ['a'] } });
    const found = { id: 'm-1', tags: ['a'] };
    expect(json(toResponse([entity]))).toEqual([found]);
    expect(json(toResponse({ items: [entity], cursor: 'c', total: 2n }))).toEqual({
      items: [found],
      cursor: 'c',
      total: '2',
    });
  });

  test.each([['text'], [1], [true], [null], [undefined]])('passes %j through', (value) => {
    expect(toResponse(value)).toBe(value);
  });

  test('passes what is no business of it through', () => {
    const stream = Readable.from([]);
    const exact = NumberValue.from('1');
    expect(toResponse({ stream }).stream).toBe(stream);
    expect(toResponse(exact)).toBe('1');
    expect(toResponse(Object.create(null) as object)).toEqual({});
  });
});
