import { encodeValue } from '../codec/encode.js';
import { MapperError } from '../errors.js';
import { describeType } from '../hydration/converter.js';
import { keyText } from '../hydration/key-dates.js';
import type { Hydrator } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { KeyType } from '../model/attribute-type.js';
import type { EntityModel } from '../model/entity-model.js';
import type { KeyValue } from '../store/table-schema.js';

/** The stored values of key properties without template, of one class. */
export class PlainKeys {
  readonly #model: EntityModel;
  readonly #hydrator: Hydrator<object>;

  constructor(model: EntityModel, hydrator: Hydrator<object>) {
    this.#model = model;
    this.#hydrator = hydrator;
  }

  /** The stored form of a property's value; `source` is the object that contains it. Throws `INVALID_KEY_VALUE`. */
  stored(attribute: AttributeModel, value: unknown, source: object = {}): KeyValue {
    if (value === undefined || value === null) throw this.#invalid(attribute, value);
    const stored = this.#converted(attribute, value, source);
    if (!isKeyValue(stored, attribute.keyType as KeyType)) throw this.#invalid(attribute, stored);
    // the error for a number that engines can't store names the property, not a place in a request
    if (typeof stored === 'number') encodeValue(stored, attribute.property);
    return stored;
  }

  #converted(attribute: AttributeModel, value: unknown, source: object): unknown {
    // the discriminator, which can be a key of an index, isn't a property
    if (this.#model.byProperty.get(attribute.property) !== attribute) return value;
    try {
      return keyText(
        value,
        this.#hydrator.storedValue(attribute, value, source, () => ({})),
      );
    } catch {
      throw this.#invalid(attribute, value);
    }
  }

  #invalid({ keyType, property, type }: AttributeModel, value: unknown): MapperError {
    const expected = keyType === 'number' ? 'a finite number' : `${type as string}, neither absent nor empty`;
    const details = { class: this.#model.name, member: property, expected, found: describeKey(value) };
    return new MapperError('INVALID_KEY_VALUE', details);
  }
}

function describeKey(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === '' || (value instanceof Uint8Array && value.length === 0)) return 'empty';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return describeType(value);
}

function isKeyValue(value: unknown, type: KeyType): value is KeyValue {
  if (type === 'string') return typeof value === 'string' && value !== '';
  if (type === 'bytes') return value instanceof Uint8Array && value.length > 0;
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}
