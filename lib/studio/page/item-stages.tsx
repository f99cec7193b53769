import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ItemWay } from '../item-way.js';
import type { ShownItem } from '../shown-value.js';
import type { EntityInfo } from '../studio-entity.js';
import { blameAt, reasonText } from './blame.js';
import { isSame, memberOf } from './compare-values.js';
import { type ItemRow, ItemTable, rowsOf } from './item-table.js';
import { countOf } from './words.js';

interface StageProps {
  readonly way: ItemWay;
  readonly hasTypes: boolean;
}

/** The item as it is stored, with what keeps it from being read. */
export function StoredStage({ entity, hasTypes, way }: StageProps & { readonly entity: EntityInfo }) {
  const { problem, version } = way;
  const rows = storedRows(way, entity);
  return (
    <li class={problem ? 'stage failed' : 'stage'} id="stored" tabIndex={-1}>
      <StageHead node={version === undefined ? '?' : `v${version}`} title="As it is stored" />
      {problem && !rows.some(({ blame }) => blame) && <Failure code={problem.code} text={reasonText(problem)} />}
      <ItemTable caption="The stored item" rows={rows} hasTypes={hasTypes} />
    </li>
  );
}

function storedRows(way: ItemWay, { keys }: EntityInfo): ItemRow[] {
  const { stored, undeclared, versionAttribute } = way;
  const keyNames = new Set(keys.map(({ attribute }) => attribute));
  const unknown = new Set(undeclared);
  const tagOf = (name: string) => {
    if (keyNames.has(name)) return 'key';
    if (name === versionAttribute) return 'version';
    return unknown.has(name) ? 'undeclared' : undefined;
  };
  return withBlame(rowsOf(stored, tagOf), way, 0).toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** The key and the version stand first, then what is in the way, and what the class doesn't declare last. */
function rankOf({ blame, tag }: ItemRow): number {
  if (blame && tag !== 'key' && tag !== 'version') return 2;
  return ['key', 'version', '', undefined, 'undeclared'].indexOf(tag);
}

/** Rows of what an item is after so many steps, with what is in the way from there on. */
function withBlame(rows: readonly ItemRow[], way: ItemWay, steps: number): ItemRow[] {
  const marked = rows.map((row) => ({ ...row, blame: blameAt(way, row.name, steps) }));
  const absent = way.offending
    .filter(({ name, since }) => since === steps && !rows.some((row) => row.name === name))
    .map(({ name }): ItemRow => ({ name, value: undefined, blame: blameAt(way, name, steps) }));
  return [...marked, ...absent];
}

interface StepProps extends StageProps {
  /** Which step of the way it is. */
  readonly at: number;
  readonly before: ShownItem;
  readonly after: ShownItem;
}

/** What a step changed, or why it failed. */
export function StepStage({ after, at, before, hasTypes, way }: StepProps) {
  const { declared, description, from, isPointOfNoReturn, method, problem, state, to } = way.steps[at]!;
  const classes = { done: 'stage', failed: 'stage failed', 'not reached': 'stage faint' };
  const notes = { done: isPointOfNoReturn ? 'no way back' : undefined, failed: 'failed', 'not reached': 'not reached' };
  return (
    <li class={classes[state]} id={`step-${from}-${to}`} tabIndex={-1}>
      <StageHead node={`v${to}`} title={description ?? method} note={notes[state]} />
      <p class="note">
        Step {from} → {to}, <code>{method}</code>
        {declared && declared.join(', ') !== description && <>: {declared.join(', ')}</>}
      </p>
      {problem && (
        <Failure code={problem.code} text={reasonText(problem)}>
          <Looked before={before} hasTypes={hasTypes} way={way} />
        </Failure>
      )}
      {state === 'done' && <Changes after={after} at={at} before={before} hasTypes={hasTypes} way={way} />}
    </li>
  );
}

/** What the step that fails got under the names at which it looked. */
function Looked({ before, hasTypes, way }: StageProps & { readonly before: ShownItem }) {
  if (way.offending.length === 0) return null;
  const rows = way.offending.map(({ nameThere }): ItemRow => ({ name: nameThere, value: memberOf(before, nameThere) }));
  return <ItemTable caption="What the step looked at" rows={rows} hasTypes={hasTypes} />;
}

function Changes({ after, at, before, hasTypes, way }: StepProps) {
  const [isWhole, setWhole] = useState(false);
  const { from, to } = way.steps[at]!;
  // the version is beside the step already
  const changes = changesOf(before, after).filter(({ name }) => name !== way.versionAttribute);
  const others = rowsOf(after).filter(({ name }) => !changes.some((row) => row.name === name));
  return (
    <>
      {(changes.length > 0 || isWhole) && (
        <ItemTable
          caption={`What the step from ${from} to ${to} changes`}
          rows={withBlame(isWhole ? [...changes, ...others] : changes, way, at + 1)}
          hasTypes={hasTypes}
        />
      )}
      {changes.length === 0 && <p class="note">Changes nothing but the version.</p>}
      <button type="button" class="quiet more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
        {isWhole ? 'Show what changed' : `Show all ${countOf(Object.keys(after).length, 'attribute')}`}
      </button>
    </>
  );
}

function changesOf(before: ShownItem, after: ShownItem): ItemRow[] {
  const removed = Object.keys(before)
    .filter((name) => !Object.hasOwn(after, name))
    .map((name): ItemRow => ({ name, value: before[name]!, mark: 'removed' }));
  const set = Object.keys(after).flatMap((name): ItemRow[] => {
    const [was, value] = [memberOf(before, name), after[name]!];
    if (isSame(was, value)) return [];
    return [{ name, value, before: was, mark: was === undefined ? 'added' : 'changed' }];
  });
  return [...removed, ...set];
}

/** The entity that code gets, or why there is none. */
export function EntityStage({ entity, way }: StageProps & { readonly entity: EntityInfo }) {
  const { entity: read, entityProblem } = way;
  const types = new Map(entity.attributes.map(({ property, type }) => [property, type]));
  if (!read && !entityProblem)
    return (
      <li class="stage faint" id="entity" tabIndex={-1}>
        <StageHead node="…" title={`The ${entity.name}`} note="not reached" />
      </li>
    );
  return (
    <li class={entityProblem ? 'stage failed' : 'stage last'} id="entity" tabIndex={-1}>
      <StageHead node={entityProblem ? '✕' : '✓'} title={`The ${entity.name} that code gets`} />
      {entityProblem && <Failure code={entityProblem.code} text={reasonText(entityProblem)} />}
      {read && (
        <ItemTable caption={`The ${entity.name}`} rows={rowsOf(read, (name) => types.get(name))} hasTypes={false} />
      )}
    </li>
  );
}

function StageHead({
  node,
  note,
  title,
}: {
  readonly node: string;
  readonly title: string;
  readonly note?: string | undefined;
}) {
  return (
    <div class="stage-head">
      <span class="node">{node}</span>
      <h2>{title}</h2>
      {note && <span class="note">{note}</span>}
    </div>
  );
}

function Failure({
  children,
  code,
  text,
}: {
  readonly code: string;
  readonly text: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="problem">
      <p>
        <code class="code">{code}</code> {text}
      </p>
      {children}
    </div>
  );
}
