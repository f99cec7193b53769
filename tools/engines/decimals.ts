import type { WireItem, WireValue } from 'dynamo-evolve';

const notation = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A number's text without an exponent, with all digits that it has: `1.50` stays, `1e3` is `1000`. */
export function plainDecimal(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = notation.exec(text) ?? [];
  if (whole + fraction === '') return text;
  const scale = fraction.length - Number(exponent);
  const digits = (whole + fraction).padEnd(fraction.length - scale + whole.length, '0').padStart(scale + 1, '0');
  const [before, after] = scale > 0 ? [digits.slice(0, -scale), digits.slice(-scale)] : [digits, ''];
  const isNegative = sign === '-' && /[1-9]/.test(digits);
  return `${isNegative ? '-' : ''}${before.replace(/^0+(?=\d)/, '')}${after && `.${after}`}`;
}

/** The same text for equal numbers: without superfluous zeros. */
export function shortDecimal(text: string): string {
  const plain = plainDecimal(text);
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

/**
 * What Cassandra's decimals are told apart by: the digits and the scale. `1e-7` is `0.0000001`, but `1e3` isn't `1000`.
 */
export function spelling(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = notation.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  return digits === '' ? text : `${sign === '-' ? '-' : ''}${digits}e${Number(exponent) - fraction.length}`;
}

/** How two numbers compare: below, at or above 0. */
export function compareDecimals(a: string, b: string): number {
  // up to 15 digits JavaScript's numbers keep the order
  if (a.length <= 15 && b.length <= 15) return Math.sign(Number(a) - Number(b));
  const [wholeA = '', fractionA = ''] = plainDecimal(a).split('.');
  const [wholeB = '', fractionB = ''] = plainDecimal(b).split('.');
  const scale = Math.max(fractionA.length, fractionB.length);
  const difference = BigInt(wholeA + fractionA.padEnd(scale, '0')) - BigInt(wholeB + fractionB.padEnd(scale, '0'));
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** A value with another text for each number in it, sets of numbers included. */
export function withNumbers(value: WireValue, textOf: (text: string) => string): WireValue {
  if ('N' in value) return { N: textOf(value.N) };
  if ('NS' in value) return { NS: value.NS.map(textOf) };
  if ('L' in value) return { L: value.L.map((one) => withNumbers(one, textOf)) };
  return 'M' in value ? { M: itemWithNumbers(value.M, textOf) } : value;
}

/** An item, or a request's values, with another text for each number in it. */
export function itemWithNumbers(item: WireItem, textOf: (text: string) => string): WireItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, withNumbers(value, textOf)]));
}
