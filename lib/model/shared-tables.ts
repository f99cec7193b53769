import { MapperError } from '../errors.js';
import type { EntityModel } from './entity-model.js';

/**
 * Checks that entities can share a table: each has its own discriminator, all on the same attribute, and all have the
 * same keys, the same version attribute and at most one time-to-live attribute. Throws `SHARED_TABLE`.
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
  if (differ(discriminators.map((discriminator) => discriminator?.attribute)))
    return 'their discriminators are on different attributes';
  if (repeat(discriminators.map((discriminator) => discriminator?.value)))
    return 'two have the same discriminator value';
  if (discriminators.filter((discriminator) => discriminator?.default).length > 1)
    return 'only one can be the default of items without discriminator';
  if (differ(sharing.map((model) => model.versionAttribute))) return 'their version attributes differ';
  const keys = sharing.map((model) =>
    model.keys.map(({ attribute, keyType }) => `${attribute}: ${keyType}`).join(', '),
  );
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

/** Groups values by the result of a function, in order. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
