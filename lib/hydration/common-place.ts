import { isDeepStrictEqual } from 'node:util';
import { type Below, type Converter, converterOf, mismatch, type Stored } from './converter.js';

const problem = 'is stored differently by the classes that its @Type names; use the whole instance';

/** A place in a stored instance whose class is unknown: all possible classes must store the same there. */
export function commonPlace(places: readonly Below[]): Below {
  const known = places.flatMap((place) => ('problem' in place ? [] : place));
  const [first] = known;
  if (!first || known.length < places.length || known.some(({ name }) => name !== first.name)) return { problem };
  const converters = known.map(({ converter }) => converter).filter((converter) => converter !== converterOf('any'));
  return { name: first.name, converter: converters.length > 0 ? commonConverter(converters) : converterOf('any') };
}

function commonConverter(converters: readonly Converter[]): Converter {
  return {
    expected: converters.map(({ expected }) => expected).join(' or '),
    read: (value) => value,
    write: (value, source) => {
      const written = converters.map((converter) => converter.write(value, source));
      return common(written.filter((form) => form !== mismatch)) ?? mismatch;
    },
    below: (part) =>
      commonPlace(
        converters.map((converter) => converter.below?.(part) ?? { name: part, converter: converterOf('any') }),
      ),
    change: (value) => commonStored(converters.map((converter) => converter.change?.(value) ?? { problem })),
    part: (value) => commonStored(converters.map((converter) => converter.part?.(value) ?? { value })),
    dates: (value) => {
      for (const { dates } of converters) {
        const found = dates?.(value);
        if (found) return found;
      }
      return undefined;
    },
  };
}

function commonStored(forms: readonly Stored[]): Stored {
  return common(forms.filter((form) => 'value' in form)) ?? { problem };
}

/** The value that all values equal; `undefined` if they differ, or if there are none. */
function common<T>([first, ...others]: readonly T[]): T | undefined {
  return others.every((other) => isDeepStrictEqual(other, first)) ? first : undefined;
}
