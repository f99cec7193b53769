import { encodeValue } from '../codec/encode.js';
import { MapperError } from '../errors.js';
import { describeType } from '../hydration/converter.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { KeyType } from '../model/attribute-type.js';
import type { KeyValue } from '../store/table.js';
import type { ItemContext } from '../read/entity-context.js';

/** What keys are made with. */
export type KeyContext = Pick<ItemContext<object>, 'model' | 'hydrator' | 'tableKeys'>;

/** The value of a key property that stands for itself. Throws `INVALID_KEY_VALUE`. */
export function plainKey(context: KeyContext, attribute: AttributeModel, value: unknown, source: object): KeyValue {
  if (value === undefined || value === null) throw invalidKey(context, attribute, value);
  let stored: unknown;
  try {
    stored = context.hydrator.storedValue(attribute, value, source, () => ({}));
  } catch {
    throw invalidKey(context, attribute, value);
  }
  if (!isKeyValue(stored, attribute.keyType as KeyType)) throw invalidKey(context, attribute, stored);
  // a number that isn't what was meant is refused by its name, not by where it would stand in a request
  if (typeof stored === 'number') encodeValue(stored, attribute.property);
  return stored;
}

function invalidKey({ model }: KeyContext, attribute: AttributeModel, value: unknown): MapperError {
  const isNoNumber = typeof value === 'number' && !Number.isFinite(value);
  const found =
    value === undefined ? 'absent' : isEmpty(value) ? 'empty' : isNoNumber ? String(value) : describeType(value);
  const expected =
    attribute.keyType === 'number' ? 'a finite number' : `${attribute.type as string}, neither absent nor empty`;
  return new MapperError('INVALID_KEY_VALUE', { class: model.name, member: attribute.property, expected, found });
}

/** Whether a value is an object of named values; dates and bytes are values themselves. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
}

function isEmpty(value: unknown): boolean {
  return value === '' || (value instanceof Uint8Array && value.length === 0);
}

function isKeyValue(value: unknown, type: KeyType): value is KeyValue {
  if (type === 'string') return typeof value === 'string' && value !== '';
  if (type === 'bytes') return value instanceof Uint8Array && value.length > 0;
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}
