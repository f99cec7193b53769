import { types } from 'node:util';
import { isNumberValue } from '../codec/number.js';
import { isOpaqueValue } from '../codec/opaque-value.js';
import type { WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import { type ResolvedType, resolveType } from '../model/attribute-type.js';
import type { Class } from '../model/class.js';
import { entityNameOf } from '../model/entity-name.js';
import { holdingAccessors, knownHoldingAccessors } from './accessors.js';
import { collectionConverter, orNull } from './collection.js';
import {
  type Below,
  canonicalDates,
  type Converter,
  converterOf,
  isMapOfValues,
  mismatch,
  noSource,
  type Source,
} from './converter.js';
import { type DeclaredMember, declaredMembers } from './declared-members.js';
import { commonPlace } from './common-place.js';
import { isInitial, rememberInitial } from './initial-values.js';
import {
  accessorsOf,
  type Instance,
  isTaken,
  keepAside,
  leftoversOf,
  type MemberPlace,
  placeIn,
  rememberAccessor,
} from './nested-members.js';
import { exposedName, exposedProperties, namedType, type TypeDecorator, typeDecorator } from './storage-decorators.js';
import { hasTransforms, withTransforms } from './storage-transforms.js';

/** The converters of nested classes, each created on its first use. */
const nestedConverters = new WeakMap<Class, NestedConverter>();

/** The converter of a nested class, which turns a stored map into an instance. */
export function nestedConverter(target: Class): Converter {
  return converterOfClass(target);
}

function converterOfClass(target: Class): NestedConverter {
  const known = nestedConverters.get(target) ?? new NestedConverter(target);
  nestedConverters.set(target, known);
  return known;
}

/** What is known about one property of a nested class. */
interface Member {
  readonly property: string;
  readonly place: MemberPlace;
  /** `undefined` if the property holds the stored value as it is. */
  readonly converter: Converter | undefined;
}

/** How many members of a class are remembered at most. */
const mostMembers = 1000;

class NestedConverter implements Converter {
  readonly expected: string;
  readonly #class: Class;
  readonly #declared: ReadonlyMap<string, DeclaredMember>;
  /** The getters that are stored. */
  readonly #getters: readonly string[];
  /**
   * The stored names of properties that are stored under another name, by property, and the properties by stored name.
   */
  readonly #storedNames: ReadonlyMap<string, string>;
  readonly #properties: ReadonlyMap<string, string>;
  /** By property, as far as they have been needed. */
  readonly #members = new Map<string, Member>();

  constructor(target: Class) {
    this.expected = entityNameOf(target);
    this.#class = target;
    this.#declared = declaredMembers(target);
    const stored = new Set([...this.#declared.keys(), ...exposedProperties(target)]);
    this.#getters = [...stored].filter((property) => placeIn(target, property) !== 'property');
    const nameOf = (property: string) =>
      this.#declared.get(property)?.record.options.name ?? exposedName(target, property) ?? property;
    const names = Array.from(stored, (property) => [property, nameOf(property)] as const);
    const renamed = names.filter(([property, name]) => name !== property);
    this.#storedNames = new Map(renamed);
    this.#properties = new Map(renamed.map(([property, name]) => [name, property]));
  }

  read(value: unknown): unknown {
    return this.readWithout(value, undefined);
  }

  /**
   * Reads a stored map, without the member that names its class: that member keeps the value that the class gives it.
   */
  readWithout(value: unknown, discriminator: string | undefined): unknown {
    if (!isMapOfValues(value)) return mismatch;
    const instance = new (this.#class as new () => Instance)();
    this.#unsetFields(instance, value);
    for (const name of Object.keys(value)) {
      if (name === discriminator) continue;
      const member = this.#memberStoredAs(name);
      if (!member || member.place === 'nothing' || isTaken(instance, member.property)) {
        keepAside(instance, name, value[name]);
        continue;
      }
      const read = member.converter ? member.converter.read(value[name], () => value) : value[name];
      if (read === mismatch) return mismatch;
      if (member.place === 'accessor') rememberAccessor(instance, member.property);
      if (member.place === 'setter') keepAside(instance, name, value[name]);
      setOwn(instance, member.property, read);
    }
    this.#rememberInitials(instance, value);
    return instance;
  }

  /** A field's initial value is for new instances: reading must not add one that was never stored. */
  #unsetFields(instance: Instance, value: Instance): void {
    for (const property of Object.keys(instance)) {
      if (instance[property] === undefined || isTaken(instance, property)) continue;
      // a read-only field refuses it
      if (!Object.hasOwn(value, this.#storedName(property))) Reflect.set(instance, property, undefined);
    }
  }

  #rememberInitials(instance: Instance, value: Instance): void {
    for (const accessor of knownHoldingAccessors(instance)) {
      if (!Object.hasOwn(value, this.#storedName(accessor))) {
        rememberInitial(instance, accessor, this.#written(accessor, instance));
      }
    }
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

  below(part: string | number): Below {
    if (typeof part === 'number') return { name: part, converter: converterOf('any') };
    // a property by its name or by its stored name
    const property = this.#storedNames.has(part) ? part : (this.#properties.get(part) ?? part);
    const { converter } = this.#member(property);
    return { name: this.#storedName(property), converter: converter ?? converterOf('any') };
  }

  readonly dates = (value: WireValue): WireValue | undefined => {
    if (!('M' in value)) return undefined;
    const M: Record<string, WireValue> = {};
    let hasDates = false;
    for (const [name, stored] of Object.entries(value.M)) {
      const found = this.#memberStoredAs(name)?.converter?.dates?.(stored);
      hasDates ||= found !== undefined;
      setOwn(M, name, found ?? stored);
    }
    return hasDates ? { M } : undefined;
  };

  #writeMembers(instance: Instance, stored: Instance): unknown {
    for (const [name, value] of leftoversOf(instance)) setOwn(stored, name, value);
    const accessors = this.#accessorsToStore(instance);
    const fields = Object.keys(instance).filter((property) => !isTaken(instance, property));
    for (const property of accessors.size === 0 ? fields : new Set([...fields, ...accessors])) {
      const written = this.#written(property, instance);
      if (written === mismatch) return mismatch;
      if (written === undefined || (accessors.has(property) && isInitial(instance, property, written))) continue;
      setOwn(stored, this.#storedName(property), written);
    }
    return stored;
  }

  /** The stored form of a member; `undefined` if nothing is stored. */
  #written(property: string, instance: Instance): unknown {
    const value = instance[property];
    if (value === undefined || typeof value === 'function') return undefined;
    const { converter } = this.#member(property);
    return converter ? converter.write(value, () => instance) : value;
  }

  /** The accessors to store: those that received a stored value, that hold a value, or that are exposed for storage. */
  #accessorsToStore(instance: Instance): ReadonlySet<string> {
    return new Set([...accessorsOf(instance), ...holdingAccessors(instance), ...this.#getters]);
  }

  #storedName(property: string): string {
    return this.#storedNames.get(property) ?? property;
  }

  /** The member with a stored name; `undefined` if a property has that name but is stored under another one. */
  #memberStoredAs(name: string): Member | undefined {
    const property = this.#properties.get(name);
    if (property !== undefined) return this.#member(property);
    return this.#storedNames.has(name) ? undefined : this.#member(name);
  }

  #member(property: string): Member {
    const known = this.#members.get(property);
    if (known) return known;
    const member = compileMember(this.#class, property, this.#declared.get(property));
    // stored names can be data, and there can be any number of them
    if (this.#members.size < mostMembers) this.#members.set(property, member);
    return member;
  }
}

/**
 * The stored forms of instances that are being written, by instance, so that one that contains itself doesn't recurse
 * forever.
 */
const underway = new Map<object, Instance>();

function compileMember(target: Class, property: string, declared: DeclaredMember | undefined): Member {
  const isTransformed = hasTransforms(target, property);
  const typed = typedConverter(target, property, declared, isTransformed);
  const orAbsent = typed && orNull(typed);
  const converter = isTransformed ? withTransforms(target, property, orAbsent) : orAbsent;
  return { property, place: placeIn(target, property), converter };
}

/** The converter for a member's type; `undefined` if nothing says its type. */
function typedConverter(
  target: Class,
  property: string,
  declared: DeclaredMember | undefined,
  isTransformed: boolean,
): Converter | undefined {
  const decorator = typeDecorator(target, property);
  if (decorator) {
    // the emitted type shows whether it is a collection
    const type = resolveType(undefined, decorator.reflectedType, { class: entityNameOf(target), member: property });
    return decoratedConverter(target, decorator, declared?.type ?? type);
  }
  if (!declared) return undefined;
  const { record, type } = declared;
  if (record.options.notation === 'canonical') return canonicalDates;
  // a storage transform turns whatever is stored into the property's type
  if (isTransformed && record.options.type === undefined) return undefined;
  return typeof type === 'string' ? converterOf(type) : nestedConverter(type.nested);
}

/**
 * The converter of a property with `@Type`, whose own type is `type`. Converts the value, or every member of the
 * collection, to the type that `@Type` or its discriminator names.
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
    below: (part) => converterFor(noSource).below?.(part) ?? { name: part, converter: converterOf('any') },
    change: (value) => {
      const converter = converterFor(noSource);
      return converter.change?.(value) ?? { problem: `is ${converter.expected}, neither a number nor a Set` };
    },
    part: (value) => converterFor(noSource).part?.(value) ?? { value },
    dates: (value) => converterFor(noSource).dates?.(value),
  };
}

function converterOfType(target: Class, member: string, named: unknown): Converter {
  const known = nestedConverters.get(named as Class);
  if (known) return known;
  const type = resolveType(named, undefined, { class: entityNameOf(target), member });
  return typeof type === 'string' ? converterOf(type) : nestedConverter(type.nested);
}

type Discriminator = NonNullable<TypeDecorator['options']['discriminator']>;

/** Converts to the class that the discriminator names, and everything else like `named`. */
function discriminatedConverter({ property, subTypes }: Discriminator, keeps: boolean, named: Converter): Converter {
  return {
    expected: `one of ${subTypes.map(({ name }) => name).join(', ')}`,
    read: (value, source) => {
      if (!isMapOfValues(value) || !Object.hasOwn(value, property)) return named.read(value, source);
      const subType = subTypes.find(({ name }) => name === value[property]);
      if (!subType) return named.read(value, source);
      return converterOfClass(subType.value as Class).readWithout(value, keeps ? undefined : property);
    },
    write: (value, source) => {
      const [subType, ...aliases] = subTypesOf(value, subTypes);
      if (!subType) return named.write(value, source);
      const stored = converterOfClass(subType.value as Class).write(value);
      if (stored === mismatch) return mismatch;
      const hasName = aliases.some((alias) => alias.name === (stored as Instance)[property]);
      if (!hasName) setOwn(stored as Instance, property, subType.name);
      return stored;
    },
    below: (part) => {
      const classes = subTypes.map(({ value }) => converterOfClass(value as Class).below(part));
      return commonPlace([...classes, named.below?.(part) ?? { name: part, converter: converterOf('any') }]);
    },
    dates: (value) => {
      const kind = 'M' in value && Object.hasOwn(value.M, property) ? value.M[property] : undefined;
      const subType = kind && 'S' in kind ? subTypes.find(({ name }) => name === kind.S) : undefined;
      return subType ? converterOfClass(subType.value as Class).dates(value) : named.dates?.(value);
    },
  };
}

/** The entries of a value's class, or of the nearest class above it that has entries. */
function subTypesOf(value: unknown, subTypes: Discriminator['subTypes']): Discriminator['subTypes'] {
  if (typeof value !== 'object') return [];
  for (let at = value; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = subTypes.filter((subType) => subType.value.prototype === at);
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a value can be written as an instance of a nested class: any object, unless it has its own stored form. */
function isWritable(value: unknown, target: Class): value is Instance {
  if (value instanceof target) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const isOther = types.isDate(value) || types.isSet(value) || types.isMap(value) || types.isAnyArrayBuffer(value);
  return !isOther && !isNumberValue(value) && !isOpaqueValue(value);
}
