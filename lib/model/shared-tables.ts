import { MapperError } from '../errors.js';
import type { EntityModel } from './entity-model.js';

/**
 * Proves that entities which share a table can: each has a discriminator of its own, on the same attribute, and all
 * have the same keys, the same version attribute and at most one attribute by which items expire. Throws
 * `SHARED_TABLE`.
 */
export function checkSharedTables(models: readonly EntityModel[]): void {
  for (const [table, sharing] of groupBy(models, (model) => model.table)) {
    const classes = sharing.map((model) => model.name);
    const problem = sharing.length > 1 ? findProblem(sharing) : undefined;
    if (problem) throw new MapperError('SHARED_TABLE', { table, classes, problem });
  }
}

const differ = (values: readonly unknown[]) => new Set(values).size > 1;
const repeat = (values: readonly unknown[]) => new Set(values).size < values.length;

function findProblem(sharing: readonly EntityModel[]): string | undefined {
  const discriminators = sharing.map((model) => model.discriminator);

  if (discriminators.includes(undefined)) return 'each needs a discriminator, @Entity({ table, discriminator })';
  if (differ(discriminators.map((one) => one?.attribute))) return 'their discriminators are on different attributes';
  if (repeat(discriminators.map((one) => one?.value))) return 'two have the same discriminator value';
  if (discriminators.filter((one) => one?.default).length > 1)
    return 'only one can be the default of items without discriminator';
  if (differ(sharing.map((model) => model.versionAttribute))) return 'their version attributes differ';
  const keys = sharing.map((model) => model.keys.map((one) => `${one.attribute}: ${one.keyType}`).join(', '));
  if (differ(keys)) return `their keys differ (${[...new Set(keys)].join('; ')})`;
  const expiries = sharing.flatMap((model) => model.timeToLive?.attribute ?? []);
  if (differ(expiries)) return `a table has one attribute for @TimeToLive, but they have ${expiries.join(' and ')}`;
  return conflictingIndex(sharing);
}

function conflictingIndex(sharing: readonly EntityModel[]): string | undefined {
  const indexes = sharing.flatMap((model) => model.indexes);
  for (const [name, same] of groupBy(indexes, (index) => index.name)) {
    const shapes = same.map(({ kind, partitionKey, sortKey }) =>
      [kind, partitionKey.attribute, partitionKey.keyType, sortKey?.attribute, sortKey?.keyType].join(' '),
    );
    if (new Set(shapes).size > 1) return `they declare the index ${name} differently`;
  }
  return undefined;
}

/** The values by what a function says of each, in order. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
