import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import type { Mapper, MapperOptions, WireItem } from 'dynamo-evolve';
import type { Ability, EngineFacts } from '../../tools/engines/engine-list.js';
import type { RunningEngine } from '../../tools/engines/engine-runs.js';
import { testUnless } from '../support/test-unless.js';
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';
import { Bicycle, Car, Happening, Measurement, Member, Parcel, Ticket } from './entities.js';
import { CallRecorder } from './public-calls.js';

/** What the specs of the suite share: one engine with its tables, under names that nobody else uses. */
export class Suite {
  readonly facts: EngineFacts;
  readonly calls = new CallRecorder();
  readonly prefix = `conformance_${randomUUID().slice(0, 8)}_`;
  #running: RunningEngine | undefined;
  #count = 0;

  constructor(facts: EngineFacts, start: () => Promise<RunningEngine>) {
    this.facts = facts;
    beforeAll(async () => {
      this.#running = await start();
      await this.mapper().createTables();
      await this.unfencedMapper().createTables({ writeIsolation: 'forbid_rmw' });
    });
    afterAll(async () => {
      if (!this.#running) return;
      try {
        await this.#deleteTables();
      } finally {
        await this.#running.close();
      }
    });
  }

  get engine(): RunningEngine {
    if (!this.#running) throw new Error('the engine runs only inside of tests');
    return this.#running;
  }

  /** A test; where the engine can't do what it needs, it is skipped, and its name says why. */
  readonly testHere = (name: string, run: () => Promise<void>, needs?: Ability): void => {
    testUnless(needs && this.facts.cannot[needs], name, run);
  };

  /** A mapper of the suite's tables, whose calls are noted. */
  mapper(options: Partial<MapperOptions> = {}): Mapper {
    const entities = [Member, Happening, Ticket, Car, Bicycle, Parcel];
    return this.calls.mapper({ client: this.engine.client, tablePrefix: this.prefix, entities, ...options });
  }

  /** A mapper of the table whose isolation forbids conditional writes. */
  unfencedMapper(options: Partial<MapperOptions> = {}): Mapper {
    return this.mapper({ entities: [Measurement], fence: false, ...options });
  }

  /** Another name at every call. */
  name(): string {
    this.#count++;
    return `n${String(this.#count).padStart(4, '0')}`;
  }

  /** Stores a wire item to the letter. */
  store(table: string, item: WireItem): Promise<void> {
    return storeRaw(this.engine.endpoint, this.prefix + table, item);
  }

  /** An item as it is stored. */
  stored(table: string, key: object): Promise<WireItem | undefined> {
    return readStored(this.engine.endpoint, this.prefix + table, key);
  }

  /** By requests of our own: what the product sends is recorded on some engines. */
  async #deleteTables(): Promise<void> {
    const { endpoint } = this.engine;
    let start: string | undefined;
    do {
      const page = JSON.stringify({ ExclusiveStartTableName: start });
      const { TableNames: names, LastEvaluatedTableName: last } = JSON.parse(
        await sendRaw(endpoint, 'ListTables', page),
      ) as { TableNames: string[]; LastEvaluatedTableName?: string };
      const own = names.filter((name) => name.startsWith(this.prefix));
      await Promise.all(own.map((TableName) => sendRaw(endpoint, 'DeleteTable', JSON.stringify({ TableName }))));
      start = last;
    } while (start !== undefined);
  }
}

/** Tries an assertion again until it holds: an index may lag behind its table. Rejects with what it says in the end. */
export async function eventually(assertion: () => Promise<void>): Promise<void> {
  const attempts = 200;
  for (let attempt = 1; ; attempt++) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(Math.min(attempt * 10, 200));
    }
  }
}
