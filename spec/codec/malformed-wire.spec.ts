import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeItem, decodeValue } from '../../lib/codec/decode.js';
import type { WireItem, WireValue } from '../../lib/codec/wire.js';
import { isMapperError } from '../../lib/errors.js';
import { arbitraryName } from '../support/arbitrary-values.js';
import { caught } from '../errors/caught.js';
import { cases } from '../support/effort.js';

const runs = { numRuns: cases(10_000) };
const secret = 'S3CRET';

/** Any JSON whose text and numbers are recognisable; whether it is a wire value is left to chance. */
const { json } = fc.letrec<{ json: unknown; content: unknown; type: string }>((tie) => ({
  type: fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M', 'L', 'M', 'X', '', '__proto__', 's'),
  content: fc.oneof(
    fc.constantFrom<unknown>(null, true, false, 31_337, 0, '', '1', 'AQ==', [], {}),
    fc.string({ maxLength: 4 }).map((text) => secret + text),
    fc.integer({ min: 1 }).map((number) => `31337${number}`),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(arbitraryName, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
  json: fc.oneof(
    { maxDepth: 5 },
    { weight: 1, arbitrary: tie('content') },
    {
      weight: 6,
      arbitrary: fc.tuple(tie('type'), tie('content')).map(([type, content]) => Object.fromEntries([[type, content]])),
    },
    { weight: 1, arbitrary: fc.dictionary(tie('type'), tie('content'), { maxKeys: 3 }) },
  ),
}));

/**
 * Decodes; answers whether there was a value. Lets nothing pass but a value or `INVALID_WIRE_VALUE` without content.
 */
function expectValueOrError(decode: () => unknown): boolean {
  try {
    return decode() !== undefined;
  } catch (error) {
    if (!isMapperError(error, 'INVALID_WIRE_VALUE')) throw error;
    const said = `${error.message} ${JSON.stringify(error.details)}`;
    if (/S3CRET|31337/.test(said) || error.cause !== undefined) throw new Error(`content in ${said}`, { cause: error });
    return false;
  }
}

describe('anything at all', () => {
  it('is decoded to a value or refused as INVALID_WIRE_VALUE, whose text has nothing of the content', () => {
    const outcomes = { value: 0, error: 0 };
    fc.assert(
      fc.property(json, (any) => {
        const parsed: unknown = JSON.parse(JSON.stringify(any));
        outcomes[expectValueOrError(() => decodeValue(parsed as WireValue, 'a')) ? 'value' : 'error']++;
        outcomes[expectValueOrError(() => decodeItem({ a: parsed as WireValue })) ? 'value' : 'error']++;
        expectValueOrError(() => decodeItem(parsed as WireItem));
      }),
      runs,
    );
    // else this would say little
    expect(outcomes.value).toBeGreaterThan(cases(1_000));
    expect(outcomes.error).toBeGreaterThan(cases(1_000));
  });

  it('that JSON holds is decoded to a value or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (any) => {
        expectValueOrError(() => decodeValue(any as unknown as WireValue, 'a'));
        expectValueOrError(() => decodeItem(any as unknown as WireItem));
      }),
      runs,
    );
  });

  it('that JavaScript holds is decoded to a value or refused', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (any) => {
        expectValueOrError(() => decodeValue(any as WireValue, 'a'));
        expectValueOrError(() => decodeItem(any as WireItem));
      }),
      { numRuns: cases(1_000) },
    );
  });
});

describe('a wire value is refused', () => {
  it.each<[what: string, wire: unknown, found: string]>([
    ['null', null, 'not an AttributeValue'],
    ['undefined', undefined, 'not an AttributeValue'],
    ['plain text', 'text', 'not an AttributeValue'],
    ['empty text', '', 'not an AttributeValue'],
    ['a number', 1, 'not an AttributeValue'],
    ['a boolean', true, 'not an AttributeValue'],
    ['a list', ['S'], 'not an AttributeValue'],
    ['an empty list', [], 'not an AttributeValue'],
    ['bytes', Uint8Array.of(1), 'not an AttributeValue'],
    ['an empty object', {}, 'an AttributeValue without a type'],
    ['a type that is undefined', { S: undefined }, 'an AttributeValue without a type'],
    ['a type in lower case', { s: 'text' }, "of the type s, which isn't one"],
    ['an empty type', { '': 'text' }, "of the type , which isn't one"],
    ['a plain object', { city: 'text' }, "of the type city, which isn't one"],
    ['a type with a long name', { ['x'.repeat(500)]: 'text' }, `of the type ${'x'.repeat(20)}, which isn't one`],
    ['a type named __proto__', JSON.parse('{ "__proto__": "text" }'), "of the type __proto__, which isn't one"],
    ['two unknown types', { X: 'text', Y: 'text' }, "of the type X, which isn't one"],
    [
      'an unknown type that is told as one, but is known',
      { $unknown: ['S', 'x'] },
      "of the type $unknown, which isn't one",
    ],
    ['an unknown type without content', { $unknown: ['X'] }, "of the type $unknown, which isn't one"],
    ['an unknown type within another', { $unknown: ['$unknown', ['X', 1]] }, "of the type $unknown, which isn't one"],
    ['S of a number', { S: 1 }, "an AttributeValue whose S isn't such a value"],
    ['S of null', { S: null }, "an AttributeValue whose S isn't such a value"],
    ['N of a number', { N: 1 }, "an AttributeValue whose number isn't a number"],
    ['N of other text', { N: 'one' }, "an AttributeValue whose number isn't a number"],
    ['N of no text', { N: '' }, "an AttributeValue whose number isn't a number"],
    ['N of 39 digits', { N: '1'.repeat(39) }, "an AttributeValue whose number isn't a number"],
    ['N of null', { N: null }, "an AttributeValue whose number isn't a number"],
    ['BOOL of text', { BOOL: 'true' }, "an AttributeValue whose BOOL isn't such a value"],
    ['BOOL of null', { BOOL: null }, "an AttributeValue whose BOOL isn't such a value"],
    ['NULL of text', { NULL: 'true' }, "an AttributeValue whose NULL isn't such a value"],
    ['NULL of null', { NULL: null }, "an AttributeValue whose NULL isn't such a value"],
    ['B of a number', { B: 1 }, "an AttributeValue whose B isn't such a value"],
    ['B of a list', { B: [1] }, "an AttributeValue whose B isn't such a value"],
    ['B as JSON makes it of bytes', { B: { 0: 1 } }, "an AttributeValue whose B isn't such a value"],
    ['B of a text that is no base64', { B: 'hello world!' }, "an AttributeValue whose bytes aren't base64 text"],
    ['B of base64 cut off', { B: 'AQI' }, "an AttributeValue whose bytes aren't base64 text"],
    ['B of a single character', { B: 'A' }, "an AttributeValue whose bytes aren't base64 text"],
    ['B of padding', { B: '====' }, "an AttributeValue whose bytes aren't base64 text"],
    ['B of base64 with a line break', { B: 'AAH/\nAA' }, "an AttributeValue whose bytes aren't base64 text"],
    ['SS of text', { SS: 'text' }, "an AttributeValue whose SS isn't such a value"],
    ['SS of numbers', { SS: ['a', 1] }, "an AttributeValue whose SS isn't such a value"],
    ['NS of text', { NS: '1' }, "an AttributeValue whose NS isn't such a value"],
    ['NS of numbers', { NS: ['1', 2] }, "an AttributeValue whose number isn't a number"],
    ['NS of other text', { NS: ['1', 'two'] }, "an AttributeValue whose number isn't a number"],
    ['BS of text', { BS: 'AQ==' }, "an AttributeValue whose BS isn't such a value"],
    ['BS of numbers', { BS: ['AQ==', 1] }, "an AttributeValue whose B isn't such a value"],
    ['BS of other text', { BS: ['AQ==', '?'] }, "an AttributeValue whose bytes aren't base64 text"],
    ['L of an object', { L: {} }, "an AttributeValue whose L isn't such a value"],
    ['L of text', { L: 'text' }, "an AttributeValue whose L isn't such a value"],
    ['M of a list', { M: [] }, "an AttributeValue whose M isn't such a value"],
    ['M of null', { M: null }, "an AttributeValue whose M isn't such a value"],
    ['M of bytes', { M: Uint8Array.of(1) }, "an AttributeValue whose M isn't such a value"],
  ])('if it is %s, with its path', (_what, wire, found) => {
    const call = () => decodeItem({ settings: { M: { list: { L: [{ S: 'a' }, { M: { x: wire as WireValue } }] } } } });
    const { details, message } = caught('INVALID_WIRE_VALUE', call);
    expect(details).toEqual({ path: 'settings.list[1].x', found });
    expect(message).toContain(`settings.list[1].x is ${found}`);
    expect(caught('INVALID_WIRE_VALUE', () => decodeValue(wire as WireValue, 'x')).details).toEqual({
      path: 'x',
      found,
    });
  });

  it.each(['\n', ' ', '!', '.', ',', '\u0000', 'é', '='])('if %j stands anywhere in its base64 text', (character) => {
    const places = character === '=' ? 7 : 8; // at the end it is padding
    for (let at = 0; at < places; at++) {
      const text = 'A'.repeat(at) + character + 'A'.repeat(7 - at);
      expect(caught('INVALID_WIRE_VALUE', () => decodeValue({ B: text }, 'a')).details.found).toContain(
        "aren't base64 text",
      );
    }
  });

  it.each<[kind: string, wrap: (wire: WireValue) => WireValue, path: string]>([
    ['L', (wire) => ({ L: [wire] }), '[0]'],
    ['M', (wire) => ({ M: { a: wire } }), '.a'],
  ])('if it is nested more than 256 levels deep: %s', (_kind, wrap, path) => {
    let wire: WireValue = { NULL: true };
    for (let level = 0; level < 256; level++) wire = wrap(wire);
    expect(() => decodeItem({ a: wire })).not.toThrow();
    expect(caught('INVALID_WIRE_VALUE', () => decodeItem({ a: wrap(wire) })).details).toEqual({
      path: `a${path.repeat(256)}`,
      found: 'nested more than 256 levels deep',
    });
  });

  it.each(['L', 'M', 'plain list', 'plain object', 'unknown list'])('if it is nested without end: %s', (kind) => {
    const depth = 100_000;
    const [open, close] = {
      L: ['{"L":[', ']}'],
      M: ['{"M":{"a":', '}}'],
      'plain list': ['[', ']'],
      'unknown list': ['{"VECTOR":[', ']}'],
      'plain object': ['{"a":', '}'],
    }[kind] as [string, string];
    const wire = JSON.parse(`${open.repeat(depth)}{"NULL":true}${close.repeat(depth)}`) as WireValue;
    const { details } = caught('INVALID_WIRE_VALUE', () => decodeItem({ a: wire }));
    expect(details.found).toMatch(
      /^(plain|unknown)/.test(kind) ? /not an AttributeValue|which isn't one/ : /nested more than 256 levels deep/,
    );
  });
});

describe('a wire item is refused', () => {
  it.each<[what: string, wire: unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['text', 'text'],
    ['a number', 1],
    ['a list', [{ S: 'a' }]],
    ['bytes', Uint8Array.of(1)],
    ['a function', () => ({})],
  ])('if it is %s', (_what, wire) => {
    const { details, message } = caught('INVALID_WIRE_VALUE', () => decodeItem(wire as WireItem));
    expect(details).toEqual({ path: '', found: 'not an object' });
    expect(message).toContain('The item is not an object');
  });
});
