import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Class } from 'dynamo-evolve';
import { describeUpgrades, type DescribeUpgradesOptions } from 'dynamo-evolve/testing';

/** How a declared test ended: its message, `undefined` where it passed. */
export type Outcomes = Record<string, string | undefined>;

/** Declares the tests of a class's upgrades with a framework of our own, runs them, and says how each ended. */
export function runDeclared(target: Class, options: Omit<DescribeUpgradesOptions, 'describe' | 'it'>): Outcomes {
  const outcomes: Outcomes = {};
  const names: string[] = [];
  describeUpgrades(target, {
    ...options,
    describe: (name, declare) => {
      names.push(name);
      declare();
      names.pop();
    },
    it: (name, body) => {
      const title = [...names.slice(1), name].join(' › ');
      try {
        body();
        outcomes[title] = undefined;
      } catch (error) {
        outcomes[title] = (error as Error).message;
      }
    },
  });
  return outcomes;
}

/** The tests that failed, and why. */
export function failuresOf(outcomes: Outcomes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outcomes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A folder of samples, by file name; a text is written as it is. */
export function sampleFolder(samples: Record<string, object | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dynamo-evolve-samples-'));
  folders.push(folder);
  for (const [file, sample] of Object.entries(samples)) {
    writeFileSync(join(folder, file), typeof sample === 'string' ? sample : JSON.stringify(sample));
  }
  return folder;
}

const folders: string[] = [];

/** Removes the folders that `sampleFolder` made. */
export function removeSampleFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
