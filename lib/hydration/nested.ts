import { types } from 'node:util';
import { isNumberValue } from '../codec/number.js';
import { setOwn } from '../item/own-value.js';
import { type ResolvedType, resolveType } from '../model/attribute-type.js';
import { type Class, classNameOf } from '../model/class.js';
import { collectionConverter } from './collection.js';
import { type Converter, converterOf, isMapOfValues, mismatch } from './converter.js';
import {
  accessorsOf,
  type Instance,
  isMethodField,
  keepAside,
  leftoversOf,
  type MemberPlace,
  placeIn,
  rememberAccessor,
} from './nested-members.js';
import {
  exposedName,
  exposedProperties,
  namedType,
  type Source,
  type TypeDecorator,
  typeDecorator,
} from './storage-decorators.js';
import { hasTransforms, withTransforms } from './storage-transforms.js';

/** The converters of the nested classes, each made at its first use. */
const nestedConverters = new WeakMap<Class, Converter>();

/** The converter of a nested class: an instance of it for a stored map. */
export function nestedConverter(target: Class): Converter {
  const known = nestedConverters.get(target) ?? new NestedConverter(target);
  nestedConverters.set(target, known);
  return known;
}

/** What is known of one property of a nested class. */
interface Member {
  readonly property: string;
  readonly place: MemberPlace;
  /** `undefined` where the property holds what is stored. */
  readonly converter: Converter | undefined;
}

/** How many members of a class are remembered. */
const mostMembers = 1000;

class NestedConverter implements Converter {
  readonly expected: string;
  readonly #class: Class;
  /** The getters that are stored. */
  readonly #getters: readonly string[];
  /** The stored names of the properties that are stored under another name, and the other way round. */
  readonly #storedNames: ReadonlyMap<string, string>;
  readonly #properties: ReadonlyMap<string, string>;
  /** By property, as far as they were needed. */
  readonly #members = new Map<string, Member>();

  constructor(target: Class) {
    this.expected = classNameOf(target);
    this.#class = target;
    const exposed = exposedProperties(target);
    this.#getters = exposed.filter((property) => placeIn(target, property) !== 'property');
    const names = exposed.map((property) => [property, exposedName(target, property) ?? property] as const);
    const renamed = names.filter(([property, name]) => name !== property);
    this.#storedNames = new Map(renamed);
    this.#properties = new Map(renamed.map(([property, name]) => [name, property]));
  }

  read(value: unknown): unknown {
    if (!isMapOfValues(value)) return mismatch;
    const instance = new (this.#class as new () => Instance)();
    for (const name of Object.keys(value)) {
      const member = this.#memberStoredAs(name);
      if (!member || member.place === 'nothing' || isMethodField(instance, member.property)) {
        keepAside(instance, name, value[name]);
        continue;
      }
      const read = member.converter ? member.converter.read(value[name], () => value) : value[name];
      if (read === mismatch) return mismatch;
      if (member.place === 'setter') rememberAccessor(instance, member.property);
      setOwn(instance, member.property, read);
    }
    return instance;
  }

  write(value: unknown): unknown {
    if (!isWritable(value, this.#class)) return mismatch;
    const begun = underway.get(value);
    if (begun) return begun;
    const stored: Instance = {};
    underway.set(value, stored);
    try {
      return this.#writeMembers(value, stored);
    } finally {
      underway.delete(value);
    }
  }

  #writeMembers(instance: Instance, stored: Instance): unknown {
    for (const [name, value] of leftoversOf(instance)) setOwn(stored, name, value);
    for (const property of this.#propertiesOf(instance)) {
      const value = instance[property];
      if (value === undefined || typeof value === 'function') continue;
      const { converter } = this.#member(property);
      const written = converter ? converter.write(value, () => instance) : value;
      if (written === mismatch) return mismatch;
      setOwn(stored, this.#storedNames.get(property) ?? property, written);
    }
    return stored;
  }

  /** The properties to store: the instance's own, and accessors that hold what was stored or are to be stored. */
  #propertiesOf(instance: Instance): readonly string[] {
    const own = Object.keys(instance);
    const accessors = accessorsOf(instance);
    if (accessors.size === 0 && this.#getters.length === 0) return own;
    return [...own, ...new Set([...accessors, ...this.#getters])];
  }

  /** The member with a stored name; `undefined` if there is one called so, but stored under another. */
  #memberStoredAs(name: string): Member | undefined {
    const property = this.#properties.get(name);
    if (property !== undefined) return this.#member(property);
    return this.#storedNames.has(name) ? undefined : this.#member(name);
  }

  #member(property: string): Member {
    const known = this.#members.get(property);
    if (known) return known;
    const member = compileMember(this.#class, property);
    // stored names can be data, and without end
    if (this.#members.size < mostMembers) this.#members.set(property, member);
    return member;
  }
}

/** The instances that are being written, by what becomes of them: one that contains itself must not go on forever. */
const underway = new Map<object, Instance>();

function compileMember(target: Class, property: string): Member {
  const decorator = typeDecorator(target, property);
  // the type that the compiler emitted tells a collection
  const type = resolveType(undefined, decorator?.reflectedType, { class: classNameOf(target), member: property });
  const typed = decorator && decoratedConverter(target, decorator, type);
  const converter = hasTransforms(target, property) ? withTransforms(target, property, typed) : typed;
  return { property, place: placeIn(target, property), converter };
}

/**
 * The converter of a property with `@Type`, whose own type is `type`: converts its value, or every member of its
 * collection, with what `@Type` names, or what the discriminator in `@Type` tells.
 */
export function decoratedConverter(target: Class, decorator: TypeDecorator, type: ResolvedType): Converter {
  const named = namedConverter(target, decorator);
  const { discriminator, keepDiscriminatorProperty = false } = decorator.options;
  return collectionConverter(
    type,
    discriminator ? discriminatedConverter(discriminator, keepDiscriminatorProperty, named) : named,
  );
}

function namedConverter(target: Class, decorator: TypeDecorator): Converter {
  const converterFor = (source: Source) =>
    converterOfType(target, decorator.propertyName, namedType(decorator, source));
  return {
    expected: 'what @Type names',
    read: (value, source) => converterFor(source).read(value, source),
    write: (value, source) => converterFor(source).write(value, source),
  };
}

function converterOfType(target: Class, member: string, named: unknown): Converter {
  const known = nestedConverters.get(named as Class);
  if (known) return known;
  const type = resolveType(named, undefined, { class: classNameOf(target), member });
  return typeof type === 'string' ? converterOf(type) : nestedConverter(type.nested);
}

type Discriminator = NonNullable<TypeDecorator['options']['discriminator']>;

/** Converts by the class that the discriminator names, and anything else like `named`. */
function discriminatedConverter({ property, subTypes }: Discriminator, keeps: boolean, named: Converter): Converter {
  return {
    expected: `one of ${subTypes.map((one) => one.name).join(', ')}`,
    read: (value, source) => {
      if (!isMapOfValues(value) || !Object.hasOwn(value, property)) return named.read(value, source);
      const subType = subTypes.find((one) => one.name === value[property]);
      if (!subType) return named.read(value, source);
      return nestedConverter(subType.value as Class).read(keeps ? value : without(value, property), source);
    },
    write: (value, source) => {
      const [subType, ...aliases] = subTypes.filter((one) => isOfVeryClass(value, one.value));
      if (!subType) return named.write(value, source);
      const stored = nestedConverter(subType.value as Class).write(value, source);
      if (stored === mismatch) return mismatch;
      const hasName = aliases.some((one) => one.name === (stored as Instance)[property]);
      if (!hasName) setOwn(stored as Instance, property, subType.name);
      return stored;
    },
  };
}

function isOfVeryClass(value: unknown, target: { readonly prototype: unknown }): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === target.prototype;
}

function without(stored: Instance, name: string): Instance {
  const { [name]: _, ...rest } = stored;
  return rest;
}

/** Whether a value can be written as a nested class: any object but those that are stored in a form of their own. */
function isWritable(value: unknown, target: Class): value is Instance {
  if (value instanceof target) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const isOther = types.isDate(value) || types.isSet(value) || types.isMap(value) || types.isAnyArrayBuffer(value);
  return !isOther && !isNumberValue(value);
}
