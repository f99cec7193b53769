import { encodeValue } from '../codec/encode.js';
import { type WireItem, type WireValue } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { orderOf } from '../filter/compare.js';
import { describeType } from '../hydration/converter.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { isTemplated } from '../model/template-parts.js';
import type { KeyAttribute, KeyRange, KeyValue } from '../store/table.js';
import { isRecord, type KeyContext, plainKey } from './key-value.js';
import { keyOfObject, leadingRange, templateBound, templateKey } from './template-key.js';

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
    const stored = isTemplated(attribute)
      ? keyOfObject(context, attribute, key)
      : plainKey(context, attribute, value, key);
    return [attribute.attribute, stored] as const;
  });
  return context.tableKeys.key(Object.fromEntries(values));
}

/** A key property's value as it is stored; of one with a template by its parts, too. Throws `INVALID_KEY_VALUE`. */
export function keyValue(context: KeyContext, attribute: AttributeModel, value: unknown, source: object): KeyValue {
  if (isTemplated(attribute)) return templateKey(context, attribute, value);
  return plainKey(context, attribute, value, source);
}

const rangeOperators = new Set(['eq', 'lt', 'lte', 'gt', 'gte', 'between', 'beginsWith']);

/** What to compare a sort key with, its values as they are stored. Throws `INVALID_KEY_VALUE` or `INVALID_ARGUMENT`. */
export function keyRange(context: KeyContext, attribute: AttributeModel, range: unknown): KeyRange<KeyValue> {
  if (!isRecord(range) || (isTemplated(attribute) && !hasOperator(range))) {
    return { eq: keyValue(context, attribute, range, {}) };
  }
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(range);
  if (!rangeOperators.has(operator) || others.length > 0) {
    throw invalidRange(
      `has the operators ${Object.keys(range).join(', ') || 'none'}; expected one of ${[...rangeOperators].join(', ')}`,
    );
  }
  if (operator === 'beginsWith') {
    if (isTemplated(attribute) && isRecord(operand)) return leadingRange(context, attribute, operand);
    if (attribute.keyType === 'number') throw invalidRange('says beginsWith, which numbers have not');
    // a prefix needs not be a whole value of the attribute's type, and it is never a Date
    if (typeof operand !== 'string' && !(operand instanceof Uint8Array)) {
      throw invalidRange('says beginsWith, which takes the first characters or bytes as they are stored');
    }
    return { beginsWith: operand };
  }
  const bound = (one: unknown) =>
    isTemplated(attribute) && operator !== 'eq'
      ? templateBound(context, attribute, one)
      : keyValue(context, attribute, one, {});
  if (operator !== 'between') return { [operator]: bound(operand) } as KeyRange<KeyValue>;
  if (!Array.isArray(operand) || operand.length !== 2)
    throw invalidRange('says between, which takes a pair, [from, to]');
  const [from, to] = operand.map(bound) as [KeyValue, KeyValue];
  const { property } = attribute;
  const order = orderOf(encodeValue(from, property), encodeValue(to, property));
  if (order !== undefined && order > 0) throw invalidRange('says between with a first value above the second one');
  return { between: [from, to] };
}

/** The text by which keys are told apart. */
export function keyText(item: WireItem, keys: readonly KeyAttribute[]): string {
  return JSON.stringify(keys.map(({ name }) => canonicalKey(item[name] as WireValue)));
}

function canonicalKey(value: WireValue): unknown {
  return 'B' in value && typeof value.B !== 'string' ? { B: Buffer.from(value.B).toString('base64') } : value;
}

function hasOperator(range: object): boolean {
  const [name, ...others] = Object.keys(range);
  return name !== undefined && others.length === 0 && rangeOperators.has(name);
}

function invalidRange(problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'query', argument: 'range', problem });
}
