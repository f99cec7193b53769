import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Condition,
  Entity,
  type EngineClient,
  Mapper,
  PartitionKey,
  ref,
  Versioned,
} from 'dynamo-evolve';
import { attributesOf } from '../../lib/filter/named-attributes.js';
import { compiledCondition } from '../../lib/read/compiled-condition.js';
import { contextFor } from '../../lib/read/entity-context.js';

@Entity({ table: 'things' })
@Versioned(1)
class Thing {
  @PartitionKey() id!: string;
  @Attribute({ name: 'stored_title' }) title!: string;
  @Attribute() pages!: number;
  @Attribute() made!: Date;
  @Attribute({ type: 'epochSeconds' }) seen!: Date;
  @Attribute({ type: 'bigint' }) votes!: bigint;
  @Attribute() isOpen!: boolean;
  @Attribute() body!: Uint8Array;
  @Attribute() tags!: Set<string>;
  @Attribute({ type: 'object' }) settings!: { theme: string; 'a.b': { c: number[] } };
  @Attribute({ name: 'x.y' }) 'dotted.name'!: string;
  @Attribute({ type: 'any' }) anything?: unknown;
}

const mapper = new Mapper({
  client: { send: () => Promise.reject(new Error('nothing is sent')) } as EngineClient,
  entities: [Thing],
});
const compile = (condition: Condition<Thing>) => compiledCondition(mapper[contextFor](Thing), condition, 'filter');
/** As JavaScript calls it, without types. */
const problemOf = (condition: unknown) => {
  try {
    compile(condition as Condition<Thing>);
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

const date = new Date('2024-03-01T09:15:00.000Z');

describe('a condition by property names becomes one by stored names and wire values', () => {
  test.each<[Condition<Thing>, object]>([
    [
      { attr: 'title', eq: 'x' },
      { attribute: 'stored_title', eq: { S: 'x' } },
    ],
    [{ attr: 'dotted.name', ne: 'x' }, { not: { attribute: 'x.y', eq: { S: 'x' } } }],
    [
      { attr: 'pages', lt: 0.1 },
      { attribute: 'pages', lt: { N: '0.1' } },
    ],
    [
      { attr: 'seen', lte: date },
      { attribute: 'seen', lte: { N: '1709284500' } },
    ],
    [
      { attr: 'votes', gt: 2n ** 70n },
      { attribute: 'votes', gt: { N: '1180591620717411303424' } },
    ],
    [
      { attr: 'isOpen', eq: true },
      { attribute: 'isOpen', eq: { BOOL: true } },
    ],
    [
      { attr: 'body', beginsWith: new Uint8Array([1]) },
      { attribute: 'body', beginsWith: { B: new Uint8Array([1]) } },
    ],
    [
      { attr: 'made', beginsWith: '2024-03' },
      { attribute: 'made', dates: expect.any(Function), beginsWith: { S: '2024-03' } },
    ],
    [
      { attr: 'tags', eq: new Set(['a']) },
      { attribute: 'tags', eq: { SS: ['a'] } },
    ],
    [
      { attr: 'tags', contains: 'a' },
      { attribute: 'tags', contains: { S: 'a' } },
    ],
    [
      { attr: 'tags', exists: false },
      { attribute: 'tags', exists: false },
    ],
    [
      { attr: 'anything', type: 'NULL' },
      { attribute: 'anything', type: 'NULL' },
    ],
    [
      { attr: 'anything', eq: null },
      { attribute: 'anything', eq: { NULL: true } },
    ],
    [
      { attr: 'pages', between: [1, 2] },
      { attribute: 'pages', between: [{ N: '1' }, { N: '2' }] },
    ],
    [
      { attr: 'settings.theme', eq: 'dark' },
      { attribute: 'settings', within: ['theme'], eq: { S: 'dark' } },
    ],
    [
      { attr: "settings['a.b'].c[1]", lt: 2 },
      { attribute: 'settings', within: ['a.b', 'c', 1], lt: { N: '2' } },
    ],
    [
      { attr: 'title', contains: ref('settings.theme') },
      { attribute: 'stored_title', contains: { attribute: 'settings', within: ['theme'] } },
    ],
    [
      { attr: 'anything', eq: new Map([['attr', 'title']]) },
      { attribute: 'anything', eq: { M: { attr: { S: 'title' } } } },
    ],
    [
      { attr: 'anything', eq: { attr: 'title', of: 'book' } },
      { attribute: 'anything', eq: { M: { attr: { S: 'title' }, of: { S: 'book' } } } },
    ],
    [
      { size: 'tags', gt: 2 },
      { attribute: 'tags', size: true, gt: { N: '2' } },
    ],
    [
      { not: { or: [{ and: [{ attr: 'title', eq: 'x' }] }] } },
      { not: { or: [{ and: [{ attribute: 'stored_title', eq: { S: 'x' } }] }] } },
    ],
  ])('%j', (condition, expected) => {
    expect(compile(condition)).toEqual(expected);
  });

  test('in which numbers are equal by their values, whatever an engine takes for equal', () => {
    const is = (N: string) => ({ attribute: 'pages', between: [{ N }, { N }] });
    expect(compile({ attr: 'pages', eq: 1e21 / 1e20 })).toEqual(is('10'));
    expect(compile({ attr: 'pages', ne: -0 })).toEqual({ not: is('0') });
    expect(compile({ attr: 'pages', in: [1, 2.5] })).toEqual({ or: [is('1'), is('2.5')] });
    const others = { attribute: 'anything', in: [{ S: 'x' }] };
    const one = { attribute: 'anything', between: [{ N: '1' }, { N: '1' }] };
    expect(compile({ attr: 'anything', in: ['x', 1] })).toEqual({ or: [one, others] });
    expect(compile({ size: 'tags', ne: 1 })).toEqual({ not: { attribute: 'tags', size: true, eq: { N: '1' } } });
    // as many as an engine takes at all
    const hundred = Array.from({ length: 100 }, (_, at) => at);
    expect(compile({ attr: 'pages', in: hundred })).toMatchObject({ in: hundred.map((at) => ({ N: `${at}` })) });
  });

  test('in which an attribute is an operand only if it has a type that compares', () => {
    const [pages, votes] = [{ attribute: 'pages' }, { attribute: 'votes' }];
    const isNumber = { attribute: 'votes', type: 'N' };
    const hasOrder = { or: ['S', 'N', 'B'].map((type) => ({ attribute: 'votes', type })) };
    const isSameNumber = { and: [isNumber, { ...pages, between: [votes, votes] }] };
    const isSame = {
      or: [
        {
          and: [
            { ...votes, exists: true },
            { ...pages, eq: votes },
          ],
        },
        isSameNumber,
      ],
    };
    expect(compile({ attr: 'pages', eq: ref('votes') })).toEqual(isSame);
    expect(compile({ attr: 'pages', ne: ref('votes') })).toEqual({ not: isSame });
    expect(compile({ attr: 'pages', in: [1, ref('votes')] })).toEqual({
      or: [{ ...pages, between: [{ N: '1' }, { N: '1' }] }, isSame],
    });
    expect(compile({ attr: 'pages', lt: ref('votes') })).toEqual({ and: [hasOrder, { ...pages, lt: votes }] });
    expect(compile({ attr: 'pages', between: [1, ref('votes')] })).toEqual({
      and: [{ ...pages, gte: { N: '1' } }, { and: [hasOrder, { ...pages, lte: votes }] }],
    });
    expect(compile({ attr: 'title', beginsWith: ref('votes') })).toEqual({
      and: [
        { or: ['S', 'B'].map((type) => ({ attribute: 'votes', type })) },
        { attribute: 'stored_title', beginsWith: votes },
      ],
    });
    const title = { attribute: 'stored_title', size: true };
    expect(compile({ size: 'title', gt: ref('votes') })).toEqual({ and: [isNumber, { ...title, gt: votes }] });
    expect(compile({ size: 'title', eq: ref('votes') })).toEqual({
      and: [isNumber, { ...title, between: [votes, votes] }],
    });
  });

  test('which knows the attributes that it looks at', () => {
    const compiled = compile({
      not: {
        or: [
          { attr: 'title', eq: ref('settings.theme') },
          { size: 'tags', in: [1] },
        ],
      },
    });
    expect([...attributesOf(compiled)].toSorted()).toEqual(['settings', 'stored_title', 'tags']);
  });
});

describe('what isn’t a condition is refused', () => {
  test.each<[unknown, string]>([
    [undefined, "filter isn't a condition; expected { attr, … }, { size, … }, and, or, not"],
    ['title', "filter isn't a condition; expected { attr, … }, { size, … }, and, or, not"],
    [[], "filter isn't a condition; expected { attr, … }, { size, … }, and, or, not"],
    [{}, 'filter has nothing; expected attr or size, which names what to compare'],
    [{ title: 'x' }, 'filter has title; expected attr or size, which names what to compare'],
    [
      { attr: 'title', size: 'title', eq: 1 },
      'filter has attr, size, eq; expected attr or size, which names what to compare',
    ],
    [
      { attr: 'title' },
      'filter has the operators none; expected just one of eq, ne, lt, lte, gt, gte, between, in, beginsWith, contains, exists, type',
    ],
    [
      { size: 'title', exists: true },
      'filter has the operators exists; expected just one of eq, ne, lt, lte, gt, gte, between, in',
    ],
    [{ attr: 'pages', gt: 1, lt: 2 }, 'filter has the operators gt, lt; expected just one of'],
    [{ attr: 'pages', eq: undefined }, 'filter.eq is undefined; ask for { exists } to find what is absent'],
    [{ attr: 'pages', eq: '1' }, 'filter.eq is a string, but the type of pages is number'],
    [{ attr: 'pages', eq: null }, 'filter.eq is null, but the type of pages is number'],
    [{ attr: 'made', gt: '2024' }, 'filter.gt is a string, but the type of made is Date (ISO 8601 text)'],
    [{ attr: 'isOpen', lt: true }, 'filter.lt has no order; strings, numbers and bytes have one'],
    [{ attr: 'anything', gte: new Set(['a']) }, 'filter.gte has no order'],
    [{ attr: 'pages', between: [1] }, "filter.between isn't a pair, [from, to]"],
    [{ attr: 'pages', between: [2, 1] }, 'filter.between has a first value above the second one'],
    [{ attr: 'anything', between: [1, 'a'] }, 'filter.between has two values of different types'],
    [{ attr: 'anything', between: [false, true] }, 'filter.between[0] has no order'],
    [{ attr: 'pages', in: [] }, "filter.in isn't a list of 1 to 100 values"],
    [{ attr: 'pages', in: Array.from({ length: 101 }, (_, at) => at) }, "filter.in isn't a list of 1 to 100 values"],
    [{ attr: 'pages', in: [1, 'x'] }, 'filter.in[1] is a string, but the type of pages is number'],
    [{ attr: 'title', beginsWith: 1 }, 'filter.beginsWith is neither a string nor bytes'],
    [{ attr: 'title', exists: 'yes' }, 'filter.exists is neither true nor false'],
    [
      { attr: 'title', type: 'string' },
      "filter.type isn't a type; expected one of S, SS, N, NS, B, BS, BOOL, NULL, L, M",
    ],
    [{ size: 'title', eq: '1' }, "filter.eq isn't a number, and sizes are compared with numbers"],
    [{ attr: 'title', eq: ref('title') }, 'filter.eq names what it is compared with'],
    [{ attr: 'title', eq: ref('settings[') }, "filter.eq isn't a path"],
    [{ attr: 'title', eq: ref(7 as never) }, "filter.eq isn't a path"],
    [
      { attr: 'settings[', eq: 1 },
      "filter.attr isn't a path; names with dots or brackets stand in quotes, as in map['a.b']",
    ],
    [{ attr: 7, eq: 1 }, "filter.attr isn't a path"],
    [{ and: [] }, "filter.and isn't a list of conditions; expected one or more"],
    [{ or: { attr: 'title', eq: 'x' } }, "filter.or isn't a list of conditions; expected one or more"],
    [{ and: [{ attr: 'title', eq: 'x' }], or: [] }, 'filter has and, or; expected one of them alone'],
    [
      { and: [{ attr: 'title', eq: 'x' }, { not: { attr: 'pages', eq: 'x' } }] },
      'filter.and[1].not.eq is a string, but the type of pages is number',
    ],
  ])('%j', (condition, message) => {
    expect(problemOf(condition)).toMatchObject({
      code: 'INVALID_CONDITION',
      message: expect.stringContaining(`Thing: ${message}`),
    });
  });

  test('if it is nested without end', () => {
    const circular: Record<string, unknown> = {};
    circular['not'] = circular;
    expect(problemOf(circular)).toMatchObject({
      code: 'INVALID_CONDITION',
      details: { problem: 'is nested deeper than 64 levels' },
    });
  });

  test.each<[unknown, string]>([
    [{ attr: 'stored_title', eq: 'x' }, 'UNKNOWN_ATTRIBUTE'],
    [{ attr: 'pages', eq: ref('constructor') }, 'UNKNOWN_ATTRIBUTE'],
    [{ attr: 'anything', eq: [ref('pages')] }, 'UNSUPPORTED_VALUE'],
    [{ attr: 'pages', eq: Number.NaN }, 'INVALID_NUMBER'],
    [{ attr: 'anything', eq: () => 1 }, 'UNSUPPORTED_VALUE'],
    [{ attr: 'tags', eq: new Set() }, 'EMPTY_SET'],
  ])('%j with the error of the mistake', (condition, code) => {
    expect(problemOf(condition)).toMatchObject({ code });
  });
});
