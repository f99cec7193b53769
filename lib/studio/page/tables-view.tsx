import type { BrokenItem, CensusStatus, EntityCount } from '../census-run.js';
import type { StudioInfo } from '../studio.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer } from './call-server.js';
import { CensusControl } from './census-control.js';
import { copyText } from './copy-text.js';
import { HistoryChart } from './history-chart.js';
import { Card, ProblemBox } from './parts.js';
import { linkTo } from './route.js';
import { type Asked, useAnswer } from './use-answer.js';
import { sharesOf, VersionBar } from './version-bar.js';
import { countOf, numberText } from './words.js';

/** All tables: which versions are stored, and what is wrong with them. */
export function TablesView({
  census,
  info,
}: {
  readonly info: StudioInfo;
  readonly census: Asked<CensusStatus | null>;
}) {
  const { answer: tables } = useAnswer(() => callServer('tables', {}), []);
  const status = census.answer;
  return (
    <>
      <div class="title-row">
        <h1>Tables</h1>
        <span class="spring" />
        <CensusControl status={status} again={census.again} mayWrite={info.mayWrite} />
      </div>
      {census.problem && <ProblemBox problem={census.problem} again={census.again} />}
      {status?.problem && <ProblemBox problem={status.problem} />}
      {tables?.problem && !status?.problem && <ProblemBox problem={tables.problem} />}
      {tables && tables.differences.length > 0 && (
        <div class="verdict warn">
          <h2>The tables aren’t as the classes need them</h2>
          <ul>
            {tables.differences.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="cards">
        {info.entities.map((entity) => (
          <EntityCard
            key={entity.id}
            entity={entity}
            count={status?.counts[entity.id]}
            round={status?.state === 'running' ? '' : (status?.startedAt ?? '')}
          />
        ))}
      </div>
    </>
  );
}

interface EntityProps {
  readonly entity: EntityInfo;
  readonly count: EntityCount | undefined;
}

function EntityCard({ count, entity, round }: EntityProps & { readonly round: string }) {
  const { answer: history } = useAnswer(() => callServer('censusHistory', { entity: entity.id }), [entity.id, round]);
  const last = history?.at(-1);
  const counted = count ?? last;
  const shares = counted && sharesOf(entity, counted);
  const total = shares?.reduce((sum, each) => sum + each.count, 0) ?? 0;
  return (
    <Card
      title={<a href={linkTo({ entity: entity.id, view: 'items' })}>{entity.name}</a>}
      note={
        <>
          Table <code>{entity.table}</code>
          {entity.discriminator && (
            <>
              , where <code>{entity.discriminator}</code>
            </>
          )}
        </>
      }
      actions={counted && <span class="total">{countOf(total, 'item')}</span>}
    >
      {shares ? (
        <VersionBar shares={shares} />
      ) : (
        <p class="note">Not counted yet. Counting shows its versions, and which items can’t be read.</p>
      )}
      {history && history.length > 1 && (
        <>
          <h3>From count to count</h3>
          <HistoryChart censuses={history} entity={entity} />
        </>
      )}
      {count && <Broken entity={entity} count={count} />}
      {count && count.stalePartitions.length > 0 && <Partitions entity={entity} count={count} />}
      {entity.indexes.length > 0 && <Indexes entity={entity} count={count} />}
    </Card>
  );
}

function Broken({ count, entity }: { readonly entity: EntityInfo; readonly count: EntityCount }) {
  if (count.unreadable === undefined) return null;
  if (count.unreadable === 0) return <p class="fine">All items can be read.</p>;
  return (
    <>
      <h3 class="bad">{countOf(count.unreadable, 'item')} can’t be read</h3>
      {Object.entries(count.codes).map(([code, number]) => (
        <details key={code} class="broken" open>
          <summary>
            <code class="code">{code}</code> {numberText(number)}
          </summary>
          <BrokenList entity={entity} items={count.broken.filter((item) => item.code === code)} />
        </details>
      ))}
    </>
  );
}

/** Items that can't be read, each with a link to its way. */
export function BrokenList({ entity, items }: { readonly entity: EntityInfo; readonly items: readonly BrokenItem[] }) {
  return (
    <ul class="links">
      {items.slice(0, 12).map(({ key, label, version }) => (
        <li key={label}>
          {key ? <a href={linkTo({ entity: entity.id, view: 'item', key })}>{label}</a> : label}{' '}
          <span class="note">{version === undefined ? 'no version' : `v${version}`}</span>
        </li>
      ))}
      {items.length > 12 && <li class="note">and {numberText(items.length - 12)} more</li>}
    </ul>
  );
}

function Partitions({ count }: { readonly entity: EntityInfo; readonly count: EntityCount }) {
  const most = count.stalePartitions[0]?.stale ?? 1;
  return (
    <>
      <h3>Partitions with the most stale items</h3>
      <ul class="meters">
        {count.stalePartitions.map(({ partition, stale }) => {
          const label = Object.values(partition).map(copyText).join('');
          return (
            <li key={label}>
              <span class="meter-label">{label}</span>
              <span class="meter" aria-hidden="true">
                <span style={{ width: `${(100 * stale) / most}%` }} />
              </span>
              <span>{numberText(stale)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Indexes({ count, entity }: EntityProps) {
  return (
    <>
      <h3>Indexes</h3>
      <ul class="plain">
        {entity.indexes.map(({ complete, keys, name, since }) => {
          const missed = complete ? [] : (count?.versions ?? []).filter(({ version }) => version < since);
          const items = missed.reduce((sum, each) => sum + each.count, 0);
          return (
            <li key={name}>
              <code>{name}</code> <span class="note">{keys.map(({ attribute }) => attribute).join(', ')}</span>{' '}
              {complete || since <= entity.floor
                ? 'holds every version'
                : `may miss versions below ${since}${count ? `: ${countOf(items, 'item')}` : ''}`}
            </li>
          );
        })}
      </ul>
    </>
  );
}
