import { describe, expect, test } from '@jest/globals';
import { Attribute, Entity, PartitionKey, Revision, SortKey, UpdatedAt, Versioned } from 'dynamo-evolve';
import fc from 'fast-check';
import { compileModel } from '../../lib/model/entity-model.js';
import type { Template } from '../../lib/model/attribute-model.js';
import { formatTemplate, parseTemplate, partText } from '../../lib/model/template.js';
import { caught } from '../errors/caught.js';
import { cases } from '../support/effort.js';

@Entity({ table: 'sessions' })
@Versioned(1)
class Session {
  @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
  @SortKey({ template: 'S#{kind}#AT:{started_at}|{n}/end' }) sk!: string;
  @Attribute({ template: '{kind}' }) bare!: string;
  @Attribute({ template: 'PROFILE' }) constant!: string;
  @Attribute({ type: 'string' }) user_id!: string;
  @Attribute({ type: 'string' }) kind!: string;
  @Attribute({ type: 'epochSeconds' }) started_at!: Date;
  @Attribute({ type: 'number' }) n!: number;
}

const { byProperty } = compileModel(Session);
const templateOf = (property: string) => byProperty.get(property)?.template as Template;

/** The texts of values as parts, or `undefined` if the template takes one of them not. */
function textsOf(template: Template, values: readonly unknown[]): string[] | undefined {
  const texts = template.parts.map((part, at) => partText(template, part, values[at]));
  return texts.every((one) => 'text' in one) ? texts.map((one) => one.text) : undefined;
}

describe('a template', () => {
  test.each([
    ['pk', ['u-1'], 'USER#u-1'],
    ['sk', ['chat', 1767323045, 7], 'S#chat#AT:1767323045|7/end'],
    ['sk', ['chat', 0, -0.5], 'S#chat#AT:0|-0.5/end'],
    ['sk', ['chat', 1e21, 12345678901234567890n], 'S#chat#AT:1000000000000000000000|12345678901234567890/end'],
    ['bare', ['chat'], 'chat'],
    ['pk', ['a#b#'], 'USER#a#b#'],
    ['sk', ['a/b#AT', 1, 2], 'S#a/b#AT#AT:1|2/end'],
    ['constant', [], 'PROFILE'],
  ] as const)('%s makes one text of %j', (property, values, text) => {
    const template = templateOf(property);
    const texts = textsOf(template, values) as string[];
    expect(formatTemplate(template, texts)).toBe(text);
    expect(parseTemplate(template, text)).toEqual(texts);
  });

  test.each([
    ['pk', [''], 'empty'],
    ['pk', [7], 'no string'],
    ['sk', ['a', 1, 'x'], 'no number'],
    ['sk', ['a', 1, { toString: 'x' }], 'no number'],
    ['sk', ['a', 1, null], 'no number'],
    ['sk', ['a', 1, Number.NaN], 'no number that engines store'],
    ['sk', ['a#AT:b', 1, 2], 'a text that holds or runs into the separator #AT:'],
  ] as const)('%s does not take %j', (property, values, problem) => {
    const template = templateOf(property);
    const found = template.parts.map((part, at) => partText(template, part, values[at]));
    expect(found).toContainEqual({ problem });
  });

  test.each([
    ['pk', 'USER#'],
    ['pk', 'user#a'],
    ['pk', ' USER#a'],
    ['pk', ''],
    ['sk', 'S#chat#AT:1|7'],
    ['sk', 'S#chat#AT:1|7/endend'],
    ['sk', 'S#chat#AT:1|/end'],
    ['sk', 'S#chat#AT:1|7.0/end'],
    ['sk', 'S#chat#AT:01|7/end'],
    ['sk', 'S#chat#AT:x|7/end'],
    ['sk', 'S##AT:1|7/end'],
    ['constant', 'PROFILES'],
    ['bare', ''],
  ])('%s never made %j', (property, text) => {
    expect(parseTemplate(templateOf(property), text)).toBeUndefined();
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('#', ':', '|', '/', 'A', 'T', 'a', '{', '}', 'end') }),
    fc.constantFrom('__proto__', 'constructor', '#AT:', 'AT', '/end', '🦊'),
  );
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e100, max: 1e100 }),
    fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
  );

  test('gives back the very parts that it was made of, or refuses them', () => {
    const template = templateOf('sk');
    fc.assert(
      fc.property(text, number, number, (kind, started, n) => {
        const texts = textsOf(template, [kind, started, n]);
        const isPermitted = kind !== '' && !kind.includes('#AT:');
        if (!isPermitted) return texts === undefined;
        // numbers of too many digits or too small are refused by themselves
        return texts === undefined || isSame(parseTemplate(template, formatTemplate(template, texts)), texts);
      }),
      { numRuns: cases(2_000) },
    );
  });

  test('makes two different texts of two different lists of parts', () => {
    const template = templateOf('sk');
    const parts = fc.tuple(text, fc.integer(), fc.integer());
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [left, right] = [textsOf(template, one), textsOf(template, other)];
        if (!left || !right) return true;
        return isSame(left, right) === (formatTemplate(template, left) === formatTemplate(template, right));
      }),
      { numRuns: cases(2_000) },
    );
  });

  test('reads any text as nothing, or as parts that make that very text', () => {
    const template = templateOf('sk');
    const anything = fc.oneof(
      text,
      fc.tuple(text, fc.integer(), text).map(([kind, at, n]) => `S#${kind}#AT:${at}|${n}/end`),
    );
    fc.assert(
      fc.property(anything, (one) => {
        const parts = parseTemplate(template, one);
        return parts === undefined || formatTemplate(template, parts) === one;
      }),
      { numRuns: cases(2_000) },
    );
  });
});

function isSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

describe('a template that means nothing is refused when the class is compiled', () => {
  class Part {}
  type Decorate = (target: object, property: string) => void;

  /** A class with parts of all kinds and one templated property, `key`. */
  function templatedBy(decorate: Decorate) {
    class Note {
      id!: string;
    }
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    const add = (decorator: Decorate, property: string) => decorator(Note.prototype, property);
    add(Attribute({ type: 'string' }), 'a');
    add(Attribute({ type: 'number' }), 'n');
    add(Attribute({ type: 'date' }), 'at');
    add(Attribute({ type: 'string', optional: true }), 'maybe');
    add(Attribute({ type: 'string', nullable: true }), 'never');
    add(Attribute({ type: 'boolean' }), 'flag');
    add(Attribute({ type: 'bytes' }), 'bytes');
    add(Attribute({ type: Part }), 'nested');
    add(Attribute(), 'untyped');
    add(Attribute({ template: 'X#{a}' }), 'other');
    add(UpdatedAt({ type: 'date' }), 'updated');
    add(Revision(), 'revision');
    add(decorate, 'key');
    return Note;
  }
  const key = (template: string) => PartitionKey({ template });

  test.each([
    ['', key(''), "isn't text of at least one character"],
    [7, PartitionKey({ template: 7 as never }), "isn't text of at least one character"],
    ['A#{b}', key('A#{b}'), "names b, which isn't an attribute of the class"],
    ['A#{}', key('A#{}'), "names nothing, which isn't an attribute of the class"],
    ['A#{__proto__}', key('A#{__proto__}'), "names __proto__, which isn't an attribute of the class"],
    ['A#{constructor}', key('A#{constructor}'), "names constructor, which isn't an attribute of the class"],
    ['A#{key}', key('A#{key}'), 'names key, which has a template itself'],
    ['A#{other}', key('A#{other}'), 'names other, which has a template itself'],
    ['A#{a', key('A#{a'), 'has a brace without its other half'],
    ['A#{{a}}', key('A#{{a}}'), 'has a brace without its other half'],
    ['{a}{n}', key('{a}{n}'), 'has nothing between {a} and {n}'],
    ['{a}#{a}', key('{a}#{a}'), 'names a twice'],
    ['A{a}', key('A{a}'), "sets {a} off by 'A'; separators are neither letters nor digits, such as # or :"],
    ['{a}é#{n}', key('{a}é#{n}'), "sets {a} off by 'é'; separators are neither letters nor digits, such as # or :"],
    ['{a}#1', key('{a}#1{n}'), "sets {n} off by '1'; separators are neither letters nor digits, such as # or :"],
    ['A#{maybe}', key('A#{maybe}'), 'names maybe, which is optional; a key is never absent'],
    ['A#{never}', key('A#{never}'), 'names never, which is nullable; a key always has a value'],
    ['A#{flag}', key('A#{flag}'), 'names flag, whose type is boolean; parts are strings, numbers or dates'],
    ['A#{bytes}', key('A#{bytes}'), 'names bytes, whose type is bytes; parts are strings, numbers or dates'],
    ['A#{nested}', key('A#{nested}'), 'names nested, whose type is Part; parts are strings, numbers or dates'],
    ['A#{untyped}', key('A#{untyped}'), "names untyped, whose type is unknown; give it { type: 'string' } or 'number'"],
    ['A#{updated}', key('A#{updated}'), 'names updated, which the mapper sets at every write'],
    ['A#{revision}', Attribute({ template: 'A#{revision}' }), 'names revision, which the mapper sets at every write'],
    ['{at}:{a}', key('{at}:{a}'), 'names at, whose dates can hold the separator :'],
    ['A#{a}', Attribute({ template: 'A#{a}', type: 'number' }), 'makes text, but the type is number'],
    ['A#{a}', Attribute({ template: 'A#{a}', default: 'x' }), 'computes the value, so there is no default'],
  ])('%s (%#)', (template, decorate, problem) => {
    const error = caught('INVALID_TEMPLATE', () => compileModel(templatedBy(decorate)));
    const found = problem.includes("'1'") ? '{a}#1{n}' : template;
    expect(error).toMatchObject({
      code: 'INVALID_TEMPLATE',
      details: { class: 'Note', member: 'key', template: found, problem },
    });
    expect(error.message).toContain(problem);
  });

  test('a key that is computed by two decorators', () => {
    const twice: Decorate = (target, property) => {
      Attribute({ template: 'A#{a}' })(target, property);
      UpdatedAt({ type: 'string' })(target, property);
    };
    class Note {}
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    PartitionKey({ type: 'string' })(Note.prototype, 'a');
    twice(Note.prototype, 'key');
    expect(caught('INVALID_TEMPLATE', () => compileModel(Note))).toMatchObject({
      details: { problem: 'computes the value, and so does another decorator' },
    });
  });

  test('without one there is no key in sight', () => {
    expect(compileModel(templatedBy(key('A#{a}#{n}~{at}'))).partitionKey).toMatchObject({
      type: 'string',
      keyType: 'string',
      template: { literals: ['A#', '#', '~', ''] },
    });
  });
});
