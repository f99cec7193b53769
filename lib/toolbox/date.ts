import { types } from 'node:util';
import { any, type AnySchema_, type Transformer } from 'dynamodb-toolbox';
import { MapperError } from '../errors.js';
import { converterOf, describeType, mismatch, noSource } from '../hydration/converter.js';

/** How a `Date` is stored: as ISO 8601 text, or as a number of seconds or milliseconds since 1970. */
export type DateNotation = 'date' | 'epochSeconds' | 'epochMilliseconds';

// two copies of this package may be loaded
const notation: unique symbol = Symbol.for('dynamo-evolve:date');

interface DateTransformer extends Transformer<unknown, Date, string | number> {
  readonly [notation]: DateNotation;
}

/** The schema that `date` returns. */
export type DateSchema = AnySchema_<{ castAs: Date; transform: DateTransformer }>;

/**
 * The schema of a `Date`, for `item({ … })` of dynamodb-toolbox, which has no dates of its own. It is stored as ISO 8601
 * text unless another notation is given. As a schema of the toolbox, it converts dates for the toolbox's commands, too.
 *
 * @example
 * const schema = item({
 *   session_id: string().key(),
 *   last_seen: date().optional(),
 *   started_at: date('epochMilliseconds'),
 * });
 */
export function date(storedAs: DateNotation = 'date'): DateSchema {
  const converter = converterOf(storedAs);
  const convert = (convertOne: 'read' | 'write') => (value: unknown) => {
    const converted = converter[convertOne](value, noSource);
    if (converted !== mismatch) return converted;
    const found = `${describeType(value)} instead of a ${converter.expected}`;
    throw new MapperError('UNSUPPORTED_VALUE', { path: 'An attribute', found });
  };
  const transformer: DateTransformer = {
    [notation]: storedAs,
    encode: convert('write') as DateTransformer['encode'],
    decode: convert('read'),
  };
  const props = { transform: transformer, keyValidator: isDate, putValidator: isDate, updateValidator: isDate };
  return any(props as never) as unknown as DateSchema;
}

/** Tells a date from the other values of an `anyOf`, before the transformer of the toolbox runs. */
export function isDate(value: unknown): true | string {
  return types.isDate(value) || "isn't a Date";
}

/** The notation of dates that go through a transformer, if `date` made it. */
export function notationOf(transformer: unknown): DateNotation | undefined {
  if (typeof transformer !== 'object' || transformer === null) return undefined;
  return (transformer as Partial<DateTransformer>)[notation];
}
