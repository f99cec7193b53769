/** The program that runs the blocks of one page, in a process of its own: `node run-page.js <manifest>`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { type Assertion, failedAssertion } from './assertions.js';

/** What is to be run. */
export interface Manifest {
  readonly blocks: readonly ManifestBlock[];
  /** A module whose `beforeEach` runs before every block, and its `afterAll` after the last one. */
  readonly setup?: string;
  /** Where the report goes. */
  readonly report: string;
}

interface ManifestBlock {
  readonly id: string;
  /** The compiled module. */
  readonly file: string;
  readonly assertions: readonly Assertion[];
}

/** By block: what was wrong with it. */
export type Report = Record<string, string[]>;

const manifest = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Manifest;
const problems: Report = Object.fromEntries(manifest.blocks.map(({ id }) => [id, [`${id}: it never finished`]]));

// also reached when a block leaves an error behind, or a promise that nothing will settle
process.once('exit', () => {
  for (const { id, assertions } of manifest.blocks) {
    problems[id]!.push(...assertions.flatMap((one) => failedAssertion(one) ?? []));
  }
  writeFileSync(manifest.report, JSON.stringify(problems));
});

type Setup = Record<'beforeEach' | 'afterAll', () => Promise<void>>;
const setup = manifest.setup && ((await import(pathToFileURL(manifest.setup).href)) as Setup);
for (const { id, file } of manifest.blocks) {
  try {
    if (setup) await setup.beforeEach();
    await import(pathToFileURL(file).href);
    problems[id] = [];
  } catch (error) {
    problems[id] = [`${id}: ${inspect(error)}`];
  }
}
if (setup) await setup.afterAll();
