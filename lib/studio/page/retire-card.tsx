import { useState } from 'preact/hooks';
import type { Problem } from '../problem.js';
import type { RetirementView } from '../retirement.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer, problemIn } from './call-server.js';
import { Card, ProblemBox, Waiting } from './parts.js';

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
      <Card title="Retire versions" note={`${entity.name} has one version that is read: there is none to forget.`} />
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
    <Card title="Retire versions" note="Tells whether upgrades may be deleted. Reads every item; nothing is written.">
      <form class="query row" onSubmit={(event) => void ask(event)}>
        <label>
          Forget versions below
          <select value={String(below)} onChange={(event) => setBelow(Number(event.currentTarget.value))}>
            {versions.map((version) => (
              <option key={version} value={String(version)}>
                {version}
              </option>
            ))}
          </select>
        </label>
        <label>
          Last moment at which code that can write them ran
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
      {isWaiting && <Waiting what="Reading every item" />}
      {problem && <ProblemBox problem={problem} />}
      {view && !isWaiting && <Checklist view={view} />}
    </Card>
  );
}

function Checklist({ view: { below, checks, mayRetire } }: { readonly view: RetirementView }) {
  return (
    <>
      <p class={mayRetire ? 'fine' : 'bad'} role="status">
        {mayRetire ? `Versions below ${below} may be forgotten.` : `Versions below ${below} are still needed.`}
      </p>
      <ul class="checks">
        {checks.map(({ code, isMet, message, title }) => (
          <li key={code} class={isMet ? 'met' : 'unmet'}>
            <span class="mark" aria-hidden="true">
              {isMet ? '✓' : '✕'}
            </span>
            <div>
              <span class="unseen">{isMet ? 'true: ' : 'not true: '}</span>
              {title}
              {message && <p class="note">{message}</p>}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
