import { NotMeasured, type Row } from '../case.js';
import { contenders } from '../contenders.js';
import type { Contender, Operation } from '../contender.js';
import { inMemory, overNetwork } from '../measure.js';

type Task = 'hydrate' | 'query' | 'get' | 'put' | 'save';

const lacks: Readonly<Record<Task, string>> = {
  hydrate: 'creates no objects from items',
  query: 'sends no requests',
  get: 'sends no requests',
  put: 'sends no requests',
  save: 'sends no requests',
};

/** A row for each contender that is named; with a reason in place of figures where it can't do the task. */
export function rowsOf(
  task: Task,
  names: readonly string[] = contenders.map(({ name }) => name),
  unitsOf: (contender: Contender) => number = () => 1,
  concurrency = 1,
): Row[] {
  return names.map((name) => ({
    name,
    begin: async (endpoint) => {
      const contender = await contenders.find((one) => one.name === name)?.load();
      const set = contender?.[task];
      if (!contender || !set) throw new NotMeasured(lacks[task]);
      const operation: Operation = await set(endpoint);
      const first = await operation(0);
      if (first === undefined) throw new NotMeasured('the first operation gave nothing');
      return task === 'hydrate' && !isPromise(operation(0))
        ? inMemory(operation)
        : overNetwork(operation, { units: unitsOf(contender), isLarge: task === 'query', concurrency });
    },
  }));
}

function isPromise(value: unknown): boolean {
  return value instanceof Promise;
}
