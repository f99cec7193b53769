import type { WireValue } from '../codec/wire.js';
import { copyDefault } from '../item/copy-default.js';
import { setOwn } from '../item/own-value.js';
import type { ShapeMember } from '../model/shape.js';
import { type Converter, converterOf, isMapOfValues, mismatch, type ValueProblem } from './converter.js';

/** A declared member of a map. */
interface Member extends ShapeMember {
  readonly property: string;
  readonly converter: Converter;
}

/**
 * The converter of a map with declared members. Other members are kept as they are stored, unless their name is that of
 * a declared one which is stored under another name.
 */
export function mapConverter(members: readonly Member[]): Converter {
  const byProperty = new Map(members.map((member) => [member.property, member]));
  const byName = new Map(members.map((member) => [member.name, member]));
  const convertAll = (
    value: unknown,
    known: ReadonlyMap<string, Member>,
    others: ReadonlyMap<string, Member>,
    convert: (member: Member, part: unknown) => readonly [string, unknown],
  ): unknown => {
    if (!isMapOfValues(value)) return mismatch;
    const converted = {};
    for (const name of Object.keys(value)) {
      const part = value[name];
      if (part === undefined) continue;
      const member = known.get(name);
      if (!member && others.has(name)) return mismatch;
      const [nameThere, there] = member ? convert(member, part) : [name, part];
      if (there === mismatch) return mismatch;
      setOwn(converted, nameThere, there);
    }
    return converted;
  };
  const canFill = members.some(({ converter, default: fallback }) => fallback !== undefined || converter.fill);
  return {
    expected: 'map',
    read: (value, source) =>
      convertAll(value, byName, byProperty, ({ converter, property }, part) => [
        property,
        converter.read(part, source),
      ]),
    write: (value, source) =>
      convertAll(value, byProperty, byName, ({ converter, name }, part) => [name, converter.write(part, source)]),
    below: (part) => {
      const member = typeof part === 'string' ? byProperty.get(part) : undefined;
      if (member) return { name: member.name, converter: member.converter };
      if (byName.has(String(part))) return { problem: `is stored for ${byName.get(String(part))?.property}; use that` };
      return { name: part, converter: converterOf('any') };
    },
    dates: (value) => datesIn(byName, value),
    problem: (value) => {
      for (const member of members) {
        const found = problemOf(member, ownValue(value as object, member.property));
        if (found) return { path: `.${member.property}${found.path}`, problem: found.problem };
      }
      return undefined;
    },
    ...(canFill && { fill: (value) => filled(members, value) }),
  };
}

function ownValue(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function problemOf({ converter, optional }: Member, value: unknown): ValueProblem | undefined {
  if (value !== undefined) return converter.problem?.(value);
  return optional ? undefined : { path: '', problem: 'is missing' };
}

function filled(members: readonly Member[], value: unknown): unknown {
  if (!isMapOfValues(value)) return value;
  const copy = {};
  for (const name of Object.keys(value)) setOwn(copy, name, value[name]);
  for (const { converter, default: fallback, property } of members) {
    const given = ownValue(value, property);
    const own = given === undefined && fallback !== undefined ? defaultOf(fallback) : given;
    if (own !== undefined) setOwn(copy, property, converter.fill ? converter.fill(own) : own);
  }
  return copy;
}

function defaultOf(fallback: unknown): unknown {
  return typeof fallback === 'function' ? (fallback as () => unknown)() : copyDefault(fallback);
}

function datesIn(members: ReadonlyMap<string, Member>, value: WireValue): WireValue | undefined {
  if (!('M' in value)) return undefined;
  const M: Record<string, WireValue> = {};
  let hasDates = false;
  for (const [name, stored] of Object.entries(value.M)) {
    const found = members.get(name)?.converter.dates?.(stored);
    hasDates ||= found !== undefined;
    setOwn(M, name, found ?? stored);
  }
  return hasDates ? { M } : undefined;
}
