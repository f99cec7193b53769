import { AsyncResource } from 'node:async_hooks';
import { afterAll, beforeAll } from '@jest/globals';
import { type Class, Mapper, type Repository } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type Answer, type CannedEngine, failure, startCannedEngine } from '../../support/canned-engine.js';
import { Note, stored } from './secret-notes.js';

/** Outside of what jest keeps for a test, which whatever is made in one refers to. */
const outside = new AsyncResource('outside');

let embedded: EmbeddedEngine;
let mapper: Mapper;
let canned: CannedEngine;
let answer: (operation: string) => Answer;

/** For the tests of a spec: an engine that stores notes, and another that answers what the functions below say. */
export function useEngines(): void {
  beforeAll(async () => {
    embedded = await startEmbeddedEngine();
    mapper = new Mapper({ client: embedded.client, entities: [Note] });
    await outside.runInAsyncScope(() => mapper.createTables());
    canned = await startCannedEngine(({ operation }) => answer(operation), { maxAttempts: 1 });
  });

  afterAll(async () => {
    await canned.close();
    await embedded.close();
  });
}

/** The engine that stores notes, and a mapper of them. */
export const storing = () => ({ client: embedded.client, mapper, notes: mapper.repository(Note) });

/** The client of the engine that answers what it is told. */
export const cannedClient = () => canned.client;

/** A repository of an engine that answers every request with this. */
export function answering<Entity extends object = Note>(
  always: Answer,
  target: Class<Entity> = Note as never,
): Repository<Entity> {
  answer = () => always;
  return new Mapper({ client: canned.client, entities: [target] }).repository(target);
}

/** A mapper of an engine that answers by the operation. */
export function byOperation(answers: Record<string, Answer>, target: Class = Note): Mapper {
  answer = (operation) => answers[operation] ?? failure('UnknownOperationException');
  return new Mapper({ client: canned.client, entities: [target] });
}

/** The refusal of a condition, which brings the stored note along. */
export const conditionFailed = () => failure('ConditionalCheckFailedException', { Item: stored() });

/** Calls what throws or rejects, outside of the test. */
export const runOutside = (call: () => unknown): Promise<unknown> => outside.runInAsyncScope(async () => call());
