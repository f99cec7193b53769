import { types } from 'node:util';
import { canonicalDate, isCommonDate, timeOfText } from '../codec/date-text.js';

/** The texts of keys, by the Dates that they were read as. Engines find an item by the text of its key alone. */
const texts = new WeakMap<object, string>();

/** Remembers the text that a key's Date was read from, where it isn't the one that the Date would be written as. */
export function rememberKeyText(date: unknown, text: unknown): void {
  if (types.isDate(date) && typeof text === 'string' && !isCommonDate(text)) texts.set(date, text);
}

/**
 * What is stored for a key: for a Date that was read, and hasn't been changed since, the text that it was read from.
 */
export function keyText(value: unknown, stored: unknown): unknown {
  const text = types.isDate(value) ? texts.get(value) : undefined;
  if (text === undefined || typeof stored !== 'string') return stored;
  return timeOfText(text) === timeOfText(stored) && canonicalDate(text) === stored ? text : stored;
}
