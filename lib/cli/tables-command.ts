import type { WriteIsolation } from '../store/create-table.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { withMapper } from './with-mapper.js';

export interface TablesArguments {
  readonly endpoint?: string;
}

/** Creates the missing tables. Resolves to the exit code. */
export function runCreateTables(
  config: Config,
  { endpoint, writeIsolation }: TablesArguments & { readonly writeIsolation: WriteIsolation },
  terminal: Terminal,
): Promise<number> {
  return withMapper(config, endpoint, async (mapper) => {
    const tables = await mapper.createTables({ writeIsolation });
    for (const { created, table, timeToLive } of tables) {
      const expiry = { enabled: ', items expire', unsupported: ", this engine can't expire items", none: '' }[
        timeToLive
      ];
      terminal.print(`${table} ${created ? terminal.paint('green', 'created') : 'exists already'}${expiry}`);
    }
    terminal.printJson({ tables });
    return 0;
  });
}

/** Compares the tables with the classes. Resolves to the exit code. */
export function runVerifyTables(config: Config, { endpoint }: TablesArguments, terminal: Terminal): Promise<number> {
  return withMapper(config, endpoint, async (mapper) => {
    const differences = await mapper.verifyTables();
    for (const { message } of differences) terminal.print(terminal.paint('red', message));
    if (differences.length === 0) terminal.print(terminal.paint('green', 'The tables match the classes.'));
    terminal.printJson({ differences });
    return differences.length > 0 ? 1 : 0;
  });
}
