import { describe, expect, jest, test } from '@jest/globals';
import type { Mapper } from 'dynamo-evolve';
import { engineOf, type EngineName } from '../../tools/engines/engine-list.js';
import { type RunningEngine, startEngine, whyNotRun } from '../../tools/engines/engine-runs.js';
import { testUnless } from '../support/test-unless.js';
import { Member } from './entities.js';
import { methodsOf, optionsOf, questions } from './public-calls.js';
import { operationsConform } from './operations.js';
import { followingConforms } from './following.js';
import { queryingConforms } from './querying.js';
import { readingConforms } from './reading.js';
import { severalClassesConform } from './several-classes.js';
import { Suite } from './suite.js';
import { tablesConform } from './tables.js';
import { validatingConforms } from './validating.js';
import { writingConforms } from './writing.js';

// engines take seconds to start, containers longer
jest.setTimeout(180_000);

/**
 * The conformance suite: every public call of Mapper and Repository with every option, on one engine. Where this run
 * leaves the engine out, a skipped test says so and why.
 */
export async function conformance(
  name: EngineName,
  more: (suite: Suite) => void = () => {},
  start: (suite: Suite) => Promise<RunningEngine> = () => startEngine(name),
): Promise<void> {
  const facts = engineOf(name);
  const reason = await whyNotRun(name);
  describe(`Conformance: ${facts.title}`, () => {
    if (reason !== undefined) {
      testUnless(reason, 'was not run', async () => {});
      return;
    }
    const suite: Suite = new Suite(facts, () => start(suite));
    conformAll(suite);
    more(suite);
  });
}

/** The tests of the suite, whatever engine it runs on and by whichever client. */
export function conformAll(suite: Suite): void {
  tablesConform(suite);
  readingConforms(suite);
  writingConforms(suite);
  queryingConforms(suite);
  operationsConform(suite);
  severalClassesConform(suite);
  followingConforms(suite);
  validatingConforms(suite);
  everyCallWasMade(suite);
}

/** Runs last: what the tests before called is all that there is to call. */
function everyCallWasMade(suite: Suite): void {
  describe('the suite', () => {
    test('has made every public call with every option', async () => {
      const mapper: Mapper = suite.mapper();
      const repository = mapper.repository(Member) as never;
      const calls = (['Mapper', 'Repository', 'QueryResult'] as const).flatMap((name) =>
        methodsOf(name).map((method) => `${name}.${method}`),
      );
      const wanted = [...calls, ...(await optionsOf(questions(mapper, repository)))];
      expect(wanted.filter((call) => !suite.calls.seen.has(call))).toEqual([]);
    });
  });
}
