import { type Below, type Converter, converterOf, mismatch, noSource, type Stored } from './converter.js';

/**
 * The converter of a value that has one of several shapes: the first in which it is complete, else the first that it
 * has.
 */
export function choiceConverter(shapes: readonly Converter[]): Converter {
  const expected = shapes.map((shape) => shape.expected).join(' or ');
  const read: Converter['read'] = (value, source) => {
    let first: unknown = mismatch;
    for (const shape of shapes) {
      const found = shape.read(value, source);
      if (found === mismatch) continue;
      if (!shape.problem?.(found)) return found;
      if (first === mismatch) first = found;
    }
    return first;
  };
  /** The shape that an application's value has. */
  const shapeOfValue = (value: unknown): Converter | undefined => {
    const fitting = shapes.filter((shape) => shape.write(value, noSource) !== mismatch);
    return fitting.find((shape) => !shape.problem?.(value)) ?? fitting[0];
  };
  return {
    expected,
    read,
    write: (value, source) => shapeOfValue(value)?.write(value, source) ?? (value === null ? null : mismatch),
    below: (part) => placeBelow(shapes, part),
    change: (value) =>
      firstStored(shapes, (shape) => shape.change?.(value)) ?? {
        problem: `is ${expected}, neither a number nor a Set`,
      },
    part: (value) => firstStored(shapes, (shape) => shape.part?.(value) ?? { value }) ?? { value },
    dates: (value) => {
      for (const { dates } of shapes) {
        const found = dates?.(value);
        if (found) return found;
      }
      return undefined;
    },
    problem: (value) => shapeOfValue(value)?.problem?.(value),
    ...(shapes.some(({ fill }) => fill) && {
      fill: (value) => {
        for (const shape of shapes) {
          const filled = shape.fill ? shape.fill(value) : value;
          if (shape.write(filled, noSource) !== mismatch && !shape.problem?.(filled)) return filled;
        }
        return value;
      },
    }),
  };
}

function placeBelow(shapes: readonly Converter[], part: string | number): Below {
  const any = converterOf('any');
  const places = shapes.flatMap((shape) => {
    const place = shape === any ? { name: part, converter: any } : shape.below?.(part);
    return place && 'converter' in place ? place : [];
  });
  // of a member that one shape declares, another one knows nothing
  const declared = places.filter(({ converter }) => converter !== any);
  const [first, ...others] = declared.length > 0 ? declared : places;
  if (!first) return { problem: 'is below a value that has no such part' };
  if (others.some(({ name }) => name !== first.name)) {
    return { problem: 'is stored under another name in each shape that the value can have; use the whole value' };
  }
  const converters = [first, ...others].map(({ converter }) => converter);
  return { name: first.name, converter: converters.length > 1 ? choiceConverter(converters) : first.converter };
}

function firstStored(
  shapes: readonly Converter[],
  store: (shape: Converter) => Stored | undefined,
): Stored | undefined {
  const found = shapes.flatMap((shape) => store(shape) ?? []);
  return found.find((stored) => 'value' in stored) ?? found[0];
}
