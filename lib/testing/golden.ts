import { AssertionError } from 'node:assert';
import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Item } from '../item/item.js';
import { wireJson } from '../schema/canonical-json.js';
import { compareItems, formatDifferences } from '../schema/item-difference.js';
import { goldenEnding, readSample } from '../schema/sample.js';

/** The path of a sample's golden result. */
function goldenPath(samplePath: string): string {
  return samplePath.replace(/\.json$/, goldenEnding);
}

/**
 * Compares the result of a sample with its golden result, a file beside the sample. Writes the file if it is missing
 * and `CI` isn't set, or if `UPDATE_GOLDEN` is set.
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
    const message = `${file} doesn't exist, and CI is set. Run the tests without CI to write the file, then commit it.`;
    throw new AssertionError({ message });
  }
  const differences = compareItems(readSample(path).item, result);
  if (differences.length === 0) return;
  const lines = formatDifferences(differences).map((line) => `  ${line}`);
  const advice = `If this is intended, run the tests with UPDATE_GOLDEN=1 and review the diff before you commit it.`;
  throw new AssertionError({ message: `the result differs from ${file}:\n${lines.join('\n')}\n${advice}` });
}

/** Whether an environment variable is set, to something other than 0 or false. */
function isSet(name: string): boolean {
  return !['', '0', 'false', undefined].includes(process.env[name]);
}
