import type { KeptCensus } from '../../operations/census-store.js';
import type { EntityInfo } from '../studio-entity.js';
import { type Share, sharesOf } from './version-bar.js';
import { countOf, timeText } from './words.js';

const mostShown = 24;

/** How the versions of a class change from census to census: a column for each. */
export function HistoryChart({
  censuses,
  entity,
}: {
  readonly censuses: readonly KeptCensus[];
  readonly entity: EntityInfo;
}) {
  const shown = censuses.slice(-mostShown);
  const totals = shown.map((census) => sharesOf(entity, census).reduce((sum, { count }) => sum + count, 0));
  const highest = Math.max(1, ...totals);
  return (
    <figure class="history-chart">
      <ol class="history" aria-label="Counts so far, the oldest first">
        {shown.map((census, at) => (
          <Column
            key={census.startedAt}
            census={census}
            shares={sharesOf(entity, census)}
            height={totals[at]! / highest}
          />
        ))}
      </ol>
      <figcaption class="note">
        {rangeText(timeText(shown[0]!.startedAt), timeText(shown.at(-1)!.startedAt))}, up to {countOf(highest, 'item')}
      </figcaption>
    </figure>
  );
}

function rangeText(from: string, to: string): string {
  return from === to ? from : `${from} to ${to}`;
}

function Column({
  census,
  height,
  shares,
}: {
  readonly census: KeptCensus;
  readonly shares: readonly Share[];
  readonly height: number;
}) {
  const counts = shares.map(({ count, label }) => `${label}: ${count}`).join(', ');
  const broken = census.unreadable ? `, ${countOf(census.unreadable, 'item')} can’t be read` : '';
  const text = `${timeText(census.startedAt)}: ${counts || 'no items'}${broken}${census.isSample ? ' (a sample)' : ''}`;
  return (
    <li title={text}>
      <span class="unseen">{text}</span>
      <span class="column" aria-hidden="true" style={{ height: `${Math.max(4, Math.round(height * 100))}%` }}>
        {shares.map(({ age, count, kind, label }) => (
          <span key={label} class={`part ${kind}`} style={{ flexGrow: count, '--age': String(age) }} />
        ))}
      </span>
    </li>
  );
}
