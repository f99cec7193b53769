import { canonicalDate, isCommonDate, timeOfText } from '../codec/date-text.js';
import type { KeyRange, KeyValue } from '../store/table-schema.js';

const day = 86_400_000;

/** Below and above all texts of dates: years of other than four digits have a sign. */
const first = '+';
const last = ':';

/**
 * The range to ask an engine for, of what is to be compared with dates: an engine sorts them by their texts, and a text
 * stands less than a day beside its time, by its offset. So it is asked for whole days, one more on each side, and what
 * comes back is judged by time.
 */
export function widenedRange(range: KeyRange<KeyValue>): KeyRange<KeyValue> {
  const [[operator, operand]] = Object.entries(range) as [[string, string | readonly [string, string]]];
  const [from, to] = typeof operand === 'string' ? [operand, operand] : operand;
  if (operator === 'beginsWith') return prefixRange(from);
  // texts of other years have no place among those of four digits
  const [low, high] = [dayBelow(from) ?? first, dayAbove(to) ?? last];
  if (operator === 'lt' || operator === 'lte') return { lte: high };
  return operator === 'gt' || operator === 'gte' ? { gte: low } : { between: [low, high] };
}

/** The range of the dates whose texts, as they are written, begin with a text. */
function prefixRange(prefix: string): KeyRange<KeyValue> {
  const [whole = '', month, date] = /^\d{4}(?:-(\d\d)(?:-(\d\d))?)?/.exec(prefix) ?? [];
  const from = canonicalDate(whole + '0000-01-01'.slice(whole.length));
  if (whole === '' || from === undefined) return { between: [first, last] };
  const end = new Date(from);
  if (date !== undefined) end.setUTCDate(end.getUTCDate() + 1);
  else if (month === undefined) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else end.setUTCMonth(end.getUTCMonth() + 1);
  return widenedRange({ between: [from, end.toISOString()] });
}

/** The text of the day before a date: no text of a later day is below it. */
function dayBelow(text: string): string | undefined {
  return dayAt((timeOfText(text) ?? Number.NaN) - day);
}

/** What is above all texts of the day after a date. */
function dayAbove(text: string): string | undefined {
  const next = dayAt((timeOfText(text) ?? Number.NaN) + day);
  return next && `${next}~`;
}

function dayAt(time: number): string | undefined {
  const text = Number.isNaN(time) ? '' : new Date(time).toISOString();
  return isCommonDate(text) ? text.slice(0, 10) : undefined;
}
