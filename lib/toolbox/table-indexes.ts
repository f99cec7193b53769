import type { Table } from 'dynamodb-toolbox';
import { MapperError } from '../errors.js';
import type { IndexOptions } from '../model/registry.js';
import type { SchemaAttribute } from './schema-attribute.js';

/**
 * The indexes of a toolbox table that an entity is in: those whose keys are all among its attributes. Throws
 * `UNSUPPORTED_SCHEMA` for keys that are made of several attributes.
 */
export function indexesOf(
  name: string,
  table: Table,
  attributes: readonly SchemaAttribute[],
): Readonly<Record<string, IndexOptions>> {
  const propertyOf = (stored: string) => attributes.find((attribute) => attribute.name === stored)?.property;
  const indexes: Record<string, IndexOptions> = {};
  for (const [index, { partitionKey, sortKey, ...others }] of Object.entries(table.indexes)) {
    const several = 'partitionKeys' in others ? others.partitionKeys : undefined;
    if (several || ('sortKeys' in others && others.sortKeys)) {
      const feature = 'partitionKeys or sortKeys';
      const problem = 'is a key of several attributes; give the option indexes with those that you use';
      throw new MapperError('UNSUPPORTED_SCHEMA', { class: name, path: `the index ${index}`, feature, problem });
    }
    const partition = partitionKey && propertyOf(partitionKey.name);
    const sort = sortKey && propertyOf(sortKey.name);
    const isComplete = (!partitionKey || partition !== undefined) && (!sortKey || sort !== undefined);
    if (!isComplete) continue;
    indexes[index] = {
      ...(partition !== undefined && { partitionKey: partition }),
      ...(sort !== undefined && { sortKey: sort }),
    };
  }
  return indexes;
}
