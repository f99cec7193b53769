import { useState } from 'preact/hooks';
import type { ShownItem, ShownValue } from '../shown-value.js';
import { copyText } from './copy-text.js';
import { CopyButton } from './parts.js';
import { type ValueStyle, ValueTree } from './value-tree.js';
import { countOf } from './words.js';

/** One attribute of an item. */
export interface ItemRow {
  readonly name: string;
  readonly value: ShownValue;
  readonly before?: ShownValue | undefined;
  readonly mark?: 'added' | 'changed' | 'removed' | undefined;
  /** What is said of it, such as `key`. */
  readonly tag?: string | undefined;
}

const manyRows = 40;
const signs = { added: '+', changed: '~', removed: '−' } as const;

/** The rows of an item, in its own order; `tagOf` says what stands beside a name. */
export function rowsOf(item: ShownItem, tagOf: (name: string) => string | undefined = () => undefined): ItemRow[] {
  return Object.keys(item).map((name) => ({ name, value: item[name]!, tag: tagOf(name) }));
}

/** Attributes with their values. */
export function ItemTable({
  caption,
  hasTypes,
  rows,
}: ValueStyle & { readonly rows: readonly ItemRow[]; readonly caption: string }) {
  const [shown, setShown] = useState(manyRows);
  return (
    <div class="item-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="item">
        <caption class="unseen">{caption}</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">attribute</th>
            <th scope="col">value</th>
          </tr>
        </thead>
        <tbody>
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
  const { before, mark, name, tag, value } = row;
  const isInPlace = before !== undefined && (('M' in before && 'M' in value) || ('L' in before && 'L' in value));
  return (
    <tr class={mark}>
      <th scope="row">
        {mark && (
          <span class="sign" aria-hidden="true">
            {signs[mark]}
          </span>
        )}
        {mark && <span class="unseen">{mark} </span>}
        <span class="name">{name}</span>
        {tag && <span class="tag">{tag}</span>}
      </th>
      <td>
        <CopyButton label={`Copy the value of ${name}`} text={() => copyText(value)} />
        {mark === 'changed' && before && !isInPlace && (
          <del>
            <ValueTree value={before} hasTypes={hasTypes} />
          </del>
        )}
        <ValueTree value={value} before={before} hasTypes={hasTypes} />
      </td>
    </tr>
  );
}
