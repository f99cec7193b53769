import { InvalidArgumentError } from 'commander';
import type { StreamView } from '../store/table-stream.js';
import type { InitialTablets } from '../store/tablets.js';
import type { WriteIsolation } from '../store/write-isolation.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { withMapper } from './with-mapper.js';

export interface TablesArguments {
  readonly endpoint?: string;
  readonly streams?: StreamView;
}

export interface CreateTablesArguments extends TablesArguments {
  readonly writeIsolation: WriteIsolation;
  readonly initialTablets?: InitialTablets;
}

/** Reads the number of tablets, or `none`. */
export function parseTablets(text: string): InitialTablets {
  if (text === 'none') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a number from 0, or 'none'.");
}

/** Creates the missing tables. Resolves to the exit code. */
export function runCreateTables(
  config: Config,
  { endpoint, initialTablets, streams = config.streams, writeIsolation }: CreateTablesArguments,
  terminal: Terminal,
): Promise<number> {
  return withMapper(config, endpoint, async (mapper) => {
    const tables = await mapper.createTables({ streams, writeIsolation, initialTablets });
    for (const { created, stream, table, timeToLive } of tables) {
      const expiry = { enabled: ', items expire', unsupported: ", this engine can't expire items", none: '' }[
        timeToLive
      ];
      const streaming = stream === 'unsupported' ? ', this engine has no streams' : stream ? `, stream ${stream}` : '';
      const found = created ? terminal.paint('green', 'created') : 'exists already';
      terminal.print(`${table} ${found}${expiry}${streaming}`);
    }
    terminal.printJson({ tables });
    return 0;
  });
}

/** Compares the tables with the classes. Resolves to the exit code. */
export function runVerifyTables(
  config: Config,
  { endpoint, streams = config.streams }: TablesArguments,
  terminal: Terminal,
): Promise<number> {
  return withMapper(config, endpoint, async (mapper) => {
    const differences = await mapper.verifyTables({ streams });
    for (const { message } of differences) terminal.print(terminal.paint('red', message));
    if (differences.length === 0) terminal.print(terminal.paint('green', 'The tables match the classes.'));
    terminal.printJson({ differences });
    return differences.length > 0 ? 1 : 0;
  });
}
