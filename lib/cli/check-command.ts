import { checkSchema } from '../schema/check-schema.js';
import type { Finding } from '../schema/finding.js';
import { readLock } from '../schema/schema-lock.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';

/** Checks the classes against the lock and the samples. Returns the exit code. */
export function runCheck({ classes, lockFile, samplesOf }: Config, terminal: Terminal): number {
  const findings = checkSchema({ classes, lock: readLock(lockFile), samplesOf });
  printFindings(findings, terminal);
  terminal.printJson({ findings });
  if (findings.length > 0) return 1;
  const subject = classes.length === 1 ? '1 class matches' : `${classes.length} classes match`;
  terminal.print(terminal.paint('green', `${subject} the lock, and all samples upgrade correctly.`));
  return 0;
}

/** Prints each finding and how to fix it. */
export function printFindings(findings: readonly Finding[], { paint, print }: Terminal): void {
  for (const { code, entity, fix, problem } of findings) {
    print(`${paint('red', code)} ${paint('bold', entity)}: ${problem}.\n    ${fix}`);
  }
}
