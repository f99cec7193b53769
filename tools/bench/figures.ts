import type { RowResult } from './run-case.js';

/** The least of a figure over the rounds of a row; `undefined` where there are none. */
export function minimumOf(row: RowResult | undefined, figure: string): number | undefined {
  return row && row.rounds.length > 0 ? Math.min(...row.rounds.map((one) => one[figure] ?? NaN)) : undefined;
}

/** The middle one of a figure over the rounds of a row. */
export function medianOf(row: RowResult | undefined, figure: string): number | undefined {
  if (!row || row.rounds.length === 0) return undefined;
  const sorted = row.rounds.map((one) => one[figure] ?? NaN).toSorted((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN)) / 2
  );
}

/** A figure with three digits or more. */
export function figureText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}
