import { type WireItem, type WireValue } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { describeType } from '../hydration/converter.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { KeyType } from '../model/attribute-type.js';
import type { KeyAttribute, KeyRange, KeyValue } from '../store/table.js';
import type { EntityContext } from './entity-context.js';

type KeyContext = Pick<EntityContext<object>, 'model' | 'hydrator' | 'requests'>;

/** The wire form of an entity's primary key, from an object with its key properties. Throws `INVALID_KEY_VALUE`. */
export function wireKey(context: KeyContext, key: object): WireItem {
  if (typeof key !== 'object' || key === null) {
    const { keys, name, partitionKey } = context.model;
    const expected = `an object with ${keys.map((one) => one.property).join(' and ')}`;
    const found = key === undefined ? 'absent' : describeType(key);
    throw new MapperError('INVALID_KEY_VALUE', { class: name, member: partitionKey.property, expected, found });
  }
  const values = context.model.keys.map((attribute) => {
    const value = (key as Readonly<Record<string, unknown>>)[attribute.property];
    return [attribute.attribute, keyValue(context, attribute, value, key)] as const;
  });
  return context.requests.key(Object.fromEntries(values));
}

/** A key property's value as it is stored. Throws `INVALID_KEY_VALUE`. */
export function keyValue(context: KeyContext, attribute: AttributeModel, value: unknown, source: object): KeyValue {
  if (value === undefined || value === null) throw invalidKey(context, attribute, value);
  let stored: unknown;
  try {
    stored = context.hydrator.storedValue(attribute, value, source, () => ({}));
  } catch {
    throw invalidKey(context, attribute, value);
  }
  if (!isKeyValue(stored, attribute.keyType as KeyType)) throw invalidKey(context, attribute, stored);
  return stored;
}

const rangeOperators = new Set(['eq', 'lt', 'lte', 'gt', 'gte', 'between', 'beginsWith']);

/** What to compare a sort key with, its values as they are stored. Throws `INVALID_KEY_VALUE` or `INVALID_ARGUMENT`. */
export function keyRange(context: KeyContext, attribute: AttributeModel, range: unknown): KeyRange<KeyValue> {
  if (!isOperatorObject(range)) return { eq: keyValue(context, attribute, range, {}) };
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(range);
  if (!rangeOperators.has(operator) || others.length > 0) {
    throw invalidRange(
      `has the operators ${Object.keys(range).join(', ') || 'none'}; expected one of ${[...rangeOperators].join(', ')}`,
    );
  }
  if (operator === 'beginsWith') {
    if (attribute.keyType === 'number') throw invalidRange('says beginsWith, which numbers have not');
    // a prefix needs not be a whole value of the attribute's type, and it is never a Date
    if (typeof operand !== 'string' && !(operand instanceof Uint8Array)) {
      throw invalidRange('says beginsWith, which takes the first characters or bytes as they are stored');
    }
    return { beginsWith: operand };
  }
  if (operator !== 'between') return { [operator]: keyValue(context, attribute, operand, {}) } as KeyRange<KeyValue>;
  if (!Array.isArray(operand) || operand.length !== 2)
    throw invalidRange('says between, which takes a pair, [from, to]');
  const [from, to] = operand.map((one) => keyValue(context, attribute, one, {}));
  return { between: [from as KeyValue, to as KeyValue] };
}

/** The text by which keys are told apart. */
export function keyText(item: WireItem, keys: readonly KeyAttribute[]): string {
  return JSON.stringify(keys.map(({ name }) => canonicalKey(item[name] as WireValue)));
}

function canonicalKey(value: WireValue): unknown {
  return 'B' in value && typeof value.B !== 'string' ? { B: Buffer.from(value.B).toString('base64') } : value;
}

function isOperatorObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
}

function isKeyValue(value: unknown, type: KeyType): value is KeyValue {
  if (type === 'string') return typeof value === 'string' && value !== '';
  if (type === 'bytes') return value instanceof Uint8Array && value.length > 0;
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}

function invalidKey({ model }: KeyContext, attribute: AttributeModel, value: unknown): MapperError {
  const isNoNumber = typeof value === 'number' && !Number.isFinite(value);
  const found =
    value === undefined ? 'absent' : isEmpty(value) ? 'empty' : isNoNumber ? String(value) : describeType(value);
  const expected =
    attribute.keyType === 'number' ? 'a finite number' : `${attribute.type as string}, neither absent nor empty`;
  return new MapperError('INVALID_KEY_VALUE', { class: model.name, member: attribute.property, expected, found });
}

function isEmpty(value: unknown): boolean {
  return value === '' || (value instanceof Uint8Array && value.length === 0);
}

function invalidRange(problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'query', argument: 'range', problem });
}
