import { types } from 'node:util';
import { setOwn } from '../codec/wire.js';
import type { Class } from '../model/class.js';
import { resolveType } from '../model/attribute-type.js';
import { type Converter, converterOf, mismatch } from './converter.js';
import {
  exposedName,
  exposedNames,
  storageTransform,
  type TypeDecorator,
  typeDecorator,
} from './storage-decorators.js';

type Instance = Record<string, unknown>;

/** Stored values that an instance of a nested class can't hold, because the class has a method of that name. */
const leftovers = new WeakMap<object, Map<string, unknown>>();

/** Converts every member of a collection, or the one value, with what `@Type` names. */
export function decoratedConverter(target: Class, property: string, decorator: TypeDecorator): Converter {
  const pick = memberPicker(target, property, decorator);
  const readMember: Converter['read'] = (value, source) => pick.forRead(value, source).read(value, source);
  const writeMember: Converter['write'] = (value, source) => pick.forWrite(value, source).write(value, source);
  const collection = decorator.reflectedType as unknown;
  return {
    expected: pick.expected,
    read: (value, source) => readCollection(collection, value, (one) => readMember(one, source)),
    write: (value, source) => writeCollection(value, (one) => writeMember(one, source)),
  };
}

/** The converter of a nested class: an instance of it for a stored map. */
export function nestedConverter(target: Class): Converter {
  const known = nestedConverters.get(target);
  if (known) return known;
  const converter: Converter = {
    expected: target.name || 'a class without a name',
    read: (value) => (isStoredMap(value) ? readInstance(target, value) : mismatch),
    write: (value) => (isInstance(value) ? writeInstance(target, value) : mismatch),
  };
  nestedConverters.set(target, converter);
  return converter;
}

const nestedConverters = new WeakMap<Class, Converter>();
const memberConverters = new WeakMap<Class, Map<string, Converter | undefined>>();
const renames = new WeakMap<Class, ReadonlyMap<string, string>>();

function readInstance(target: Class, stored: Instance): unknown {
  const instance = new (target as new () => Instance)();
  const names = renamesOf(target);
  for (const name of Object.keys(stored)) {
    const property = names.get(name) ?? name;
    const converter = memberConverter(target, property);
    const value = converter ? converter.read(stored[name], stored) : stored[name];
    if (value === mismatch) return mismatch;
    if (isTaken(instance, property)) keepAside(instance, name, stored[name]);
    else setOwn(instance, property, value);
  }
  return instance;
}

function writeInstance(target: Class, instance: Instance): unknown {
  const stored: Instance = {};
  for (const [name, value] of leftovers.get(instance) ?? []) setOwn(stored, name, value);
  for (const property of Object.keys(instance)) {
    const converter = memberConverter(target, property);
    const value = converter ? converter.write(instance[property], instance) : instance[property];
    if (value === mismatch) return mismatch;
    setOwn(stored, exposedName(target, property) ?? property, value);
  }
  return stored;
}

/** Whether the class has a method or a read-only accessor of that name, which a stored value must not replace. */
function isTaken(instance: Instance, name: string): boolean {
  if (name === '__proto__' || Object.hasOwn(instance, name)) return false;
  for (
    let at: object | null = Object.getPrototypeOf(instance);
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor && name !== 'constructor') return descriptor.set === undefined;
  }
  return false;
}

function keepAside(instance: Instance, name: string, value: unknown): void {
  const aside = leftovers.get(instance) ?? new Map<string, unknown>();
  leftovers.set(instance, aside.set(name, value));
}

function memberConverter(target: Class, property: string): Converter | undefined {
  const members = memberConverters.get(target) ?? new Map<string, Converter | undefined>();
  memberConverters.set(target, members);
  if (!members.has(property)) members.set(property, compileMember(target, property));
  return members.get(property);
}

function compileMember(target: Class, property: string): Converter | undefined {
  const decorator = typeDecorator(target, property);
  const converter = decorator && decoratedConverter(target, property, decorator);
  return withTransforms(target, property, converter);
}

/** A converter with the property's storage transforms around it: after it on read, before it on write. */
export function withTransforms(target: Class, property: string, converter: Converter): Converter;
export function withTransforms(target: Class, property: string, converter?: Converter): Converter | undefined;
export function withTransforms(target: Class, property: string, converter?: Converter): Converter | undefined {
  const afterRead = storageTransform(target, property, 'read');
  const beforeWrite = storageTransform(target, property, 'write');
  if (!afterRead && !beforeWrite) return converter;
  const inner = converter ?? converterOf('any');
  return {
    expected: inner.expected,
    read: (value, source) => {
      const read = inner.read(value, source);
      return afterRead && read !== mismatch ? afterRead(read, source) : read;
    },
    write: (value, source) => inner.write(beforeWrite ? beforeWrite(value, source) : value, source),
  };
}

function renamesOf(target: Class): ReadonlyMap<string, string> {
  const known = renames.get(target) ?? exposedNames(target);
  renames.set(target, known);
  return known;
}

/** Finds the class of each member: the one that `@Type` names, or the one that its discriminator tells. */
function memberPicker(target: Class, property: string, { typeFunction, options }: TypeDecorator) {
  const named = (source: object, instance?: object) =>
    typeFunction({ newObject: instance ?? {}, object: source, property }) as unknown;
  const { discriminator } = options;
  const plain = (source: object) => converterOfClass(target, property, named(source));
  if (!discriminator)
    return {
      expected: `what @Type on ${property} names`,
      forRead: (_: unknown, s: object) => plain(s),
      forWrite: (_: unknown, s: object) => plain(s),
    };

  const { property: tag, subTypes } = discriminator;
  const keep = options.keepDiscriminatorProperty === true;
  return {
    expected: `one of ${subTypes.map((one) => one.name).join(', ')}`,
    forRead: (value: unknown, source: object) => {
      const found = isStoredMap(value) ? subTypes.find((one) => one.name === value[tag]) : undefined;
      if (!found) return plain(source);
      const converter = nestedConverter(found.value as Class);
      return keep
        ? converter
        : { ...converter, read: (one: unknown) => converter.read(without(one as Instance, tag), source) };
    },
    forWrite: (value: unknown, source: object) => {
      const found = subTypes.find((one) => isInstance(value) && one.value === value.constructor);
      if (!found) return plain(source);
      const converter = nestedConverter(found.value as Class);
      const write = (one: unknown) => withTag(converter.write(one, source), tag, found.name);
      return { ...converter, write };
    },
  };
}

function without(stored: Instance, tag: string): Instance {
  const rest = Object.entries(stored).filter(([name]) => name !== tag);
  return Object.fromEntries(rest);
}

function withTag(stored: unknown, tag: string, name: string): unknown {
  return stored === mismatch ? stored : { [tag]: name, ...(stored as Instance) };
}

function converterOfClass(owner: Class, property: string, named: unknown): Converter {
  const type = resolveType(named, undefined, { class: owner.name, member: property });
  return typeof type === 'string' ? converterOf(type) : nestedConverter(type.nested);
}

function readCollection(collection: unknown, value: unknown, read: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(read);
    if (members.includes(mismatch)) return mismatch;
    return collection === Set ? new Set(members) : members;
  }
  if (types.isSet(value)) {
    const members = [...value].map(read);
    return members.includes(mismatch) ? mismatch : new Set(members);
  }
  if (collection !== Map || !isStoredMap(value)) return read(value);
  const entries = Object.entries(value).map(([name, one]) => [name, read(one)] as const);
  return entries.some(([, one]) => one === mismatch) ? mismatch : new Map(entries);
}

function writeCollection(value: unknown, write: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(write);
    return members.includes(mismatch) ? mismatch : members;
  }
  if (types.isSet(value)) {
    const members = [...value].map(write);
    if (members.includes(mismatch)) return mismatch;
    // engines have no sets of maps: members that are maps are stored as a list
    return members.some(isStoredMap) ? members : new Set(members);
  }
  if (!types.isMap(value)) return write(value);
  const entries = [...value].map(([name, one]) => [name, write(one)] as const);
  return entries.some(([, one]) => one === mismatch) ? mismatch : new Map(entries);
}

function isInstance(value: unknown): value is Instance {
  return typeof value === 'object' && value !== null && !types.isDate(value) && !Array.isArray(value);
}

function isStoredMap(value: unknown): value is Instance {
  return isInstance(value) && !types.isSet(value) && !types.isUint8Array(value);
}
