import { isPlainObject } from '../item/plain-object.js';

/** The accessors of one class with a getter and a setter, and what is known about their values. */
interface ClassAccessors {
  /** The names of accessors with both, inherited ones included. */
  readonly pairs: readonly string[];
  /** By name: whether the value is computed from other members, as far as was last seen. */
  readonly isComputed: Map<string, boolean>;
}

const byPrototype = new WeakMap<object, ClassAccessors>();
const none: ClassAccessors = { pairs: [], isComputed: new Map() };

/**
 * The accessors of an instance that hold their own value, in a private field or elsewhere. Accessors that compute their
 * value from other members are left out, because those members are enough to restore it. So are accessors that throw.
 */
export function holdingAccessors(instance: object): readonly string[] {
  const { isComputed, pairs } = accessorsOf(instance);
  if (pairs.length === 0) return pairs;
  return pairs.filter((name) => {
    if (Object.hasOwn(instance, name)) return false;
    // an accessor that once held a value can do so again, and a getter may look at its own value only sometimes
    if (isComputed.get(name) !== false) isComputed.set(name, findComputed(instance, name, pairs));
    return !isComputed.get(name);
  });
}

/**
 * Like `holdingAccessors`, but from what is already known about the class. For reading, where examining each instance
 * would cost too much.
 */
export function knownHoldingAccessors(instance: object): readonly string[] {
  const { isComputed, pairs } = accessorsOf(instance);
  if (pairs.length === 0) return pairs;
  return isComputed.size === pairs.length ? pairs.filter((name) => !isComputed.get(name)) : holdingAccessors(instance);
}

function accessorsOf(instance: object): ClassAccessors {
  const prototype = Object.getPrototypeOf(instance) as object | null;
  if (prototype === null || isPlainObject(instance)) return none;
  const known = byPrototype.get(prototype);
  if (known) return known;
  const accessors = { pairs: findPairs(prototype), isComputed: new Map<string, boolean>() };
  byPrototype.set(prototype, accessors);
  return accessors;
}

function findPairs(prototype: object): readonly string[] {
  const pairs = new Map<string, boolean>();
  for (let at: object = prototype; ;) {
    const above = Object.getPrototypeOf(at) as object | null;
    // what every object inherits isn't a member of the class
    if (above === null) break;
    for (const name of Object.getOwnPropertyNames(at)) {
      const found = Object.getOwnPropertyDescriptor(at, name);
      // a class that overrides only the getter has no setter
      if (!pairs.has(name)) pairs.set(name, found?.get !== undefined && found.set !== undefined);
    }
    at = above;
  }
  return [...pairs].flatMap(([name, isPair]) => (isPair && name !== '__proto__' ? name : []));
}

/**
 * Whether an accessor's value comes from other members that are stored. To find out, the getter runs on a stand-in for
 * the instance, which records the members that the getter reads and has none of the private fields.
 */
function findComputed(instance: object, name: string, pairs: readonly string[]): boolean {
  const prototype = Object.getPrototypeOf(instance) as object;
  let asksOthers = false;
  const standIn = new Proxy(instance, {
    get(target, asked) {
      const isPair = typeof asked === 'string' && asked !== name && pairs.includes(asked);
      const value: unknown = Reflect.get(target, asked, isPair ? target : standIn);
      const isField = Object.prototype.propertyIsEnumerable.call(target, asked) && typeof value !== 'function';
      if (isPair || isField) asksOthers = true;
      return value;
    },
    set: () => true,
    defineProperty: () => true,
    deleteProperty: () => true,
  });
  try {
    Reflect.get(prototype, name, standIn);
    return asksOthers;
  } catch {
    return throws(() => Reflect.get(prototype, name, instance));
  }
}

function throws(get: () => unknown): boolean {
  try {
    get();
    return false;
  } catch {
    return true;
  }
}
