import { isDeepStrictEqual, types } from 'node:util';
import { isNumberValue, nearestNumber } from '../codec/number.js';
import type { LeafShape, LeafType } from '../model/shape.js';
import { type Converter, converterOf, mismatch } from './converter.js';

const isNumeric = (value: unknown) => typeof value === 'number' || typeof value === 'bigint';

const numeric: Converter = {
  ...converterOf('bigint'),
  expected: 'number or bigint',
  read: (value) => (isNumeric(value) ? value : isNumberValue(value) ? nearestNumber(value) : mismatch),
  write: (value) => (isNumeric(value) ? value : mismatch),
};

const nothing: Converter = {
  expected: 'null',
  read: (value) => (value === null ? null : mismatch),
  write: (value) => (value === null ? null : mismatch),
};

/** The converter of a value that is made of nothing else. */
export function leafConverter({ transform, type, values }: LeafShape): Converter {
  const listed = values ? amongValues(typeConverter(type), values) : typeConverter(type);
  if (!transform) return listed;
  const stored = typeConverter(type);
  return {
    expected: listed.expected,
    read: (value, source) => {
      const found = stored.read(value, source);
      return found === mismatch ? mismatch : listed.read(transform.decode(found), source);
    },
    write: (value, source) => {
      const given = listed.write(value, source);
      return given === mismatch ? mismatch : stored.write(transform.encode(given), source);
    },
    below: () => ({ problem: 'is inside a value that is stored through a transformer; use that one as a whole' }),
    change: () => ({ problem: 'is stored through a transformer; set it as a whole' }),
    part: () => ({ problem: 'is stored through a transformer, so what is stored for a part of it is unknown' }),
  };
}

function typeConverter(type: LeafType): Converter {
  if (type === 'numeric') return numeric;
  return type === 'null' ? nothing : converterOf(type);
}

/** A converter that takes some values alone, and reads each as it stands in the list. */
function amongValues(converter: Converter, values: readonly unknown[]): Converter {
  const find = (value: unknown) => {
    const at = values.findIndex((each) => isSame(each, value));
    return at < 0 ? mismatch : values[at];
  };
  return {
    ...converter,
    expected: `one of ${values.map(shown).join(', ')}`,
    read: (value, source) => {
      const found = converter.read(value, source);
      return found === mismatch ? mismatch : find(found);
    },
    write: (value, source) => {
      const found = find(value);
      return found === mismatch ? mismatch : converter.write(found, source);
    },
  };
}

function isSame(value: unknown, other: unknown): boolean {
  if (types.isUint8Array(value) && types.isUint8Array(other)) return isDeepStrictEqual([...value], [...other]);
  // 1 and 1n are one stored number
  return isNumeric(value) && isNumeric(other) ? value == other : value === other;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return types.isUint8Array(value) ? `${value.length} bytes` : String(value);
}
