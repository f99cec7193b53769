import { MapperError } from '../errors.js';
import type { UpgradeItem } from '../item/item.js';
import { checkSteps, movedAway } from './steps/check-steps.js';
import type { StepList } from './steps/steps.js';
import { findWay } from './way.js';

/** One step of a chain, up or down: brings an item of version `from` to version `to`. */
export interface UpgradeStep {
  readonly from: number;
  readonly to: number;
  /** The method, as errors, logs and telemetry name it. */
  readonly method: string;
  readonly description: string | undefined;
  /** Whether it is harmless to run it again on its own output. */
  readonly repeatable: boolean;
  /** Whether it looks at attributes that it doesn't name. */
  readonly dynamic: boolean;
  /** Changes the item and returns nothing, or returns a new one. */
  readonly apply: (item: UpgradeItem) => unknown;
  /** What it consists of, if it is declared and not written by hand. */
  readonly declared?: StepList | undefined;
}

/** What a chain is compiled from. */
export interface ChainSource {
  /** The class, for errors. */
  readonly class: string;
  readonly versionAttribute: string;
  readonly newest: number;
  /** The version of an item without version attribute. */
  readonly initial: number;
  /** The oldest version that can be read. */
  readonly floor: number;
  readonly steps: readonly UpgradeStep[];
  /** Attributes that no step may change: keys and the discriminator. */
  readonly protectedAttributes: readonly string[];
  /** Attributes that a step may only bring to what the item's keys say of them: parts of their templates. */
  readonly keyParts?: readonly KeyPart[];
}

/** An attribute that a key is computed from. */
export interface KeyPart {
  readonly attribute: string;
  /** Whether the item's key is made of this value of the attribute. */
  readonly agrees: (item: UpgradeItem) => boolean;
}

/** The proven way from every readable version to the newest one. */
export interface UpgradeChain extends ChainSource {
  /** By version, from the floor up: the steps from there to the newest version. */
  readonly paths: readonly (readonly UpgradeStep[])[];
}

/**
 * Proves that every version from the floor up leads to the newest one and picks the way: the fewest steps, and among
 * equals the longest first step. Throws `UPGRADE_BACKWARDS`, `UPGRADE_BEYOND_VERSION`, `DUPLICATE_UPGRADE` or `UPGRADE_GAP`, or what
 * `checkSteps` throws.
 */
export function compileChain(source: ChainSource): UpgradeChain {
  for (const step of source.steps) checkStep(step, source);
  checkDuplicates(source);

  const paths: (readonly UpgradeStep[])[] = [];
  for (let version = source.newest; version >= source.floor; version--) {
    const way = findWay(source.steps, version, source.newest);
    if (way === undefined) throw gap(source, version);
    paths.unshift(way);
  }
  checkDeclared(source, paths[0] ?? []);
  return Object.freeze({ ...source, paths: Object.freeze(paths) });
}

function checkStep(step: UpgradeStep, source: ChainSource): void {
  const { from, to, method } = step;
  const details = { class: source.class, method, from, to };
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || from >= to) {
    throw new MapperError('UPGRADE_BACKWARDS', details);
  }
  if (to > source.newest) throw new MapperError('UPGRADE_BEYOND_VERSION', { ...details, newest: source.newest });
}

function checkDuplicates({ class: name, steps }: ChainSource): void {
  const seen = new Map<string, UpgradeStep>();
  for (const step of steps) {
    const { from, to, method } = step;
    const other = seen.get(`${from}-${to}`);
    if (other) throw new MapperError('DUPLICATE_UPGRADE', { class: name, method, from, to, other: other.method });
    seen.set(`${from}-${to}`, step);
  }
}

/** Checks the declared steps: those on the way from the floor with what the ones before them are known to leave. */
function checkDeclared(source: ChainSource, way: readonly UpgradeStep[]): void {
  const protectedAttributes = [...source.protectedAttributes, source.versionAttribute];
  // a name that an older version had for something else
  const formerNames = new Set<string>();
  const check = ({ declared, from, method, to }: UpgradeStep, existing: ReadonlySet<string>) => {
    if (!declared) return undefined;
    const left = checkSteps(declared, existing, {
      class: source.class,
      method,
      from,
      to,
      protectedAttributes,
      formerNames,
    });
    for (const name of movedAway(declared)) formerNames.add(name);
    return left;
  };
  let existing: ReadonlySet<string> = new Set();
  // what a method leaves, nobody knows
  for (const step of way) existing = check(step, existing) ?? new Set();
  formerNames.clear();
  for (const step of source.steps) if (!way.includes(step)) check(step, new Set());
}

function gap(source: ChainSource, version: number): MapperError {
  const steps = source.steps.map((step) => `${step.from} → ${step.to}`);
  return new MapperError('UPGRADE_GAP', { class: source.class, version, newest: source.newest, steps });
}
