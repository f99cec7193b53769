import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../problem.js';
import type { EntityInfo } from '../studio-entity.js';
import type { SweepStatus } from '../sweep-run.js';
import { BrokenList } from './broken-list.js';
import { callServer, problemIn } from './call-server.js';
import { Card, ProblemBox } from './parts.js';
import { SweepChart } from './sweep-chart.js';
import { useWatch } from './use-answer.js';
import { durationText, numberText } from './words.js';

const outcomes = [
  ['rewritten', 'Rewritten'],
  ['alreadyThere', 'Already there'],
  ['raced', 'Changed by others'],
  ['gone', 'Deleted meanwhile'],
  ['expiring', 'About to expire'],
] as const;

interface SweepCardProps {
  readonly entity: EntityInfo;
  readonly mayWrite: boolean;
  /** Called when a sweep starts, pauses, goes on or ends. */
  readonly onState: (state: SweepStatus['state'] | undefined) => void;
}

/** Starts a sweep, and shows how it goes. */
export function SweepCard({ entity, mayWrite, onState }: SweepCardProps) {
  const [problem, setProblem] = useState<Problem | undefined>();
  const { again, answer: status } = useWatch(
    () => callServer('sweep', { entity: entity.id }),
    (each) => each?.state === 'running' || each?.state === 'paused',
    [entity.id],
  );
  useEffect(() => onState(status?.state), [status?.state]);
  const isRunning = status?.state === 'running' || status?.state === 'paused';
  const act = async (action: () => Promise<unknown>) => {
    try {
      await action();
      setProblem(undefined);
    } catch (error) {
      setProblem(problemIn(error));
    }
    again();
  };
  const steer = (to: 'pause' | 'resume' | 'cancel') =>
    void act(() => callServer('steerSweep', { entity: entity.id, to }));
  return (
    <Card
      id="sweep"
      title="Upgrade what is stored"
      note={`A sweep reads every item and stores it in version ${entity.writeVersion ?? entity.version}, while the application goes on.`}
      actions={
        isRunning && (
          <>
            {status.state === 'paused' ? (
              <button type="button" class="primary" onClick={() => steer('resume')}>
                Resume
              </button>
            ) : (
              <button type="button" onClick={() => steer('pause')}>
                Pause
              </button>
            )}
            <button type="button" onClick={() => steer('cancel')}>
              Stop
            </button>
          </>
        )
      }
    >
      {!mayWrite && (
        <p class="hint">
          This studio only reads. To start a sweep here, end it and run <code>npx dynamo-evolve studio --write</code>.
        </p>
      )}
      {mayWrite && !isRunning && <SweepForm entity={entity} act={act} />}
      {problem && <ProblemBox problem={problem} />}
      {status && <Running entity={entity} status={status} />}
    </Card>
  );
}

function SweepForm({
  act,
  entity,
}: {
  readonly entity: EntityInfo;
  readonly act: (action: () => Promise<unknown>) => Promise<void>;
}) {
  const [job, setJob] = useState(`${entity.name.toLowerCase()}-v${entity.writeVersion ?? entity.version}`);
  const [rate, setRate] = useState('');
  const [canary, setCanary] = useState('');
  const [onlyFailed, setOnlyFailed] = useState(false);
  const start = (event: Event) => {
    event.preventDefault();
    void act(() =>
      callServer('startSweep', {
        entity: entity.id,
        job: job.trim() || undefined,
        rate: rate === '' ? undefined : Number(rate),
        canary: canary === '' ? undefined : Number(canary),
        onlyFailed,
      }),
    );
  };
  return (
    <form class="query row" onSubmit={start}>
      <label>
        Name of the job
        <input
          value={job}
          onInput={(event) => setJob(event.currentTarget.value)}
          placeholder="no name: not resumable"
        />
      </label>
      <label>
        Items a second
        <input
          type="number"
          min="1"
          value={rate}
          placeholder="as fast as the engine allows"
          onInput={(event) => setRate(event.currentTarget.value)}
        />
      </label>
      <label>
        Pause after so many items
        <input
          type="number"
          min="1"
          value={canary}
          placeholder="never"
          onInput={(event) => setCanary(event.currentTarget.value)}
        />
      </label>
      <label class="switch">
        <input type="checkbox" checked={onlyFailed} onChange={() => setOnlyFailed(!onlyFailed)} /> Only what failed
      </label>
      <button type="submit" class="primary">
        Start
      </button>
    </form>
  );
}

const states: Readonly<Record<SweepStatus['state'], string>> = {
  running: 'Running',
  paused: 'Paused',
  done: 'Done',
  cancelled: 'Stopped',
  failed: 'Failed',
};

function Running({ entity, status }: { readonly entity: EntityInfo; readonly status: SweepStatus }) {
  const {
    broken,
    codes,
    job,
    milliseconds,
    outcomes: counts,
    problem,
    rate,
    requests,
    samples,
    segments,
    state,
  } = status;
  return (
    <div class="sweep">
      <p role="status">
        <span class={state === 'failed' ? 'chip bad' : state === 'running' ? 'chip newest' : 'chip'}>
          {states[state]}
        </span>{' '}
        {job && <code>{job}</code>}{' '}
        <span class="note">
          {numberText(counts.examined)} items examined, {numberText(requests)} requests in{' '}
          {durationText(milliseconds / 1_000)}; {numberText(rate.itemsPerSecond)} a second ({rate.because})
        </span>
      </p>
      {problem && <ProblemBox problem={problem} />}
      <progress max={segments.total} value={segments.done} aria-label="Parts of the table done">
        {segments.done} of {segments.total}
      </progress>
      <dl class="tiles">
        {outcomes.map(([name, title]) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd>{numberText(counts[name])}</dd>
          </div>
        ))}
        <div class={broken.length > 0 ? 'bad' : undefined}>
          <dt>Failed</dt>
          <dd>{numberText(Object.values(codes).reduce((sum, count) => sum + count, 0))}</dd>
        </div>
      </dl>
      {samples.length > 1 && <SweepChart samples={samples} />}
      <BrokenList entity={entity} items={broken} codes={codes} />
    </div>
  );
}
