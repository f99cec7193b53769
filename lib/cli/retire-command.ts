import { MapperError } from '../errors.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { classesNamed, withMapper } from './with-mapper.js';

export interface RetireArguments {
  readonly below: number;
  readonly lastOldWriter: string;
  readonly segments?: number;
}

/** Tells whether versions of a class may be forgotten. Resolves to the exit code: 1 if they may not. */
export function runRetire(config: Config, name: string, given: RetireArguments, terminal: Terminal): Promise<number> {
  const lastOldWriter = new Date(given.lastOldWriter);
  if (Number.isNaN(lastOldWriter.getTime())) {
    const problem = `is ${given.lastOldWriter}, which isn't a time such as 2024-03-01T12:00:00Z`;
    throw new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve retire', argument: '--last-old-writer', problem });
  }
  return withMapper(config, async (mapper) => {
    let code = 0;
    for (const entity of classesNamed(config, 'dynamo-evolve retire', [name])) {
      const { below, segments } = given;
      const verdict = await mapper.repository(entity).retire({ below, lastOldWriter, segments });
      terminal.printJson(verdict);
      const text = `${entity.name}: versions below ${below} ${verdict.mayRetire ? 'may be forgotten' : 'are still needed'}`;
      terminal.print(terminal.paint(verdict.mayRetire ? 'green' : 'red', text));
      for (const { message } of verdict.reasons) terminal.print(`  ${message}`);
      if (verdict.mayRetire) terminal.print(`  Raise the floor to ${below}, and delete what only older versions need.`);
      else code = 1;
    }
    return code;
  });
}
