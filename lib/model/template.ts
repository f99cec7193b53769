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

/** A part's text, or what is wrong with it. */
export type PartText = { readonly text: string } | { readonly problem: string };

/**
 * Proves templates, given by property, and hands out the attributes with what their templates say. Throws
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
  const separators = separatorsOf(literals, names, refuse);
  const parts = names.map((name) => {
    const part = attributes.find((one) => one.property === name);
    if (!part) throw refuse(`names ${name || 'nothing'}, which isn't an attribute of the class`);
    if (texts.has(name)) throw refuse(`names ${name}, which has a template itself`);
    const problem = (isKey ? keyPartProblem(part) : undefined) ?? partProblem(part, separators);
    if (problem) throw refuse(`names ${name}, ${problem}`);
    return part;
  });
  return Object.freeze({ text, literals: Object.freeze(literals), parts: Object.freeze(parts), separators });
}

function split(text: string): { literals: string[]; names: string[] } {
  // every other piece is what a pair of braces holds
  const pieces = text.split(/\{([^{}]*)\}/);
  return { literals: pieces.filter((_, at) => at % 2 === 0), names: pieces.filter((_, at) => at % 2 === 1) };
}

/** The characters that touch a part: by them, and by nothing else, texts are taken apart again. */
function separatorsOf(
  literals: readonly string[],
  names: readonly string[],
  refuse: (problem: string) => MapperError,
): readonly string[] {
  const separators = new Set<string>();
  for (const [at, name] of names.entries()) {
    const [before = '', after = ''] = [literals[at], literals[at + 1]];
    if (at > 0 && before === '') throw refuse(`has nothing between {${names[at - 1]}} and {${name}}`);
    // by code points: a character can take two units
    const touching = [Array.from(before).at(-1), Array.from(after).at(0)].filter((one) => one !== undefined);
    for (const character of touching) {
      if (/[\p{L}\p{N}]/u.test(character)) {
        throw refuse(`sets {${name}} off by '${character}'; separators are neither letters nor digits, such as # or :`);
      }
      separators.add(character);
    }
  }
  return Object.freeze([...separators]);
}

const generatedRoles: readonly MemberRole[] = ['updated at', 'revision'];

function keyPartProblem({ nullable, optional, roles }: AttributeModel): string | undefined {
  if (optional) return 'which is optional; a key is never absent';
  if (nullable) return 'which is nullable; a key always has a value';
  return roles.has('created at') ? 'which the mapper sets; a key is known before anything is stored' : undefined;
}

function partProblem(part: AttributeModel, separators: readonly string[]): string | undefined {
  if (generatedRoles.some((role) => part.roles.has(role))) return 'which the mapper sets at every write';
  if (part.type === 'any') return "whose type is unknown; give it { type: 'string' } or 'number'";
  if (part.keyType !== 'string' && part.keyType !== 'number') {
    return `whose type is ${typeName(part.type)}; parts are strings, numbers or dates`;
  }
  const dated = part.type === 'date' ? separators.find((one) => /[-:.]/.test(one)) : undefined;
  return dated && `whose dates hold the separator ${dated}`;
}

/** The text that a template makes of the texts of its parts. */
export function formatTemplate({ literals }: Template, texts: readonly string[]): string {
  return literals.map((literal, at) => literal + (texts[at] ?? '')).join('');
}

/** The texts of a template's parts; `undefined` if the template can't have made the text. */
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
  const isMade = texts.every((one, at) => {
    const checked = checkedPart(template, parts[at] as AttributeModel, one);
    return 'text' in checked && checked.text === one;
  });
  return isMade ? texts : undefined;
}

/** The text of a part, of its stored value: a number as a canonical decimal. */
export function partText(template: Template, part: AttributeModel, stored: unknown): PartText {
  const isNumber = typeof stored === 'number' || typeof stored === 'bigint' || isNumberValue(stored);
  const isOfType = part.keyType === 'number' ? isNumber : typeof stored === 'string';
  return isOfType ? checkedPart(template, part, String(stored)) : { problem: `no ${part.keyType}` };
}

function checkedPart({ separators }: Template, { keyType }: AttributeModel, given: string): PartText {
  const text = keyType === 'number' ? canonicalNumber(given) : given;
  if (text === undefined) return { problem: 'no number that engines store' };
  if (text === '') return { problem: 'empty' };
  const separator = separators.find((one) => text.includes(one));
  return separator === undefined ? { text } : { problem: `a text with the separator ${separator}` };
}

/** The parts of templated keys, as upgrades must leave them. */
export function keyParts(keys: readonly AttributeModel[]): readonly KeyPart[] {
  const parts = keys.filter(isTemplated).flatMap(({ attribute: keyAttribute, template }) =>
    template.parts.map((part, at) => ({
      attribute: part.attribute,
      agrees: (item: Item) => {
        const key = item[keyAttribute];
        const value = Object.hasOwn(item, part.attribute) ? item[part.attribute] : undefined;
        const said = typeof key === 'string' ? parseTemplate(template, key) : undefined;
        const found = partText(template, part, value);
        return said !== undefined && 'text' in found && found.text === said[at];
      },
    })),
  );
  return Object.freeze(parts);
}
