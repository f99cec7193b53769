import { type CallName, MapperError } from '../errors.js';
import type { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import type { Config } from './config.js';
import { entityNameOf } from '../model/entity-name.js';

/** Uses the configuration's mapper, or one for an endpoint, and closes it if it was made for that. */
export async function withMapper(
  config: Config,
  endpoint: string | undefined,
  use: (mapper: Mapper) => Promise<number>,
): Promise<number> {
  const { close, mapper } = config.mapper(endpoint);
  try {
    return await use(mapper);
  } finally {
    await close();
  }
}

/** The classes with these names; all if no name is given. Throws `INVALID_ARGUMENT` for a name that no class has. */
export function classesNamed({ classes }: Config, call: CallName, names: readonly string[]): readonly Class[] {
  if (names.length === 0) return classes;
  return names.map((name) => {
    const found = classes.find((each) => entityNameOf(each) === name);
    if (found) return found;
    const known = classes.map((each) => entityNameOf(each)).join(', ');
    const problem = `names ${name}, which isn't a class of the configuration (${known})`;
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'entity', problem });
  });
}
