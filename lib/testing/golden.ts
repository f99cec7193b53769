import { AssertionError } from 'node:assert';
import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Item } from '../item/item.js';
import { wireJson } from '../schema/canonical-json.js';
import { compareItems, formatDifferences } from '../schema/item-difference.js';
import { goldenEnding, readSample } from '../schema/sample.js';

/** The file that holds what a sample becomes. */
function goldenPath(samplePath: string): string {
  return samplePath.replace(/\.json$/, goldenEnding);
}

/**
 * Compares what a sample became with its golden result, the file beside it. Writes that file where there is none, unless `CI` is
 * set, and always with `UPDATE_GOLDEN`.
 */
export function checkGolden(samplePath: string, result: Item): void {
  const path = goldenPath(samplePath);
  const file = basename(path);
  const isMissing = !existsSync(path);
  if (isSet('UPDATE_GOLDEN') || (isMissing && !isSet('CI'))) {
    writeFileSync(path, wireJson(result));
    return;
  }
  if (isMissing) {
    const message = `there is no ${file}, and CI is set. Run the tests without it, which writes the file, and commit it.`;
    throw new AssertionError({ message });
  }
  const differences = compareItems(readSample(path).item, result);
  if (differences.length === 0) return;
  const lines = formatDifferences(differences).map((line) => `  ${line}`);
  const advice = `If that is meant, run the tests with UPDATE_GOLDEN=1, and read the file's diff before you commit it.`;
  throw new AssertionError({ message: `it is no longer what ${file} says:\n${lines.join('\n')}\n${advice}` });
}

/** Whether an environment variable is there and doesn't say no. */
function isSet(name: string): boolean {
  return !['', '0', 'false', undefined].includes(process.env[name]);
}
