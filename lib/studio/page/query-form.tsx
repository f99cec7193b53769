import { useEffect, useState } from 'preact/hooks';
import type { ItemQuery } from '../item-list.js';
import type { Problem } from '../problem.js';
import type { EntityInfo } from '../studio-entity.js';
import { FilterEditor } from './filter-editor.js';
import { Card, ProblemBox } from './parts.js';

/** The id of the form, for buttons that stand elsewhere. */
export const queryFormId = 'query';

/** A query as it is written. */
interface Draft {
  readonly index: string;
  readonly partition: string;
  readonly range: string;
  readonly filter: string;
  readonly isOldFirst: boolean;
  readonly onlyBroken: boolean;
}

interface QueryFormProps {
  readonly entity: EntityInfo;
  /** What was asked for last. */
  readonly query: ItemQuery;
  readonly ask: (query: ItemQuery) => void;
  /** Called with whether the form says something else than what was asked for. */
  readonly onDraft: (differs: boolean) => void;
}

/** Asks for items: what is chosen is asked for at once, and what is written once it is submitted. */
export function QueryForm({ ask, entity, onDraft, query }: QueryFormProps) {
  const asked = JSON.stringify(query);
  const [draft, setDraft] = useState(() => draftOf(query));
  const [problem, setProblem] = useState<Problem | undefined>();
  useEffect(() => {
    // the address may have changed by other means than this form
    if (textOf(draft) !== asked) setDraft(draftOf(query));
    onDraft(false);
  }, [asked]);
  const submit = (given: Draft) => {
    try {
      ask(queryOf(given));
      setProblem(undefined);
    } catch (error) {
      setProblem({ code: 'INVALID_JSON', message: (error as Error).message });
    }
  };
  const write = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    onDraft(textOf(next) !== asked);
  };
  const choose = (change: Partial<Draft>) => {
    write(change);
    submit({ ...draft, ...change });
  };
  const keys = entity.indexes.find(({ name }) => name === draft.index)?.keys ?? entity.keys;
  const [partitionKey, sortKey] = keys;
  return (
    <Card title="Query" note="Without a partition, all items are read, page by page.">
      <form
        id={queryFormId}
        class="query"
        onSubmit={(event) => {
          event.preventDefault();
          submit(draft);
        }}
      >
        {entity.indexes.length > 0 && (
          <label>
            From
            <select
              value={draft.index}
              // the keys of one index say nothing in another
              onChange={(event) => choose({ index: event.currentTarget.value, partition: '', range: '' })}
            >
              <option value="">the table</option>
              {entity.indexes.map(({ name }) => (
                <option key={name} value={name}>
                  index {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {partitionKey?.template ? `${partitionKey.property} (${partitionKey.template})` : partitionKey?.property}
          <input
            value={draft.partition}
            onInput={(event) => write({ partition: event.currentTarget.value })}
            placeholder="any"
          />
        </label>
        {sortKey && (
          <label>
            {sortKey.property}
            <input
              value={draft.range}
              onInput={(event) => write({ range: event.currentTarget.value })}
              placeholder={'any, or { "beginsWith": "2026-" }'}
            />
          </label>
        )}
        <FilterEditor entity={entity} value={draft.filter} onChange={(filter) => write({ filter })} />
        <div class="query-end">
          {sortKey && (
            <label class="switch">
              <input
                type="checkbox"
                checked={draft.isOldFirst}
                onChange={() => choose({ isOldFirst: !draft.isOldFirst })}
              />{' '}
              Oldest first
            </label>
          )}
          <label class="switch">
            <input
              type="checkbox"
              checked={draft.onlyBroken}
              onChange={() => choose({ onlyBroken: !draft.onlyBroken })}
            />{' '}
            Only what can’t be read
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

function draftOf({ filter, index = '', onlyBroken = false, partition, range, reverse = true }: ItemQuery): Draft {
  return {
    index,
    partition: plainText(partition),
    range: plainText(range),
    filter: filter === undefined ? '' : JSON.stringify(filter),
    isOldFirst: !reverse,
    onlyBroken,
  };
}

/** Text as it is, and anything else as JSON. */
function plainText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Throws if a part isn't JSON. */
function queryOf({ filter, index, isOldFirst, onlyBroken, partition, range }: Draft): ItemQuery {
  return {
    ...(index !== '' && { index }),
    ...(partition !== '' && { partition }),
    ...(range.trim() !== '' && { range: rangeOf(range) }),
    ...(filter.trim() !== '' && { filter: parsed(filter, 'The filter') }),
    ...(isOldFirst && { reverse: false }),
    ...(onlyBroken && { onlyBroken }),
  };
}

/** What a draft asks for, as text; nothing if it can't be asked. */
function textOf(draft: Draft): string | undefined {
  try {
    return JSON.stringify(queryOf(draft));
  } catch {
    return undefined;
  }
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
