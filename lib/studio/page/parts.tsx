import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../problem.js';

/** A part of a view with a heading. */
export function Card({
  actions,
  children,
  id,
  note,
  title,
}: {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly id?: string;
}) {
  return (
    <section class="card" id={id} tabIndex={id === undefined ? undefined : -1}>
      <header class="card-head">
        <div>
          <h2>{title}</h2>
          {note && <p class="note">{note}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** What went wrong, and where more is said of it. */
export function ProblemBox({ again, problem }: { readonly problem: Problem; readonly again?: () => void }) {
  return (
    <div class="problem" role="alert">
      <p>
        <code class="code">{problem.code}</code> {problem.message}
      </p>
      {problem.cause && <pre class="cause">{problem.cause}</pre>}
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What is shown where there is nothing. */
export function Empty({ children, title }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="note">{children}</div>}
    </div>
  );
}

/** Shown while an answer is awaited. */
export function Waiting({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <p class="waiting" role="status">
      <span class="spinner" aria-hidden="true" /> {what} …
    </p>
  );
}

/** Copies text when it is pressed, and says so. */
export function CopyButton({ label, text }: { readonly text: () => string; readonly label: string }) {
  const [said, setSaid] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => setSaid('Copied'),
      () => setSaid('Not allowed'),
    );
    window.setTimeout(() => setSaid(''), 1_500);
  };
  return (
    <button type="button" class="quiet copy" aria-label={label} title={label} onClick={copy}>
      {said || <CopyIcon />}
      <span class="unseen" role="status">
        {said}
      </span>
    </button>
  );
}

function CopyIcon() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" class="icon">
      <rect x="5.500" y="5.500" width="8" height="8" rx="1.500" />
      <path d="M10.500 3.500v-.5a1 1 0 0 0-1-1H3a1 1 0 0 0-1 1v6.500a1 1 0 0 0 1 1h.5" />
    </svg>
  );
}

/** The title of a column. */
type Column = string | { readonly title: string; readonly isNumber: true };

/** A table that becomes a list of cards in a narrow window. Roles are said: other displays than a table's have none. */
export function List({
  children,
  columns,
  label,
}: {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="list-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="list" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => {
              const title = typeof column === 'string' ? column : column.title;
              return (
                <th
                  key={title}
                  scope="col"
                  role="columnheader"
                  class={typeof column === 'string' ? undefined : 'right'}
                >
                  {title}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody role="rowgroup">{children}</tbody>
      </table>
    </div>
  );
}

/** A cell of a list. `title` is shown beside it where the columns have no heads. */
export function Cell({
  children,
  isNumber = false,
  isWide = false,
  title,
}: {
  readonly children: ComponentChildren;
  readonly title?: string;
  readonly isNumber?: boolean;
  readonly isWide?: boolean;
}) {
  return (
    <td
      role="cell"
      class={[isNumber && 'right', isWide && 'wide'].filter(Boolean).join(' ') || undefined}
      data-title={title}
    >
      {children}
    </td>
  );
}

/** A version, coloured by its age. */
export function VersionChip({ newest, version }: { readonly version: number | undefined; readonly newest: number }) {
  if (version === undefined) return <span class="chip bad">no version</span>;
  const kind = version > newest ? 'bad' : version === newest ? 'newest' : 'old';
  return (
    <span
      class={`chip ${kind}`}
      title={kind === 'bad' ? 'newer than the code' : kind === 'old' ? 'an older version' : 'the newest version'}
    >
      v{version}
    </span>
  );
}
