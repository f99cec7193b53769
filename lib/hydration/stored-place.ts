import type { DatesIn, WirePath } from '../codec/wire-condition.js';
import type { AttributePath } from '../model/attribute-path.js';
import {
  type Converter,
  converterOf,
  describeType,
  mismatch,
  noSource,
  type Stored,
  type ValueProblem,
} from './converter.js';

/** A place in the stored items of a class: an attribute, or what is below it. */
export interface StoredPlace {
  /** The path, by stored names. */
  readonly path: WirePath;
  /** What is stored there for a value that the application has there, before its wire form; `undefined` for nothing. */
  readonly value: (value: unknown) => Stored;
  /** What is stored for what is added to the number or Set there, or taken out of the Set. */
  readonly change: (value: unknown) => Stored;
  /** What is stored for a part of the text there, or for a member of the Set or list. */
  readonly part: (value: unknown) => Stored;
  /**
   * Stored values with their dates in the notation that they are written in; without it, there are no dates as text.
   */
  readonly dates?: DatesIn;
  /** What is wrong with a value that is to be written there, although it has the type. */
  readonly invalid: (value: unknown) => ValueProblem | undefined;
}

/**
 * The place that a path of property names leads to from an attribute, or why there is none. With `keepsTypes`, values
 * that don't have the declared type stay as they are.
 */
export function storedPlace(
  attributeConverter: Converter,
  { attribute, within }: AttributePath,
  keepsTypes: boolean,
): StoredPlace | { readonly problem: string } {
  let converter = attributeConverter;
  const names: (string | number)[] = [];
  for (const part of within) {
    const below = converter.below?.(part) ?? { name: part, converter: converterOf('any') };
    if ('problem' in below) return below;
    names.push(below.name);
    converter = below.converter;
  }
  return {
    path: { attribute: attribute.attribute, ...(names.length > 0 && { within: names }) },
    value(value) {
      const stored = converter.write(value, noSource);
      if (stored !== mismatch) return { value: stored };
      if (keepsTypes) return { value };
      return { problem: `is ${describeType(value)}, but its type is ${converter.expected}` };
    },
    change: (value) => converter.change?.(value) ?? { problem: `is ${converter.expected}, neither a number nor a Set` },
    part: (value) => converter.part?.(value) ?? { value },
    invalid: (value) => converter.problem?.(value),
    ...(converter.dates && { dates: converter.dates }),
  };
}
