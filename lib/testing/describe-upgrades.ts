import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MapperError } from '../errors.js';
import type { Class } from '../model/class.js';
import { versionOf } from '../read/item-version.js';
import { readSample, sampleFiles } from '../schema/sample.js';
import { fail, sampleLaws } from './sample-laws.js';
import { type Subject, subjectOf } from './subject.js';
import { findFramework, type TestFramework } from './test-framework.js';
import { checkVariations, type VariationOptions } from './variation-law.js';

/** What `describeUpgrades` takes. */
export interface DescribeUpgradesOptions extends Partial<TestFramework> {
  /** The folder of the samples, from the working directory or as a file URL: a stored document in each `.json` file. */
  readonly samples: string | URL;
  /**
   * Random variations of each sample: `count` of them, 25 unless given, from a `seed`, 1 unless given here or by the environment
   * variable `UPGRADES_SEED`.
   */
  readonly variations?: Partial<VariationOptions>;
}

const call = 'describeUpgrades()';

/**
 * Declares tests of a class's upgrades, one for each sample document and law, with Jest, Vitest, node:test or whatever is
 * given as `describe` and `it`: every sample reaches the newest version, becomes its golden result (the file beside it, written
 * on the first run), becomes the same every time, and so on; every version from the floor up has a sample; every step has a
 * description. See `docs/testing.md` for all laws.
 *
 * Throws `INVALID_SAMPLE` if there is no such folder, `INVALID_ARGUMENT`, or an error about the class's decorators.
 *
 * @example
 * describeUpgrades(Session, { samples: 'spec/samples/session' });
 */
export function describeUpgrades(target: Class, options: DescribeUpgradesOptions): void {
  const folder = folderOf(options);
  const { describe, it } = findFramework(options, call);
  const variations = variationsOf(options);
  const subject = subjectOf(target);
  const paths = sampleFiles(folder);

  describe(`upgrades of ${subject.model.name}`, () => {
    declareForClass(subject, paths, it);
    for (const path of paths) {
      describe(basename(path), () => {
        for (const { check, title } of sampleLaws) it(title(subject), () => check(subject, path));
        it("upgrades or fails by an upgrade's own error, whatever is missing or added", () => {
          checkVariations(subject, path, variations);
        });
      });
    }
  });
}

function declareForClass({ model }: Subject, paths: readonly string[], it: TestFramework['it']): void {
  const { floor, newest, steps } = model.chain;
  for (let version = floor; version <= newest; version++) {
    it(`there is a sample of version ${version}`, () => {
      if (!paths.some((path) => hasVersion(path, version)))
        fail('no sample document has this version. Add a stored one.');
    });
  }
  for (const { description, from, method, to } of steps) {
    it(`the step from version ${from} to ${to} says what it does`, () => {
      if (!description?.trim())
        fail(`${method} has no description. Give it one: @Upgrade(${from}, ${to}, 'what changed')`);
    });
  }

  /** What can't be read is told by the sample's own tests. */
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
  throw invalid('samples', 'is neither the path of a folder nor a URL');
}

function variationsOf({ variations = {} }: DescribeUpgradesOptions): VariationOptions {
  const { count = 25, seed = Number(process.env['UPGRADES_SEED'] ?? 1) } = variations;
  if (!Number.isInteger(count) || count < 0) throw invalid('variations.count', "isn't an integer from 0");
  if (!Number.isInteger(seed)) throw invalid('variations.seed', "isn't an integer");
  return { count, seed };
}

function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
