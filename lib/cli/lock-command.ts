import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { modelOf } from '../hydration/model-of.js';
import type { EntityModel } from '../model/entity-model.js';
import { MapperError } from '../errors.js';
import { checkSchema } from '../schema/check-schema.js';
import { entityName } from '../schema/entity-shape.js';
import type { Finding, FindingCode } from '../schema/finding.js';
import { editedParts, formatLock, makeLock, readLock, type SchemaLock } from '../schema/schema-lock.js';
import { valueOf } from '../schema/shape-difference.js';
import { updateLock } from '../schema/update-lock.js';
import { printFindings } from './check-command.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';

export interface LockOptions {
  /** Locks the newest version anew, whatever was locked for it: for versions that were never deployed. */
  readonly amend?: boolean;
  /** Entities to leave out from now on, as the lock names them. */
  readonly drop?: readonly string[];
}

/** What doesn't keep a lock from being written: that it isn't yet, and what is judged by samples again at every check. */
const bearable: ReadonlySet<FindingCode> = new Set([
  'LOCK_MISSING',
  'LOCK_OUTDATED',
  'SAMPLE_MISSING',
  'SAMPLE_UNREADABLE',
  'ATTRIBUTE_NOT_PROVIDED',
]);

/** Writes the lock, unless what it holds would be lost or wrong. Resolves to the exit code. */
export function runLock({ classes, lockFile, samplesOf }: Config, options: LockOptions, terminal: Terminal): number {
  const { amend = false, drop = [] } = options;
  const before = readLock(lockFile);
  checkDropped(drop, before);
  const lock =
    before && amend && editedParts(before).length === 0 ? withoutNewest(before, classes.map(modelOf)) : before;
  const isBearable = ({ code, entity }: Finding) =>
    bearable.has(code) || (code === 'ENTITY_VANISHED' && drop.includes(entity));
  const findings = checkSchema({ classes, lock, samplesOf }).filter((one) => !isBearable(one));
  if (findings.length > 0) {
    printFindings(findings, terminal);
    terminal.print('The lock was not written.');
    terminal.printJson({ file: lockFile, written: false, findings });
    return 1;
  }
  const text = formatLock(updateLock(lock, classes.map(modelOf), new Set(drop)));
  const written = !existsSync(lockFile) || readFileSync(lockFile, 'utf8') !== text;
  if (written) writeFileSync(lockFile, text);
  const name = basename(lockFile);
  terminal.print(written ? `Wrote ${name}. Commit it.` : `${name} is up to date.`);
  terminal.printJson({ file: lockFile, written, findings: [] });
  return 0;
}

function checkDropped(drop: readonly string[], lock: SchemaLock | undefined): void {
  const known = Object.keys(lock?.entities ?? {});
  const unknown = drop.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const problem = `${unknown} isn't an entity of the lock; there are ${known.join('; ') || 'none'}`;
  throw new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve lock', argument: '--drop', problem });
}

/** The lock as it was before the classes' versions were locked. */
function withoutNewest(lock: SchemaLock, models: readonly EntityModel[]): SchemaLock {
  const entities = new Map(Object.entries(lock.entities));
  for (const model of models) {
    const name = entityName(model);
    const entity = valueOf(lock.entities, name);
    if (!entity) continue;
    const versions = Object.fromEntries(
      Object.entries(entity.versions).filter(([one]) => Number(one) !== model.version),
    );
    entities.set(name, { ...entity, versions });
  }
  return makeLock(Object.fromEntries(entities));
}
