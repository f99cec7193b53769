import { useState } from 'preact/hooks';
import type { Problem } from '../problem.js';
import type { JobShown, PlanShown } from '../studio.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer, problemIn } from './call-server.js';
import { Codes } from './codes.js';
import { Card, ProblemBox, Waiting } from './parts.js';
import { RetireCard } from './retire-card.js';
import { SweepCard } from './sweep-card.js';
import { useAnswer } from './use-answer.js';
import { bytesText, countOf, durationText, numberText, timeText } from './words.js';

/** What ends a version: the plan of a sweep, the sweep, and the verdict. */
export function OperationsView({ entity, mayWrite }: { readonly entity: EntityInfo; readonly mayWrite: boolean }) {
  return (
    <>
      <h1 class="unseen">Operations on {entity.name}</h1>
      <div class="cards two">
        <PlanCard entity={entity} />
        <RetireCard entity={entity} />
      </div>
      <SweepCard entity={entity} mayWrite={mayWrite} />
      <JobsCard entity={entity} />
    </>
  );
}

function PlanCard({ entity }: { readonly entity: EntityInfo }) {
  const [plan, setPlan] = useState<PlanShown | undefined>();
  const [problem, setProblem] = useState<Problem | undefined>();
  const [isWaiting, setWaiting] = useState(false);
  const ask = async () => {
    setWaiting(true);
    try {
      setPlan(await callServer('plan', { entity: entity.id }));
      setProblem(undefined);
    } catch (error) {
      setProblem(problemIn(error));
    }
    setWaiting(false);
  };
  return (
    <Card
      title="Plan a sweep"
      note="Works out from a sample what a sweep would do. Nothing is written."
      actions={
        <button type="button" onClick={() => void ask()} disabled={isWaiting}>
          {plan ? 'Plan again' : 'Plan'}
        </button>
      }
    >
      {isWaiting && <Waiting what="Reading a sample" />}
      {problem && <ProblemBox problem={problem} />}
      {plan && !isWaiting && <Plan plan={plan} />}
    </Card>
  );
}

function Plan({ plan }: { readonly plan: PlanShown }) {
  const { alreadyThere, bytes, codes, examined, expiring, rewrites, sample, seconds, version } = plan;
  const isExact = rewrites.from === rewrites.to;
  return (
    <>
      <p class="figure">
        <strong>{numberText(rewrites.value)}</strong> {rewrites.value === 1 ? 'item' : 'items'} would be brought to
        version {version}
        {!isExact && (
          <span class="note">
            {' '}
            ({numberText(rewrites.from)} to {numberText(rewrites.to)})
          </span>
        )}
      </p>
      <dl class="facts">
        <div>
          <dt>Sent</dt>
          <dd>{bytesText(bytes)}</dd>
        </div>
        {seconds.map(([rate, duration]) => (
          <div key={rate}>
            <dt>At {numberText(rate)} a second</dt>
            <dd>{durationText(duration)}</dd>
          </div>
        ))}
        <div>
          <dt>In the sample</dt>
          <dd>
            {countOf(examined, 'item')}, {numberText(alreadyThere)} already there
            {expiring > 0 && `, ${numberText(expiring)} expiring`}
          </dd>
        </div>
        <div>
          <dt>Read</dt>
          <dd>
            {sample.read} of {sample.total} segments
          </dd>
        </div>
      </dl>
      <Codes codes={codes} />
    </>
  );
}

function JobsCard({ entity }: { readonly entity: EntityInfo }) {
  const {
    again,
    answer: jobs,
    isWaiting,
    problem,
  } = useAnswer(() => callServer('jobs', { entity: entity.id }), [entity.id]);
  return (
    <Card
      title="Jobs"
      note="Sweeps with a name: any number of processes share one, and it goes on where it was."
      actions={
        <button type="button" onClick={again} disabled={isWaiting}>
          Refresh
        </button>
      }
    >
      {problem && <ProblemBox problem={problem} />}
      {jobs && jobs.length === 0 && <p class="note">No job was started for {entity.name}.</p>}
      {jobs && jobs.length > 0 && (
        <div class="list-scroll" tabIndex={0} role="region" aria-label="Jobs">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Job</th>
                <th scope="col">Started</th>
                <th scope="col">Segments</th>
                <th scope="col" class="right">
                  Rewritten
                </th>
                <th scope="col" class="right">
                  Failed
                </th>
              </tr>
            </thead>
            <tbody>
              {jobs.map((job) => (
                <JobRow key={job.job} job={job} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function JobRow({
  job: { examined, failed, isDone, job, rewritten, segments, startedAt, version },
}: {
  readonly job: JobShown;
}) {
  return (
    <tr>
      <th scope="row">
        {job} <span class="note">to v{version}</span>
      </th>
      <td>{timeText(startedAt)}</td>
      <td>{isDone ? 'done' : `${segments.done} of ${segments.total}, ${segments.taken} at work`}</td>
      <td class="right">
        {numberText(rewritten)} <span class="note">of {numberText(examined)}</span>
      </td>
      <td class="right">{failed > 0 ? <span class="bad">{numberText(failed)}</span> : '0'}</td>
    </tr>
  );
}
