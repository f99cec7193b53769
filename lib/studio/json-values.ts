import { invalidArgument } from '../query/query-options.js';
import type { WireItem, WireValue } from '../codec/wire.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';

/** The primary key that the page asks for, as it is stored. Throws `INVALID_ARGUMENT`. */
export function keyFromJson({ keys }: EntityModel, json: unknown): WireItem {
  const given = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>;
  const entries = keys.map(({ attribute, keyType }): [string, WireValue] => {
    const type = keyType === 'number' ? 'N' : keyType === 'bytes' ? 'B' : 'S';
    const value = Object.hasOwn(given, attribute) ? given[attribute] : undefined;
    const text = (value as Readonly<Record<string, unknown>> | undefined)?.[type];
    if (typeof text !== 'string' || text === '') throw invalidArgument('dynamo-evolve studio', attribute, 'is missing');
    if (type === 'N' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
      throw invalidArgument('dynamo-evolve studio', attribute, "isn't a number");
    return [attribute, { [type]: text } as unknown as WireValue];
  });
  return Object.fromEntries(entries);
}

/** A condition in which JSON stands for what it can't hold: ISO times for dates, text for big numbers and bytes. */
export function conditionFromJson(model: EntityModel, json: unknown): unknown {
  if (Array.isArray(json)) return json.map((one) => conditionFromJson(model, one));
  if (typeof json !== 'object' || json === null) return json;
  const condition = json as Readonly<Record<string, unknown>>;
  const attribute = typeof condition['attr'] === 'string' ? model.byProperty.get(condition['attr']) : undefined;
  const entries = Object.entries(condition).map(([member, value]) => {
    if (['and', 'or', 'not'].includes(member)) return [member, conditionFromJson(model, value)];
    if (!attribute || ['attr', 'type', 'exists', 'size'].includes(member)) return [member, value];
    return [member, Array.isArray(value) ? value.map((one) => fromJson(attribute, one)) : fromJson(attribute, value)];
  });
  return Object.fromEntries(entries) as unknown;
}

/** A value of an attribute. */
export function fromJson({ type }: AttributeModel, json: unknown): unknown {
  if (typeof json !== 'string') return json;
  const isTime = type === 'date' || type === 'epochSeconds' || type === 'epochMilliseconds';
  if (isTime && !Number.isNaN(Date.parse(json))) return new Date(json);
  if (type === 'bigint' && /^-?\d+$/.test(json)) return BigInt(json);
  if (type === 'number' && json.trim() !== '' && Number.isFinite(Number(json))) return Number(json);
  return type === 'bytes' ? new Uint8Array(Buffer.from(json, 'base64')) : json;
}

/** What a query compares a sort key with. */
export function rangeFromJson(attribute: AttributeModel, json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return fromJson(attribute, json);
  const entries = Object.entries(json).map(([operator, value]: [string, unknown]) => [
    operator,
    operator === 'beginsWith'
      ? value
      : Array.isArray(value)
        ? value.map((one) => fromJson(attribute, one))
        : fromJson(attribute, value),
  ]);
  return Object.fromEntries(entries) as unknown;
}
