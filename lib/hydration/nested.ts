import { types } from 'node:util';
import { NumberValue } from '../codec/number.js';
import { setOwn } from '../codec/wire.js';
import { type ResolvedType, resolveType } from '../model/attribute-type.js';
import { type Class, classNameOf } from '../model/class.js';
import { collectionConverter } from './collection.js';
import { type Converter, converterOf, isMapOfValues, mismatch } from './converter.js';
import { type Instance, keepAside, leftoversOf, placeFor, setMember, storedProperties } from './nested-members.js';
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

class NestedConverter implements Converter {
  readonly expected: string;
  readonly #class: Class;
  /** The properties that are stored even where they are getters. */
  readonly #exposed: readonly string[];
  /** The stored names of the properties that are stored under another name, and the other way round. */
  readonly #storedNames: ReadonlyMap<string, string>;
  readonly #properties: ReadonlyMap<string, string>;
  /** The converters of the members, as far as they were needed; `undefined` for one whose values are as they are stored. */
  readonly #members = new Map<string, Converter | undefined>();

  constructor(target: Class) {
    this.expected = classNameOf(target);
    this.#class = target;
    this.#exposed = exposedProperties(target);
    const names = this.#exposed.map((property) => [property, exposedName(target, property) ?? property] as const);
    const renamed = names.filter(([property, name]) => name !== property);
    this.#storedNames = new Map(renamed);
    this.#properties = new Map(renamed.map(([property, name]) => [name, property]));
  }

  read(value: unknown): unknown {
    if (!isMapOfValues(value)) return mismatch;
    const instance = new (this.#class as new () => Instance)();
    for (const name of Object.keys(value)) {
      const property = this.#propertyStoredAs(name);
      if (property === undefined || placeFor(instance, property) === 'nothing') {
        keepAside(instance, name, value[name]);
        continue;
      }
      const member = this.#member(property);
      const read = member ? member.read(value[name], () => value) : value[name];
      if (read === mismatch) return mismatch;
      setMember(instance, property, read);
    }
    return instance;
  }

  write(value: unknown): unknown {
    if (!isInstance(value)) return mismatch;
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
    for (const property of new Set([...storedProperties(instance), ...this.#exposed])) {
      const value = instance[property];
      if (value === undefined || typeof value === 'function') continue;
      const member = this.#member(property);
      const written = member ? member.write(value, () => instance) : value;
      if (written === mismatch) return mismatch;
      setOwn(stored, this.#storedNames.get(property) ?? property, written);
    }
    return stored;
  }

  /** The property of a stored name; `undefined` if there is one of that very name, but stored under another. */
  #propertyStoredAs(name: string): string | undefined {
    return this.#properties.get(name) ?? (this.#storedNames.has(name) ? undefined : name);
  }

  #member(property: string): Converter | undefined {
    if (!this.#members.has(property)) this.#members.set(property, compileMember(this.#class, property));
    return this.#members.get(property);
  }
}

/** The instances that are being written, by what becomes of them: one that contains itself must not go on forever. */
const underway = new Map<object, Instance>();

function compileMember(target: Class, property: string): Converter | undefined {
  const decorator = typeDecorator(target, property);
  // the type that the compiler emitted tells a collection
  const type = resolveType(undefined, decorator?.reflectedType, { class: classNameOf(target), member: property });
  const converter = decorator && decoratedConverter(target, decorator, type);
  return hasTransforms(target, property) ? withTransforms(target, property, converter) : converter;
}

/**
 * The converter of a property with `@Type`, whose own type is `type`: converts its value, or every member of its collection, with
 * what `@Type` names, or what the discriminator in `@Type` tells.
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
  return isInstance(value) && Object.getPrototypeOf(value) === target.prototype;
}

function without(stored: Instance, name: string): Instance {
  const { [name]: _, ...rest } = stored;
  return rest;
}

/** Whether a value can be written as a nested class: objects of any class, but none that is stored in a form of its own. */
function isInstance(value: unknown): value is Instance {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const isOther = types.isDate(value) || types.isSet(value) || types.isMap(value) || types.isAnyArrayBuffer(value);
  return !isOther && !(value instanceof NumberValue);
}
