import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Mapper } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Member } from './entities.js';
import { CallRecorder, methodsOf, optionsOf, questions, takesOptions } from './public-calls.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

describe('the public calls', () => {
  test('are known to the suite, every method of every class', async () => {
    const mapper = new CallRecorder().mapper({ client: engine.client, entities: [Member] });
    const asked = questions(mapper, mapper.repository(Member));
    for (const name of ['Mapper', 'Repository', 'QueryResult'] as const) {
      const known = Object.keys(asked[name]).filter((call) => call !== 'constructor');
      expect(methodsOf(name).toSorted()).toEqual(known.toSorted());
    }
  });

  test('of which the suite asks no options take none', async () => {
    const mapper = new Mapper({ client: engine.client, entities: [Member] });
    const repository = mapper.repository(Member);
    const asked = questions(mapper, repository);
    const withoutQuestions = (calls: object) =>
      // close() takes nothing, and nothing could be called after it
      Object.entries(calls).flatMap(([call, ask]) =>
        Array.isArray(ask) && ask.length === 0 && call !== 'close' ? [call] : [],
      );
    for (const call of withoutQuestions(asked.Mapper))
      expect([call, await takesOptions(mapper, call)]).toEqual([call, false]);
    for (const call of withoutQuestions(asked.Repository)) {
      expect([call, await takesOptions(repository, call)]).toEqual([call, false]);
    }
    for (const call of ['get', 'put', 'update', 'putMany']) expect(await takesOptions(repository, call)).toBe(true);
  });

  test('tell their options themselves', async () => {
    const mapper = new CallRecorder().mapper({ client: engine.client, entities: [Member] });
    const options = await optionsOf(questions(mapper, mapper.repository(Member)));
    expect(options).toEqual(
      expect.arrayContaining([
        'Mapper.constructor writeBack',
        'Mapper.constructor queueSize',
        'Mapper.createTables writeIsolation',
        'Repository.get consistent',
        'Repository.update delete',
        'Repository.query partition',
      ]),
    );
  });

  test('are noted with their options, and only those that were made from outside', async () => {
    const recorder = new CallRecorder();
    const mapper = recorder.mapper({ client: engine.client, entities: [Member] });
    await mapper.createTables();
    const members = mapper.repository(Member);
    await members.getOrFail({ id: 'nobody' }, { consistent: true }).catch(() => {});
    await members.query({ partition: 'nobody' }).all();
    expect(recorder.seen).toContain('Repository.getOrFail consistent');
    expect(recorder.seen).toContain('QueryResult.all');
    // getOrFail calls it
    expect(recorder.seen).not.toContain('Repository.get');
  });
});
