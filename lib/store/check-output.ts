import type { Operation, OutputOf } from './transport.js';

/** What is wrong with a successful answer that no engine gives. Its message quotes nothing of the answer. */
class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

type Members = Readonly<Record<string, unknown>>;

/** By operation: what is wrong with a member of its answer, if anything is. */
const problems: Partial<Record<Operation, (output: Members) => string | undefined>> = {
  GetItem: ({ Item: item }) => (item === undefined || isObject(item) ? undefined : "its Item isn't an item"),
  BatchGetItem: ({ Responses: responses, UnprocessedKeys: unprocessed }) => {
    if (!isAbsentOr(responses, (tables) => Object.values(tables).every(isListOfObjects))) {
      return "its Responses aren't lists of items";
    }
    return isAbsentOr(unprocessed, areKeysByTable) ? undefined : "its UnprocessedKeys aren't lists of keys";
  },
  BatchWriteItem: ({ UnprocessedItems: unprocessed }) =>
    isAbsentOr(unprocessed, (tables) => Object.values(tables).every(isListOfObjects))
      ? undefined
      : "its UnprocessedItems aren't lists of writes",
  UpdateItem: ({ Attributes: attributes }) =>
    attributes === undefined || isObject(attributes) ? undefined : "its Attributes aren't an item",
  Query: pageProblem,
  Scan: pageProblem,
};

function pageProblem(page: Members): string | undefined {
  const { Count: count, Items: items, LastEvaluatedKey: last, ScannedCount: scanned } = page;
  if (items !== undefined && !isListOfObjects(items)) return "its Items aren't a list of items";
  // a key without attributes would start over, and null would never end
  if (last !== undefined && !(isObject(last) && Object.keys(last).length > 0))
    return "its LastEvaluatedKey isn't a key";
  const areCounts = [count, scanned].every((number) => number === undefined || Number.isSafeInteger(number));
  return areCounts ? undefined : "its Count or ScannedCount isn't an integer";
}

/** Answers what a successful answer holds if an engine can have sent it. Throws a `MalformedAnswer` otherwise. */
export function checkOutput<O extends Operation>(operation: O, output: OutputOf<O>): OutputOf<O> {
  // an error that came with the status of success
  const isAnswer = isObject(output) && !Object.hasOwn(output, '__type');
  const problem = isAnswer ? problems[operation]?.(output as Members) : "it isn't an answer to this operation";
  if (problem !== undefined) throw new MalformedAnswer(`the answer can't be right: ${problem}`);
  return output;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areKeysByTable(tables: object): boolean {
  return Object.values(tables).every((keys) => isObject(keys) && isListOfObjects((keys as Members)['Keys'] ?? []));
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every(isObject);
}

function isAbsentOr(value: unknown, holds: (value: object) => boolean): boolean {
  return value === undefined || value === null || (isObject(value) && holds(value));
}
