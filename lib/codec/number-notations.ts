const plain = /^(-?)(\d+)(?:\.(\d+))?$/;

/** How many zeros more than needed are looked for: numbers have at most 38 digits. */
const mostZeros = 38;

/** How many notations are looked for: a BatchGetItem takes 100 keys. */
const mostNotations = 99;

/**
 * Other texts of a number, which is given in plain decimal: those with other trailing zeros, which ScyllaDB takes for
 * other partition keys. At most 99, the likely ones first: `10` may be stored as `1e1`, `10.0`, `10.00` and so on.
 */
export function otherNotations(number: string): string[] {
  const [, minus, whole, fraction = ''] = plain.exec(number) ?? [];
  if (minus === undefined || whole === undefined) return [];
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const significant = digits.replace(/(?<!0)0+$/, '') || '0';
  const own = digits.length - significant.length;
  const exponent = own - fraction.length;
  const more = Array.from({ length: mostZeros }, (_, at) => own + 1 + at);
  const fewer = Array.from({ length: Math.max(own - 1, 0) }, (_, at) => own - 1 - at);
  if (significant === '0') fewer.push(...more.map((zeros) => -zeros));
  return [...(own > 0 ? [0] : []), ...more, ...fewer]
    .slice(0, mostNotations)
    .map((zeros) => `${minus}${significant}${'0'.repeat(Math.max(zeros, 0))}e${exponent - zeros}`);
}
