import { useState } from 'preact/hooks';
import type { ItemList, ItemQuery, ListedItem } from '../item-list.js';
import type { Problem } from '../problem.js';
import type { ShownItem } from '../shown-value.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer, problemIn } from './call-server.js';
import { copyText } from './copy-text.js';
import { FilterEditor } from './filter-editor.js';
import { KeyForm } from './key-form.js';
import { keyText } from './key-text.js';
import { Card, Empty, ProblemBox, VersionChip, Waiting } from './parts.js';
import { linkTo } from './route.js';
import { useAnswer } from './use-answer.js';
import { bytesText, countOf } from './words.js';

/** Finds items by their key, or by a query. */
export function ItemsView({ entity }: { readonly entity: EntityInfo }) {
  const [query, setQuery] = useState<ItemQuery>({});
  return (
    <>
      <h1 class="unseen">Items of {entity.name}</h1>
      <div class="finders">
        <KeyForm entity={entity} />
        <QueryForm entity={entity} ask={setQuery} />
      </div>
      <Results key={JSON.stringify(query)} entity={entity} query={query} />
    </>
  );
}

function QueryForm({ ask, entity }: { readonly entity: EntityInfo; readonly ask: (query: ItemQuery) => void }) {
  const [index, setIndex] = useState('');
  const [partition, setPartition] = useState('');
  const [range, setRange] = useState('');
  const [filter, setFilter] = useState('');
  const [isOldFirst, setOldFirst] = useState(false);
  const [onlyBroken, setBroken] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const keys = entity.indexes.find(({ name }) => name === index)?.keys ?? entity.keys;
  const [partitionKey, sortKey] = keys;
  const submit = (event: Event) => {
    event.preventDefault();
    try {
      setProblem(undefined);
      ask({
        ...(index !== '' && { index }),
        ...(partition !== '' && { partition }),
        ...(range.trim() !== '' && { range: rangeOf(range) }),
        ...(filter.trim() !== '' && { filter: parsed(filter, 'The filter') }),
        ...(isOldFirst && { reverse: false }),
        ...(onlyBroken && { onlyBroken }),
      });
    } catch (error) {
      setProblem({ code: 'INVALID_JSON', message: (error as Error).message });
    }
  };
  return (
    <Card title="Query" note="Without a partition, all items are read page by page.">
      <form class="query" onSubmit={submit}>
        {entity.indexes.length > 0 && (
          <label>
            From
            <select value={index} onChange={(event) => setIndex(event.currentTarget.value)}>
              <option value="">the table</option>
              {entity.indexes.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {partitionKey?.template ? `${partitionKey.property} (${partitionKey.template})` : partitionKey?.property}
          <input value={partition} onInput={(event) => setPartition(event.currentTarget.value)} placeholder="any" />
        </label>
        {sortKey && (
          <label>
            {sortKey.property}
            <input
              value={range}
              onInput={(event) => setRange(event.currentTarget.value)}
              placeholder={'any, or { "beginsWith": "2026-" }'}
            />
          </label>
        )}
        <FilterEditor entity={entity} value={filter} onChange={setFilter} />
        <div class="query-end">
          {sortKey && (
            <label class="switch">
              <input type="checkbox" checked={isOldFirst} onChange={() => setOldFirst(!isOldFirst)} /> Oldest first
            </label>
          )}
          <label class="switch">
            <input type="checkbox" checked={onlyBroken} onChange={() => setBroken(!onlyBroken)} /> Only what can’t be
            read
          </label>
          <span class="spring" />
          <button type="submit" class="primary">
            Find
          </button>
        </div>
      </form>
      {problem && <ProblemBox problem={problem} />}
    </Card>
  );
}

/** A range is an operator as JSON, or a plain value. */
function rangeOf(text: string): unknown {
  return text.trim().startsWith('{') ? parsed(text, 'The range') : text;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${what} isn’t JSON: ${(error as Error).message}`, { cause: error });
  }
}

function Results({ entity, query }: { readonly entity: EntityInfo; readonly query: ItemQuery }) {
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
    <>
      <p class="note found" role="status">
        {countOf(items.length, 'item')} found among {countOf(examined, 'item')} read{next ? ' so far' : ''}
      </p>
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
    </>
  );
}

function ItemRows({ entity, items }: { readonly entity: EntityInfo; readonly items: readonly ListedItem[] }) {
  return (
    <div class="list-scroll" tabIndex={0} role="region" aria-label="Items">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{entity.keys.map(({ attribute }) => attribute).join(' · ')}</th>
            <th scope="col">Stored</th>
            <th scope="col">Reads as</th>
            <th scope="col" class="right">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={JSON.stringify(item.key)} class={item.problem ? 'broken-row' : undefined}>
              <th scope="row">
                <a href={linkTo({ entity: entity.id, view: 'item', key: item.key })}>{keyText(item.key)}</a>
              </th>
              <td>
                <VersionChip version={item.version} newest={entity.version} />
              </td>
              <td>{item.problem ? <Broken problem={item.problem} /> : <Preview preview={item.preview} />}</td>
              <td class="right note">{bytesText(item.size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Broken({ problem }: { readonly problem: Problem }) {
  return (
    <span class="bad">
      <code class="code">{problem.code}</code> {problem.cause ?? problem.message}
    </span>
  );
}

function Preview({ preview }: { readonly preview: ShownItem }) {
  return (
    <span class="preview">
      {Object.keys(preview).map((name) => (
        <span key={name}>
          <span class="preview-name">{name}</span> {copyText(preview[name]!)}
        </span>
      ))}
    </span>
  );
}
