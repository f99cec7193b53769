import { setOwn } from '../codec/wire.js';
import { findDescriptor } from '../model/class.js';

export type Instance = Record<string, unknown>;

/** What was stored with an instance of a nested class and is none of its own properties. */
interface Remembered {
  /** Values that the instance can't hold, under their stored names. */
  readonly leftovers: Map<string, unknown>;
  /** Properties whose values went into a setter. */
  readonly accessors: Set<string>;
}

const remembered = new WeakMap<object, Remembered>();

/** What takes a stored value: a property of the instance's own, a setter, or nothing, where a method or a getter stands. */
export function placeFor(instance: Instance, property: string): 'property' | 'setter' | 'nothing' {
  // to an instance these two are names like any other
  if (property === '__proto__' || property === 'constructor') return 'property';
  const found = findDescriptor(instance, property);
  if (found === undefined || isEverywhere(property, found)) return 'property';
  if (!('value' in found)) return found.set ? 'setter' : 'nothing';
  return typeof found.value === 'function' ? 'nothing' : 'property';
}

/** Whether a member is one that every object has, such as `toString`. */
function isEverywhere(property: string, { value }: PropertyDescriptor): boolean {
  return Object.hasOwn(Object.prototype, property) && value === (Object.prototype as Instance)[property];
}

/** Gives an instance a stored value, by its setter if it has one; on write it is asked for it again. */
export function setMember(instance: Instance, property: string, value: unknown): void {
  if (placeFor(instance, property) === 'setter') rememberedOf(instance).accessors.add(property);
  setOwn(instance, property, value);
}

/** Keeps a stored value that an instance can't hold, so that it is stored again with it. */
export function keepAside(instance: Instance, name: string, value: unknown): void {
  rememberedOf(instance).leftovers.set(name, value);
}

/** What was kept aside for an instance, under stored names. */
export function leftoversOf(instance: Instance): Iterable<readonly [string, unknown]> {
  return remembered.get(instance)?.leftovers ?? [];
}

/** The properties of an instance that are stored: its own, and those that setters were given. */
export function storedProperties(instance: Instance): readonly string[] {
  const accessors = remembered.get(instance)?.accessors;
  return accessors ? [...Object.keys(instance), ...accessors] : Object.keys(instance);
}

function rememberedOf(instance: Instance): Remembered {
  const known = remembered.get(instance) ?? { leftovers: new Map(), accessors: new Set() };
  remembered.set(instance, known);
  return known;
}
