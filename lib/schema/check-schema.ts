import { isMapperError } from '../errors.js';
import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import type { EntityModel } from '../model/entity-model.js';
import { checkSharedTables } from '../model/shared-tables.js';
import { checkLock } from './check-lock.js';
import { checkSamples } from './check-samples.js';
import type { Finding } from './finding.js';
import type { SchemaLock } from './schema-lock.js';

/** What a check looks at. */
export interface SchemaCheck {
  readonly classes: readonly Class[];
  readonly lock: SchemaLock | undefined;
  /** The folder of a class's samples. */
  readonly samplesOf: (target: Class) => string | undefined;
}

/** Everything that is wrong with the classes, their lock and their samples; nothing where all is well. */
export function checkSchema({ classes, lock, samplesOf }: SchemaCheck): Finding[] {
  const broken: Finding[] = [];
  const models = classes.flatMap((target): EntityModel[] => {
    try {
      return [modelOf(target)];
    } catch (error) {
      broken.push(modelFinding(target.name, error));
      return [];
    }
  });
  if (broken.length > 0) return broken;
  try {
    checkSharedTables(models);
  } catch (error) {
    return [modelFinding(models.map(({ name }) => name).join(', '), error)];
  }
  return [...checkLock(lock, models), ...models.flatMap((model) => checkSamples(model, samplesOf(model.class), lock))];
}

/** The message of such an error says what to do, sentence by sentence. */
function modelFinding(entity: string, error: unknown): Finding {
  if (!isMapperError(error)) throw error;
  const code = error.code === 'UPGRADE_GAP' ? 'UPGRADE_MISSING' : 'INVALID_MODEL';
  const text = error.message.replace(/ \[[A-Z_]+, [^\]]*\]$/, '');
  const [problem = '', ...mend] = text.split(/(?<=\.) (?=[A-Z])/);
  return {
    code,
    entity,
    problem: problem.replace(/\.$/, ''),
    mend: mend.join(' ') || `Mend the class; see ${error.help}.`,
  };
}
