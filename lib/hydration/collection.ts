import { types } from 'node:util';
import type { ResolvedType } from '../model/attribute-type.js';
import { type Converter, isMapOfValues, mismatch } from './converter.js';

/** What a property with `@Type` holds: values of that type in a collection, or one alone. */
type Container = 'array' | 'set' | 'map' | 'single';

type Convert = (value: unknown) => unknown;

/**
 * Converts every member of a collection, or the one value. The collection is the one that the property's own type says;
 * where that is unknown, the one that the value is, which can be `null` then. Members can be `null` in any.
 */
export function collectionConverter(type: ResolvedType, member: Converter): Converter {
  const container = containerOf(type);
  const isCollection = container !== undefined && container !== 'single';
  return {
    expected: isCollection ? `${container} of ${member.expected}` : member.expected,
    read: (value, source) => {
      if (value === null && container === undefined) return null;
      return readers[container ?? shapeOf(value)](value, (one) => member.read(one, source));
    },
    write: (value, source) => {
      if (value === null && container === undefined) return null;
      return writers[container ?? shapeOf(value)](value, (one) => member.write(one, source));
    },
  };
}

function containerOf(type: ResolvedType): Container | undefined {
  if (type === 'any') return undefined;
  return type === 'array' || type === 'set' || type === 'map' ? type : 'single';
}

function shapeOf(value: unknown): Container {
  if (Array.isArray(value)) return 'array';
  if (types.isSet(value)) return 'set';
  return types.isMap(value) ? 'map' : 'single';
}

const readers: { readonly [Kind in Container]: (value: unknown, read: Convert) => unknown } = {
  array: (value, read) => (Array.isArray(value) ? convertAll(value, read) : mismatch),
  set: (value, read) => {
    if (!Array.isArray(value) && !types.isSet(value)) return mismatch;
    const members = convertAll([...value], read);
    return members === mismatch ? mismatch : new Set(members);
  },
  map: (value, read) => {
    if (types.isMap(value)) return convertEntries([...value], read);
    return isMapOfValues(value) ? convertEntries(Object.entries(value), read) : mismatch;
  },
  single: (value, read) => read(value),
};

const writers: { readonly [Kind in Container]: (value: unknown, write: Convert) => unknown } = {
  array: (value, write) => (Array.isArray(value) ? convertAll(value, write) : mismatch),
  set: (value, write) => {
    if (!types.isSet(value)) return mismatch;
    const members = convertAll([...value], write);
    // engines have no sets of maps: members that are maps are stored as a list
    return members === mismatch || members.some(isMapOfValues) ? members : new Set(members);
  },
  map: (value, write) => (types.isMap(value) ? convertEntries([...value], write) : mismatch),
  single: (value, write) => write(value),
};

function convertAll(values: readonly unknown[], convert: Convert): unknown[] | typeof mismatch {
  const converted = values.map((one) => (one === null ? null : convert(one)));
  return converted.includes(mismatch) ? mismatch : converted;
}

function convertEntries(
  entries: readonly (readonly [unknown, unknown])[],
  convert: Convert,
): Map<unknown, unknown> | typeof mismatch {
  const members = entries.map(([, member]) => member);
  const converted = convertAll(members, convert);
  return converted === mismatch ? mismatch : new Map(entries.map(([name], at) => [name, converted[at]]));
}
