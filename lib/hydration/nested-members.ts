import { type Class, findDescriptor } from '../model/class.js';

export type Instance = Record<string, unknown>;

/**
 * What takes a stored value: a property of the instance, an accessor, a setter that nothing reads back, or nothing, where a method or a
 * getter has the name.
 */
export type MemberPlace = 'property' | 'accessor' | 'setter' | 'nothing';

/** The place that a class has for a stored value. */
export function placeIn(target: Class, property: string): MemberPlace {
  // to an instance these two are names like any other
  if (property === '__proto__' || property === 'constructor') return 'property';
  const found = findDescriptor(target.prototype as object, property);
  if (found === undefined || isEverywhere(property, found)) return 'property';
  if (!('value' in found)) return found.set ? (found.get ? 'accessor' : 'setter') : 'nothing';
  return typeof found.value === 'function' ? 'nothing' : 'property';
}

/** Whether a member is one that every object has, such as `toString`. */
function isEverywhere(property: string, { value }: PropertyDescriptor): boolean {
  return Object.hasOwn(Object.prototype, property) && value === (Object.prototype as Instance)[property];
}

/** Whether a member of the instance itself is one that a stored value must not replace: a method, or a getter without setter. */
export function isTaken(instance: Instance, property: string): boolean {
  const found = Object.getOwnPropertyDescriptor(instance, property);
  return found !== undefined && (typeof found.value === 'function' || (found.get !== undefined && !found.set));
}

/** What was stored with an instance of a nested class and is none of its own properties. */
interface Remembered {
  readonly leftovers: Map<string, unknown>;
  readonly accessors: Set<string>;
}

const remembered = new WeakMap<object, Remembered>();
const nothing: Remembered = { leftovers: new Map(), accessors: new Set() };

/** Keeps a stored value that an instance has no place for, so that it is stored again with it. */
export function keepAside(instance: Instance, name: string, value: unknown): void {
  rememberedOf(instance).leftovers.set(name, value);
}

/** What was kept aside for an instance, under stored names. */
export function leftoversOf(instance: Instance): ReadonlyMap<string, unknown> {
  return (remembered.get(instance) ?? nothing).leftovers;
}

/** Remembers that a stored value went into a setter, so that the accessor is asked for it again. */
export function rememberAccessor(instance: Instance, property: string): void {
  rememberedOf(instance).accessors.add(property);
}

/** The accessors that were given stored values. */
export function accessorsOf(instance: Instance): ReadonlySet<string> {
  return (remembered.get(instance) ?? nothing).accessors;
}

function rememberedOf(instance: Instance): Remembered {
  const known = remembered.get(instance) ?? { leftovers: new Map(), accessors: new Set() };
  remembered.set(instance, known);
  return known;
}
