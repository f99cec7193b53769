import { isMapperError } from '../errors.js';
import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import type { EntityModel } from '../model/entity-model.js';
import { checkSharedTables } from '../model/shared-tables.js';
import { checkLock } from './check-lock.js';
import { checkSamples } from './check-samples.js';
import type { Finding } from './finding.js';
import type { SchemaLock } from './schema-lock.js';
import { entityNameOf } from '../model/entity-name.js';

/** What `checkSchema` compares. */
export interface SchemaCheck {
  readonly classes: readonly Class[];
  readonly lock: SchemaLock | undefined;
  /** The folder with the samples of a class; `undefined` if it has none. */
  readonly samplesOf: (target: Class) => string | undefined;
}

/** Finds everything that is wrong with classes, their lock and their samples. */
export function checkSchema({ classes, lock, samplesOf }: SchemaCheck): Finding[] {
  const broken: Finding[] = [];
  const models = classes.flatMap((target): EntityModel[] => {
    try {
      return [modelOf(target)];
    } catch (error) {
      broken.push(modelFinding(entityNameOf(target), error));
      return [];
    }
  });
  if (broken.length > 0) return broken;
  try {
    checkSharedTables(models);
  } catch (error) {
    return [modelFinding(models.map(({ name }) => name).join(', '), error)];
  }
  const ofSamples = models.flatMap((model) => {
    try {
      return checkSamples(model, samplesOf(model.class), lock);
    } catch (error) {
      // what judges the samples can't do so
      return [modelFinding(model.name, error)];
    }
  });
  return [...checkLock(lock, models), ...ofSamples];
}

/**
 * A finding about a class that can't be compiled: the first sentence of the error says what is wrong, the others what
 * to do.
 */
function modelFinding(entity: string, error: unknown): Finding {
  if (!isMapperError(error)) throw error;
  const code = error.code === 'UPGRADE_GAP' ? 'UPGRADE_MISSING' : 'INVALID_MODEL';
  const text = error.message.replace(/ \[[A-Z_]+, [^\]]*\]$/, '');
  const [problem = '', ...fix] = text.split(/(?<=\.) (?=[A-Z])/);
  return {
    code,
    entity,
    problem: problem.replace(/\.$/, ''),
    fix: fix.join(' ') || `Fix the class; see ${error.help}.`,
  };
}
