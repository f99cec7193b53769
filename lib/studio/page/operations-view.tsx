import { useState } from 'preact/hooks';
import type { Problem } from '../problem.js';
import type { JobShown, PlanShown } from '../studio.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer, problemIn } from './call-server.js';
import { Codes } from './codes.js';
import { Card, Cell, List, ProblemBox, Waiting } from './parts.js';
import { RetireCard } from './retire-card.js';
import { SweepCard } from './sweep-card.js';
import { useAnswer } from './use-answer.js';
import { bytesText, countOf, durationText, numberText, timeText } from './words.js';

/** What ends a version: the plan of a sweep, the sweep, and the verdict. */
export function OperationsView({ entity, mayWrite }: { readonly entity: EntityInfo; readonly mayWrite: boolean }) {
  const [state, setState] = useState<string | undefined>();
  return (
    <>
      <h1 class="unseen">Operations on {entity.name}</h1>
      <PlanCard entity={entity} />
      <SweepCard entity={entity} mayWrite={mayWrite} onState={setState} />
      <JobsCard entity={entity} state={state} />
      <RetireCard entity={entity} />
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
      id="plan"
      title="Plan an upgrade of what is stored"
      note="Works out from a sample how many items a sweep would write. Nothing is written."
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
          <dt>The sample is</dt>
          <dd>
            {sample.read === sample.total ? 'the whole table' : `${sample.read} of ${sample.total} parts of the table`}
          </dd>
        </div>
      </dl>
      <Codes codes={codes} />
    </>
  );
}

/** The sweeps in the control table, read again when the state of the one that runs here changes. */
function JobsCard({ entity, state }: { readonly entity: EntityInfo; readonly state: string | undefined }) {
  const {
    again,
    answer: jobs,
    isWaiting,
    problem,
  } = useAnswer(() => callServer('jobs', { entity: entity.id }), [entity.id, state]);
  return (
    <Card
      id="jobs"
      title="Jobs"
      note="A job is a sweep with a name. Any number of processes share it, and it goes on where it was."
      actions={
        <button type="button" onClick={again} disabled={isWaiting}>
          Refresh
        </button>
      }
    >
      {problem && <ProblemBox problem={problem} />}
      {jobs && jobs.length === 0 && <p class="note">No job was started for {entity.name}.</p>}
      {jobs && jobs.length > 0 && (
        <List
          label="Jobs"
          columns={[
            'Job',
            'Started',
            'Progress',
            { title: 'Rewritten', isNumber: true },
            { title: 'Failed', isNumber: true },
          ]}
        >
          {jobs.map((job) => (
            <JobRow key={job.job} job={job} />
          ))}
        </List>
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
    <tr role="row">
      <th scope="row" role="rowheader">
        {job} <span class="note">to v{version}</span>
      </th>
      <Cell title="Started">{timeText(startedAt)}</Cell>
      <Cell title="Progress">
        {isDone ? 'done' : `${segments.done} of ${segments.total} parts of the table, ${segments.taken} at work`}
      </Cell>
      <Cell title="Rewritten" isNumber>
        {numberText(rewritten)} <span class="note">of {numberText(examined)}</span>
      </Cell>
      <Cell title="Failed" isNumber>
        {failed > 0 ? <span class="bad">{numberText(failed)}</span> : '0'}
      </Cell>
    </tr>
  );
}
