import { type Class, findDescriptor } from '../model/class.js';

export type Instance = Record<string, unknown>;

/**
 * Where an instance keeps a stored value: in a property, behind an accessor, behind a setter without getter, or
 * nowhere, because a method or a getter has the name.
 */
export type MemberPlace = 'property' | 'accessor' | 'setter' | 'nothing';

/** Where instances of a class keep a stored value. */
export function placeIn(target: Class, property: string): MemberPlace {
  // for an instance, these two are names like any other
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

/**
 * Whether the instance itself has a member that a stored value must not replace: a method, or a getter without setter.
 */
export function isTaken(instance: Instance, property: string): boolean {
  const found = Object.getOwnPropertyDescriptor(instance, property);
  return found !== undefined && (typeof found.value === 'function' || (found.get !== undefined && !found.set));
}

/** What was stored for an instance of a nested class but isn't in one of its properties. */
interface Remembered {
  readonly leftovers: Map<string, unknown>;
  readonly accessors: Set<string>;
}

const remembered = new WeakMap<object, Remembered>();
const nothing: Remembered = { leftovers: new Map(), accessors: new Set() };

/** Keeps a stored value for which an instance has no place, so that it is stored again with the instance. */
export function keepAside(instance: Instance, name: string, value: unknown): void {
  rememberedOf(instance).leftovers.set(name, value);
}

/** What was kept aside for an instance, by stored name. */
export function leftoversOf(instance: Instance): ReadonlyMap<string, unknown> {
  return (remembered.get(instance) ?? nothing).leftovers;
}

/** Remembers that a setter received a stored value, so that the getter is read when the instance is stored. */
export function rememberAccessor(instance: Instance, property: string): void {
  rememberedOf(instance).accessors.add(property);
}

/** The accessors whose setters received stored values. */
export function accessorsOf(instance: Instance): ReadonlySet<string> {
  return (remembered.get(instance) ?? nothing).accessors;
}

function rememberedOf(instance: Instance): Remembered {
  const known = remembered.get(instance) ?? { leftovers: new Map(), accessors: new Set() };
  remembered.set(instance, known);
  return known;
}
