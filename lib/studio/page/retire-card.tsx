import { useState } from 'preact/hooks';
import type { Problem } from '../problem.js';
import type { RetirementCheck, RetirementView } from '../retirement.js';
import type { EntityInfo } from '../studio-entity.js';
import { BrokenList } from './broken-list.js';
import { callServer, problemIn } from './call-server.js';
import { JumpLink } from './jump-link.js';
import { Card, ProblemBox, Waiting } from './parts.js';
import { linkTo } from './route.js';

/** Whether old versions may be forgotten, as a list of what must be true. */
export function RetireCard({ entity }: { readonly entity: EntityInfo }) {
  const [below, setBelow] = useState(entity.version);
  const [time, setTime] = useState('');
  const [view, setView] = useState<RetirementView | undefined>();
  const [problem, setProblem] = useState<Problem | undefined>();
  const [isWaiting, setWaiting] = useState(false);
  const versions = Array.from({ length: Math.max(0, entity.version - 1) }, (_, at) => at + 2).filter(
    (each) => each > entity.floor,
  );
  if (versions.length === 0)
    return (
      <Card
        title="Retire old versions"
        note={`${entity.name} has one version that is read: there is none to forget.`}
      />
    );
  const ask = async (event: Event) => {
    event.preventDefault();
    setWaiting(true);
    try {
      setView(await callServer('retire', { entity: entity.id, below, lastOldWriter: new Date(time).toISOString() }));
      setProblem(undefined);
    } catch (error) {
      setProblem(problemIn(error));
    }
    setWaiting(false);
  };
  return (
    <Card
      title="Retire old versions"
      note="Tells whether code may forget old versions, with the steps that lead from them. Reads every item; nothing is written."
    >
      <form class="query row" onSubmit={(event) => void ask(event)}>
        <label>
          Forget
          <select value={String(below)} onChange={(event) => setBelow(Number(event.currentTarget.value))}>
            {versions.map((version) => (
              <option key={version} value={String(version)}>
                {versionsBelow(version, entity.floor)}
              </option>
            ))}
          </select>
        </label>
        <label>
          When code that writes them last ran
          <input
            type="datetime-local"
            required
            step="1"
            value={time}
            onInput={(event) => setTime(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isWaiting}>
          Check
        </button>
      </form>
      <p class="note form-note">
        Only you know when the last process of an old release ended. Items that it wrote after the count would be
        missed.
      </p>
      {isWaiting && <Waiting what="Reading every item" />}
      {problem && <ProblemBox problem={problem} />}
      {view && !isWaiting && <Checklist entity={entity} view={view} />}
    </Card>
  );
}

interface ChecklistProps {
  readonly entity: EntityInfo;
  readonly view: RetirementView;
}

function Checklist({ entity, view }: ChecklistProps) {
  const { below, checks, mayRetire } = view;
  return (
    <>
      <p class={mayRetire ? 'fine outcome' : 'bad outcome'} role="status">
        {mayRetire
          ? `${versionsBelow(below, entity.floor)} may be forgotten.`
          : `${versionsBelow(below, entity.floor)} can’t be forgotten yet.`}
      </p>
      <ul class="checks">
        {checks.map(({ code, found, isMet, title }) => (
          <li key={code} class={isMet ? 'met' : 'unmet'}>
            <span class="mark" aria-hidden="true">
              {isMet ? '✓' : '✕'}
            </span>
            <div>
              <span class="unseen">{isMet ? 'true: ' : 'not true: '}</span>
              {title}
              {found && (
                <p class="note">
                  {found} <Advice code={code} entity={entity} />
                </p>
              )}
              {code === 'unreadable' && !isMet && <BrokenList entity={entity} items={view.broken} codes={view.codes} />}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What to do about a check that isn't met, with where it is done. */
function Advice({ code, entity }: { readonly code: RetirementCheck['code']; readonly entity: EntityInfo }) {
  switch (code) {
    case 'stored':
      return (
        <>
          <JumpLink to="plan">Plan</JumpLink> and <JumpLink to="sweep">start</JumpLink> their upgrade, or see{' '}
          <a href={linkTo({})}>how they are spread</a>.
        </>
      );
    case 'without version':
      return (
        <>
          Repair or delete <a href={linkTo({ entity: entity.id, query: { onlyBroken: true } })}>them</a>.
        </>
      );
    case 'unreadable':
      return <>Follow each to the step or the value that is in the way.</>;
    case 'pinned':
      return <>Raise writeVersion in the configuration, or leave it out.</>;
    case 'open job':
      return (
        <>
          <JumpLink to="sweep">Start</JumpLink> a sweep with the name of <JumpLink to="jobs">the job</JumpLink>, which
          goes on where it was.
        </>
      );
    default:
      return <>The count must begin after that moment: check again later.</>;
  }
}

function versionsBelow(below: number, floor: number): string {
  return below - 1 === floor ? `Version ${floor}` : `Versions ${floor} to ${below - 1}`;
}
