import { describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  CreatedAt,
  Entity,
  type EngineClient,
  Mapper,
  PartitionKey,
  Revision,
  Versioned,
} from 'dynamo-evolve';

const makeTag = jest.fn(() => 'made');

@Entity({ table: 'things' })
@Versioned(1)
class Thing {
  @PartitionKey() id!: string;
  @Attribute({ default: 'value' }) text!: string;
  @Attribute({ default: 0 }) zero!: number;
  @Attribute({ default: '' }) empty!: string;
  @Attribute({ default: false }) flag!: boolean;
  @Attribute({ default: null, type: 'any' }) nothing!: string | null;
  @Attribute({ default: makeTag }) tag!: string;
  @Attribute({ default: ['a'] }) list!: string[];
  @Attribute({ default: new Set(['a']) }) set!: Set<string>;
  @Attribute({ default: { deep: { list: [1] } } }) map!: { deep: { list: number[] } };
  @Attribute({ default: new Date(0) }) date!: Date;
  @Attribute({ default: new Uint8Array([1]) }) bytes!: Uint8Array;
  @Attribute({ default: 'the decorator' }) initialised = 'the class';
  @Attribute() title!: string;
  @CreatedAt() created_at!: Date;
  @Revision() revision!: string;
  notStored = 'mine';

  get shout(): string {
    return this.text.toUpperCase();
  }
}

const send = jest.fn();
const things = new Mapper({ client: { send } as unknown as EngineClient, entities: [Thing] }).repository(Thing);

describe('create()', () => {
  test('makes an instance with what is given', () => {
    const thing = things.create({ id: 'a', title: 'given', text: 'given, too' });
    expect(thing).toBeInstanceOf(Thing);
    expect(thing).toMatchObject({ id: 'a', title: 'given', text: 'given, too', notStored: 'mine' });
    expect(thing.shout).toBe('GIVEN, TOO');
  });

  test('gives the defaults to what is not given, or given as undefined', () => {
    const defaults = {
      text: 'value',
      zero: 0,
      empty: '',
      flag: false,
      nothing: null,
      tag: 'made',
      list: ['a'],
      set: new Set(['a']),
      map: { deep: { list: [1] } },
      date: new Date(0),
      bytes: new Uint8Array([1]),
    };
    expect(things.create({})).toMatchObject(defaults);
    expect(things.create({ text: undefined, list: undefined })).toMatchObject(defaults);
  });

  test('prefers to the default whatever is given, and what the class itself initialises', () => {
    const given = { text: '', zero: 1, flag: true, nothing: 'something', list: [], set: new Set<string>() };
    expect(things.create(given)).toMatchObject(given);
    expect(things.create({}).initialised).toBe('the class');
    expect(things.create({ initialised: 'given' }).initialised).toBe('given');
  });

  test('calls a default that is a function, for each entity that wants it', () => {
    makeTag.mockClear();
    makeTag.mockReturnValueOnce('first').mockReturnValueOnce('second');
    expect([things.create({}).tag, things.create({ tag: 'given' }).tag, things.create({}).tag]).toEqual([
      'first',
      'given',
      'second',
    ]);
    expect(makeTag).toHaveBeenCalledTimes(2);
  });

  test('gives each entity a default of its own', () => {
    const first = things.create({});
    first.list.push('b');
    first.set.add('b');
    first.map.deep.list.push(2);
    first.date.setTime(1);
    first.bytes[0] = 2;
    expect(things.create({})).toMatchObject({
      list: ['a'],
      set: new Set(['a']),
      map: { deep: { list: [1] } },
      date: new Date(0),
      bytes: new Uint8Array([1]),
    });
  });

  test('takes what is given itself, not a copy', () => {
    const list = ['mine'];
    expect(things.create({ list }).list).toBe(list);
  });

  test('leaves out what the mapper makes when it stores', () => {
    const thing = things.create({});
    expect([thing.created_at, thing.revision, thing.title]).toEqual([undefined, undefined, undefined]);
  });

  test.each(['titel', 'notStored', 'shout', 'schema_version', 'constructor', '__proto__'])(
    "refuses a property that isn't an attribute: %s",
    (member) => {
      const init = Object.fromEntries([
        ['id', 'a'],
        [member, 'x'],
      ]);
      expect(() => things.create(init)).toThrow(
        expect.objectContaining({
          code: 'UNKNOWN_ATTRIBUTE',
          details: expect.objectContaining({ class: 'Thing', member, known: expect.arrayContaining(['id', 'title']) }),
        }),
      );
    },
  );

  test('sends nothing', () => {
    things.create({ id: 'a' });
    expect(send).not.toHaveBeenCalled();
  });
});
