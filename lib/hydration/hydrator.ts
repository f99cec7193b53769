import { decodeValue } from '../codec/decode.js';
import { canGenerate } from '../codec/generated-code.js';
import type { Row } from '../codec/row.js';
import type { Item } from '../item/item.js';
import { encodeReadValue, encodeValue, isEmptySet } from '../codec/encode.js';
import { equalWire, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import { type ErrorKey, isMapperError, MapperError } from '../errors.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { AttributePath } from '../model/attribute-path.js';
import type { EntityModel } from '../model/entity-model.js';
import { isStorable } from '../upgrade/run.js';
import { describeType, mismatch, noSource, type Source, type Stored } from './converter.js';
import { compileFields, type Field } from './field.js';
import { GeneratedHydration, type Keyed } from './generated.js';
import { rememberKeyText } from './key-dates.js';
import { isInitial, rememberInitial } from './initial-values.js';
import { type StoredPlace, storedPlace } from './stored-place.js';
import { Templates } from './templates.js';
import { inheritsMore, ItemSource, RowSource, type ValueSource, WireSource } from './value-source.js';

/**
 * What happens to a stored value that doesn't have the declared type: `'throw'` throws `ATTRIBUTE_TYPE`, `'keep'` reads
 * it as it is stored.
 */
export type TypeMismatchPolicy = 'throw' | 'keep';

export type { Keyed } from './generated.js';

type Properties = Record<string, unknown>;
type Attributes = ReadonlySet<AttributeModel>;
type Parts = ReadonlyMap<string, unknown>;

/** Values of attributes that replace those of the entity. */
export type Overrides = ReadonlyMap<AttributeModel, unknown>;

/** What an entity was loaded from. Values that it hasn't changed are kept in their stored notation. */
export interface LoadedValues {
  /** An attribute of the entity when it was returned, encoded again. */
  declaredValue(attribute: string): WireValue | undefined;
  /** An attribute of the item in the newest version. */
  newestValue(attribute: string): unknown;
}

const noOverrides: Overrides = new Map();

/** Turns items of the newest version into entities and back. Compiled once for each class. */
export class Hydrator<T extends object> {
  readonly #model: EntityModel<T>;
  readonly #fields: readonly Field[];
  readonly #byAttribute: ReadonlyMap<AttributeModel, Field>;
  /** By stored name: the fields whose values depend on nothing else in the item, the entity or the class. */
  readonly #independent: ReadonlyMap<string, Field>;
  readonly #accessors: readonly Field[];
  /** The fields whose values can be wrong although they have their types. */
  readonly #judged: readonly Field[];
  readonly #policy: TypeMismatchPolicy;
  /** Whether code may be generated for the class. */
  readonly isGenerated: boolean;
  readonly #generated: GeneratedHydration | undefined;
  /** The attributes that are computed from others. */
  readonly templates: Templates;

  constructor(model: EntityModel<T>, policy: TypeMismatchPolicy, isGenerated = true) {
    this.#model = model;
    this.#policy = policy;
    this.isGenerated = isGenerated && canGenerate;
    this.#fields = compileFields(model);
    this.#byAttribute = new Map(this.#fields.map((field) => [field.model, field]));
    this.#accessors = this.#fields.filter(({ isAccessor }) => isAccessor);
    this.#independent = independentFields(model, this.#fields);
    this.#judged = this.#fields.filter(({ converter }) => converter.problem);
    this.templates = new Templates(model);
    // what keys with templates hold isn't known until they are read
    if (this.isGenerated && !this.templates.areInKeys) this.#generated = this.#generate();
  }

  /**
   * The entity for a wire item of the newest version, with just the attributes in `only` if that is given. Throws like
   * `fromItem`, or `INVALID_WIRE_VALUE`.
   */
  fromWire(wire: WireItem, named: Keyed, only?: Attributes): T {
    if (this.#generated && only === undefined && !inheritsMore(wire)) {
      return this.#generated.fromWire(wire, named) as T;
    }
    return this.#hydrate(new WireSource(wire), named, only);
  }

  /** Like `fromWire`, for a plain item. Throws `ATTRIBUTE_TYPE`, `KEY_MISMATCH` or `HYDRATION_FAILED`. */
  fromItem(item: Item, named: Keyed, only?: Attributes): T {
    if (this.#generated && only === undefined && !inheritsMore(item)) {
      return this.#generated.fromItem(item, named) as T;
    }
    return this.#hydrate(new ItemSource(item), named, only);
  }

  /** Like `fromWire`, for a row. */
  fromRow(row: Row, named: Keyed): T {
    const hydrate = this.#generated?.ofShape(row.shape);
    return hydrate ? (hydrate(row.values, named) as T) : this.#hydrate(new RowSource(row), named, undefined);
  }

  #generate(): GeneratedHydration {
    return new GeneratedHydration(this.#model.class, this.#fields, {
      convert: (field, stored, source, named) => this.#converted(field, stored, source, named),
      leaveOut,
      failed: (member, cause, named) => this.#failed(member, cause, named),
    });
  }

  #hydrate(source: ValueSource, named: Keyed, only: Attributes | undefined): T {
    const missing = this.#missingParts(source, named);
    let at = 'the constructor';
    try {
      const entity = new (this.#model.class as unknown as new () => Properties)();
      for (const field of this.#fields) {
        const isWanted = only === undefined || only.has(field.model);
        let stored = isWanted ? source.valueOf(field.attribute, field.isInherited) : undefined;
        if (isWanted && stored === undefined && missing) stored = missing.get(field.attribute);
        at = field.property;
        if (typeof stored === field.plain) entity[at] = stored;
        else if (stored !== undefined)
          entity[at] = this.#converted(field, stored, field.needsSource ? () => source.item : noSource, named);
        else leaveOut(field, entity);
      }
      return entity as T;
    } catch (cause) {
      throw this.#failed(at, cause, named);
    }
  }

  #missingParts(source: ValueSource, named: Keyed): Parts | undefined {
    if (!this.templates.areInKeys) return undefined;
    return this.templates.missingParts(
      (attribute) => source.valueOf(attribute, true),
      () => named.key(),
    );
  }

  #converted(field: Field, stored: unknown, source: Source, named: Keyed): unknown {
    const value = field.converter.read(stored, source);
    if (field.isKeyDate) rememberKeyText(value, stored);
    return value === mismatch ? this.#mismatched(field, stored, named) : value;
  }

  /**
   * The declared attributes of an entity as they are stored, computed ones included. Leaves out values that are
   * `undefined` or an empty Set. `overrides` replace values of the entity, and `loaded` is what the entity was loaded
   * from; `'as read'` if it shows just that. Throws `ATTRIBUTE_TYPE`, `HYDRATION_FAILED`, `INVALID_KEY_VALUE` for a part
   * that its template can't contain, or what `encodeValue` throws.
   */
  toWire(
    entity: T,
    key: () => ErrorKey,
    overrides: Overrides = noOverrides,
    loaded?: LoadedValues | 'as read',
  ): WireItem {
    const wire = {};
    let at = '';
    try {
      for (const field of this.#fields) {
        // computed below
        if (field.model.template) continue;
        at = field.property;
        const value = overrides.has(field.model) ? overrides.get(field.model) : (entity as Properties)[at];
        if (value === undefined) continue;
        const stored = this.#dehydrate(field, value, () => entity, key);
        if (isStorable(stored)) setOwn(wire, field.attribute, encoded(stored, field.attribute, loaded));
      }
    } catch (cause) {
      throw this.#failed(at, cause, { key });
    }
    this.templates.compute(wire, (attribute) => partOf(wire, attribute, loaded));
    return wire;
  }

  /**
   * Whether nothing but an attribute's own value matters for what `toWire` stores for it, after an entity was read that
   * `hasOwnValues`.
   */
  isIndependent(attribute: string): boolean {
    return this.#independent.has(attribute);
  }

  /** Whether the properties of an entity just hold values: a constructor may have made accessors of them. */
  hasOwnValues(entity: T): boolean {
    return this.#fields.every(({ property }) => {
      const found = Object.getOwnPropertyDescriptor(entity, property);
      return found === undefined || 'value' in found;
    });
  }

  /** What is stored for the value that an independent attribute is read as. Throws like `fromItem` and `toWire`. */
  storedAgain(attribute: string, stored: unknown, key: () => ErrorKey): WireValue | undefined {
    if (!isStorable(stored)) return undefined;
    const { model } = this.#independent.get(attribute) as Field;
    const value = this.storedValue(model, this.readValue(model, stored, key), {}, key);
    return isStorable(value) ? encoded(value, attribute, 'as read') : undefined;
  }

  /**
   * The values that count as stored for accessors for which an item has nothing, by stored name: what the constructor
   * left there, if `entity` still shows it; otherwise `undefined`, for nothing.
   */
  initialValues(newest: Item, entity: T | undefined): Map<string, WireValue | undefined> {
    const values = new Map<string, WireValue | undefined>();
    for (const field of this.#accessors) {
      const { attribute, property } = field;
      if (Object.hasOwn(newest, attribute) && isStorable(newest[attribute])) continue;
      const stored = entity && storedBy(field, entity as Properties);
      const isKept = entity && stored !== undefined && isInitial(entity, property, stored);
      values.set(attribute, isKept ? encodeValue(stored, attribute) : undefined);
    }
    return values;
  }

  /**
   * Throws `INVALID_VALUE` for a value that is to be written and isn't what its attribute asks for, or
   * `HYDRATION_FAILED`. `isWritten` says of a stored name whether the write stores its value.
   */
  assertValid(entity: T, key: () => ErrorKey, isWritten: (attribute: string) => boolean): void {
    for (const { attribute, model } of this.#judged) {
      if (isWritten(attribute)) this.assertValidValue(model, (entity as Properties)[model.property], key);
    }
  }

  /** The same for the value of one attribute. */
  assertValidValue(attribute: AttributeModel, value: unknown, key: () => ErrorKey): void {
    const { converter, property } = this.#byAttribute.get(attribute) as Field;
    try {
      const isJudged = value !== undefined && converter.write(value, noSource) !== mismatch;
      const found = isJudged ? converter.problem?.(value) : undefined;
      if (found) this.#refuse(property + found.path, found.problem, key);
    } catch (cause) {
      throw this.#failed(property, cause, { key });
    }
  }

  #refuse(path: string, problem: string, key: () => ErrorKey): never {
    throw new MapperError('INVALID_VALUE', { entity: this.#model.name, key: key(), path, problem });
  }

  /** The value that `create` was given for a property, with the defaults of what is missing in it. */
  filled(attribute: AttributeModel, value: unknown): unknown {
    const { converter } = this.#byAttribute.get(attribute) as Field;
    return converter.fill ? converter.fill(value) : value;
  }

  /** The stored form of a property's value, not yet encoded. Throws `ATTRIBUTE_TYPE` or `HYDRATION_FAILED`. */
  storedValue(attribute: AttributeModel, value: unknown, source: object, key: () => ErrorKey): unknown {
    const field = this.#byAttribute.get(attribute) as Field;
    try {
      return this.#dehydrate(field, value, () => source, key);
    } catch (cause) {
      throw this.#failed(field.property, cause, { key });
    }
  }

  /** The property's value for a stored one. Throws `ATTRIBUTE_TYPE` or `HYDRATION_FAILED`. */
  readValue(attribute: AttributeModel, stored: unknown, key: () => ErrorKey): unknown {
    const field = this.#byAttribute.get(attribute) as Field;
    try {
      return this.#converted(field, stored, noSource, { key });
    } catch (cause) {
      throw this.#failed(field.property, cause, { key });
    }
  }

  /** The stored place that a path leads to, or why there is none. */
  placeAt(path: AttributePath): StoredPlace | { readonly problem: string } {
    const { converter, property } = this.#byAttribute.get(path.attribute) as Field;
    const place = storedPlace(converter, path, this.#policy === 'keep');
    if ('problem' in place) return place;
    const guarded = (convert: (value: unknown) => Stored) => (value: unknown) => {
      try {
        return convert(value);
      } catch (cause) {
        throw this.#failed(property, cause, { key: () => ({}) });
      }
    };
    const invalid: StoredPlace['invalid'] = (value) => {
      try {
        return place.invalid(value);
      } catch (cause) {
        throw this.#failed(property, cause, { key: () => ({}) });
      }
    };
    return { ...place, value: guarded(place.value), change: guarded(place.change), part: guarded(place.part), invalid };
  }

  #dehydrate(field: Field, value: unknown, source: Source, key: () => ErrorKey): unknown {
    const stored = field.converter.write(value, source);
    return stored === mismatch ? this.#mismatched(field, value, { key }) : stored;
  }

  /** Wraps what the class's own code threw in an error that says where. A `MapperError` stays as it is. */
  #failed(member: string, cause: unknown, named: Keyed): MapperError {
    if (cause instanceof MapperError) return cause;
    return new MapperError('HYDRATION_FAILED', { entity: this.#model.name, key: named.key(), member }, { cause });
  }

  #mismatched({ attribute, converter }: Field, value: unknown, named: Keyed): unknown {
    if (this.#policy === 'keep') return value;
    const details = { entity: this.#model.name, key: named.key(), attribute };
    throw new MapperError('ATTRIBUTE_TYPE', { ...details, expected: converter.expected, found: describeType(value) });
  }
}

/**
 * By stored name: the fields without source, template, and a key that contains them. None for a class that has members
 * of the properties' names: setters can change other properties, and an absent value shows what is inherited.
 */
function independentFields({ class: target, keys }: EntityModel, fields: readonly Field[]): ReadonlyMap<string, Field> {
  if (fields.some(({ property }) => property in (target.prototype as object))) return new Map();
  const inKeys = new Set(keys.flatMap(({ template }) => template?.parts ?? []));
  const found = fields.filter(({ model, needsSource }) => !needsSource && !model.template && !inKeys.has(model));
  return new Map(found.map((field) => [field.attribute, field]));
}

/** For an attribute that an item lacks. */
function leaveOut(field: Field, entity: Properties): void {
  const { property } = field;
  if (field.isAccessor) rememberInitial(entity, property, storedBy(field, entity));
  // a field's initial value is for new entities; for this one it was never stored
  else if (Object.hasOwn(entity, property) && entity[property] !== undefined) entity[property] = undefined;
}

/** What would be stored for a property as it is; `undefined` for nothing, and where that can't be told. */
function storedBy({ converter, property }: Field, entity: Properties): unknown {
  try {
    const value = entity[property];
    const stored = value === undefined ? undefined : converter.write(value, () => entity);
    return stored === mismatch || isEmptySet(stored) ? undefined : stored;
  } catch {
    return undefined;
  }
}

function encoded(value: unknown, attribute: string, loaded: LoadedValues | 'as read' | undefined): WireValue {
  try {
    return encodeValue(value, attribute);
  } catch (error) {
    if (!loaded || !isMapperError(error, 'INVALID_NUMBER')) throw error;
    // a stored decimal can be read as an integer beyond 2^53, which is refused only if it is new
    const wire = encodeReadValue(value, attribute);
    if (loaded === 'as read') return wire;
    const before = loaded.declaredValue(attribute);
    if (!before || !equalWire(before, wire)) throw error;
    return wire;
  }
}

/** The value of a template's part: the stored one, unless the entity has changed it. */
function partOf(
  wire: WireItem,
  attribute: string,
  loaded: LoadedValues | 'as read' | undefined,
): WireValue | undefined {
  const value = valueAt(wire, attribute);
  if (!value || !loaded || loaded === 'as read') return value;
  const before = loaded.declaredValue(attribute);
  if (!before || !equalWire(before, value)) return value;
  const stored = loaded.newestValue(attribute);
  return isStorable(stored) ? encodeValue(stored, attribute) : value;
}

/** The primary key of a wire item, by stored names, as far as it can be read. For errors. */
export function readKey(model: EntityModel, wire: WireItem): ErrorKey {
  const key = {};
  for (const { attribute } of model.keys) {
    const value = Object.hasOwn(wire, attribute) ? wire[attribute] : undefined;
    try {
      setOwn(key, attribute, value === undefined ? undefined : decodeValue(value, attribute));
    } catch {
      setOwn(key, attribute, undefined);
    }
  }
  return key;
}
