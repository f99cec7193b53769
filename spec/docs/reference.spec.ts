import { rm } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildPackage } from '../support/build.js';
import { readPage, root } from './markdown.js';
import { referencePage } from '../../tools/docs/reference.js';

// compiles the package
jest.setTimeout(180_000);

let folder: string;
beforeAll(async () => {
  folder = await buildPackage('reference');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the reference says what the sources say; if not, UPDATE_REFERENCE=1 npm test -- spec/docs/reference', () => {
  const page = referencePage(join(folder, 'dist'));
  if (process.env.UPDATE_REFERENCE) writeFileSync(join(root, 'docs/reference.md'), page);
  expect(readPage('docs/reference.md')).toBe(page);
});

test('the reference has every public name and describes it', () => {
  const page = readPage('docs/reference.md');
  for (const name of ['Mapper', 'Repository', 'MapperError', 'EvolveModule', 'startEmbeddedEngine', 'MapperOptions']) {
    expect(page).toContain(`\n### ${name}\n`);
  }
  expect(page).toContain('`getOrFail(');
  expect(page).not.toContain('#private');
});
