import { canonicalDate } from '../codec/date-text.js';
import { encodeItem, encodeValue } from '../codec/encode.js';
import { type StoredItem, wireValueAt } from '../codec/row.js';
import type { WireItem, WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { orderOf } from '../filter/compare.js';
import { orderOfDates } from '../filter/dates.js';
import { describeType } from '../hydration/converter.js';
import { type Hydrator, readKey } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import { isSameText, isTemplated } from '../model/template.js';
import type { KeyRange, KeyValue } from '../store/table-schema.js';
import { PlainKeys } from './plain-key.js';
import { isRecord, isSameKeyText, TemplateKeys } from './template-key.js';

const rangeOperators = new Set(['eq', 'lt', 'lte', 'gt', 'gte', 'between', 'beginsWith']);

/** Converts keys of one class between the application's values and the stored ones. */
export class KeyCodec {
  readonly #model: EntityModel;
  readonly #names: readonly string[];
  readonly #plain: PlainKeys;
  readonly #templates: TemplateKeys;

  constructor(model: EntityModel, hydrator: Hydrator<object>) {
    this.#model = model;
    this.#names = model.keys.map(({ attribute }) => attribute);
    this.#plain = new PlainKeys(model, hydrator);
    this.#templates = new TemplateKeys(model, hydrator.templates, this.#plain);
  }

  /** The stored primary key, from an object with its properties or their parts. Throws `INVALID_KEY_VALUE`. */
  encode(key: object): WireItem {
    if (typeof key !== 'object' || key === null) throw this.#notAKey(key);
    const values = this.#model.keys.map((attribute) => {
      const stored = isTemplated(attribute)
        ? this.#templates.ofObject(attribute, key)
        : this.#plain.stored(attribute, (key as Readonly<Record<string, unknown>>)[attribute.property], key);
      return [attribute.attribute, stored] as const;
    });
    return encodeItem(Object.fromEntries(values));
  }

  /** The primary key of a stored item, in its own notation. */
  keyOf(wire: WireItem): WireItem {
    return Object.fromEntries(this.#names.map((name) => [name, wire[name] as WireValue]));
  }

  /** The primary key of a stored item as errors name it, as far as it can be read. */
  nameOf(wire: WireItem): ErrorKey {
    return readKey(this.#model, wire);
  }

  /** Text that is equal for equal primary keys. */
  textOf(item: StoredItem): string {
    return JSON.stringify(this.#names.map((name) => comparable(wireValueAt(item, name))));
  }

  /** Whether two primary keys mean the same, in whatever notation their dates are. */
  isSame(wire: WireItem, other: WireItem): boolean {
    return this.#model.keys.every((key) => {
      const [value, compared] = [wire[key.attribute], other[key.attribute]];
      if (!value || !compared || !('S' in value) || !('S' in compared)) return isSameKey(value, compared);
      return isTemplated(key) ? isSameKeyText(key, value.S, compared.S) : isSameText(key, value.S, compared.S);
    });
  }

  /** Text that is equal for items of the same partition. */
  partitionOf(wire: WireItem): string {
    return JSON.stringify(comparable(wire[this.#model.partitionKey.attribute]));
  }

  /**
   * The stored value of a key property. If it has a template, it can be given by its parts. Throws `INVALID_KEY_VALUE`.
   */
  value(attribute: AttributeModel, value: unknown): KeyValue {
    return isTemplated(attribute) ? this.#templates.stored(attribute, value) : this.#plain.stored(attribute, value);
  }

  /** The stored operand to compare a sort key with. Throws `INVALID_KEY_VALUE` or `INVALID_ARGUMENT`. */
  range(attribute: AttributeModel, range: unknown): KeyRange<KeyValue> {
    if (!isRecord(range) || (isTemplated(attribute) && !hasOperator(range)))
      return { eq: this.#exact(attribute, range) };
    const [[operator, operand] = ['', undefined], ...others] = Object.entries(range);
    if (!rangeOperators.has(operator) || others.length > 0) {
      const found = Object.keys(range).join(', ') || 'none';
      throw invalidRange(`has the operators ${found}; expected one of ${[...rangeOperators].join(', ')}`);
    }
    if (operator === 'beginsWith') return this.#prefix(attribute, operand);
    if (operator === 'eq') return { eq: this.#exact(attribute, operand) };
    if (operator !== 'between') return { [operator]: this.#bound(attribute, operand) } as KeyRange<KeyValue>;
    if (!Array.isArray(operand) || operand.length !== 2) {
      throw invalidRange('says between, which takes a pair, [from, to]');
    }
    const [from, to] = operand.map((bound) => this.#bound(attribute, bound)) as [KeyValue, KeyValue];
    const compare = attribute.type === 'date' ? orderOfDates : orderOf;
    const order = compare(encodeValue(from, attribute.property), encodeValue(to, attribute.property));
    if (order !== undefined && order > 0) throw invalidRange('says between with a first value above the second');
    return { between: [from, to] };
  }

  #exact(attribute: AttributeModel, value: unknown): KeyValue {
    return isTemplated(attribute) ? this.#templates.stored(attribute, value) : this.#bound(attribute, value);
  }

  /**
   * Ranges of dates compare their times: a date that was read stands for its time, not for the text that it was read
   * from.
   */
  #bound(attribute: AttributeModel, value: unknown): KeyValue {
    if (isTemplated(attribute)) return this.#templates.bound(attribute, value);
    const stored = this.#plain.stored(attribute, value);
    return attribute.type === 'date' && typeof stored === 'string' ? (canonicalDate(stored) ?? stored) : stored;
  }

  #prefix(attribute: AttributeModel, operand: unknown): KeyRange<KeyValue> {
    if (isTemplated(attribute) && isRecord(operand)) return this.#templates.leadingRange(attribute, operand);
    if (attribute.keyType === 'number') throw invalidRange("says beginsWith, which isn't available for numbers");
    // a prefix needn't be a whole value of the attribute's type, and is never a Date
    if (typeof operand !== 'string' && !(operand instanceof Uint8Array)) {
      throw invalidRange('says beginsWith, which takes the first characters or bytes as they are stored');
    }
    return { beginsWith: operand };
  }

  #notAKey(key: unknown): MapperError {
    const { keys, name, partitionKey } = this.#model;
    const expected = `an object with ${keys.map(({ property }) => property).join(' and ')}`;
    const found = key === undefined ? 'absent' : describeType(key);
    return new MapperError('INVALID_KEY_VALUE', { class: name, member: partitionKey.property, expected, found });
  }
}

/** Bytes have two notations on the wire. */
function comparable(value: WireValue | undefined): unknown {
  return value && 'B' in value && typeof value.B !== 'string' ? { B: Buffer.from(value.B).toString('base64') } : value;
}

function isSameKey(value: WireValue | undefined, other: WireValue | undefined): boolean {
  return JSON.stringify(comparable(value)) === JSON.stringify(comparable(other));
}

function hasOperator(range: object): boolean {
  const [name, ...others] = Object.keys(range);
  return name !== undefined && others.length === 0 && rangeOperators.has(name);
}

function invalidRange(problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'query()', argument: 'range', problem });
}
