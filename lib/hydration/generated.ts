import { decodeItem, decodeValue } from '../codec/decode.js';
import { FunctionsByShape } from '../codec/generated-code.js';
import { decodeRowValue, decodeStored, Row, type RowValue, type Shape } from '../codec/row.js';
import type { WireItem, WireValue } from '../codec/wire.js';
import type { ErrorKey } from '../errors.js';
import type { Item } from '../item/item.js';
import type { Class } from '../model/class.js';
import { dropUnstorable, isStorable } from '../upgrade/run.js';
import { noSource, type Source } from './converter.js';
import type { Field } from './field.js';

// Code that is generated for a class: it does what `#hydrate` of `hydrator.ts` does field by field, but with the names of
// the class written into it, so that the engine of JavaScript finds members without looking for their names. For a class
// with the properties `title` and `createdAt`, and plain items, it is
//
//     'use strict';
//     return (source, named) => {
//       let at = -1, value, item;
//       const whole = noSource;
//       try {
//         const entity = new Class();
//         at = 0;
//         value = source["title"];
//         if (typeof value === 'string') entity["title"] = value;
//         else if (isData(value)) entity["title"] = convert(fields[0], value, whole, named);
//         else leaveOut(fields[0], entity);
//         at = 1;
//         value = source["created_at"];
//         if (isData(value)) entity["createdAt"] = convert(fields[1], value, whole, named);
//         else leaveOut(fields[1], entity);
//         return entity;
//       } catch (cause) {
//         throw failed(fields[at]?.property ?? 'the constructor', cause, named);
//       }
//     };
//
// Names get into the text as JSON only, which is JavaScript whatever they contain.

/** An item that errors can name by its key. The key is only computed for an error. */
export interface Keyed {
  key(): ErrorKey;
}

/** What the code does by calling: the rare things. */
export interface HydrationParts {
  /** The value of a property for a stored one that isn't plain. */
  readonly convert: (field: Field, stored: unknown, source: Source, named: Keyed) => unknown;
  /** For an attribute that the item lacks. */
  readonly leaveOut: (field: Field, entity: Record<string, unknown>) => void;
  readonly failed: (member: string, cause: unknown, named: Keyed) => unknown;
}

/** Makes an entity of an item in one form. */
export type Hydrate<S> = (source: S, named: Keyed) => object;

/** A form that items have. */
interface Form<S> {
  /** The expression of an attribute's decoded value. */
  readonly valueOf: (field: Field) => string;
  readonly decode?: (value: never, path: string) => unknown;
  /** Whether a decoded value counts. */
  readonly isData: (value: unknown) => boolean;
  /** The whole item, for a decorator that needs it. */
  readonly itemOf: (source: S) => Item;
}

const text = (name: string) => JSON.stringify(name);

/** The functions of one class, generated when they are first needed. */
export class GeneratedHydration {
  readonly #class: Class;
  readonly #fields: readonly Field[];
  readonly #parts: HydrationParts;
  readonly #byShape = new FunctionsByShape((shape) => this.#generate(rowsOf(shape)));
  #fromItem: Hydrate<Item> | undefined;
  #fromWire: Hydrate<WireItem> | undefined;

  constructor(target: Class, fields: readonly Field[], parts: HydrationParts) {
    this.#class = target;
    this.#fields = fields;
    this.#parts = parts;
  }

  /** The entity for a plain item that inherits nothing but what every object does. */
  fromItem(item: Item, named: Keyed): object {
    return (this.#fromItem ??= this.#generate(plainItems))(item, named);
  }

  /** The entity for a wire item that inherits nothing but what every object does. */
  fromWire(wire: WireItem, named: Keyed): object {
    return (this.#fromWire ??= this.#generate(wireItems))(wire, named);
  }

  /** What makes entities of rows; `undefined` for a shape that isn't worth it. */
  ofShape(shape: Shape): Hydrate<readonly RowValue[]> | undefined {
    return this.#byShape.of(shape);
  }

  #generate<S>({ decode, isData, itemOf, valueOf }: Form<S>): Hydrate<S> {
    const needsSource = this.#fields.some((field) => field.needsSource);
    const statements = this.#fields.map((field, at) => {
      const property = `entity[${text(field.property)}]`;
      return `
        at = ${at};
        value = ${valueOf(field)};
        ${field.plain ? `if (typeof value === '${field.plain}') ${property} = value; else` : ''}
        if (isData(value)) ${property} = convert(fields[${at}], value, ${field.needsSource ? 'whole' : 'noSource'}, named);
        else leaveOut(fields[${at}], entity);`;
    });
    const body = `'use strict';
      return (source, named) => {
        let at = -1, value, item;
        ${needsSource ? 'const whole = () => (item ??= itemOf(source));' : ''}
        try {
          const entity = new Class();
          ${statements.join('')}
          return entity;
        } catch (cause) {
          throw failed(fields[at]?.property ?? 'the constructor', cause, named);
        }
      };`;
    const given = { ...this.#parts, Class: this.#class, decode, fields: this.#fields, isData, itemOf, noSource };
    // oxlint-disable-next-line typescript/no-implied-eval -- names are written as JSON
    return new Function(...Object.keys(given), body)(...Object.values(given)) as Hydrate<S>;
  }
}

/** A member of `source`; of names that every object inherits, only an own one is data. */
function memberOf({ attribute, isInherited }: Field): string {
  const member = `source[${text(attribute)}]`;
  return isInherited ? `(Object.hasOwn(source, ${text(attribute)}) ? ${member} : undefined)` : member;
}

const plainItems: Form<Item> = {
  valueOf: memberOf,
  isData: isStorable,
  itemOf(item) {
    dropUnstorable(item);
    return item;
  },
};

const isPresent = (value: unknown) => value !== undefined;

const wireItems: Form<WireItem> = {
  valueOf: (field) => {
    const name = text(field.attribute);
    return `(value = ${memberOf(field)}) !== undefined || Object.hasOwn(source, ${name}) ? decode(value, ${name}) : undefined`;
  },
  decode: (value: WireValue, path) => decodeValue(value, path),
  isData: isPresent,
  itemOf: (wire) => decodeItem(wire),
};

function rowsOf(shape: Shape): Form<readonly RowValue[]> {
  return {
    valueOf({ attribute }) {
      const place = shape.placeOf(attribute);
      if (place === undefined) return 'undefined';
      return `typeof (value = source[${place}]) === 'object' ? decode(value, ${text(attribute)}) : value`;
    },
    decode: (value: RowValue, path) => decodeRowValue(value, path),
    isData: isPresent,
    itemOf: (values) => decodeStored(new Row(values, shape)),
  };
}
