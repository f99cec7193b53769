import type { ChainVersion, ChainView as Chain } from '../chain-view.js';
import type { EntityCount } from '../census-run.js';
import type { StepInfo } from '../item-way.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer } from './call-server.js';
import { ChainGraph } from './chain-graph.js';
import { Card, ProblemBox, Waiting } from './parts.js';
import { useAnswer } from './use-answer.js';
import { timeText } from './words.js';

/** The versions of a class, the steps between them, and what the lock says. */
export function ChainView({ count, entity }: { readonly entity: EntityInfo; readonly count: EntityCount | undefined }) {
  const {
    again,
    answer: chain,
    problem,
  } = useAnswer((signal) => callServer('chain', { entity: entity.id }, signal), [entity.id]);
  if (problem) return <ProblemBox problem={problem} again={again} />;
  if (!chain) return <Waiting what="Reading the schema" />;
  return (
    <>
      <h1 class="unseen">Versions of {entity.name}</h1>
      <Card title="Versions" note={pinNote(entity)}>
        <ChainGraph chain={chain} entity={entity} count={count} />
        <Legend chain={chain} />
      </Card>
      <div class="cards two">
        <Card title="Steps">
          {chain.upgrades.length === 0 ? (
            <p class="note">There is one version, and so no step.</p>
          ) : (
            <ol class="steps">
              {chain.upgrades.map((step) => (
                <StepLine key={`${step.from}-${step.to}`} step={step} back={chain.downgrades} />
              ))}
            </ol>
          )}
        </Card>
        <Lock chain={chain} />
      </div>
      <Changes versions={chain.versions} />
    </>
  );
}

/** What the lines of the graph mean, of those that it has. */
function Legend({ chain: { downgrades, upgrades } }: { readonly chain: Chain }) {
  return (
    <ul class="note key-line">
      {upgrades.length > 0 && (
        <li>
          <span class="line up" aria-hidden="true" /> upgrade
        </li>
      )}
      {downgrades.length > 0 && (
        <li>
          <span class="line down" aria-hidden="true" /> way back, for code of older versions
        </li>
      )}
      {upgrades.some(({ isPointOfNoReturn }) => isPointOfNoReturn) && (
        <li>
          <span class="line none" aria-hidden="true" /> point of no return: older code can’t get the item back
        </li>
      )}
    </ul>
  );
}

function isKnown({ changes, isLocked, retired }: ChainVersion): boolean {
  return isLocked || changes.length > 0 || retired !== undefined;
}

/** How the versions differ, the newest first, and of which that isn’t known. */
function Changes({ versions }: { readonly versions: readonly ChainVersion[] }) {
  const unknown = versions.filter((each) => !isKnown(each)).map(({ version }) => version);
  return (
    <Card title="What changed">
      <ol class="changes" reversed>
        {versions
          .filter(isKnown)
          .toReversed()
          .map((version) => (
            <VersionChanges key={version.version} version={version} />
          ))}
      </ol>
      {unknown.length > 0 && (
        <p class="note unknown">
          {unknown.length === 1 ? `Version ${unknown[0]} isn’t` : `Versions ${namesOf(unknown)} aren’t`} in
          schema.lock.json, so what changed then isn’t known.
        </p>
      )}
    </Card>
  );
}

function namesOf(versions: readonly number[]): string {
  return `${versions.slice(0, -1).join(', ')} and ${versions.at(-1)}`;
}

function VersionChanges({
  version: { changes, isLocked, isReadable, retired, version },
}: {
  readonly version: ChainVersion;
}) {
  return (
    <li>
      <h3>
        Version {version} {!isReadable && <span class="chip">no longer read</span>}
      </h3>
      {retired && (
        <p class="note">
          Nothing below it was stored in {retired.table} on {timeText(retired.at)}.
        </p>
      )}
      {isLocked && changes.length === 0 && <p class="note">Its attributes are those of the version before.</p>}
      <ul class="plain bullets">
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    </li>
  );
}

function pinNote({ version, writeVersion }: EntityInfo): string {
  if (writeVersion === undefined) return `Code reads version ${version}. Which one it writes can’t be told.`;
  return writeVersion === version
    ? `Code reads and writes version ${version}.`
    : `Code reads version ${version}, and is pinned to write version ${writeVersion}.`;
}

function StepLine({ back, step }: { readonly step: StepInfo; readonly back: readonly StepInfo[] }) {
  const { declared, description, from, isPointOfNoReturn, method, to } = step;
  const way = back.find((each) => each.from === to && each.to === from);
  return (
    <li>
      <p>
        <span class="hop">
          {from} → {to}
        </span>{' '}
        {description ?? declared?.join(', ') ?? method}
      </p>
      <p class="note">
        <code>{method}</code>
        {'; '}
        {isPointOfNoReturn ? (
          <span class="bad">a point of no return: nothing undoes it</span>
        ) : (
          <>undone by {way ? <code>{way.method}</code> : 'several steps'}</>
        )}
      </p>
    </li>
  );
}

function Lock({ chain }: { readonly chain: Chain }) {
  const { deprecated, findings, lock } = chain;
  return (
    <Card
      title="The lock"
      note="schema.lock.json holds the attributes of each version, so that no change goes unnoticed."
    >
      {typeof lock === 'object' ? (
        <ProblemBox problem={lock} />
      ) : findings.length === 0 ? (
        <p class="fine">The class matches the lock, and its samples upgrade correctly.</p>
      ) : (
        <ul class="findings">
          {findings.map(({ code, fix, problem }) => (
            <li key={code + problem}>
              <code class="code">{code}</code> {problem}. <span class="note">{fix}</span>
            </li>
          ))}
        </ul>
      )}
      <h3>Deprecated attributes</h3>
      {deprecated.length === 0 ? (
        <p class="note">None.</p>
      ) : (
        <ul class="plain">
          {deprecated.map(({ attribute, reason, since }) => (
            <li key={attribute}>
              <code>{attribute}</code> since version {since}
              {reason && <span class="note">: {reason}</span>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
