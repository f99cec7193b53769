import { decodeNumber } from '../codec/number.js';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { AttributeModel, Template } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import {
  formatTemplate,
  isSameText,
  isTemplated,
  parseTemplate,
  partText,
  separatorAfter,
  type TemplatedAttribute,
} from '../model/template.js';
import { assignProperty } from './assign-property.js';

/** Computes attributes from their templates, and parses the parts of templated keys. */
export class Templates {
  readonly #model: EntityModel;
  readonly #all: readonly TemplatedAttribute[];
  readonly #keys: readonly TemplatedAttribute[];
  /** Whether keys have templates. Only then can a key contain what the item lacks. */
  readonly areInKeys: boolean;

  constructor(model: EntityModel) {
    this.#model = model;
    this.#all = model.attributes.filter(isTemplated);
    this.#keys = model.keys.filter(isTemplated);
    this.areInKeys = this.#keys.length > 0;
  }

  /**
   * The parts that an item's keys contain and the item itself lacks, by stored name; `undefined` if the class has no
   * templated key. Throws `KEY_MISMATCH` if a key doesn't match its template, filled in with the item's parts.
   */
  missingParts(valueOf: (attribute: string) => unknown, key: () => ErrorKey): ReadonlyMap<string, unknown> | undefined {
    if (this.#keys.length === 0) return undefined;
    const missing = new Map<string, unknown>();
    for (const attribute of this.#keys) {
      const text = valueOf(attribute.attribute);
      if (typeof text === 'string') this.#readParts(attribute, text, valueOf, missing, key);
    }
    return missing;
  }

  #readParts(
    { property, template }: TemplatedAttribute,
    text: string,
    valueOf: (attribute: string) => unknown,
    missing: Map<string, unknown>,
    key: () => ErrorKey,
  ): void {
    const mismatch = (problem: string) => {
      const details = { entity: this.#model.name, key: key(), member: property, template: template.text };
      return new MapperError('KEY_MISMATCH', { ...details, problem });
    };
    const texts = parseTemplate(template, text);
    if (!texts) throw mismatch('has another form');
    for (const [at, part] of template.parts.entries()) {
      const parsed = texts[at] as string;
      const value = valueOf(part.attribute);
      const stored = value === undefined ? missing.get(part.attribute) : value;
      if (stored === undefined) {
        missing.set(part.attribute, part.keyType === 'number' ? decodeNumber(parsed) : parsed);
        continue;
      }
      const found = partText(template, part, stored);
      if (!('text' in found) || !isSameText(part, found.text, parsed))
        throw mismatch(`says another ${part.property} than the attribute`);
    }
  }

  /**
   * Sets the attributes that are computed from other values, unless one of their parts is absent or null. Throws
   * `INVALID_KEY_VALUE`.
   */
  compute(wire: WireItem, valueOf: (attribute: string) => WireValue | undefined): void {
    for (const { attribute, template } of this.#all) {
      const values = template.parts.map((part) => valueOf(part.attribute));
      if (values.some((value) => value === undefined || 'NULL' in value)) continue;
      setOwn(wire, attribute, { S: this.textOf(template, values as WireValue[]) });
    }
  }

  /** The text of a template, from the wire values of its parts. Throws `INVALID_KEY_VALUE`. */
  textOf(template: Template, values: readonly WireValue[]): string {
    const texts = template.parts.map((part, at) => {
      const value = values[at] as WireValue;
      const text = partText(template, part, 'S' in value ? value.S : 'N' in value ? decodeNumber(value.N) : value);
      if ('text' in text) return text.text;
      throw this.partError(template, part, text.problem);
    });
    return formatTemplate(template, texts);
  }

  /** The error for a part that a template can't take. */
  partError(template: Template, part: AttributeModel, found: string): MapperError {
    const { keyType, property } = part;
    const separator = keyType === 'number' ? undefined : separatorAfter(template, part);
    const kind = keyType === 'number' ? 'a number' : 'a text that is not empty';
    const expected =
      separator === undefined ? kind : `${kind} and without ${separator}, where the part ends in ${template.text}`;
    return new MapperError('INVALID_KEY_VALUE', { class: this.#model.name, member: property, expected, found });
  }

  /**
   * Sets the computed attributes of an entity. `wireOf` returns its item in the newest version, whatever version is
   * stored.
   */
  assign(entity: object, wireOf: () => WireItem): void {
    if (this.#all.length === 0) return;
    const wire = wireOf();
    for (const { attribute, property } of this.#all) {
      const value = valueAt(wire, attribute);
      const text = value && 'S' in value ? value.S : undefined;
      // an entity that refuses it keeps the previous text, which doesn't matter: the parts count
      assignProperty(entity, property, text);
    }
  }
}
