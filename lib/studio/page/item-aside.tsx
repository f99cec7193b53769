import type { ItemWay, WriteBackShown } from '../item-way.js';
import type { OlderView } from '../older-views.js';
import type { EntityInfo } from '../studio-entity.js';
import { ItemTable, rowsOf } from './item-table.js';
import { Card, CopyButton } from './parts.js';
import { ValueTree } from './value-tree.js';
import { countOf } from './words.js';

interface AsideProps {
  readonly way: ItemWay;
  readonly entity: EntityInfo;
  readonly hasTypes: boolean;
}

/** Whether there is more to know of an item than its way. */
export function hasAside({ older, undeclared, writeBack }: ItemWay): boolean {
  return undeclared.length > 0 || writeBack !== undefined || older.length > 0;
}

/** What else there is to know of an item. */
export function ItemAside({ entity, hasTypes, way }: AsideProps) {
  const { older, undeclared, writeBack } = way;
  return (
    <div class="aside">
      {undeclared.length > 0 && (
        <Card
          title="Undeclared attributes"
          note={`${entity.name} doesn’t declare ${undeclared.length === 1 ? 'this one' : 'these'}. Saving keeps ${undeclared.length === 1 ? 'it' : 'them'} as stored.`}
        >
          <ul class="tags">
            {undeclared.slice(0, 30).map((name) => (
              <li key={name} class="tag">
                {name}
              </li>
            ))}
            {undeclared.length > 30 && <li class="note">and {undeclared.length - 30} more</li>}
          </ul>
        </Card>
      )}
      {writeBack && <WriteBack writeBack={writeBack} />}
      {older.length > 0 && (
        <Card title="What older code would see" note="The item, brought back from the newest version by the ways back.">
          {older.map((view) => (
            <Older key={view.version} view={view} hasTypes={hasTypes} />
          ))}
        </Card>
      )}
    </div>
  );
}

function WriteBack({ writeBack }: { readonly writeBack: WriteBackShown }) {
  if (writeBack.state === 'up to date')
    return (
      <Card
        title="Write-back"
        note={`It is stored in version ${writeBack.version}, which code writes: nothing would be sent.`}
      />
    );
  if (writeBack.state === 'refused')
    return (
      <Card title="Write-back" note="It can’t be stored upgraded:">
        <p class="note">
          <code class="code">{writeBack.problem.code}</code> {writeBack.problem.message}
        </p>
      </Card>
    );
  const { condition, names, update, values, version } = writeBack;
  const text = JSON.stringify({ update, condition, names, values }, undefined, 2);
  return (
    <Card
      title="Write-back"
      note={`The update that would store it in version ${version}, if nobody changes it meanwhile. Nothing was sent.`}
      actions={<CopyButton label="Copy the update" text={() => text} />}
    >
      <Expression title="Update" text={named(update, names).replaceAll(', ', ',\n  ')} />
      <Expression title="Only if" text={named(condition, names)} />
      <details>
        <summary>{countOf(Object.keys(values).length, 'value')}</summary>
        <dl class="values">
          {Object.keys(values).map((name) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <ValueTree value={values[name]!} hasTypes depth={2} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </Card>
  );
}

const longest = 1_200;

function Expression({ text, title }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <h3>{title}</h3>
      <pre class="expression" tabIndex={0} role="region" aria-label={title}>
        {text.length > longest ? `${text.slice(0, longest)} …` : text}
      </pre>
    </>
  );
}

/** An expression with attributes by their names, a line for each of its parts. */
function named(expression: string, names: Readonly<Record<string, string>>): string {
  return expression
    .replaceAll(/#[\w]+/g, (token) => (Object.hasOwn(names, token) ? names[token]! : token))
    .replaceAll(' AND ', '\nAND ')
    .replaceAll(/ (REMOVE|SET|ADD|DELETE) /g, '\n$1 ');
}

function Older({ hasTypes, view }: { readonly view: OlderView; readonly hasTypes: boolean }) {
  if (view.state === 'unseen')
    return (
      <div class="older">
        <h3>Version {view.version}: nothing</h3>
        <p class="note">
          <code class="code">{view.problem.code}</code> {view.problem.cause ?? view.problem.message}
        </p>
      </div>
    );
  const { item, lost, version } = view;
  return (
    <div class="older">
      <h3>
        Version {version}: {lost.length === 0 ? 'all of it' : `all but ${countOf(lost.length, 'value')}`}
      </h3>
      {lost.length > 0 && (
        <ul class="lost">
          {lost.slice(0, 20).map(({ after, before, path }) => (
            <li key={path}>
              <code>{path}</code> {before ?? 'absent'} <span class="unseen">would become</span>
              <span aria-hidden="true">→</span> {after ?? 'absent'}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>Show the item in version {version}</summary>
        <ItemTable caption={`The item in version ${version}`} rows={rowsOf(item)} hasTypes={hasTypes} />
      </details>
    </div>
  );
}
