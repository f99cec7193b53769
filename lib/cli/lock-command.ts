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
  /** Locks the newest versions again, even if they changed. Only for versions that were never deployed. */
  readonly amend?: boolean;
  /** Names of entities to remove from the lock. */
  readonly drop?: readonly string[];
}

/** Findings that don't stop a lock from being written: it fixes some, and `check` reports the others every time. */
const tolerated: ReadonlySet<FindingCode> = new Set([
  'LOCK_MISSING',
  'LOCK_OUTDATED',
  'SAMPLE_INVALID',
  'SAMPLE_MISSING',
  'SAMPLE_UNREADABLE',
  'ATTRIBUTE_NOT_PROVIDED',
]);

/** Writes the lock, unless that would lose locked versions or hide a mistake. Returns the exit code. */
export function runLock({ classes, lockFile, samplesOf }: Config, options: LockOptions, terminal: Terminal): number {
  const { amend = false, drop = [] } = options;
  const before = readLock(lockFile);
  checkDropped(drop, before);
  const lock =
    before && amend && editedParts(before).length === 0 ? withoutNewest(before, classes.map(modelOf)) : before;
  const isTolerated = ({ code, entity }: Finding) =>
    tolerated.has(code) || (code === 'ENTITY_VANISHED' && drop.includes(entity));
  const findings = checkSchema({ classes, lock, samplesOf }).filter((finding) => !isTolerated(finding));
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
  const problem = `names ${unknown}, which isn't an entity of the lock; its entities: ${known.join('; ') || 'none'}`;
  throw new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve lock', argument: '--drop', problem });
}

/** The lock without the newest versions of the classes. */
function withoutNewest(lock: SchemaLock, models: readonly EntityModel[]): SchemaLock {
  const entities = new Map(Object.entries(lock.entities));
  for (const model of models) {
    const name = entityName(model);
    const entity = valueOf(lock.entities, name);
    if (!entity) continue;
    const versions = Object.fromEntries(
      Object.entries(entity.versions).filter(([version]) => Number(version) !== model.version),
    );
    entities.set(name, { ...entity, versions });
  }
  return makeLock(Object.fromEntries(entities));
}
