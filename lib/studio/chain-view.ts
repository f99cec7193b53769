import type { EntityContext } from '../read/entity-context.js';
import type { Class } from '../model/class.js';
import { checkSchema } from '../schema/check-schema.js';
import { entityName } from '../schema/entity-shape.js';
import type { Finding } from '../schema/finding.js';
import { historyOf } from '../schema/history.js';
import { type LockedRetirement, readLock, type SchemaLock } from '../schema/schema-lock.js';
import { stepInfo, type StepInfo } from './item-way.js';
import { type Problem, problemOf } from './problem.js';
import type { StudioEntity } from './studio-entity.js';

/** One version of a class. */
export interface ChainVersion {
  readonly version: number;
  /** Whether items of it can still be read. */
  readonly isReadable: boolean;
  /** Whether an item of the newest version can be brought back to it. */
  readonly isStorable: boolean;
  /** Whether its shape is in the lock. */
  readonly isLocked: boolean;
  /** How its shape differs from the version before. */
  readonly changes: readonly string[];
  /** When a census found that nothing below it is left. */
  readonly retired?: Pick<LockedRetirement, 'at' | 'table'> | undefined;
}

/** The versions of a class, and the steps between them. */
export interface ChainView {
  readonly versions: readonly ChainVersion[];
  readonly upgrades: readonly StepInfo[];
  readonly downgrades: readonly StepInfo[];
  readonly deprecated: readonly {
    readonly attribute: string;
    readonly since: number;
    readonly reason?: string | undefined;
  }[];
  /** What `dynamo-evolve check` finds of the class. */
  readonly findings: readonly Finding[];
  /** Whether there is a lock, or why it can't be read. */
  readonly lock: 'present' | 'absent' | Problem;
}

/** What the chain view needs of the configuration. */
export interface SchemaFiles {
  readonly classes: readonly Class[];
  readonly samplesOf: (target: Class) => string | undefined;
  readonly lockFile: string;
}

/** The chain of a class, and what the lock says of it. */
export function chainView({ context }: StudioEntity, files: SchemaFiles): ChainView {
  const { model } = context;
  const { chain, downgrades } = model;
  const { lock, state } = lockOf(files.lockFile);
  const [history] = historyOf([model], lock);
  const locked = lock?.entities[entityName(model)];
  const known = new Map(history?.versions.map((each) => [each.version, each]));
  const steps = [...chain.steps];
  const numbers = new Set([
    ...known.keys(),
    chain.floor,
    ...steps.flatMap(({ from, to }) => [from, to]),
    model.version,
  ]);
  return {
    versions: [...numbers]
      .toSorted((a, b) => a - b)
      .map((version) => ({
        version,
        isReadable: version >= chain.floor,
        isStorable: version >= downgrades.oldest,
        isLocked: locked !== undefined && Object.hasOwn(locked.versions, String(version)),
        changes: known.get(version)?.changes ?? [],
        retired: locked?.retired?.[String(version)],
      })),
    upgrades: steps.map((step) => stepInfo(step, context)),
    downgrades: downgrades.steps.map((step) => stepInfo(step, context)),
    deprecated: model.attributes.flatMap(({ attribute, deprecated }) =>
      deprecated ? [{ attribute, since: deprecated.since, reason: deprecated.reason }] : [],
    ),
    findings: state === 'present' || state === 'absent' ? findingsOf(context, files, lock) : [],
    lock: state,
  };
}

function lockOf(file: string): { readonly lock: SchemaLock | undefined; readonly state: ChainView['lock'] } {
  try {
    const lock = readLock(file);
    return { lock, state: lock ? 'present' : 'absent' };
  } catch (error) {
    return { lock: undefined, state: problemOf(error) };
  }
}

function findingsOf({ model }: EntityContext<object>, files: SchemaFiles, lock: SchemaLock | undefined): Finding[] {
  const findings = checkSchema({ classes: files.classes, samplesOf: files.samplesOf, lock });
  return findings.filter(({ entity }) => entity === model.name || entity === entityName(model) || entity === 'all');
}
