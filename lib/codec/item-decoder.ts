import type { Item } from '../item/item.js';
import { FunctionsByShape } from './generated-code.js';
import { hasBoth, type Rename, renamed } from './decode.js';
import { decodeRowValue, decodeStored, isRow, type RowValue, type Shape, type StoredItem } from './row.js';

// Code that is generated for the rows of a shape: an object literal of its names, which V8 makes of the right size at
// once. Without it, members are added one by one, and the object grows. For the names `id` and `state`, of which
// `state` is renamed to `status`, it is
//
//     'use strict';
//     let value;
//     return (values) => ({
//       "id": typeof (value = values[0]) === 'object' ? decode(value, "id") : value,
//       "status": typeof (value = values[1]) === 'object' ? decode(value, "state") : value,
//     });
//
// Names get into the text as JSON only, which is JavaScript whatever they contain; `__proto__` stands in brackets.

type Decode = (values: readonly RowValue[]) => Item;

/** Decodes stored items like `decodeStored`, with the same renames for each. */
export class ItemDecoder {
  readonly #renames: readonly Rename[];
  readonly #generated: FunctionsByShape<Decode> | undefined;

  /** `isGenerated`: whether code is generated, which the program must allow. */
  constructor(renames: readonly Rename[], isGenerated: boolean) {
    this.#renames = renames;
    if (isGenerated) this.#generated = new FunctionsByShape((shape) => generate(shape, renames));
  }

  /** The JavaScript values of an item. Throws `INVALID_WIRE_VALUE`. */
  decode(stored: StoredItem): Item {
    const decode = isRow(stored) ? this.#generated?.of(stored.shape) : undefined;
    return decode ? decode((stored as { values: readonly RowValue[] }).values) : decodeStored(stored, this.#renames);
  }
}

function generate(shape: Shape, renames: readonly Rename[]): Decode {
  const isRenamed = !hasBoth((name) => shape.placeOf(name) !== undefined, renames);
  const members = shape.names.map((name, at) => {
    const value = `typeof (value = values[${at}]) === 'object' ? decode(value, ${JSON.stringify(name)}) : value`;
    return `${memberName(isRenamed ? renamed(name, renames) : name)}: ${value},`;
  });
  const body = `'use strict'; let value; return (values) => ({ ${members.join('\n')} });`;
  // oxlint-disable-next-line typescript/no-implied-eval -- names are written as JSON
  return new Function('decode', body)(decodeRowValue) as Decode;
}

function memberName(name: string): string {
  // a member that is called so without brackets would be the prototype
  return name === '__proto__' ? `["__proto__"]` : JSON.stringify(name);
}
