import { test } from '@jest/globals';

/** A test; where something speaks against it, a skipped one whose name says what. */
export function testUnless(reason: string | undefined, name: string, run: () => Promise<void>): void {
  const define = reason === undefined ? test : test.skip;
  define(reason === undefined ? name : `${name} (skipped: ${reason})`, run);
}
