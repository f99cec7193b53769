import type { EntityInfo } from '../studio-entity.js';
import { numberText, shareText } from './words.js';

/** What part of a table is of which version. */
export interface Share {
  readonly label: string;
  readonly count: number;
  readonly kind: 'version' | 'bad';
  /** From 0 for the newest version to 1 for the oldest. */
  readonly age: number;
  readonly range?: readonly [number, number] | undefined;
}

/** What was counted, with the ranges of estimates. */
export interface Counted {
  readonly versions: readonly {
    readonly version: number;
    readonly count: number;
    readonly between?: readonly [number, number];
  }[];
  readonly withoutVersion: number;
}

/** The parts of a class's items, the newest version first. */
export function sharesOf(
  { floor, version: newest }: Pick<EntityInfo, 'floor' | 'version'>,
  { versions, withoutVersion }: Counted,
): Share[] {
  const oldest = Math.min(floor, ...versions.map(({ version }) => version), newest);
  const shares = versions.toReversed().map(({ between, count, version }): Share => {
    const isRead = version <= newest && version >= floor;
    const age = newest === oldest ? 0 : (newest - version) / (newest - oldest);
    const label = `v${version}`;
    return { label, count, kind: isRead ? 'version' : 'bad', age: Math.max(0, age), range: between };
  });
  if (withoutVersion > 0) shares.push({ label: 'no version', count: withoutVersion, kind: 'bad', age: 1 });
  // what code can't read stands at the end
  return shares.toSorted((a, b) => Number(a.kind === 'bad') - Number(b.kind === 'bad'));
}

/** A bar whose parts are versions, and its legend. */
export function VersionBar({
  hasLegend = true,
  shares,
}: {
  readonly shares: readonly Share[];
  readonly hasLegend?: boolean;
}) {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  const text = shares.map(({ count, label }) => `${label}: ${numberText(count)}`).join(', ');
  return (
    <>
      <div class="bar" role="img" aria-label={text || 'no items'}>
        {shares.map(({ age, count, kind, label }) => (
          <span
            key={label}
            class={`part ${kind}`}
            title={`${label}: ${numberText(count)} (${shareText(count, total)})`}
            style={{ flexGrow: count, '--age': String(age) }}
          />
        ))}
      </div>
      {hasLegend && (
        <ul class="legend">
          {shares.map(({ age, count, kind, label, range }) => (
            <li key={label}>
              <span class={`swatch ${kind}`} style={{ '--age': String(age) }} aria-hidden="true" />
              <span class="legend-label">{label}</span>
              <strong>{numberText(count)}</strong>
              <span class="note">
                {shareText(count, total)}
                {range && ` (${numberText(range[0])} to ${numberText(range[1])})`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
