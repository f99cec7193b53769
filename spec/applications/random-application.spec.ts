import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Repository } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { countFor, tell } from '../support/effort.js';
import { Application, createTables, type MakeRepository } from './application.js';

const { APPLICATIONS: count = countFor('applications'), APPLICATIONS_SEED: seed = '1' } = process.env;
const phases = 25;

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await createTables(engine);
});
afterAll(() => engine.close());

const plain: MakeRepository = (mapper, target) => new Repository(mapper, target);

test('applications that do what they like are told the truth', async () => {
  const failures: string[] = [];
  for (let at = Number(seed); at < Number(seed) + Number(count); at++) {
    await new Application(engine, at, plain).live(phases).catch((error: unknown) => {
      failures.push(`APPLICATIONS_SEED=${at} APPLICATIONS=1 npm test -- spec/applications\n${String(error)}`);
    });
  }
  tell(`${count} applications of ${phases} phases each, seed ${seed}`);
  expect(failures).toEqual([]);
}, 600_000);
