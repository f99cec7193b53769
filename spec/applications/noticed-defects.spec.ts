import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { tell } from '../support/effort.js';
import { Application, createTables } from './application.js';
import { defects } from './defects.js';

/** Within how many applications a defect must show. */
const mostSeeds = 20;
const phases = 25;

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await createTables(engine);
});
afterAll(() => engine.close());

test.each(Object.entries(defects))(
  'applications notice that %s',
  async (defect, makeRepository) => {
    let found: unknown;
    for (let seed = 1; seed <= mostSeeds && found === undefined; seed++) {
      found = await new Application(engine, seed, makeRepository).live(phases).catch((error: unknown) => error);
      if (found !== undefined) tell(`${defect}: seed ${seed}`);
    }
    expect(found).toBeInstanceOf(Error);
  },
  120_000,
);
