import type { Rename } from '../codec/decode.js';
import { MapperError } from '../errors.js';
import type { Item } from '../item/item.js';
import { leadingRenames } from './leading-renames.js';
import { checkSteps, movedAway } from './steps/check-steps.js';
import type { VersionStep } from './version-step.js';
import { findWay } from './way.js';

/** What a chain is compiled from. */
export interface ChainSource {
  /** The class's name, for errors. */
  readonly class: string;
  readonly versionAttribute: string;
  readonly newest: number;
  /** The version of items without the version attribute. */
  readonly initial: number;
  /** The oldest version that can be read. */
  readonly floor: number;
  readonly steps: readonly VersionStep[];
  /** Attributes that no step may change: keys and the discriminator. */
  readonly protectedAttributes: readonly string[];
  /** Parts of key templates: a step may only set them to what the item's keys already contain. */
  readonly keyParts?: readonly KeyPart[];
}

/** An attribute that is part of a key's template. */
export interface KeyPart {
  readonly attribute: string;
  /** Whether the item's key contains the attribute's current value. */
  readonly agrees: (item: Item) => boolean;
}

/** The checked paths from every readable version to the newest. */
export interface UpgradeChain extends ChainSource {
  /** The steps from each version to the newest, indexed by version from the floor up. */
  readonly paths: readonly (readonly VersionStep[])[];
  /** The renames that each of those paths begins with, so that decoding can apply them. */
  readonly renames: readonly (readonly Rename[])[];
}

/**
 * Checks that every version from the floor up leads to the newest, and picks the path: the one with the fewest steps,
 * and among those the one with the longest first step. Throws `UPGRADE_BACKWARDS`, `UPGRADE_BEYOND_VERSION`,
 * `DUPLICATE_UPGRADE`, `UPGRADE_GAP`, or what `checkSteps` throws.
 */
export function compileChain(source: ChainSource): UpgradeChain {
  for (const step of source.steps) checkStep(step, source);
  checkDuplicates(source);

  const paths: (readonly VersionStep[])[] = [];
  for (let version = source.newest; version >= source.floor; version--) {
    const way = findWay(source.steps, version, source.newest);
    if (way === undefined) throw gap(source, version);
    paths.unshift(way);
  }
  checkDeclared(source, paths[0] ?? []);
  const renames = paths.map((steps) => leadingRenames(steps, source));
  return Object.freeze({ ...source, paths: Object.freeze(paths), renames: Object.freeze(renames) });
}

function checkStep(step: VersionStep, source: ChainSource): void {
  const { from, to, method } = step;
  const details = { class: source.class, method, from, to };
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || from >= to) {
    throw new MapperError('UPGRADE_BACKWARDS', details);
  }
  if (to > source.newest) throw new MapperError('UPGRADE_BEYOND_VERSION', { ...details, newest: source.newest });
}

function checkDuplicates({ class: name, steps }: ChainSource): void {
  const seen = new Map<string, VersionStep>();
  for (const step of steps) {
    const { from, to, method } = step;
    const first = seen.get(`${from}-${to}`);
    if (first) throw new MapperError('DUPLICATE_UPGRADE', { class: name, method, from, to, other: first.method });
    seen.set(`${from}-${to}`, step);
  }
}

/**
 * Checks the declared steps. On the path from the floor, each is checked against what earlier steps are known to leave.
 */
function checkDeclared(source: ChainSource, way: readonly VersionStep[]): void {
  const protectedAttributes = [...source.protectedAttributes, source.versionAttribute];
  // names that an older version used and that a step has moved away since
  const formerNames = new Set<string>();
  const check = ({ declared, from, method, to }: VersionStep, existing: ReadonlySet<string>) => {
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
  // it isn't known what a method leaves
  for (const step of way) existing = check(step, existing) ?? new Set();
  formerNames.clear();
  for (const step of source.steps) if (!way.includes(step)) check(step, new Set());
}

function gap(source: ChainSource, version: number): MapperError {
  const steps = source.steps.map((step) => `${step.from} → ${step.to}`);
  return new MapperError('UPGRADE_GAP', { class: source.class, version, newest: source.newest, steps });
}
