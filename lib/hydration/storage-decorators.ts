import { MapperError } from '../errors.js';
import { isClassFunction } from '../model/attribute-type.js';
import type { Class } from '../model/class.js';
import { entityNameOf } from '../model/entity-name.js';
import { designType, inheritedRecords, type MemberRecord, memberRecord } from '../model/registry.js';
import type { Source } from './converter.js';
import {
  type ClassTransformOptions,
  transformationType,
  type TransformerStorage,
  transformerStorages,
  type TypeHelpOptions,
  type TypeMetadata,
} from './transformer-storages.js';

// What is said about how a property is stored, beyond its type: by `@Attribute`, or by class-transformer's decorators.

/** The group in which class-transformer's decorators apply to what is stored, not only to an application's output. */
const storageGroup = 'storage';

/** What the values of a property, or the members of its collection, are: `@Type`, or the option `items`. */
export type TypeDecorator = TypeMetadata;

/** Whether values are read from the table or written to it. */
export type Direction = 'read' | 'write';

/** The functions that change a property's value on its way, combined. */
export type Transform = (value: unknown, source: Source) => unknown;

/**
 * The option `items` of a property, or its `@Type`, which applies in every group, because it says what a value is, not
 * how it looks. Throws `INVALID_MEMBER` if it has both.
 */
export function typeDecorator(target: Class, property: string): TypeDecorator | undefined {
  const found = firstOf(target, (storage) => storage.findTypeMetadata(target, property));
  const record = memberRecord(target, property);
  if (record?.options.items === undefined) return found;
  if (found) throw saidTwice(target, record, 'items', '@Type');
  return itemsAsDecorator(target, record);
}

function itemsAsDecorator(target: Class, record: MemberRecord): TypeDecorator {
  const { items, type } = record.options;
  return {
    target,
    propertyName: String(record.member),
    reflectedType: type ?? designType(record)?.type,
    typeFunction: () => (isClassFunction(items) ? items() : items),
    options: {},
  } as Omit<TypeDecorator, 'typeFunction'> & { typeFunction: unknown } as TypeDecorator;
}

function saidTwice(target: Class, { member }: MemberRecord, option: string, decorator: string): MapperError {
  const problem = `its option ${option} and class-transformer's ${decorator} say the same; keep one of them`;
  const details = { class: entityNameOf(target), member: String(member), decorator: '@Attribute', problem };
  return new MapperError('INVALID_MEMBER', details);
}

/** The result of the function of `@Type` for a value in `source`. */
export function namedType({ typeFunction, propertyName }: TypeDecorator, source: Source): unknown {
  return typeFunction(new TypeHelp(propertyName, source));
}

/** The argument of the function of `@Type`. */
class TypeHelp implements TypeHelpOptions {
  readonly newObject = {};
  readonly property: string;
  readonly #source: Source;

  constructor(property: string, source: Source) {
    this.property = property;
    this.#source = source;
  }

  get object(): Record<string, unknown> {
    return this.#source() as Record<string, unknown>;
  }
}

/** The name that `@Expose({ name, groups: ['storage'] })` gives to a property. */
export function exposedName(target: Class, property: string): string | undefined {
  return firstOf(target, (storage) => {
    const options = storage.findExposeMetadata(target, property)?.options;
    return options?.groups?.includes(storageGroup) ? options.name : undefined;
  });
}

/** The properties of a class with `@Expose({ groups: ['storage'] })`. */
export function exposedProperties(target: Class): readonly string[] {
  const exposed = storagesOf(target).flatMap((storage) => {
    const properties = storage.getExposedMetadatas(target).flatMap(({ propertyName }) => propertyName ?? []);
    return properties.filter((property) =>
      storage.findExposeMetadata(target, property)?.options?.groups?.includes(storageGroup),
    );
  });
  return [...new Set(exposed)];
}

/**
 * The options `fromStorage` and `toStorage` of a property, or its `@Transform` functions in the group `storage` as one;
 * `undefined` if there are none. Throws `INVALID_MEMBER` if it has both.
 */
export function storageTransform(target: Class, property: string, direction: Direction): Transform | undefined {
  const type = direction === 'read' ? transformationType.PLAIN_TO_CLASS : transformationType.CLASS_TO_PLAIN;
  const functions = storagesOf(target)
    .flatMap((storage) => storage.findTransformMetadatas(target, property, type))
    .filter(({ options }) => options?.groups?.includes(storageGroup))
    .map(({ transformFn }) => transformFn);
  const record = memberRecord(target, property);
  const own = direction === 'read' ? record?.options.fromStorage : record?.options.toStorage;
  if (record && own) {
    if (functions.length > 0)
      throw saidTwice(target, record, direction === 'read' ? 'fromStorage' : 'toStorage', '@Transform');
    return (value) => own(value);
  }
  if (functions.length === 0) return undefined;
  const options: ClassTransformOptions = { groups: [storageGroup] };
  return (value, source) => {
    const params = (current: unknown) => ({
      value: current,
      key: property,
      get obj() {
        return source();
      },
      type,
      options,
    });
    return functions.reduce<unknown>((current, apply) => apply(params(current)) as unknown, value);
  };
}

/** All storages, in which `@Legacy` has recorded what it was waiting to record of a class. */
function storagesOf(target: Class): readonly TransformerStorage[] {
  inheritedRecords(target);
  const known = storages.get(target) ?? transformerStorages();
  storages.set(target, known);
  return known;
}

/** By class: whoever decorated it was loaded when it is first read, and to look for copies takes time. */
const storages = new WeakMap<Class, readonly TransformerStorage[]>();

function firstOf<Found>(target: Class, find: (storage: TransformerStorage) => Found | undefined): Found | undefined {
  for (const storage of storagesOf(target)) {
    const found = find(storage);
    if (found !== undefined) return found;
  }
  return undefined;
}
