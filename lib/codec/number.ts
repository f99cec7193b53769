import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';

/**
 * What a stored number becomes: `number` where that is exact, `bigint` for unsafe integers, else the SDK's
 * `NumberValue`.
 */
export type StoredNumber = number | bigint | NumberValue;

/**
 * Whether a value is the SDK's `NumberValue`, of whichever copy of the SDK: an application may have another one than
 * this package.
 */
export function isNumberValue(value: unknown): value is NumberValue {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof NumberValue) return true;
  return typeof (value as Partial<NumberValue>).value === 'string' && hasMethods(value);
}

/** Whether a class is the SDK's `NumberValue`, of whichever copy of the SDK. */
export function isNumberValueClass(target: unknown): boolean {
  return typeof target === 'function' && typeof target.prototype === 'object' && hasMethods(target.prototype);
}

/** What is decoded from an item has no functions, whatever its members are called. */
function hasMethods(value: Partial<Record<keyof NumberValue, unknown>> | null): boolean {
  return typeof value?.toBigInt === 'function' && typeof value.toAttributeValue === 'function';
}

/**
 * The number nearest to a decimal of more digits; `undefined` for what isn't a number, and for integers beyond 2^53.
 */
export function nearestNumber(decimal: NumberValue): number | undefined {
  const canonical = canonicalNumber(String(decimal));
  if (canonical === undefined) return undefined;
  const number = Number(canonical);
  return canonical.includes('.') || Number.isSafeInteger(number) ? number : undefined;
}

/** Stored numbers have at most 38 significant digits … */
const maximumDigits = 38;
/** … and these powers of ten for their first one. */
const maximumExponent = 125;
const minimumExponent = -130;

const notation = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/**
 * The plain decimal form of a number's text, in which engines compare and print it: no exponent, no superfluous zeros
 * or signs. `undefined` if the text isn't a number or has more digits or another magnitude than engines store.
 */
export function canonicalNumber(text: string): string | undefined {
  const parts = notation.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;

  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  // from the first zero of a run alone: from each of them, hostile text would take quadratic time
  const significant = digits.replace(/(?<!0)0+$/, '');
  if (significant === '') return '0';
  const firstExponent = digits.length - 1 - fraction.length + Number(exponent);
  if (significant.length > maximumDigits) return undefined;
  if (firstExponent > maximumExponent || firstExponent < minimumExponent) return undefined;

  const minus = sign === '-' ? '-' : '';
  if (firstExponent < 0) return `${minus}0.${'0'.repeat(-firstExponent - 1)}${significant}`;
  const point = firstExponent + 1;
  if (significant.length <= point) return minus + significant.padEnd(point, '0');
  return `${minus}${significant.slice(0, point)}.${significant.slice(point)}`;
}

/**
 * Compares two plain decimals, as `canonicalNumber` gives them, by their values: negative, 0 or positive as the first
 * is less.
 */
export function compareNumbers(a: string, b: string): number {
  const [isNegative, isOtherNegative] = [a.startsWith('-'), b.startsWith('-')];
  if (isNegative !== isOtherNegative) return isNegative ? -1 : 1;
  const [whole = '', fraction = ''] = a.slice(isNegative ? 1 : 0).split('.');
  const [otherWhole = '', otherFraction = ''] = b.slice(isNegative ? 1 : 0).split('.');
  // digits sort by their codes, once both have as many of them
  const order =
    whole.length - otherWhole.length || compareText(whole, otherWhole) || compareText(fraction, otherFraction);
  return isNegative ? -order : order;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads a stored number without losing a digit; `undefined` if the text isn't a number. */
export function decodeNumber(text: string): StoredNumber | undefined {
  const short = shortInteger(text);
  if (short !== undefined) return short;
  const canonical = canonicalNumber(text);
  if (canonical === undefined) return undefined;
  const number = Number(canonical);
  if (!canonical.includes('.')) return Number.isSafeInteger(number) ? number : BigInt(canonical);
  return canonicalNumber(String(number)) === canonical ? number : NumberValue.from(canonical);
}

/** The canonical text of a number, or what is wrong with it. */
export function encodeNumber(value: StoredNumber): { readonly N: string } | { readonly problem: string } {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { problem: String(value) };
    if (Number.isSafeInteger(value)) return { N: String(value) };
    if (Number.isInteger(value)) return { problem: "an integer beyond 2^53 that isn't a bigint" };
  }
  const canonical = canonicalNumber(String(value));
  return canonical === undefined ? { problem: 'a number that engines cannot store' } : { N: canonical };
}

/** The sum of two numbers in canonical notation, to the digit; `undefined` if engines can't store it. */
export function addNumbers(first: string, second: string): string | undefined {
  const scale = Math.max(decimalsOf(first), decimalsOf(second));
  return canonicalNumber(`${scaled(first, scale) + scaled(second, scale)}e-${scale}`);
}

function decimalsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

function scaled(text: string, scale: number): bigint {
  return BigInt(text.replace('.', '') + '0'.repeat(scale - decimalsOf(text)));
}

/** Whether the text is an integer of at most 15 digits, which `Number` reads exactly: a short cut for most numbers. */
export function shortInteger(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > 15) return undefined;
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

export { NumberValue };
