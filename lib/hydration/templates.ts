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
  type TemplatedAttribute,
} from '../model/template.js';
import { assignProperty } from './assign-property.js';

/** Computes attributes from their templates, and reads the parts of templated keys back. */
export class Templates {
  readonly #model: EntityModel;
  readonly #all: readonly TemplatedAttribute[];
  readonly #keys: readonly TemplatedAttribute[];
  /** Whether keys have templates: only then items lack what their keys say. */
  readonly areInKeys: boolean;

  constructor(model: EntityModel) {
    this.#model = model;
    this.#all = model.attributes.filter(isTemplated);
    this.#keys = model.keys.filter(isTemplated);
    this.areInKeys = this.#keys.length > 0;
  }

  /**
   * The parts that an item's keys say and the item itself lacks, by stored name: nothing where the class has no templated key.
   * Throws `KEY_MISMATCH` if a key is not what its template makes of the item's parts.
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
      const said = texts[at] as string;
      const own = valueOf(part.attribute);
      const stored = own === undefined ? missing.get(part.attribute) : own;
      if (stored === undefined) {
        missing.set(part.attribute, part.keyType === 'number' ? decodeNumber(said) : said);
        continue;
      }
      const found = partText(template, part, stored);
      if (!('text' in found) || !isSameText(part, found.text, said))
        throw mismatch(`says another ${part.property} than the attribute`);
    }
  }

  /**
   * Sets all that is computed from the values of its parts; leaves out what an absent part belongs to, or one that is null. Throws
   * `INVALID_KEY_VALUE`.
   */
  compute(wire: WireItem, valueOf: (attribute: string) => WireValue | undefined): void {
    for (const { attribute, template } of this.#all) {
      const values = template.parts.map((part) => valueOf(part.attribute));
      if (values.some((value) => value === undefined || 'NULL' in value)) continue;
      setOwn(wire, attribute, { S: this.textOf(template, values as WireValue[]) });
    }
  }

  /** What a template makes of the wire values of its parts. Throws `INVALID_KEY_VALUE`. */
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
  partError(template: Template, { keyType, property }: AttributeModel, found: string): MapperError {
    const kind = keyType === 'number' ? 'a number' : 'a text, not empty,';
    const without = template.separators.join(' or ');
    const expected = without === '' ? kind : `${kind} without ${without}, which set off the parts of ${template.text}`;
    return new MapperError('INVALID_KEY_VALUE', { class: this.#model.name, member: property, expected, found });
  }

  /** Gives an entity what is computed of it; `wireOf` makes its item of the newest version, whatever version is stored. */
  assign(entity: object, wireOf: () => WireItem): void {
    if (this.#all.length === 0) return;
    const wire = wireOf();
    for (const { attribute, property } of this.#all) {
      const value = valueAt(wire, attribute);
      const text = value && 'S' in value ? value.S : undefined;
      // one that can't take it keeps the text of before, which doesn't count: its parts do
      assignProperty(entity, property, text);
    }
  }
}
