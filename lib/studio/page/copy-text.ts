import type { ShownValue } from '../shown-value.js';

/** What is copied of a value: text, digits or base64 as they are, and anything else as wire JSON. */
export function copyText(value: ShownValue): string {
  if ('S' in value) return value.S;
  if ('N' in value) return value.N;
  if ('B' in value) return value.B;
  if ('BOOL' in value) return String(value.BOOL);
  if ('NULL' in value) return 'null';
  if ('DATE' in value) return value.DATE;
  if ('OTHER' in value) return value.OTHER;
  return JSON.stringify(
    value,
    (name, member: unknown) => (name === 'class' && typeof member === 'string' ? undefined : member),
    2,
  );
}
