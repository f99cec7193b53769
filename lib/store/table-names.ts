import { MapperError } from '../errors.js';
import type { TableSchema } from './table-schema.js';

/** ScyllaDB's limits: names become those of directories (alternator/executor_util.hh). */
const longestTable = 192;
const longestTogether = 222;

/** What ScyllaDB puts between the names of a table and of its index. */
const separators = { global: ':', local: '!:' } as const;

/**
 * Throws `NAME_TOO_LONG` if ScyllaDB can't take the name of the table, or of one of its indexes together with it. On
 * DynamoDB a name may be longer; a table that moves to ScyllaDB can't be renamed.
 */
export function checkNames({ indexes, name: table }: TableSchema): void {
  if (table.length > longestTable) {
    throw new MapperError('NAME_TOO_LONG', { table, index: undefined, length: table.length, limit: longestTable });
  }
  for (const { kind, name: index } of indexes) {
    const limit = longestTogether - separators[kind].length;
    const length = table.length + index.length;
    if (length > limit) throw new MapperError('NAME_TOO_LONG', { table, index, length, limit });
  }
}
