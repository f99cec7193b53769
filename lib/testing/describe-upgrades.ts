import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MapperError } from '../errors.js';
import type { Class } from '../model/class.js';
import { isBelow, versionOf } from '../read/item-version.js';
import { readSample, sampleFiles } from '../schema/sample.js';
import { fail, sampleLaws, validityLaw } from './sample-laws.js';
import { type Subject, subjectOf } from './subject.js';
import { checkReads, declaresReads } from './reads-law.js';
import { findFramework, type FrameworkOptions, type TestFramework } from './test-framework.js';
import { checkVariations, type VariationOptions } from './variation-law.js';

/** The options of `describeUpgrades`. */
export interface DescribeUpgradesOptions extends FrameworkOptions {
  /**
   * The folder of the samples, relative to the working directory, or a file URL. Each `.json` file is a stored
   * document.
   */
  readonly samples: string | URL;
  /**
   * How many random variations of each sample are tested (`count`, 25 by default), and the `seed` they are made from
   * (by default that of the environment variable `UPGRADES_SEED`, or 1).
   */
  readonly variations?: { readonly [P in keyof VariationOptions]?: VariationOptions[P] | undefined } | undefined;
}

const call = 'describeUpgrades()';

/**
 * Declares tests for the upgrades of a class, with Jest, Vitest, node:test, or any framework that is passed as
 * `describe` and `it`. The tests check every sample document: that it reaches the newest version, that it equals its
 * golden result (a file beside the sample, written on the first run), that it becomes the same every time, and more.
 * Samples of versions below the floor are left out. They also check that every version from the floor up has a sample, and every step a description. `docs/testing.md`
 * lists all of them.
 *
 * Throws `INVALID_SAMPLE` if the folder doesn't exist, `INVALID_ARGUMENT` for invalid options, or an error about the
 * decorators of the class.
 *
 * @example
 * describeUpgrades(Session, { samples: 'spec/samples/session' });
 */
export function describeUpgrades(target: Class, options: DescribeUpgradesOptions): void {
  const folder = folderOf(options);
  const { describe, it } = findFramework(options, call);
  const variations = variationsOf(options);
  const subject = subjectOf(target);
  const paths = sampleFiles(folder).filter((path) => !isRetired(subject, path));

  describe(`upgrades of ${subject.model.name}`, () => {
    declareForClass(subject, paths, it);
    for (const path of paths) {
      describe(basename(path), () => {
        for (const { check, title } of sampleLaws) it(title(subject), () => check(subject, path));
        if (subject.model.schema) it(validityLaw.title(subject), () => validityLaw.check(subject, path));
        it("upgrades, or fails with an upgrade's own error, whatever is missing or added", () => {
          checkVariations(subject, path, variations);
        });
        if (declaresReads(subject)) it('depends only on what its steps read', () => checkReads(subject, path, paths));
      });
    }
  });
}

/** Whether a sample is of a version below the floor, and can be deleted. */
function isRetired({ model }: Subject, path: string): boolean {
  try {
    return isBelow(model, readSample(path).item, model.chain.floor);
  } catch {
    // its own tests report what is wrong with it
    return false;
  }
}

function declareForClass({ model }: Subject, paths: readonly string[], it: TestFramework['it']): void {
  const { floor, newest, steps } = model.chain;
  for (let version = floor; version <= newest; version++) {
    it(`there is a sample of version ${version}`, () => {
      if (!paths.some((path) => hasVersion(path, version))) fail('no sample has this version. Add a stored document.');
    });
  }
  for (const { description, from, method, to } of steps) {
    it(`the step from version ${from} to ${to} says what it does`, () => {
      if (!description?.trim()) fail(`${method} has no description. Add one: @Upgrade(${from}, ${to}, 'what changed')`);
    });
  }

  /** False for a sample that can't be read: its own tests report that. */
  function hasVersion(path: string, version: number): boolean {
    try {
      return versionOf(model, readSample(path).item) === version;
    } catch {
      return false;
    }
  }
}

function folderOf({ samples }: DescribeUpgradesOptions): string {
  if (samples instanceof URL) return fileURLToPath(samples);
  if (typeof samples === 'string' && samples !== '') return samples;
  throw invalid('samples', 'must be the path of a folder or a file URL');
}

function variationsOf({ variations = {} }: DescribeUpgradesOptions): VariationOptions {
  const { count = 25, seed = Number(process.env['UPGRADES_SEED'] ?? 1) } = variations;
  if (!Number.isInteger(count) || count < 0) throw invalid('variations.count', 'must be an integer, 0 or more');
  if (!Number.isInteger(seed)) throw invalid('variations.seed', 'must be an integer');
  return { count, seed };
}

function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
