import { useState } from 'preact/hooks';
import type { ItemWay } from '../item-way.js';
import type { ShownItem } from '../shown-value.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer } from './call-server.js';
import { meaningOf } from './codes.js';
import { applied } from './compare-values.js';
import { hasAside, ItemAside } from './item-aside.js';
import { EntityStage, StepStage, StoredStage } from './item-stages.js';
import { JumpLink } from './jump-link.js';
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
        <CopyButton label="Copy the item as DynamoDB JSON" text={() => JSON.stringify(way.stored, undefined, 2)} />
        <VersionChip version={way.version} newest={way.newest} />
        <span class="note">{bytesText(way.size)}</span>
        <span class="spring" />
        <label class="switch">
          <input type="checkbox" checked={hasTypes} onChange={() => setTypes(!hasTypes)} /> Stored types
        </label>
        <button type="button" onClick={again} disabled={isWaiting}>
          Read again
        </button>
      </div>
      {hasTypes && (
        <p class="note types-note">
          Before each value stands its type in the engine: <b>S</b> text, <b>N</b> number, <b>B</b> bytes, <b>BOOL</b>{' '}
          true or false, <b>NULL</b> null, <b>L</b> list, <b>M</b> map, and <b>SS</b>, <b>NS</b> and <b>BS</b> sets of
          texts, numbers and bytes.
        </p>
      )}
      {way.steps.length > 0 && <Overview way={way} entity={entity} />}
      <Verdict way={way} entity={entity} />
      <div class={hasAside(way) ? 'with-aside' : undefined}>
        <ol class="way" aria-label="The way of the item">
          <StoredStage way={way} entity={entity} hasTypes={hasTypes} />
          {way.steps.map((step, at) => (
            <StepStage
              key={`${step.from}-${step.to}`}
              way={way}
              at={at}
              before={stages[at]!}
              after={stages[at + 1]!}
              hasTypes={hasTypes}
            />
          ))}
          <EntityStage way={way} entity={entity} hasTypes={hasTypes} />
        </ol>
        <ItemAside way={way} entity={entity} hasTypes={hasTypes} />
      </div>
    </div>
  );
}

/** The whole way on one line: how far the item comes. */
function Overview({ entity, way }: Pick<WayProps, 'entity' | 'way'>) {
  const end = way.entity ? 'done' : way.entityProblem ? 'failed' : 'not reached';
  const stops = [
    { to: 'stored', label: `v${way.version}`, state: 'done' },
    ...way.steps.map(({ from, state, to }) => ({ to: `step-${from}-${to}`, label: `v${to}`, state })),
    { to: 'entity', label: entity.name, state: end },
  ];
  return (
    <nav aria-label="How far the item comes">
      <ol class="stops">
        {stops.map(({ label, state, to }) => (
          <li key={to} class={state === 'not reached' ? 'faint' : state}>
            <JumpLink to={to}>
              {label}
              {state !== 'done' && <span class="unseen"> {state}</span>}
            </JumpLink>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The item as it is stored, and after each step. */
function stagesOf({ steps, stored }: ItemWay): ShownItem[] {
  const stages = [stored];
  for (const { removed, set } of steps) stages.push(applied(stages.at(-1)!, set, removed));
  return stages;
}

/** In one sentence, whether the item can be read. Why not stands beside what is in the way. */
function Verdict({ entity, way }: Pick<WayProps, 'entity' | 'way'>) {
  const failed = way.steps.find(({ state }) => state === 'failed');
  if (failed)
    return (
      <div class="verdict bad" role="status">
        <h2>
          This item can’t be read: the step from version {failed.from} to {failed.to} fails.
        </h2>
        <JumpLink to={`step-${failed.from}-${failed.to}`}>Show the step</JumpLink>
      </div>
    );
  if (way.problem)
    return (
      <div class="verdict bad" role="status">
        <h2>This item can’t be read: {meaningOf(way.problem.code) ?? 'no step could be tried'}.</h2>
      </div>
    );
  if (way.entityProblem)
    return (
      <div class="verdict bad" role="status">
        <h2>
          This item can’t be read as a {entity.name}: {meaningOf(way.entityProblem.code) ?? 'a value doesn’t fit'}.
        </h2>
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
