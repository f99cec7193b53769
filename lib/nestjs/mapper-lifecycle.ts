import { setTimeout } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { isMapperError, MapperError, messageWithCause } from '../errors.js';
import { Mapper } from '../mapper.js';
import type { startOptions } from './module-options.js';

type StartOptions = ReturnType<typeof startOptions>;
const logger = new Logger('EvolveModule');

/** A mapper from the start of an application to its shutdown. */
export class MapperLifecycle implements OnApplicationShutdown {
  private constructor(
    readonly mapper: Mapper,
    private readonly destroyClient: () => void,
  ) {}

  /** Creates the mapper and prepares its tables. If that fails, destroys the module's own client. */
  static async start(options: StartOptions): Promise<MapperLifecycle> {
    try {
      const mapper = new Mapper(options.mapper);
      await prepareTables(mapper, options);
      return new MapperLifecycle(mapper, options.destroyClient);
    } catch (error) {
      options.destroyClient();
      throw error;
    }
  }

  /** Waits for pending write-backs, then destroys the client if the module created it. */
  async onApplicationShutdown(): Promise<void> {
    await this.mapper.close();
    this.destroyClient();
  }
}

async function prepareTables(mapper: Mapper, options: StartOptions): Promise<void> {
  const { retryAttempts, retryDelay, tables } = options;
  if (tables === 'off') return;
  for (let attempt = 1; ; attempt++) {
    try {
      return tables === 'create' ? await createTables(mapper, options) : await verifyTables(mapper, options);
    } catch (error) {
      const isTemporary = isMapperError(error, 'REQUEST_FAILED') || isMapperError(error, 'TABLE_NOT_READY');
      if (!isTemporary || attempt > retryAttempts) throw error;
      logger.warn(`${messageWithCause(error)}\nTrying again in ${retryDelay} ms (${attempt} of ${retryAttempts}).`);
      await setTimeout(retryDelay);
    }
  }
}

async function createTables(mapper: Mapper, { streams, writeIsolation }: StartOptions): Promise<void> {
  const created = await mapper.createTables({ streams, ...(writeIsolation && { writeIsolation }) });
  for (const { created: isNew, table } of created) logger.log(`${isNew ? 'Created' : 'Found'} the table ${table}`);
  for (const { message } of await mapper.verifyTables({ streams })) logger.warn(message);
}

async function verifyTables(mapper: Mapper, { streams }: StartOptions): Promise<void> {
  const differences = await mapper.verifyTables({ streams });
  for (const { message } of differences) logger.error(message);
  const [first] = differences;
  if (first === undefined) return logger.log('Verified the tables');
  throw new MapperError('TABLE_MISMATCH', { table: first.table, problem: `differs: ${first.message}` });
}
