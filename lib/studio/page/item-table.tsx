import { useState } from 'preact/hooks';
import type { ShownItem, ShownValue } from '../shown-value.js';
import type { Blame } from './blame.js';
import { copyText } from './copy-text.js';
import { JumpLink } from './jump-link.js';
import { CopyButton } from './parts.js';
import { type ValueStyle, ValueTree } from './value-tree.js';
import { countOf } from './words.js';

/** One attribute of an item. */
export interface ItemRow {
  readonly name: string;
  /** `undefined` for an attribute that is missed. */
  readonly value: ShownValue | undefined;
  readonly before?: ShownValue | undefined;
  readonly mark?: 'added' | 'changed' | 'removed' | undefined;
  /** What is said of it, such as `key`. */
  readonly tag?: string | undefined;
  /** Why it keeps the item from being read. */
  readonly blame?: Blame | undefined;
}

const manyRows = 40;
const signs = { added: '+', changed: '~', removed: '−' } as const;

/** The rows of an item, in its own order; `tagOf` says what stands beside a name. */
export function rowsOf(item: ShownItem, tagOf: (name: string) => string | undefined = () => undefined): ItemRow[] {
  return Object.keys(item).map((name) => ({ name, value: item[name]!, tag: tagOf(name) }));
}

/** Attributes with their values. Roles are said: in a narrow window, it isn't laid out as a table. */
export function ItemTable({
  caption,
  hasTypes,
  rows,
}: ValueStyle & { readonly rows: readonly ItemRow[]; readonly caption: string }) {
  const [shown, setShown] = useState(manyRows);
  return (
    <div class="item-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="item" role="table">
        <caption class="unseen">{caption}</caption>
        <thead class="unseen" role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              attribute
            </th>
            <th scope="col" role="columnheader">
              value
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.slice(0, shown).map((row) => (
            <Row key={row.name} row={row} hasTypes={hasTypes} />
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <button type="button" class="quiet more" onClick={() => setShown(shown + 200)}>
          Show more of {countOf(rows.length - shown, 'other attribute')}
        </button>
      )}
    </div>
  );
}

function Row({ hasTypes, row }: ValueStyle & { readonly row: ItemRow }) {
  const { blame, before, mark, name, tag, value } = row;
  const isInPlace =
    before !== undefined && value !== undefined && (('M' in before && 'M' in value) || ('L' in before && 'L' in value));
  return (
    <tr class={[mark, blame && 'blamed'].filter(Boolean).join(' ') || undefined} role="row">
      <th scope="row" role="rowheader">
        {mark && (
          <span class="sign" aria-hidden="true">
            {signs[mark]}
          </span>
        )}
        {mark && <span class="unseen">{mark} </span>}
        <span class="name">{name}</span>
        {tag && <span class="tag">{tag}</span>}
      </th>
      <td role="cell">
        {value && <CopyButton label={`Copy the value of ${name}`} text={() => copyText(value)} />}
        {mark === 'changed' && before && !isInPlace && (
          <del>
            <ValueTree value={before} hasTypes={hasTypes} />
          </del>
        )}
        {value ? (
          <ValueTree value={value} before={before} hasTypes={hasTypes} />
        ) : (
          <span class="word">no such attribute</span>
        )}
        {blame && <BlameNote blame={blame} />}
      </td>
    </tr>
  );
}

function BlameNote({ blame: { code, jumpTo, reason, title } }: { readonly blame: Blame }) {
  return (
    <p class="blame">
      <strong>{jumpTo === undefined ? title : <JumpLink to={jumpTo}>{title}</JumpLink>}</strong>{' '}
      <code class="code">{code}</code>
      <span class="blame-reason">{reason}</span>
    </p>
  );
}
