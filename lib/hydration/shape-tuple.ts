import { type Converter, converterOf, mismatch } from './converter.js';

/** The converter of a list of a known length, each member of which has a shape of its own. */
export function tupleConverter(members: readonly Converter[]): Converter {
  const convertAll = (value: unknown, convert: (converter: Converter, part: unknown) => unknown): unknown => {
    if (!Array.isArray(value) || value.length !== members.length) return mismatch;
    const converted = members.map((converter, at) => convert(converter, value[at]));
    return converted.includes(mismatch) ? mismatch : converted;
  };
  return {
    expected: `tuple of ${members.map(({ expected }) => expected).join(', ')}`,
    read: (value, source) => convertAll(value, (converter, part) => converter.read(part, source)),
    write: (value, source) => convertAll(value, (converter, part) => converter.write(part, source)),
    below: (part) => {
      const converter = typeof part === 'number' ? members[part] : converterOf('any');
      return converter ? { name: part, converter } : { problem: `is beyond the ${members.length} members of a tuple` };
    },
    change: () => ({ problem: 'is a tuple, neither a number nor a Set' }),
    dates: (value) => {
      if (!('L' in value)) return undefined;
      const found = value.L.map((stored, at) => members[at]?.dates?.(stored));
      if (found.every((dated) => dated === undefined)) return undefined;
      return { L: value.L.map((stored, at) => found[at] ?? stored) };
    },
    problem: (value) => {
      for (const [at, converter] of members.entries()) {
        const found = converter.problem?.((value as readonly unknown[])[at]);
        if (found) return { path: `[${at}]${found.path}`, problem: found.problem };
      }
      return undefined;
    },
    ...(members.some(({ fill }) => fill) && {
      fill: (value) =>
        Array.isArray(value) ? value.map((each, at) => members[at]?.fill?.(each) ?? (each as unknown)) : value,
    }),
  };
}
