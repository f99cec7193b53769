import { setOwn } from '../item/own-value.js';
import type { Shape } from '../model/shape.js';
import { type Converter, isMapOfValues, mismatch, noSource } from './converter.js';

type RecordShape = Extract<Shape, { kind: 'record' }>;

/** The converter of a map whose members all have one shape, and whose names have another. */
export function recordConverter({ keys, partial }: RecordShape, name: Converter, member: Converter): Converter {
  const convertAll = (value: unknown, convert: (converter: Converter, part: unknown) => unknown): unknown => {
    if (!isMapOfValues(value)) return mismatch;
    const converted = {};
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      const [nameThere, there] = [convert(name, key), convert(member, value[key])];
      if (nameThere === mismatch || there === mismatch) return mismatch;
      setOwn(converted, String(nameThere), there);
    }
    return converted;
  };
  const needed = partial ? [] : ((keys.values ?? []) as readonly string[]);
  const { fill } = member;
  return {
    expected: `record of ${member.expected}`,
    read: (value, source) => convertAll(value, (converter, part) => converter.read(part, source)),
    write: (value, source) => convertAll(value, (converter, part) => converter.write(part, source)),
    below: (part) => {
      const stored = name.write(String(part), noSource);
      if (stored === mismatch) return { problem: `has the name ${part}, but names are ${name.expected}` };
      return { name: String(stored), converter: member };
    },
    dates: (value) => {
      if (!('M' in value)) return undefined;
      const found = Object.entries(value.M).map(([key, stored]) => [key, member.dates?.(stored), stored] as const);
      if (found.every(([, dated]) => dated === undefined)) return undefined;
      const M = {};
      for (const [key, dated, stored] of found) setOwn(M, key, dated ?? stored);
      return { M };
    },
    problem: (value) => {
      const record = value as Readonly<Record<string, unknown>>;
      for (const key of Object.keys(record)) {
        if (record[key] === undefined) continue;
        const found = name.problem?.(key) ?? member.problem?.(record[key]);
        if (found) return { path: `['${key}']${found.path}`, problem: found.problem };
      }
      const missing = needed.find((key) => !Object.hasOwn(record, key) || record[key] === undefined);
      return missing === undefined ? undefined : { path: `['${missing}']`, problem: 'is missing' };
    },
    ...(fill && {
      fill: (value) => {
        if (!isMapOfValues(value)) return value;
        const copy = {};
        for (const key of Object.keys(value))
          setOwn(copy, key, value[key] === undefined ? undefined : fill(value[key]));
        return copy;
      },
    }),
  };
}
