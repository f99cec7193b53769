import type { ListedItem } from '../item-list.js';
import type { Problem } from '../problem.js';
import type { ShownItem } from '../shown-value.js';
import type { EntityInfo } from '../studio-entity.js';
import { copyText } from './copy-text.js';
import { keyText } from './key-text.js';
import { Cell, List, VersionChip } from './parts.js';
import { linkTo } from './route.js';
import { bytesText } from './words.js';

/** The items of a list, each with a link to its way. */
export function ItemRows({ entity, items }: { readonly entity: EntityInfo; readonly items: readonly ListedItem[] }) {
  const key = entity.keys.map(({ attribute }) => attribute).join(' · ');
  return (
    <List label="Items" columns={[key, 'Stored', 'Reads as', { title: 'Size', isNumber: true }]}>
      {items.map((item) => (
        <tr key={JSON.stringify(item.key)} role="row">
          <th scope="row" role="rowheader">
            <a href={linkTo({ entity: entity.id, view: 'item', key: item.key })}>{keyText(item.key)}</a>
          </th>
          <Cell>
            <VersionChip version={item.version} newest={entity.version} />
          </Cell>
          <Cell isWide>{item.problem ? <Broken problem={item.problem} /> : <Preview preview={item.preview} />}</Cell>
          <Cell isNumber>
            <span class="note">{bytesText(item.size)}</span>
          </Cell>
        </tr>
      ))}
    </List>
  );
}

function Broken({ problem }: { readonly problem: Problem }) {
  return (
    <>
      <code class="code">{problem.code}</code>{' '}
      <span class="reason">{problem.reason ?? problem.cause ?? problem.message}</span>
    </>
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
