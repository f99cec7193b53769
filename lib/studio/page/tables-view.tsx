import type { CensusStatus, EntityCount } from '../census-run.js';
import type { StudioInfo } from '../studio.js';
import type { EntityInfo, IndexInfo } from '../studio-entity.js';
import { BrokenList } from './broken-list.js';
import { callServer } from './call-server.js';
import { CensusControl } from './census-control.js';
import { HistoryChart } from './history-chart.js';
import { keyText } from './key-text.js';
import { Card, ProblemBox } from './parts.js';
import { linkTo } from './route.js';
import { type Asked, useAnswer } from './use-answer.js';
import { type Counted, type Share, sharesOf, VersionBar } from './version-bar.js';
import { countOf, numberText, shareText } from './words.js';

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
  const counted = count ?? history?.at(-1);
  const shares = counted && sharesOf(entity, counted);
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
      actions={<span class="chip newest">newest: v{entity.version}</span>}
    >
      {counted && shares ? (
        <>
          <Figures entity={entity} counted={counted} shares={shares} count={count} />
          <VersionBar shares={shares} />
        </>
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

interface FiguresProps extends EntityProps {
  readonly counted: Counted & { readonly unreadable: number | undefined };
  readonly shares: readonly Share[];
}

/** How many items there are, how many of them are old, and how many can’t be read. */
function Figures({ count, counted, entity, shares }: FiguresProps) {
  const total = shares.reduce((sum, each) => sum + each.count, 0);
  const old = counted.versions.reduce((sum, each) => sum + (each.version < entity.version ? each.count : 0), 0);
  const unreadable = count ? count.unreadable : counted.unreadable;
  return (
    <dl class="figures">
      <div>
        <dt>Items</dt>
        <dd class="total">{numberText(total)}</dd>
      </div>
      <div>
        <dt>Of older versions</dt>
        <dd>
          {numberText(old)} <span class="note">{shareText(old, total)}</span>
        </dd>
      </div>
      {unreadable !== undefined && (
        <div class={unreadable > 0 ? 'bad' : undefined}>
          <dt>Can’t be read</dt>
          <dd>{numberText(unreadable)}</dd>
        </div>
      )}
    </dl>
  );
}

function Broken({ count, entity }: { readonly entity: EntityInfo; readonly count: EntityCount }) {
  if (count.unreadable === undefined) return null;
  if (count.unreadable === 0)
    return <p class="fine">{count.sample ? 'All items of the sample can be read.' : 'All items can be read.'}</p>;
  return (
    <>
      <h3 class="bad">
        {countOf(count.unreadable, 'item')} {count.sample && 'of the sample '}can’t be read
      </h3>
      <BrokenList entity={entity} items={count.broken} codes={count.codes} />
    </>
  );
}

function Partitions({ count, entity }: { readonly entity: EntityInfo; readonly count: EntityCount }) {
  const most = count.stalePartitions[0]?.stale ?? 1;
  return (
    <>
      <h3>
        Partitions with the most items of older versions{count.sample && <span class="note"> in the sample</span>}
      </h3>
      <ul class="meters">
        {count.stalePartitions.map(({ partition, stale }) => {
          const label = keyText(partition);
          return (
            <li key={label}>
              <a class="meter-label" href={linkTo({ entity: entity.id, query: { partition: label } })}>
                {label}
              </a>
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
        {entity.indexes.map((index) => (
          <li key={index.name}>
            <code>{index.name}</code>{' '}
            <span class="note">{index.keys.map(({ attribute }) => attribute).join(', ')}</span>
            <p class={mayMiss(index, entity) ? 'misses' : 'note'}>{heldBy(index, entity, count)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function mayMiss({ complete, since }: IndexInfo, { floor }: EntityInfo): boolean {
  return !complete && since > floor;
}

function heldBy(index: IndexInfo, entity: EntityInfo, count: EntityCount | undefined): string {
  if (!mayMiss(index, entity)) return 'Holds items of every version.';
  const { since } = index;
  const missed = count?.versions.filter(({ version }) => version < since) ?? [];
  const items = missed.reduce((sum, each) => sum + each.count, 0);
  const found = count && ` ${items === 1 ? '1 is' : `${numberText(items)} are`} stored.`;
  return `May miss items of versions below ${since}, which have no keys for it.${found ?? ''}`;
}
