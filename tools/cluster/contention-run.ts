import { Attribute, Entity, Mapper, PartitionKey, SortKey, Versioned } from '../../lib/index.js';
import { alternatorClient } from '../../lib/alternator/index.js';
import { startFakeCluster } from './fake-cluster.js';
import type { PaxosCounts } from './paxos-model.js';
import { AlternatorDynamoDBClient } from './routing-client.js';

/** An entry of a journal. */
@Entity({ table: 'contention' })
@Versioned(1)
class Entry {
  @PartitionKey({ type: 'string' }) journal!: string;
  @SortKey({ type: 'number' }) at!: number;
  @Attribute({ type: 'string' }) text!: string;
}

/** How writes are sent. */
export interface ContentionCase {
  readonly name: string;
  /** Whether a partition's writes go to the same node. */
  readonly affinity: boolean;
  /** How many conditional writes to a partition a mapper sends at once. */
  readonly perPartition: number;
}

/** What is written. */
export interface ContentionLoad {
  /** How many mappers write at the same time, each with a client of its own. */
  readonly mappers: number;
  /** How many partitions they share. */
  readonly partitions: number;
  /** How many entries each mapper puts into each partition. */
  readonly entries: number;
  /** What the names of the tables begin with. */
  readonly tablePrefix: string;
}

export interface ContentionResult extends PaxosCounts {
  readonly name: string;
  /** How many calls rejected, of how many. */
  readonly failed: number;
  readonly calls: number;
  /** How many requests were sent again by the SDK. */
  readonly retries: number;
  readonly seconds: number;
}

/** Lets mappers put entries into the same partitions through three nodes in front of an engine, and counts what happens. */
export async function runContention(
  endpoint: string,
  { affinity, name, perPartition }: ContentionCase,
  { entries, mappers: count, partitions, ...load }: ContentionLoad,
): Promise<ContentionResult> {
  const cluster = await startFakeCluster(endpoint);
  const tablePrefix = `${load.tablePrefix}${name.replaceAll(/\W+/g, '_')}_`;
  const seeds = cluster.nodes.map(({ host }) => host) as [string, ...string[]];
  const mappers = Array.from({ length: count }, () => {
    const client = alternatorClient({
      seeds,
      port: cluster.port,
      entities: [Entry],
      tablePrefix,
      clientClass: AlternatorDynamoDBClient,
      ...(!affinity && { keyRouteAffinity: false }),
    });
    return {
      client,
      mapper: new Mapper({ client, entities: [Entry], tablePrefix, conditionalWrites: { perPartition } }),
    };
  });
  try {
    await mappers[0]?.mapper.createTables();
    const start = performance.now();
    const results = await Promise.all(
      mappers.map(({ mapper }, writer) => {
        const journal = mapper.repository(Entry);
        const all = Array.from({ length: entries * partitions }, (_, at) =>
          journal.create({ journal: `j${at % partitions}`, at: writer * 1e6 + at, text: `entry ${at}` }),
        );
        return journal.putMany(all);
      }),
    );
    const settled = results.flat();
    const requests = cluster.nodes.flatMap((node) => node.requests).filter(({ operation }) => operation === 'PutItem');
    return {
      name,
      ...cluster.paxos.counts,
      calls: settled.length,
      failed: settled.filter(({ status }) => status === 'rejected').length,
      retries: requests.length - settled.length,
      seconds: (performance.now() - start) / 1000,
    };
  } finally {
    for (const { client } of mappers) client.destroy();
    await cluster.close();
  }
}
