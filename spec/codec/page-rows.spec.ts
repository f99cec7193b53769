import { deepStrictEqual } from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeItem } from '../../lib/codec/decode.js';
import { type AnswerOfRows, readRows } from '../../lib/codec/page-rows.js';
import { decodeStored, type Row } from '../../lib/codec/row.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { arbitraryItem } from '../support/arbitrary-values.js';
import { cases } from '../support/effort.js';

const someMinutes = 600_000;

interface Answer<Item> {
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly [member: string]: unknown;
}

/** Answers as engines write them: items are often alike, and other members stand before and behind them. */
const arbitraryAnswer: fc.Arbitrary<Answer<WireItem>> = fc
  .tuple(
    fc.array(arbitraryItem, { maxLength: 4 }),
    fc.array(fc.nat(3), { maxLength: 6 }),
    arbitraryItem,
    fc.constantFrom('page', 'last page', 'batch', 'rest of a batch'),
  )
  .map(([items, order, { received: key }, kind]) => {
    const Items = order.flatMap((at) => (items[at] ? [items[at].received] : []));
    const Count = Items.length;
    const Responses = { things: Items };
    if (kind === 'page') return { Items, Count, LastEvaluatedKey: key };
    if (kind === 'last page') return { Count, Items, ScannedCount: Count };
    return kind === 'batch'
      ? { Responses, UnprocessedKeys: {} }
      : { UnprocessedKeys: { things: { Keys: [key] } }, Responses };
  });

const bytesOf = (page: object) => Buffer.from(JSON.stringify(page));

/** The items of a page, or of the one table in a batch. */
function listOf<Item>({ Items: items, Responses: tables = {} }: Answer<Item>): readonly Item[] {
  return items ?? Object.values(tables)[0] ?? [];
}

/** The answer with wire items for its rows. */
function wired(answer: AnswerOfRows): object {
  const items = listOf(answer).map(({ wire }) => wire);
  if (answer.Items) return { ...answer, Items: items };
  return {
    ...answer,
    Responses: Object.fromEntries(Object.keys(answer.Responses ?? {}).map((table) => [table, items])),
  };
}

/** What `JSON.parse` makes of bytes; `undefined` if they aren't JSON. */
function parsed(bytes: Buffer): Answer<WireItem> | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as Answer<WireItem>;
  } catch {
    return undefined;
  }
}

/** What decoding gives: values, or an error. */
function outcomeOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return String(error);
  }
}

/** Either nothing is read, or what `JSON.parse` reads, also where values can't be decoded. */
function assertEqualOrUnread(bytes: Buffer): void {
  const answer = readRows(bytes);
  if (answer === undefined) return;
  const expected = parsed(bytes);
  deepStrictEqual(wired(answer), expected);
  for (const [at, row] of listOf<Row>(answer).entries()) {
    deepStrictEqual(
      outcomeOf(() => decodeStored(row)),
      outcomeOf(() => decodeItem(listOf(expected ?? {})[at] as WireItem)),
    );
  }
}

describe('a page or batch as rows', () => {
  test(
    'has what JSON.parse reads from it',
    () => {
      fc.assert(
        fc.property(arbitraryAnswer, (page) => {
          const rows = readRows(bytesOf(page));
          deepStrictEqual(rows && wired(rows), JSON.parse(JSON.stringify(page)));
          for (const [at, row] of listOf<Row>(rows ?? {}).entries()) {
            deepStrictEqual(decodeStored(row), decodeItem(listOf(page)[at] as WireItem));
          }
        }),
        { numRuns: cases(40_000) },
      );
    },
    someMinutes,
  );

  test(
    'is read only as JSON.parse reads it, whatever happened to its bytes',
    () => {
      const pieces = [
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        ' ',
        '0',
        '-',
        'S',
        'N',
        '\u0000',
        'é',
        '"Items":[',
        '"Responses":{"t":[',
        '{"S":"',
      ];
      const piece = fc.oneof(
        fc.constantFrom(...pieces).map((text) => Buffer.from(text)),
        fc.uint8Array({ minLength: 1, maxLength: 3 }),
      );
      fc.assert(
        fc.property(
          arbitraryAnswer,
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.nat(3),
          piece,
          (page, where, cut, put) => {
            const bytes = bytesOf(page);
            const at = Math.floor(where * bytes.length);
            assertEqualOrUnread(Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]));
          },
        ),
        { numRuns: cases(40_000) },
      );
    },
    someMinutes,
  );

  test(
    'is not read if it is cut off',
    () => {
      fc.assert(
        fc.property(arbitraryAnswer, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (page, where) => {
          const bytes = bytesOf(page);
          expect(readRows(bytes.subarray(0, Math.floor(where * bytes.length)))).toBeUndefined();
        }),
        { numRuns: cases(20_000) },
      );
    },
    someMinutes,
  );

  test.each([
    ['an object without items', '{"Count":0}'],
    ['an error', '{"__type":"x"}'],
    ['spaces', '{"Items": [{"a":{"S":"x"}}]}'],
    ['a space within', '{"Items":[{"a": {"S":"x"}}]}'],
    ['an attribute twice', '{"Items":[{"a":{"S":"x"},"a":{"S":"y"}}]}'],
    ['an attribute twice, once escaped', String.raw`{"Items":[{"a":{"S":"x"},"\u0061":{"S":"y"}}]}`],
    ['a value of two types', '{"Items":[{"a":{"S":"x","N":"1"}}]}'],
    ['a value without a type', '{"Items":[{"a":{}}]}'],
    ['a type that is not known', '{"Items":[{"a":{"FLOAT32VECTOR":[1]}}]}'],
    ['NULL: false', '{"Items":[{"a":{"NULL":false}}]}'],
    ['a number as a number', '{"Items":[{"a":{"N":1}}]}'],
    ['items that are rows', '{"Items":[["x",0]]}'],
    ['items twice', '{"Items":[{"a":{"S":"x"}}],"Items":[]}'],
    ['items elsewhere', '{"X":{"Items":[{"a":{"S":"x"}}]}}'],
    ['items elsewhere, too', '{"X":{"Items":[{"a":{"S":"x"}}]},"Items":[]}'],
    ['a name that ends like that of the items', String.raw`{"x\"Items":[{"a":{"S":"x"}}]}`],
    ['a name that ends like that of a batch', String.raw`{"x\"Responses":{"t":[{"a":{"S":"x"}}]}}`],
    ['a batch from two tables', '{"Responses":{"t":[{"a":{"S":"x"}}],"u":[]}}'],
    ['a batch from two tables, whose items come second', '{"Responses":{"t":{"x":1},"u":[{"a":{"S":"x"}}]}}'],
    ['an empty batch', '{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"a":{"S":"x"}}]}}}'],
    ['a batch twice', '{"Responses":{"t":[{"a":{"S":"x"}}]},"Responses":{}}'],
    ['a batch that is cut off', '{"Responses":{"t":[{"a":{"S":"x"}}]}'],
    ['a batch elsewhere', '{"X":{"Responses":{"t":[{"a":{"S":"x"}}]}}}'],
    ['one item with such attributes', '{"Item":{"Responses":{"L":[{"S":"x"}]}}}'],
    ['a comma too many', '{"Items":[{"a":{"S":"x"}}],}'],
    ['a comma too few', '{"Items":[{"a":{"S":"x"}}]"Count":1}'],
    ['two answers', '{"Items":[{"a":{"S":"x"}}]}{}'],
    ['values nested too deeply', `{"Items":[{"a":${'{"L":['.repeat(60)}${']}'.repeat(60)}}]}`],
  ])('is not read with %s', (_what, text) => {
    expect(readRows(Buffer.from(text))).toBeUndefined();
  });

  test('keeps the notation of numbers', () => {
    const numbers = [
      '0',
      '-0',
      '7',
      '-7',
      '007',
      '+7',
      '1.50',
      '1e3',
      '-',
      '',
      '999999999999999',
      '1234567890123456',
      'x',
    ];
    const page = { Items: [Object.fromEntries(numbers.map((N, at) => [`n${at}`, { N }]))] };
    const read = readRows(bytesOf(page)) as AnswerOfRows;
    expect(wired(read)).toEqual(page);
    expect(listOf<Row>(read)[0]?.values.filter((value) => typeof value === 'number')).toHaveLength(4);
  });

  test('is read of a table of any name', () => {
    const batch = JSON.parse('{"Responses":{"__proto__":[{"a":{"S":"x"}}]},"UnprocessedKeys":{}}') as object;
    const read = readRows(bytesOf(batch)) as AnswerOfRows;
    deepStrictEqual(wired(read), batch);
    expect(Object.keys(read.Responses ?? {})).toEqual(['__proto__']);
  });

  test('says of a malformed value where it is', () => {
    const item = { settings: { M: { sizes: { L: [{ N: '1' }, { N: 'x' }] } } } };
    const [row] = (readRows(bytesOf({ Items: [item] })) as AnswerOfRows).Items as readonly Row[];
    expect(() => decodeStored(row as Row)).toThrow(/settings\.sizes\[1\]/);
  });

  test('has text of any language, however long', () => {
    for (const text of [
      'é',
      'Звіт',
      '名前',
      '👩‍👩‍👧',
      '\u2028',
      '\ufeff',
      '\uffff',
      'ÿ'.repeat(5_000),
      'Ж"\\\n'.repeat(5_000),
    ]) {
      const page = { Items: [{ [text.slice(0, 9)]: { S: text }, b: { M: { [text]: { S: text } } } }] };
      expect(wired(readRows(bytesOf(page)) as AnswerOfRows)).toEqual(page);
    }
  });

  test('is left to JSON.parse if its items have little in common, and the next one is read again', () => {
    const items = Array.from({ length: 300 }, (_, at) => ({ [`a${at}`]: { S: 'x' } }));
    expect(readRows(bytesOf({ Items: items }))).toBeUndefined();
    for (let round = 0; round < 40; round++) {
      const some = items.slice(0, 150).map((_, at) => ({ [`b${round}-${at}`]: { S: 'x' } }));
      expect(wired(readRows(bytesOf({ Items: some })) as AnswerOfRows)).toEqual({ Items: some });
    }
  });

  test('is not kept alive by a row of it', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const body = (at: number) =>
      bytesOf({ Items: Array.from({ length: 2_000 }, (_, n) => ({ id: { S: `${at}-${n}`.padEnd(400, 'x') } })) });
    const used = () => {
      collect();
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const kept = [readRows(body(0))?.Items?.[5]];
    const before = used();
    for (let at = 1; at <= 20; at++) kept.push(readRows(body(at))?.Items?.[5]);
    // twenty pages would be 17 MB; what else the process keeps differs from run to run
    expect(used() - before).toBeLessThan(6_000_000);
    expect(kept.every((row) => row !== undefined)).toBe(true);
  });
});
