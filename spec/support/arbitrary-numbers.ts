import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';

/**
 * The number coefficient × 10^exponent. In BigInt arithmetic, so that this model has nothing in common with the codec.
 */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** The same number with the smallest coefficient. */
function reduced(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient: 0n, exponent: 0 };
  let rest = coefficient;
  let power = exponent;
  for (; rest % 10n === 0n; rest /= 10n) power++;
  return { coefficient: rest, exponent: power };
}

const digitsOf = ({ coefficient }: Decimal) => String(coefficient < 0n ? -coefficient : coefficient);

/** The power of ten of the first digit. */
const magnitudeOf = (decimal: Decimal) => digitsOf(decimal).length - 1 + decimal.exponent;

/** Whether engines store a number: 38 digits, magnitudes from -130 to 125. */
export function isStorable(decimal: Decimal): boolean {
  if (decimal.coefficient === 0n) return true;
  const magnitude = magnitudeOf(decimal);
  return digitsOf(decimal).length <= 38 && magnitude >= -130 && magnitude <= 125;
}

/** A number as engines print it, without exponent. */
export function plainDecimal({ coefficient, exponent }: Decimal): string {
  if (exponent >= 0) return String(coefficient * 10n ** BigInt(exponent));
  const absolute = coefficient < 0n ? -coefficient : coefficient;
  const unit = 10n ** BigInt(-exponent);
  const fraction = String(absolute % unit).padStart(-exponent, '0');
  return `${coefficient < 0n ? '-' : ''}${absolute / unit}.${fraction}`;
}

/** The number that a text says; `undefined` if it says none. Reads character by character, the way a person does. */
export function parseDecimal(text: string): Decimal | undefined {
  const [mantissa = '', exponent = '0', ...more] = text.split(/[eE]/);
  const [sign, unsigned] = splitSign(mantissa);
  const [whole = '', fraction = '', ...points] = unsigned.split('.');
  const [exponentSign, power] = splitSign(exponent);
  if (more.length + points.length > 0 || whole + fraction === '' || power === '') return undefined;
  for (const character of whole + fraction + power) if (!'0123456789'.includes(character)) return undefined;
  return reduced(BigInt(sign + whole + fraction), Number(exponentSign + power) - fraction.length);
}

function splitSign(text: string): [sign: string, rest: string] {
  return text.startsWith('-') || text.startsWith('+') ? [text.slice(0, 1), text.slice(1)] : ['', text];
}

/**
 * What a stored number is in JavaScript: a `number` where that has every digit, else `bigint` or the SDK's
 * `NumberValue`.
 */
export function storedNumber(decimal: Decimal): number | bigint | NumberValue {
  const text = plainDecimal(decimal);
  const number = Number(text);
  if (decimal.exponent >= 0) return Number.isSafeInteger(number) ? number : BigInt(text);
  const kept = parseDecimal(String(number));
  const isExact = kept?.coefficient === decimal.coefficient && kept.exponent === decimal.exponent;
  return isExact ? number : NumberValue.from(text);
}

function arbitraryDecimals(digits: fc.Arbitrary<number>, magnitudes: fc.Arbitrary<number>): fc.Arbitrary<Decimal> {
  const coefficients = digits.chain((count) =>
    fc.bigInt({ min: 10n ** BigInt(count - 1), max: 10n ** BigInt(count) - 1n }),
  );
  return fc.tuple(coefficients, magnitudes, fc.boolean()).map(([coefficient, magnitude, isNegative]) => {
    const exponent = magnitude - String(coefficient).length + 1;
    return reduced(isNegative ? -coefficient : coefficient, exponent);
  });
}

const magnitudes = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -10, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: -130, max: 125 }) },
  { weight: 1, arbitrary: fc.constantFrom(-130, -129, -1, 0, 15, 16, 124, 125) },
);

/** Numbers that engines store, of all lengths and magnitudes. */
export const arbitraryDecimal: fc.Arbitrary<Decimal> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ coefficient: 0n, exponent: 0 }) },
  { weight: 3, arbitrary: fc.maxSafeInteger().map((integer) => reduced(BigInt(integer), 0)) },
  { weight: 8, arbitrary: arbitraryDecimals(fc.integer({ min: 1, max: 38 }), magnitudes) },
);

/** Numbers that no engine stores: too many digits, too large, too small. */
export const arbitraryUnstorable: fc.Arbitrary<Decimal> = fc
  .oneof(
    arbitraryDecimals(fc.integer({ min: 39, max: 60 }), magnitudes),
    arbitraryDecimals(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 126, max: 400 })),
    arbitraryDecimals(fc.integer({ min: 1, max: 38 }), fc.integer({ min: -400, max: -131 })),
  )
  .filter((decimal) => !isStorable(decimal));

/** A number in any of the notations in which programs write it: `0.10`, `1E+2`, `+.5`, `007`. */
export function arbitraryNotation(decimal: Decimal): fc.Arbitrary<string> {
  const notation = {
    leadingZeros: fc.integer({ min: 0, max: 3 }),
    trailingZeros: fc.integer({ min: 0, max: 3 }),
    pointAt: fc.nat(),
    letter: fc.constantFrom('e', 'E'),
    plus: fc.boolean(),
    exponentZeros: fc.integer({ min: 0, max: 2 }),
    isPlain: fc.boolean(),
  };
  return fc.record(notation).map((chosen) => {
    const sign = decimal.coefficient < 0n ? '-' : chosen.plus ? '+' : '';
    if (chosen.isPlain) {
      const plain = plainDecimal(decimal).replace('-', '');
      const fraction = plain.includes('.') ? '0'.repeat(chosen.trailingZeros) : chosen.trailingZeros > 0 ? '.0' : '';
      return sign + '0'.repeat(chosen.leadingZeros) + plain + fraction;
    }
    const digits = '0'.repeat(chosen.leadingZeros) + digitsOf(decimal) + '0'.repeat(chosen.trailingZeros);
    const point = chosen.pointAt % (digits.length + 1);
    const fraction = digits.slice(point);
    const exponent = decimal.exponent - chosen.trailingZeros + fraction.length;
    const mantissa = digits.slice(0, point) + (fraction === '' && !chosen.plus ? '' : `.${fraction}`);
    const exponentSign = exponent < 0 ? '-' : chosen.plus ? '+' : '';
    const power = `${chosen.letter}${exponentSign}${'0'.repeat(chosen.exponentZeros)}${Math.abs(exponent)}`;
    return sign + mantissa + (exponent === 0 && chosen.exponentZeros === 0 ? '' : power);
  });
}
