import type { Rename } from '../codec/decode.js';
import { MapperError } from '../errors.js';
import type { Item } from '../item/item.js';
import { leadingRenames } from './leading-renames.js';
import { checkSteps, movedAway } from './steps/check-steps.js';
import type { VersionStep } from './version-step.js';
import { findWay } from './way.js';

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
  readonly steps: readonly VersionStep[];
  /** Attributes that no step may change: keys and the discriminator. */
  readonly protectedAttributes: readonly string[];
  /** Attributes that a step may only bring to what the item's keys say of them: parts of their templates. */
  readonly keyParts?: readonly KeyPart[];
}

/** An attribute that a key is computed from. */
export interface KeyPart {
  readonly attribute: string;
  /** Whether the item's key is made of this value of the attribute. */
  readonly agrees: (item: Item) => boolean;
}

/** The proven way from every readable version to the newest one. */
export interface UpgradeChain extends ChainSource {
  /** By version, from the floor up: the steps from there to the newest version. */
  readonly paths: readonly (readonly VersionStep[])[];
  /** Likewise: what the first of those steps renames, so that it can be done while an item is decoded. */
  readonly renames: readonly (readonly Rename[])[];
}

/**
 * Proves that every version from the floor up leads to the newest one and picks the way: the fewest steps, and among
 * equals the longest first step. Throws `UPGRADE_BACKWARDS`, `UPGRADE_BEYOND_VERSION`, `DUPLICATE_UPGRADE` or `UPGRADE_GAP`, or what
 * `checkSteps` throws.
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
    const other = seen.get(`${from}-${to}`);
    if (other) throw new MapperError('DUPLICATE_UPGRADE', { class: name, method, from, to, other: other.method });
    seen.set(`${from}-${to}`, step);
  }
}

/** Checks the declared steps: those on the way from the floor with what the ones before them are known to leave. */
function checkDeclared(source: ChainSource, way: readonly VersionStep[]): void {
  const protectedAttributes = [...source.protectedAttributes, source.versionAttribute];
  // a name that an older version had for something else
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
  // what a method leaves, nobody knows
  for (const step of way) existing = check(step, existing) ?? new Set();
  formerNames.clear();
  for (const step of source.steps) if (!way.includes(step)) check(step, new Set());
}

function gap(source: ChainSource, version: number): MapperError {
  const steps = source.steps.map((step) => `${step.from} → ${step.to}`);
  return new MapperError('UPGRADE_GAP', { class: source.class, version, newest: source.newest, steps });
}
