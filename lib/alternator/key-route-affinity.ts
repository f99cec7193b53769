import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import type { EntityModel } from '../model/entity-model.js';
import { resolveClasses } from '../model/step-model.js';
import { ConsumerRecord } from '../operations/consumer-records.js';
import { jobRecords } from '../operations/job-records.js';
import { contextFor } from '../read/entity-context.js';
import type { WriteIsolation } from '../store/write-isolation.js';
import type { AlternatorClientOptions } from './client-options.js';

/** What ScyllaDB's client takes to send the writes of a partition to one node. */
export interface KeyRouteAffinity {
  readonly mode: 'any-write' | 'read-before-write';
  /** The partition keys by the names of the tables. */
  readonly partitionKeys: Readonly<Record<string, string>>;
  /** All tables are known, so no table has to be described. */
  readonly autoDiscoverPartitionKeys: false;
}

interface KnownTable {
  readonly target: Class | undefined;
  readonly name: string;
  readonly partitionKey: string;
}

/**
 * The affinity for the tables of entities, and for that of sweep jobs. The client has one mode for all tables: if any of
 * them decides on every write by Paxos, all writes go to the node of their partition.
 */
export function keyRouteAffinity(options: AlternatorClientOptions<unknown>): KeyRouteAffinity {
  const { writeIsolation = 'always_use_lwt' } = options;
  const isolationOf = (target: Class | undefined): WriteIsolation => {
    // the writes to the table of jobs are all conditional
    if (target === undefined) return 'only_rmw_uses_lwt';
    return typeof writeIsolation === 'string' ? writeIsolation : (writeIsolation.get(target) ?? 'always_use_lwt');
  };
  // the writes to other tables don't use Paxos
  const tables = [...tablesOf(options)].filter(({ target }) => isolatesWrites(isolationOf(target)));
  return {
    mode: tables.some(({ target }) => isolationOf(target) === 'always_use_lwt') ? 'any-write' : 'read-before-write',
    partitionKeys: Object.fromEntries(tables.map(({ name, partitionKey }) => [name, partitionKey])),
    autoDiscoverPartitionKeys: false,
  };
}

function isolatesWrites(isolation: WriteIsolation): boolean {
  return isolation === 'always_use_lwt' || isolation === 'only_rmw_uses_lwt';
}

function known(model: EntityModel, name: string, target?: Class): KnownTable {
  return { target, name, partitionKey: model.partitionKey.attribute };
}

function* tablesOf({ entities, mapper, tablePrefix = '' }: AlternatorClientOptions<unknown>): Generator<KnownTable> {
  for (const record of [...jobRecords, ConsumerRecord] as readonly Class[]) {
    const model = modelOf(record);
    yield known(model, mapper ? mapper[contextFor](record).table.name : tablePrefix + model.table);
  }
  if (mapper) {
    for (const target of mapper.entities) {
      const { model, table } = mapper[contextFor](target);
      yield known(model, table.name, target);
    }
  }
  for (const [at, reference] of (entities ?? []).entries()) {
    for (const target of resolveClasses(reference, `alternatorClient(): entities[${at}]`)) {
      const model = modelOf(target);
      yield known(model, tablePrefix + model.table, target);
    }
  }
}
