import type { WireItem, WireValue } from './wire.js';

/**
 * How many bytes an item takes, about as engines count them: its names and its values, bytes as bytes and not as
 * base64, a byte for two digits of a number, and three bytes for each map and list.
 */
export function wireSize(item: WireItem): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + valueSize(item[name] as WireValue);
  return size;
}

function valueSize(value: WireValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('B' in value) return bytesSize(value.B);
  if ('M' in value) return 3 + Object.keys(value.M).length + wireSize(value.M);
  if ('L' in value) return 3 + sum(value.L, (member) => 1 + valueSize(member));
  if ('SS' in value) return sum(value.SS, (member) => Buffer.byteLength(member));
  if ('NS' in value) return sum(value.NS, numberSize);
  if ('BS' in value) return sum(value.BS, bytesSize);
  return Buffer.byteLength(JSON.stringify(value));
}

function numberSize(digits: string): number {
  return Math.ceil(digits.length / 2) + 1;
}

function bytesSize(bytes: string | Uint8Array): number {
  return typeof bytes === 'string' ? Buffer.byteLength(bytes, 'base64') : bytes.byteLength;
}

function sum<T>(values: readonly T[], sizeOf: (value: T) => number): number {
  return values.reduce((size, value) => size + sizeOf(value), 0);
}
