import { useState } from 'preact/hooks';
import type { ItemList, ItemQuery } from '../item-list.js';
import type { Problem } from '../problem.js';
import type { ShownItem } from '../shown-value.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer, problemIn } from './call-server.js';
import { ItemRows } from './item-rows.js';
import { KeyForm } from './key-form.js';
import { Empty, ProblemBox, Waiting } from './parts.js';
import { queryFormId, QueryForm } from './query-form.js';
import { linkTo } from './route.js';
import { useAnswer } from './use-answer.js';
import { countOf } from './words.js';

/** Finds items by their key, or by a query, which is part of the page's address. */
export function ItemsView({ entity, query }: { readonly entity: EntityInfo; readonly query: ItemQuery }) {
  const [isOutdated, setOutdated] = useState(false);
  const [round, setRound] = useState(0);
  const ask = (wanted: ItemQuery) => {
    const address = linkTo({ entity: entity.id, view: 'items', query: wanted });
    // the same question again reads again
    if (location.hash === address) setRound(round + 1);
    else location.hash = address;
  };
  return (
    <>
      <h1 class="unseen">Items of {entity.name}</h1>
      <div class="finders">
        <KeyForm entity={entity} />
        <QueryForm entity={entity} query={query} ask={ask} onDraft={setOutdated} />
      </div>
      <Results key={`${round} ${JSON.stringify(query)}`} entity={entity} query={query} isOutdated={isOutdated} />
    </>
  );
}

interface ResultsProps {
  readonly entity: EntityInfo;
  readonly query: ItemQuery;
  /** Whether the form says something else by now. */
  readonly isOutdated: boolean;
}

function Results({ entity, isOutdated, query }: ResultsProps) {
  const first = useAnswer((signal) => callServer('items', { entity: entity.id, ...query }, signal), []);
  const [more, setMore] = useState<readonly ItemList[]>([]);
  const [problem, setProblem] = useState<Problem | undefined>();
  const [isWaiting, setWaiting] = useState(false);
  if (first.problem) return <ProblemBox problem={first.problem} again={first.again} />;
  if (!first.answer) return <Waiting what="Reading items" />;
  const lists = [first.answer, ...more];
  const items = lists.flatMap((list) => list.items);
  const { next } = lists.at(-1)!;
  const goOn = async (after: ShownItem) => {
    setWaiting(true);
    try {
      const list = await callServer('items', { entity: entity.id, ...query, after });
      setMore((before) => [...before, list]);
      setProblem(undefined);
    } catch (error) {
      setProblem(problemIn(error));
    }
    setWaiting(false);
  };
  const examined = lists.reduce((sum, list) => sum + list.examined, 0);
  return (
    <section aria-label="What was found" class={isOutdated ? 'outdated' : undefined}>
      <div class="found">
        <p class="note" role="status">
          {countOf(items.length, 'item')} found among {countOf(examined, 'item')} read{next ? ' so far' : ''}
          {isOutdated && <strong class="outdated-note"> · these belong to the query before</strong>}
        </p>
        {isOutdated && (
          <button type="submit" form={queryFormId}>
            Find again
          </button>
        )}
      </div>
      {items.length === 0 ? (
        <Empty title={next ? 'Nothing found yet' : 'No such items'}>
          {next ? 'There is more to read.' : 'Try another partition or filter.'}
        </Empty>
      ) : (
        <ItemRows entity={entity} items={items} />
      )}
      {problem && <ProblemBox problem={problem} />}
      {next && (
        <button type="button" class="go-on" disabled={isWaiting} onClick={() => void goOn(next)}>
          {isWaiting ? 'Reading …' : 'Read on'}
        </button>
      )}
    </section>
  );
}
