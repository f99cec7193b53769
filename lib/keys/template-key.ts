import { MapperError } from '../errors.js';
import { describeType } from '../hydration/converter.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { formatTemplate, parseTemplate, partText } from '../model/template.js';
import type { TemplatedAttribute } from '../model/template-parts.js';
import type { KeyRange, KeyValue } from '../store/table.js';
import { isRecord, type KeyContext, plainKey } from './key-value.js';

type Parts = Readonly<Record<string, unknown>>;

/**
 * The text of a templated key, from an entity or an object with the parts; where parts are missing, the key's own property
 * counts. Throws `INVALID_KEY_VALUE`.
 */
export function keyOfObject(context: KeyContext, attribute: TemplatedAttribute, source: object): string {
  const { property, template } = attribute;
  const values = source as Parts;
  const whole = values[property];
  const given = template.parts.filter((part) => !isAbsent(values[part.property]));
  const isWhole = given.length < template.parts.length && !isAbsent(whole);
  const text = isWhole ? wholeKey(context, attribute, whole) : textOfParts(context, attribute, values);
  // an entity's own key is that of before, until it is stored again
  if (source instanceof context.model.class) return text;
  const said = parseTemplate(template, text) ?? [];
  const agrees = template.parts.every((part, at) => {
    return !given.includes(part) || textOfPart(context, attribute, part, values) === said[at];
  });
  if (agrees && (isAbsent(whole) || whole === text)) return text;
  throw refused(context, attribute, 'another one than the parts that are given with it make');
}

/** The text of a templated key, from its parts, its only part, or itself. Throws `INVALID_KEY_VALUE`. */
export function templateKey(context: KeyContext, attribute: TemplatedAttribute, value: unknown): string {
  const { template } = attribute;
  if (isRecord(value)) {
    assertKnown(context, attribute, value);
    return textOfParts(context, attribute, value);
  }
  const isWhole = typeof value === 'string' && parseTemplate(template, value) !== undefined;
  const [part, ...others] = template.parts;
  if (isWhole || !part || others.length > 0) return wholeKey(context, attribute, value);
  return textOfParts(context, attribute, { [part.property]: value });
}

/** What to compare a templated sort key with: a whole key, or, where a text can't be its only part, any text as it is stored. */
export function templateBound(context: KeyContext, attribute: TemplatedAttribute, value: unknown): string {
  const { template } = attribute;
  const [part, ...others] = template.parts;
  const isPart = part !== undefined && others.length === 0 && 'text' in partText(template, part, value);
  return typeof value === 'string' && value !== '' && !isPart ? value : templateKey(context, attribute, value);
}

/** The range of the sort keys that begin with some leading parts; with all parts it is one key. Throws `INVALID_KEY_VALUE`. */
export function leadingRange(context: KeyContext, attribute: TemplatedAttribute, parts: object): KeyRange<KeyValue> {
  const { template } = attribute;
  const values = parts as Parts;
  assertKnown(context, attribute, values);
  const missing = template.parts.findIndex((part) => isAbsent(values[part.property]));
  if (missing < 0) return { eq: textOfParts(context, attribute, values) };
  const leading = template.parts.slice(0, missing).map((part) => textOfPart(context, attribute, part, values));
  if (Object.keys(values).filter((name) => !isAbsent(values[name])).length > leading.length) {
    throw refused(context, attribute, `parts without ${template.parts[missing]?.property}, which stands before others`);
  }
  const prefix = formatTemplate({ ...template, literals: template.literals.slice(0, missing + 1) }, leading);
  if (prefix === '') throw refused(context, attribute, 'no part to begin with');
  return { beginsWith: prefix };
}

function textOfParts(context: KeyContext, attribute: TemplatedAttribute, values: Parts): string {
  const texts = attribute.template.parts.map((part) => textOfPart(context, attribute, part, values));
  return formatTemplate(attribute.template, texts);
}

function textOfPart(
  context: KeyContext,
  { template }: TemplatedAttribute,
  part: AttributeModel,
  values: Parts,
): string {
  const text = partText(template, part, plainKey(context, part, values[part.property], values));
  if ('text' in text) return text.text;
  throw context.hydrator.templates.partError(template, part, text.problem);
}

function wholeKey(context: KeyContext, attribute: TemplatedAttribute, value: unknown): string {
  if (typeof value === 'string' && parseTemplate(attribute.template, value)) return value;
  throw refused(context, attribute, isAbsent(value) ? 'absent' : `${describeType(value)} of another form`);
}

function refused({ model }: KeyContext, { property, template }: TemplatedAttribute, found: string): MapperError {
  const parts = template.parts.map((part) => part.property).join(', ');
  const expected = `${template.text}${parts === '' ? '' : `, given as a text of this form or by ${parts}`}`;
  return new MapperError('INVALID_KEY_VALUE', { class: model.name, member: property, expected, found });
}

function assertKnown(context: KeyContext, attribute: TemplatedAttribute, values: Parts): void {
  const unknown = Object.keys(values).find((name) => !attribute.template.parts.some((part) => part.property === name));
  if (unknown !== undefined) throw refused(context, attribute, `an object with ${unknown}, which is none of its parts`);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
