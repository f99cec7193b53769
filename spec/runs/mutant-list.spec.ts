import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { mutants } from '../../tools/tests/mutant-list.js';

test.each(mutants)('there is something to take away so that $name', ({ file, from, to }) => {
  expect(readFileSync(`lib/${file}`, 'utf8').split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});
