import type { Item } from '../item/item.js';
import { isMapperError } from '../errors.js';
import { typeProblem } from '../schema/item-problems.js';
import { readSample } from '../schema/sample.js';
import { randomFrom, seedOf } from './random.js';
import { fail } from './sample-laws.js';
import { type Subject, tryUpgrade } from './subject.js';
import { type Variation, varyItem } from './variation.js';

/** Which variations are tested. */
export interface VariationOptions {
  /** The number of variations of each sample. */
  readonly count: number;
  /** The same seed makes the same variations. */
  readonly seed: number;
}

/**
 * Upgrades random variations of a sample, with attributes missing or added. Each must become an item that can be stored
 * and read, or fail with an error that the upgrade itself threw.
 */
export function checkVariations(subject: Subject, samplePath: string, { count, seed }: VariationOptions): void {
  const { hydrator, model } = subject;
  const sample = readSample(samplePath);
  const unvaried = tryUpgrade(subject, sample.item);
  // other rules report what is wrong with the sample itself
  if ('error' in unvaried || typeProblem(model, hydrator, unvaried.item) !== undefined) return;

  const kept = new Set([model.versionAttribute, ...model.chain.protectedAttributes]);
  const known = new Set(model.attributes.map(({ attribute }) => attribute));
  for (let number = 1; number <= count; number++) {
    const random = randomFrom(seedOf(`${sample.file} ${number}`, seed));
    const variation = varyItem(readSample(samplePath).item, kept, known, random);
    const problem = problemWith(subject, variation.item);
    if (problem !== undefined) fail(`${describe(variation)} it ${problem} (seed ${seed}, variation ${number})`);
  }
}

function problemWith(subject: Subject, item: Item): string | undefined {
  const { hydrator, model } = subject;
  const outcome = tryUpgrade(subject, item);
  if ('error' in outcome) {
    const { error } = outcome;
    if (!isMapperError(error, 'UPGRADE_FAILED')) return `fails: ${String(error)}`;
    // a MapperError says what the upgrade did wrong; any other error was thrown by the upgrade itself
    return isMapperError(error.cause) ? `is upgraded incorrectly: ${error.cause.message}` : undefined;
  }
  const problem = typeProblem(model, hydrator, outcome.item);
  return problem && `becomes a broken item: ${problem}`;
}

function describe({ added, removed }: Variation): string {
  const parts = [
    ...(removed.length > 0 ? [`without ${removed.join(', ')}`] : []),
    ...(added.length > 0 ? [`with ${added.map((name) => JSON.stringify(name)).join(', ')} added`] : []),
  ];
  return parts.join(' and ') || 'unchanged,';
}
