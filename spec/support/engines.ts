import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { isFull } from './effort.js';
import { startTellingEngine } from './telling-engine.js';

/** Engines that differ in what they say when a condition fails. */
export const allEngines = [
  ['an engine that keeps to itself what is stored when a condition fails', startEmbeddedEngine],
  ['an engine that hands it out', startTellingEngine],
] as const;

/** Those that a suite runs on: by `npm test` the second alone, as the other suites and the conformance suite run on the first. */
export const engines = isFull ? allEngines : allEngines.slice(1);
