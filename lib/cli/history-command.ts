import { modelOf } from '../hydration/hydrator.js';
import { formatHistory, historyOf } from '../schema/history.js';
import { readLock } from '../schema/schema-lock.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';

/** Prints the history of each class's schema as Markdown. Returns the exit code. */
export function runHistory({ classes, lockFile }: Config, terminal: Terminal): number {
  const histories = historyOf(classes.map(modelOf), readLock(lockFile));
  terminal.print(formatHistory(histories).trimEnd());
  terminal.printJson({ entities: histories });
  return 0;
}
