import { checkSchema } from '../schema/check-schema.js';
import type { Finding } from '../schema/finding.js';
import { readLock } from '../schema/schema-lock.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';

/** Checks the classes against the lock and the samples. Resolves to the exit code. */
export function runCheck({ classes, lockFile, samplesOf }: Config, terminal: Terminal): number {
  const findings = checkSchema({ classes, lock: readLock(lockFile), samplesOf });
  printFindings(findings, terminal);
  terminal.printJson({ findings });
  if (findings.length > 0) return 1;
  const count = classes.length === 1 ? 'class is' : 'classes are';
  terminal.print(
    terminal.paint('green', `${classes.length} ${count} as locked, and every sample becomes what it should.`),
  );
  return 0;
}

/** Prints each finding with its mend. */
export function printFindings(findings: readonly Finding[], { paint, print }: Terminal): void {
  for (const { code, entity, mend, problem } of findings) {
    print(`${paint('red', code)} ${paint('bold', entity)}: ${problem}.\n    ${mend}`);
  }
}
