import { modelOf } from '../hydration/model-of.js';
import { checkSchema } from '../schema/check-schema.js';
import type { Finding } from '../schema/finding.js';
import { removableLines, removableParts } from '../schema/removable-parts.js';
import { readLock, type SchemaLock } from '../schema/schema-lock.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';

/** Checks the classes against the lock and the samples. Returns the exit code. */
export function runCheck({ classes, lockFile, samplesOf }: Config, terminal: Terminal): number {
  const lock = readLock(lockFile);
  const findings = checkSchema({ classes, lock, samplesOf });
  printFindings(findings, terminal);
  const removable = findings.length > 0 ? [] : removableOf(classes, samplesOf, lock);
  terminal.printJson({ findings, ...(removable.length > 0 && { removable }) });
  if (findings.length > 0) return 1;
  const subject = classes.length === 1 ? '1 class matches' : `${classes.length} classes match`;
  terminal.print(terminal.paint('green', `${subject} the lock, and all samples upgrade correctly.`));
  for (const line of removable.flatMap(removableLines)) terminal.print(line);
  return 0;
}

function removableOf(classes: Config['classes'], samplesOf: Config['samplesOf'], lock: SchemaLock | undefined) {
  return classes.flatMap((target) => removableParts(modelOf(target), samplesOf(target), lock) ?? []);
}

/** Prints each finding and how to fix it. */
export function printFindings(findings: readonly Finding[], { paint, print }: Terminal): void {
  for (const { code, entity, fix, problem } of findings) {
    print(`${paint('red', code)} ${paint('bold', entity)}: ${problem}.\n    ${fix}`);
  }
}
