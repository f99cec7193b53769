import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { enginesPage, writeEnginesPage } from '../../tools/engines/engines-page.js';

test('docs/engines.md says what the lists of the specs say; `npm run docs:engines` writes it anew', async () => {
  const options = await resolveConfig(enginesPage);
  const expected = await format(writeEnginesPage(), { ...options, filepath: enginesPage });
  expect(readFileSync(enginesPage, 'utf8')).toBe(expected);
});
