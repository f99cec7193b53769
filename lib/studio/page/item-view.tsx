import { useState } from 'preact/hooks';
import type { ItemWay, StepShown } from '../item-way.js';
import type { ShownItem } from '../shown-value.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer } from './call-server.js';
import { applied, isSame, memberOf } from './compare-values.js';
import { hasAside, ItemAside } from './item-aside.js';
import { type ItemRow, ItemTable, rowsOf } from './item-table.js';
import { keyText } from './key-text.js';
import { CopyButton, Empty, ProblemBox, VersionChip, Waiting } from './parts.js';
import { linkTo } from './route.js';
import { useAnswer } from './use-answer.js';
import { bytesText, countOf } from './words.js';

/** One stored item: what it is, what each step makes of it, and what it ends as. */
export function ItemView({ entity, itemKey }: { readonly entity: EntityInfo; readonly itemKey: ShownItem }) {
  const { again, answer, isWaiting, problem } = useAnswer(
    (signal) => callServer('item', { entity: entity.id, key: itemKey }, signal),
    [entity.id, JSON.stringify(itemKey)],
  );
  if (problem) return <ProblemBox problem={problem} again={again} />;
  if (answer === undefined) return <Waiting what="Reading the item" />;
  if (answer === null)
    return (
      <Empty title="No item has this key">
        <p>
          It may have been deleted. <a href={linkTo({ entity: entity.id, view: 'items' })}>Look for another one</a>.
        </p>
      </Empty>
    );
  return <Way entity={entity} way={answer} again={again} isWaiting={isWaiting} />;
}

interface WayProps {
  readonly entity: EntityInfo;
  readonly way: ItemWay;
  readonly again: () => void;
  readonly isWaiting: boolean;
}

function Way({ again, entity, isWaiting, way }: WayProps) {
  const [hasTypes, setTypes] = useState(false);
  const stages = stagesOf(way);
  return (
    <div class="way-page">
      <div class="title-row">
        <h1 class="key" title={keyText(way.key)}>
          {keyText(way.key)}
        </h1>
        <CopyButton label="Copy the item as wire JSON" text={() => JSON.stringify(way.stored, undefined, 2)} />
        <VersionChip version={way.version} newest={way.newest} />
        <span class="note">{bytesText(way.size)}</span>
        <span class="spring" />
        <label class="switch">
          <input type="checkbox" checked={hasTypes} onChange={() => setTypes(!hasTypes)} /> Wire types
        </label>
        <button type="button" onClick={again} disabled={isWaiting}>
          Read again
        </button>
      </div>
      <Verdict way={way} entity={entity} />
      <div class={hasAside(way) ? 'with-aside' : undefined}>
        <ol class="way" aria-label="The way of the item">
          <li class={way.problem ? 'stage failed' : 'stage'}>
            <StageHead node={way.version === undefined ? '?' : `v${way.version}`} title="As it is stored" />
            {way.problem && <ProblemBox problem={way.problem} />}
            <ItemTable caption="The stored item" rows={storedRows(way, entity)} hasTypes={hasTypes} />
          </li>
          {way.steps.map((step, at) => (
            <Step
              key={`${step.from}-${step.to}`}
              step={step}
              before={stages[at]!}
              after={stages[at + 1]!}
              versionAttribute={way.versionAttribute}
              hasTypes={hasTypes}
            />
          ))}
          <EntityStage way={way} entity={entity} />
        </ol>
        <ItemAside way={way} entity={entity} hasTypes={hasTypes} />
      </div>
    </div>
  );
}

/** The item as it is stored, and after each step. */
function stagesOf({ steps, stored }: ItemWay): ShownItem[] {
  const stages = [stored];
  for (const { removed, set } of steps) stages.push(applied(stages.at(-1)!, set, removed));
  return stages;
}

/** In one sentence, whether the item can be read, and what is in the way. */
function Verdict({ entity, way }: Pick<WayProps, 'entity' | 'way'>) {
  const failed = way.steps.find(({ state }) => state === 'failed');
  if (failed)
    return (
      <div class="verdict bad" role="status">
        <h2>
          This item can’t be read: the step from version {failed.from} to {failed.to} fails.
        </h2>
        <p>
          <code>{failed.method}</code>
          {failed.description && <> ({failed.description})</>}: {failed.problem?.cause ?? failed.problem?.message}{' '}
          <a href="#step" onClick={(event) => jump(event, failed)}>
            Show the step
          </a>
        </p>
      </div>
    );
  const problem = way.problem ?? way.entityProblem;
  if (problem)
    return (
      <div class="verdict bad" role="status">
        <h2>
          {way.problem
            ? 'This item can’t be read: no step was tried, because of its version.'
            : `This item can’t be read as a ${entity.name}: a value doesn’t fit.`}
        </h2>
        <p>{problem.message}</p>
      </div>
    );
  return (
    <p class="verdict good" role="status">
      {way.steps.length === 0
        ? 'It has the newest version, and reads as it is stored.'
        : `It reads well: ${countOf(way.steps.length, 'step')} ${way.steps.length === 1 ? 'brings' : 'bring'} it to version ${way.newest}.`}
    </p>
  );
}

/** The address is the item's, so it can't be that of a step. */
function jump(event: Event, { from, to }: StepShown): void {
  event.preventDefault();
  const step = document.querySelector<HTMLElement>(`#step-${from}-${to}`);
  step?.scrollIntoView({ block: 'center' });
  step?.focus();
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

function storedRows({ stored, undeclared, versionAttribute }: ItemWay, { keys }: EntityInfo): ItemRow[] {
  const keyNames = new Set(keys.map(({ attribute }) => attribute));
  const unknown = new Set(undeclared);
  const tagOf = (name: string) => {
    if (keyNames.has(name)) return 'key';
    if (name === versionAttribute) return 'version';
    return unknown.has(name) ? 'undeclared' : undefined;
  };
  return rowsOf(stored, tagOf).toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** The key and the version stand first, and what the class doesn't declare last. */
function rankOf({ tag }: ItemRow): number {
  return ['key', 'version', undefined, 'undeclared'].indexOf(tag);
}

function Step({
  after,
  before,
  hasTypes,
  step,
  versionAttribute,
}: {
  readonly step: StepShown;
  readonly versionAttribute: string;
  readonly before: ShownItem;
  readonly after: ShownItem;
  readonly hasTypes: boolean;
}) {
  const [isWhole, setWhole] = useState(false);
  const { declared, description, from, isPointOfNoReturn, method, problem, state, to } = step;
  // the version is beside the step already
  const changes = state === 'done' ? changesOf(before, after).filter(({ name }) => name !== versionAttribute) : [];
  const shown = isWhole
    ? [...changes, ...rowsOf(after).filter(({ name }) => !changes.some((row) => row.name === name))]
    : changes;
  const classes = { done: 'stage', failed: 'stage failed', 'not reached': 'stage faint' };
  const notes = { done: isPointOfNoReturn ? 'no way back' : undefined, failed: 'failed', 'not reached': 'not reached' };
  return (
    <li class={classes[state]} id={`step-${from}-${to}`} tabIndex={-1}>
      <StageHead node={`v${to}`} title={description ?? method} note={notes[state]} />
      <p class="note">
        Step {from} → {to}, <code>{method}</code>
        {declared && declared.join(', ') !== description && <>: {declared.join(', ')}</>}
      </p>
      {problem && <ProblemBox problem={problem} />}
      {state === 'done' && (
        <>
          {shown.length > 0 && (
            <ItemTable caption={`What the step from ${from} to ${to} changes`} rows={shown} hasTypes={hasTypes} />
          )}
          {changes.length === 0 && <p class="note">Changes nothing but the version.</p>}
          <button type="button" class="quiet more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Show what changed' : `Show all ${countOf(Object.keys(after).length, 'attribute')}`}
          </button>
        </>
      )}
    </li>
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

function EntityStage({ entity, way }: Pick<WayProps, 'entity' | 'way'>) {
  const { entity: read, entityProblem } = way;
  const types = new Map(entity.attributes.map(({ property, type }) => [property, type]));
  if (!read && !entityProblem)
    return (
      <li class="stage faint">
        <StageHead node="…" title={`The ${entity.name}`} note="not reached" />
      </li>
    );
  return (
    <li class={entityProblem ? 'stage failed' : 'stage last'}>
      <StageHead node={entityProblem ? '✕' : '✓'} title={`The ${entity.name} that code gets`} />
      {entityProblem && <ProblemBox problem={entityProblem} />}
      {read && (
        <ItemTable caption={`The ${entity.name}`} rows={rowsOf(read, (name) => types.get(name))} hasTypes={false} />
      )}
    </li>
  );
}
