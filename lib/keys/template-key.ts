import { MapperError } from '../errors.js';
import { describeType } from '../hydration/converter.js';
import type { Templates } from '../hydration/templates.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import { formatTemplate, isSameText, parseTemplate, partText } from '../model/template.js';
import type { TemplatedAttribute } from '../model/template.js';
import type { KeyRange, KeyValue } from '../store/table-schema.js';
import type { PlainKeys } from './plain-key.js';

type Parts = Readonly<Record<string, unknown>>;

/** The stored texts of key properties that have templates, of one class. */
export class TemplateKeys {
  readonly #model: EntityModel;
  readonly #templates: Templates;
  readonly #parts: PlainKeys;

  constructor(model: EntityModel, templates: Templates, parts: PlainKeys) {
    this.#model = model;
    this.#templates = templates;
    this.#parts = parts;
  }

  /**
   * The text of a key, from an entity or an object with its parts or, if parts are missing, from the key's property.
   * Throws `INVALID_KEY_VALUE`.
   */
  ofObject(attribute: TemplatedAttribute, source: object): string {
    const { property, template } = attribute;
    const values = source as Parts;
    const whole = values[property];
    const given = template.parts.filter((part) => !isAbsent(values[part.property]));
    const isWhole = given.length < template.parts.length && !isAbsent(whole);
    const text = isWhole ? this.#wholeText(attribute, whole) : this.#textOfParts(attribute, values);
    // an entity's property keeps the old key until the entity is stored again
    if (source instanceof this.#model.class) return text;
    const parsed = parseTemplate(template, text) ?? [];
    const agrees = template.parts.every((part, at) => {
      return !given.includes(part) || isSameText(part, this.#textOfPart(attribute, part, values), parsed[at] ?? '');
    });
    if (agrees && (isAbsent(whole) || isSameKeyText(attribute, whole, text)))
      return isAbsent(whole) ? text : (whole as string);
    throw this.#refused(attribute, 'a key that contradicts the parts that are given with it');
  }

  /** The text of a key, from its parts, its only part, or itself. Throws `INVALID_KEY_VALUE`. */
  stored(attribute: TemplatedAttribute, value: unknown): string {
    const { template } = attribute;
    if (isRecord(value)) {
      this.#assertParts(attribute, value);
      return this.#textOfParts(attribute, value);
    }
    const isWhole = typeof value === 'string' && parseTemplate(template, value) !== undefined;
    const [part, ...others] = template.parts;
    if (isWhole || !part || others.length > 0) return this.#wholeText(attribute, value);
    return this.#textOfParts(attribute, { [part.property]: value });
  }

  /**
   * The operand to compare a sort key with: a whole key by its parts, or text as it is stored. Text that doesn't begin
   * like the template is the part, if there is only one.
   */
  bound(attribute: TemplatedAttribute, value: unknown): string {
    const { template } = attribute;
    const [part, ...rest] = template.parts;
    const [first = ''] = template.literals;
    const isPart = part !== undefined && rest.length === 0 && 'text' in partText(template, part, value);
    const isStored =
      typeof value === 'string' && value !== '' && (!isPart || (first !== '' && value.startsWith(first)));
    return isStored ? value : this.stored(attribute, value);
  }

  /**
   * The range of the sort keys that begin with some leading parts. With all parts, it is one key. Throws
   * `INVALID_KEY_VALUE`.
   */
  leadingRange(attribute: TemplatedAttribute, parts: object): KeyRange<KeyValue> {
    const { template } = attribute;
    const values = parts as Parts;
    this.#assertParts(attribute, values);
    const missing = template.parts.findIndex((part) => isAbsent(values[part.property]));
    if (missing < 0) return { eq: this.#textOfParts(attribute, values) };
    const leading = template.parts.slice(0, missing).map((part) => this.#textOfPart(attribute, part, values));
    if (Object.keys(values).filter((name) => !isAbsent(values[name])).length > leading.length) {
      throw this.#refused(attribute, `parts without ${template.parts[missing]?.property}, which comes before others`);
    }
    const prefix = formatTemplate({ ...template, literals: template.literals.slice(0, missing + 1) }, leading);
    if (prefix === '') throw this.#refused(attribute, 'no part to begin with');
    return { beginsWith: prefix };
  }

  #textOfParts(attribute: TemplatedAttribute, values: Parts): string {
    const texts = attribute.template.parts.map((part) => this.#textOfPart(attribute, part, values));
    return formatTemplate(attribute.template, texts);
  }

  #textOfPart({ template }: TemplatedAttribute, part: AttributeModel, values: Parts): string {
    const text = partText(template, part, this.#parts.stored(part, values[part.property], values));
    if ('text' in text) return text.text;
    throw this.#templates.partError(template, part, text.problem);
  }

  #wholeText(attribute: TemplatedAttribute, value: unknown): string {
    if (typeof value === 'string' && parseTemplate(attribute.template, value)) return value;
    throw this.#refused(attribute, isAbsent(value) ? 'absent' : `${describeType(value)} of another form`);
  }

  #assertParts(attribute: TemplatedAttribute, values: Parts): void {
    const { parts } = attribute.template;
    const unknown = Object.keys(values).find((name) => !parts.some((part) => part.property === name));
    if (unknown !== undefined)
      throw this.#refused(attribute, `an object with ${unknown}, which isn't one of its parts`);
  }

  #refused({ property, template }: TemplatedAttribute, found: string): MapperError {
    const parts = template.parts.map((part) => part.property).join(', ');
    const expected = `${template.text}${parts === '' ? '' : `, given as a text of this form or by ${parts}`}`;
    return new MapperError('INVALID_KEY_VALUE', { class: this.#model.name, member: property, expected, found });
  }
}

/** Whether two texts of a key mean the same, part by part. */
export function isSameKeyText({ template }: TemplatedAttribute, text: unknown, other: unknown): boolean {
  if (typeof text !== 'string' || typeof other !== 'string') return false;
  const [parts, others] = [text, other].map((each) => parseTemplate(template, each));
  if (!parts || !others) return text === other;
  return template.parts.every((part, at) => isSameText(part, parts[at] as string, others[at] as string));
}

/** Whether a value is an object with named values. Dates and bytes aren't. */
export function isRecord(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
