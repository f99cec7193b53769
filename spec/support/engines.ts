import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { startTellingEngine } from './telling-engine.js';

/** Engines that differ in what they say when a condition fails. */
export const engines = [
  ['an engine that keeps to itself what is stored when a condition fails', startEmbeddedEngine],
  ['an engine that hands it out', startTellingEngine],
] as const;
