import { types } from 'node:util';
import { setOf, setMembers } from '../codec/set-members.js';
import type { WireValue } from '../codec/wire.js';
import type { ResolvedType } from '../model/attribute-type.js';
import {
  type Below,
  type Converter,
  converterOf,
  describeType,
  isMapOfValues,
  mismatch,
  noSource,
  type Stored,
} from './converter.js';

/** What a property with `@Type` holds: a collection of values of that type, or a single value. */
type Container = 'array' | 'set' | 'map' | 'single';

type Convert = (value: unknown) => unknown;

/**
 * Converts every member of a collection, or the single value. The property's own type determines the collection. If
 * that type is unknown, the value determines it, and may be `null`. Members of any collection may be `null`.
 */
export function collectionConverter(type: ResolvedType, member: Converter): Converter {
  const container = containerOf(type);
  if (container === 'single') return member;
  return {
    expected: container === undefined ? member.expected : `${container} of ${member.expected}`,
    read: (value, source) => {
      if (value === null && container === undefined) return null;
      return readers[container ?? shapeOf(value)](value, (each) => member.read(each, source));
    },
    write: (value, source) => {
      if (value === null && container === undefined) return null;
      return writers[container ?? shapeOf(value)](value, (each) => member.write(each, source));
    },
    below: (part) => placeBelow(container, member, part),
    change: (value) => {
      if (container === 'array' || container === 'map') return { problem: `is stored as a ${stored[container]}` };
      if (container === 'set' || types.isSet(value)) return changedMembers(value, member);
      return member.change?.(value) ?? { problem: `is neither a number nor a Set, but ${member.expected}` };
    },
    part: (value) => {
      const written: unknown = value === null ? null : member.write(value, noSource);
      if (written !== mismatch) return { value: written };
      // a value whose collection is unknown can be text
      if (container === undefined && typeof value === 'string') return { value };
      return { problem: `is ${describeType(value)}, but each member is ${member.expected}` };
    },
    ...(member.dates && { dates: (value) => datesIn(container, member as Required<Converter>, value) }),
  };
}

/** A stored collection, or the one value, with its dates in the notation that they are written in. */
function datesIn(
  container: Container | undefined,
  { dates }: Required<Pick<Converter, 'dates'>>,
  value: WireValue,
): WireValue | undefined {
  const all = (members: readonly WireValue[]) => {
    const found = members.map((each) => dates(each));
    return found.some((each) => each !== undefined) ? found.map((each, at) => each ?? members[at]) : undefined;
  };
  if ('L' in value) {
    const L = all(value.L) as WireValue[] | undefined;
    return L && { L };
  }
  if ('M' in value && container === 'map') {
    const names = Object.keys(value.M);
    const found = all(Object.values(value.M));
    return found && { M: Object.fromEntries(names.map((name, at) => [name, found[at] as WireValue])) };
  }
  const set = setMembers(value);
  if (set?.type !== 'SS') return dates(value);
  const found = all((set.members as string[]).map((S) => ({ S }))) as { readonly S: string }[] | undefined;
  return found && setOf('SS', [...new Set(found.map(({ S }) => S))]);
}

const stored = { array: 'list', map: 'map' } as const;

/** The members to add to a stored set, or to delete from it. */
function changedMembers(value: unknown, member: Converter): Stored {
  if (!types.isSet(value)) return { problem: `takes a Set, and was given ${describeType(value)}` };
  const members = writers.set(value, (each) => member.write(each, noSource));
  if (members === mismatch) return { problem: `takes a Set of ${member.expected}` };
  if (types.isSet(members)) return { value: members };
  return { problem: 'is stored as a list, since engines have no sets of maps; set it as a whole' };
}

function placeBelow(container: Container | undefined, member: Converter, part: string | number): Below {
  const isMember = container === 'map' ? typeof part === 'string' : typeof part === 'number';
  if (isMember) return { name: part, converter: orNull(member) };
  return container === undefined ? eitherPlace(member, part) : { name: part, converter: converterOf('any') };
}

/** A name below a value that is either one instance or a Map of instances. Only the values show which. */
function eitherPlace(member: Converter, part: string | number): Below {
  const place = member.below?.(part) ?? { name: part, converter: converterOf('any') };
  if ('problem' in place) return place;
  const { converter, name } = place;
  const isUntyped = converter === converterOf('any');
  const write: Converter['write'] = (value, source) => {
    const written = converter.write(value, source);
    return written === mismatch || (isUntyped && !isStoredAsIs(value)) ? member.write(value, source) : written;
  };
  return { name, converter: replacing(converter, { write }) };
}

/** Whether a value needs no conversion, because it is neither a Date nor an instance of a class. */
function isStoredAsIs(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return isMapOfValues(value) || Array.isArray(value) || types.isSet(value) || types.isMap(value);
}

/**
 * A converter that passes `null` through: for members of collections and of nested classes, and for nullable
 * attributes.
 */
export function orNull(converter: Converter, expected = converter.expected): Converter {
  return replacing(converter, {
    expected,
    read: (value, source) => (value === null ? null : converter.read(value, source)),
    write: (value, source) => (value === null ? null : converter.write(value, source)),
    ...(converter.problem && { problem: (value) => (value === null ? undefined : converter.problem?.(value)) }),
    ...(converter.fill && { fill: (value) => (value === null ? null : converter.fill?.(value)) }),
  });
}

function replacing(converter: Converter, replacements: Partial<Converter>): Converter {
  return {
    expected: converter.expected,
    read: (value, source) => converter.read(value, source),
    write: (value, source) => converter.write(value, source),
    ...(converter.below && { below: (part) => (converter as Required<Converter>).below(part) }),
    ...(converter.change && { change: (value) => (converter as Required<Converter>).change(value) }),
    ...(converter.part && { part: (value) => (converter as Required<Converter>).part(value) }),
    ...(converter.dates && { dates: converter.dates }),
    ...(converter.problem && { problem: (value) => (converter as Required<Converter>).problem(value) }),
    ...(converter.fill && { fill: (value) => (converter as Required<Converter>).fill(value) }),
    ...replacements,
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
    // engines have no sets of maps, so a Set whose members are maps is stored as a list
    return members === mismatch || members.some(isMapOfValues) ? members : new Set(members);
  },
  map: (value, write) => (types.isMap(value) ? convertEntries([...value], write) : mismatch),
  single: (value, write) => write(value),
};

function convertAll(values: readonly unknown[], convert: Convert): unknown[] | typeof mismatch {
  const converted = values.map((each) => (each === null ? null : convert(each)));
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
