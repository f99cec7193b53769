import { timeOfText } from '../codec/date-text.js';
import { canonicalNumber, isNumberValue } from '../codec/number.js';
import { MapperError } from '../errors.js';
import type { Item } from '../item/item.js';
import type { KeyPart } from '../upgrade/chain.js';
import type { AttributeModel, Template } from './attribute-model.js';
import { typeName } from './attribute-type.js';
import type { MemberRole } from './registry.js';

/** An attribute with a template. */
export type TemplatedAttribute = AttributeModel & { readonly template: Template };

/** Whether an attribute is computed from others. */
export function isTemplated(attribute: AttributeModel): attribute is TemplatedAttribute {
  return attribute.template !== undefined;
}

/** Whether two texts of a key or its part mean the same: two dates, the same time. */
export function isSameText({ type }: AttributeModel, text: string, other: string): boolean {
  if (text === other) return true;
  const time = type === 'date' ? timeOfText(text) : undefined;
  return time !== undefined && time === timeOfText(other);
}

/** The text of a part, or what is wrong with it. */
export type PartText = { readonly text: string } | { readonly problem: string };

/**
 * Checks and compiles templates, which are given by property, and returns the attributes with them. Throws
 * `INVALID_TEMPLATE`.
 */
export function withTemplates(
  className: string,
  attributes: readonly AttributeModel[],
  texts: ReadonlyMap<string, string>,
): readonly AttributeModel[] {
  return attributes.map((attribute) => {
    if (!texts.has(attribute.property)) return attribute;
    return Object.freeze({ ...attribute, template: compileTemplate(className, attribute, attributes, texts) });
  });
}

function compileTemplate(
  className: string,
  attribute: AttributeModel,
  attributes: readonly AttributeModel[],
  texts: ReadonlyMap<string, string>,
): Template {
  const { property } = attribute;
  const text = texts.get(property) as string;
  const refuse = (problem: string) =>
    new MapperError('INVALID_TEMPLATE', { class: className, member: property, template: text, problem });
  if (typeof text !== 'string' || text === '') throw refuse("isn't text of at least one character");
  if (attribute.type !== 'string') throw refuse(`makes text, but the type is ${typeName(attribute.type)}`);
  if (attribute.default !== undefined) throw refuse('computes the value, so there is no default');
  if (attribute.nullable) throw refuse('computes the value, which is never null');
  const isKey = attribute.roles.has('partition key') || attribute.roles.has('sort key');
  if (attribute.roles.size > 0 && !isKey) throw refuse('computes the value, and so does another decorator');

  const { literals, names } = split(text);
  if (literals.some((literal) => /[{}]/.test(literal))) throw refuse('has a brace without its other half');
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw refuse(`names ${repeated} twice`);
  assertSeparated(literals, names, refuse);
  const parts = names.map((name, at) => {
    const part = attributes.find(({ property: candidate }) => candidate === name);
    if (!part) throw refuse(`names ${name || 'nothing'}, which isn't an attribute of the class`);
    if (texts.has(name)) throw refuse(`names ${name}, which has a template itself`);
    const problem =
      (isKey ? keyPartProblem(part) : undefined) ??
      partProblem(part, at < names.length - 1 ? literals[at + 1] : undefined);
    if (problem) throw refuse(`names ${name}, ${problem}`);
    return part;
  });
  return Object.freeze({ text, literals: Object.freeze(literals), parts: Object.freeze(parts) });
}

function split(text: string): { literals: string[]; names: string[] } {
  // every other piece was in a pair of braces
  const pieces = text.split(/\{([^{}]*)\}/);
  return { literals: pieces.filter((_, at) => at % 2 === 0), names: pieces.filter((_, at) => at % 2 === 1) };
}

/** Refuses parts that touch each other, letters or digits. */
function assertSeparated(
  literals: readonly string[],
  names: readonly string[],
  refuse: (problem: string) => MapperError,
): void {
  for (const [at, name] of names.entries()) {
    const [before = '', after = ''] = [literals[at], literals[at + 1]];
    if (at > 0 && before === '') throw refuse(`has nothing between {${names[at - 1]}} and {${name}}`);
    // by code points: a character can take two units
    const touching = [Array.from(before).at(-1), Array.from(after).at(0)];
    const wrong = touching.find((character) => character !== undefined && /[\p{L}\p{N}]/u.test(character));
    if (wrong === undefined) continue;
    throw refuse(`sets {${name}} off by '${wrong}'; separators are neither letters nor digits, such as # or :`);
  }
}

const generatedRoles: readonly MemberRole[] = ['updated at', 'revision'];

function keyPartProblem({ nullable, optional, roles }: AttributeModel): string | undefined {
  if (optional) return 'which is optional; a key is never absent';
  if (nullable) return 'which is nullable; a key always has a value';
  return roles.has('created at') ? 'which the mapper sets; a key is known before anything is stored' : undefined;
}

function partProblem(part: AttributeModel, separator: string | undefined): string | undefined {
  if (generatedRoles.some((role) => part.roles.has(role))) return 'which the mapper sets at every write';
  if (part.type === 'any') return "whose type is unknown; give it { type: 'string' } or 'number'";
  if (part.keyType !== 'string' && part.keyType !== 'number') {
    return `whose type is ${typeName(part.type)}; parts are strings, numbers or dates`;
  }
  const isInDates = part.type === 'date' && separator !== undefined && /^[-:.]/.test(separator);
  return isInDates ? `whose dates can hold the separator ${separator}` : undefined;
}

/** The text of a template, from the texts of its parts. */
export function formatTemplate({ literals }: Template, texts: readonly string[]): string {
  return literals.map((literal, at) => literal + (texts[at] ?? '')).join('');
}

/** The texts of a template's parts; `undefined` if the text doesn't match the template. */
export function parseTemplate(template: Template, text: string): readonly string[] | undefined {
  const { literals, parts } = template;
  const [first = '', last = ''] = [literals[0], literals.at(-1)];
  if (parts.length === 0) return text === first ? [] : undefined;
  if (!text.startsWith(first)) return undefined;

  const texts: string[] = [];
  let start = first.length;
  for (const literal of literals.slice(1, -1)) {
    const end = text.indexOf(literal, start);
    if (end < 0) return undefined;
    texts.push(text.slice(start, end));
    start = end + literal.length;
  }
  const end = text.length - last.length;
  if (end < start || !text.endsWith(last)) return undefined;
  texts.push(text.slice(start, end));
  const isFormatted = texts.every((part, at) => {
    const checked = checkedPart(template, parts[at] as AttributeModel, part);
    return 'text' in checked && checked.text === part;
  });
  return isFormatted ? texts : undefined;
}

/** The text of a part, from its stored value. Numbers become canonical decimals. */
export function partText(template: Template, part: AttributeModel, stored: unknown): PartText {
  const isNumber = typeof stored === 'number' || typeof stored === 'bigint' || isNumberValue(stored);
  const isOfType = part.keyType === 'number' ? isNumber : typeof stored === 'string';
  return isOfType ? checkedPart(template, part, String(stored)) : { problem: `no ${part.keyType}` };
}

/**
 * A part ends where the literal behind it first occurs; the last part ends where the text does, so it may hold
 * anything.
 */
function checkedPart(template: Template, part: AttributeModel, given: string): PartText {
  const text = part.keyType === 'number' ? canonicalNumber(given) : given;
  if (text === undefined) return { problem: 'no number that engines store' };
  if (text === '') return { problem: 'empty' };
  const separator = separatorAfter(template, part);
  if (separator === undefined || (text + separator).indexOf(separator) === text.length) return { text };
  return { problem: `a text that holds or runs into the separator ${separator}` };
}

/** The text that a part must not hold, because the part ends at it; `undefined` for the last part. */
export function separatorAfter({ literals, parts }: Template, part: AttributeModel): string | undefined {
  const at = parts.indexOf(part);
  return at < parts.length - 1 ? literals[at + 1] : undefined;
}

/** The parts of keys with templates, which upgrades must not change. */
export function keyParts(keys: readonly AttributeModel[]): readonly KeyPart[] {
  const parts = keys.filter(isTemplated).flatMap(({ attribute: keyAttribute, template }) =>
    template.parts.map((part, at) => ({
      attribute: part.attribute,
      agrees: (item: Item) => {
        const key = item[keyAttribute];
        const value = Object.hasOwn(item, part.attribute) ? item[part.attribute] : undefined;
        const texts = typeof key === 'string' ? parseTemplate(template, key) : undefined;
        const found = partText(template, part, value);
        return texts !== undefined && 'text' in found && isSameText(part, found.text, texts[at] as string);
      },
    })),
  );
  return Object.freeze(parts);
}
