import { isDeepStrictEqual, types } from 'node:util';
import type { Class } from '../model/class.js';
import { type Converter, converterOf, mismatch, noSource } from './converter.js';
import { storageTransform } from './storage-decorators.js';

/** Whether a property has a `@Transform` in the group `storage`, for either direction. */
export function hasTransforms(target: Class, property: string): boolean {
  return Boolean(storageTransform(target, property, 'read') ?? storageTransform(target, property, 'write'));
}

/** A converter combined with a property's storage transforms, which run after it on read and before it on write. */
export function withTransforms(target: Class, property: string, converter: Converter = converterOf('any')): Converter {
  const afterRead = storageTransform(target, property, 'read');
  const beforeWrite = storageTransform(target, property, 'write');
  const read: Converter['read'] = (value, source) => {
    const found = converter.read(value, source);
    return afterRead && found !== mismatch ? afterRead(found, source) : found;
  };
  const { dates, expected } = converter;
  const forwarded = {
    ...(dates && { dates }),
    ...(converter.problem && { problem: (value: unknown) => converter.problem?.(value) }),
    ...(converter.fill && { fill: (value: unknown) => converter.fill?.(value) }),
  };
  if (!beforeWrite) {
    return {
      expected,
      read,
      write: (value, source) => converter.write(value, source),
      below: (part) => converter.below?.(part) ?? { name: part, converter: converterOf('any') },
      change: (value) => converter.change?.(value) ?? { problem: `is ${expected}, neither a number nor a Set` },
      part: (value) => converter.part?.(value) ?? { value },
      ...forwarded,
    };
  }
  const write: Converter['write'] = (value, source) => converter.write(beforeWrite(value, source), source);
  const noPart = { problem: 'is stored through a @Transform, so what is stored for a part of it is unknown' };
  return {
    expected,
    read,
    write,
    below: () => ({ problem: 'is inside a value that is stored through a @Transform; use that one as a whole' }),
    change: (value) => membersOf(value, write) ?? noChange,
    part: (value) => {
      const members = membersOf(new Set([value]), write);
      return members && 'value' in members && members.value.size === 1 ? { value: [...members.value][0] } : noPart;
    },
    ...forwarded,
  };
}

const noChange = {
  problem: 'is stored through a @Transform, so what is stored for a change of it is unknown; set it as a whole',
};

/**
 * The stored forms of a Set's members, if the transform converts each member by itself. `undefined` if it does anything
 * else: members that are added or deleted would then differ from those with which the whole Set is stored.
 */
function membersOf(value: unknown, write: Converter['write']): { readonly value: ReadonlySet<unknown> } | undefined {
  if (!types.isSet(value)) return undefined;
  try {
    const [none, all] = [new Set(), value].map((set) => write(set, noSource));
    const each = Array.from(value, (member) => write(new Set([member]), noSource));
    if (!types.isSet(none) || none.size > 0 || !types.isSet(all) || !each.every(types.isSet)) return undefined;
    const joined = new Set<unknown>();
    for (const set of each) for (const member of set) joined.add(member);
    return isDeepStrictEqual(joined, all) ? { value: all } : undefined;
  } catch {
    return undefined;
  }
}
