import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { MapperError } from '../errors.js';
import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import type { RetireVerdict } from '../operations/retire.js';
import { noteRetirement } from '../schema/note-retirement.js';
import { removableLines, removableParts } from '../schema/removable-parts.js';
import { formatLock, readLock } from '../schema/schema-lock.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { classesNamed, withMapper } from './with-mapper.js';
import { entityNameOf } from '../model/entity-name.js';

export interface RetireArguments {
  readonly below: number;
  readonly lastOldWriter: string;
  readonly segments?: number;
  readonly endpoint?: string;
}

/**
 * Tells whether versions of a class may be forgotten, and notes in the lock if they may. Resolves to the exit code: 1
 * if they may not.
 */
export function runRetire(config: Config, name: string, given: RetireArguments, terminal: Terminal): Promise<number> {
  const lastOldWriter = new Date(given.lastOldWriter);
  if (Number.isNaN(lastOldWriter.getTime())) {
    const problem = `is ${given.lastOldWriter}, which isn't a time such as 2024-03-01T12:00:00Z`;
    throw new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve retire', argument: '--last-old-writer', problem });
  }
  return withMapper(config, given.endpoint, async (mapper) => {
    const [target] = classesNamed(config, 'dynamo-evolve retire', [name]) as [Class];
    const { below, segments } = given;
    const verdict = await mapper.repository(target).retire({ below, lastOldWriter, segments });
    const text = `${entityNameOf(target)}: versions below ${below} ${verdict.mayRetire ? 'may be forgotten' : 'are still needed'}`;
    terminal.print(terminal.paint(verdict.mayRetire ? 'green' : 'red', text));
    for (const { message } of verdict.reasons) terminal.print(`  ${message}`);
    const noted = verdict.mayRetire ? note(config, target, verdict, lastOldWriter) : undefined;
    for (const line of noted?.lines ?? []) terminal.print(line);
    terminal.printJson({ ...verdict, noted: noted?.isNoted ?? false });
    return verdict.mayRetire ? 0 : 1;
  });
}

/** Writes the verdict into the lock, as evidence for `check`. */
function note({ lockFile, samplesOf }: Config, target: Class, verdict: RetireVerdict, lastOldWriter: Date) {
  const model = modelOf(target);
  const noted = noteRetirement(readLock(lockFile), model, verdict, lastOldWriter);
  if ('problem' in noted) return { isNoted: false, lines: [`  This is not noted: ${noted.problem}.`] };
  writeFileSync(lockFile, formatLock(noted.lock));
  const removable = removableParts(model, samplesOf(target), noted.lock);
  const lines = [`  Noted in ${basename(lockFile)}. Commit it.`, ...(removable ? removableLines(removable) : [])];
  return { isNoted: true, lines };
}
