import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, type Repository, Revision, SortKey, Versioned } from 'dynamo-evolve';
import { alternatorClient } from 'dynamo-evolve/alternator';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type FakeCluster, type FakeNode, startFakeCluster } from '../../tools/cluster/fake-cluster.js';
import { AlternatorDynamoDBClient } from '../../tools/cluster/routing-client.js';
import { engineOf } from '../../tools/engines/engine-list.js';
import { Bicycle, Car, Happening, Measurement, Member, Parcel, Ticket } from '../integration/entities.js';
import { conformAll } from '../integration/conformance.js';
import { Suite } from '../integration/suite.js';

jest.setTimeout(120_000);

/** Everything that a client of ScyllaDB's package does to requests and answers. */
const everything = {
  compression: { request: {}, response: {} },
  headerOptimization: true,
  discovery: { refreshIntervalMs: 200 },
  clientClass: AlternatorDynamoDBClient,
};

/** Fast: what is measured is the client, not the cluster. */
const paxos = { messageDelay: () => Math.random(), pause: () => Math.random() * 10 };

async function startCluster() {
  const engine = await startEmbeddedEngine();
  const cluster = await startFakeCluster(engine.endpoint, { paxos });
  const seeds = cluster.nodes.map(({ host }) => host) as [string, ...string[]];
  return { engine, cluster, seeds };
}

describe('the conformance suite, through a client that routes and compresses, and three nodes:', () => {
  const entities = [Member, Happening, Ticket, Car, Bicycle, Parcel, Measurement];
  const suite: Suite = new Suite(engineOf('embedded'), async () => {
    const { cluster, engine, seeds } = await startCluster();
    // with the names of its tables, so that the writes of a partition have one coordinator
    const tablePrefix = suite.prefix;
    const client = alternatorClient({ ...everything, seeds, port: cluster.port, entities, tablePrefix });
    const close = async () => {
      client.destroy();
      await cluster.close();
      await engine.close();
    };
    return { endpoint: engine.endpoint, client, close };
  });
  conformAll(suite);
});

@Entity({ table: 'entries' })
@Versioned(1)
class Entry {
  @PartitionKey() journal!: string;
  @SortKey() at!: number;
  @Attribute() text!: string;
  @Revision() revision!: string;
}

describe('a cluster of three nodes', () => {
  let engine: EmbeddedEngine;
  let cluster: FakeCluster;
  let client: AlternatorDynamoDBClient;
  let journal: Repository<Entry>;
  beforeAll(async () => {
    const started = await startCluster();
    ({ cluster, engine } = started);
    client = alternatorClient({
      ...everything,
      seeds: started.seeds,
      port: cluster.port,
      entities: [Entry],
      maxAttempts: 5,
      requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true },
    });
    const mapper = new Mapper({ client, entities: [Entry] });
    await mapper.createTables();
    journal = mapper.repository(Entry);
  });
  afterEach(async () => {
    for (const node of cluster.nodes) Object.assign(node, { fault: 'none' });
    await client.refreshNodes();
  });
  afterAll(async () => {
    client.destroy();
    await cluster.close();
    await engine.close();
  });

  const newEntries = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => journal.create({ journal: name, at, text: `entry ${at}` }));
  const writesTo = (node: FakeNode, name: string) =>
    node.requests.filter(({ body, operation }) => operation === 'PutItem' && JSON.stringify(body).includes(name))
      .length;
  const save = async (name: string, count: number) => {
    const results = await Promise.allSettled(newEntries(name, count).map((entry) => journal.save(entry)));
    return results.filter(({ status }) => status === 'fulfilled').length;
  };
  const stored = (name: string) => journal.query({ partition: name }).count();

  test('gets the writes of a partition at one node, compressed and with few headers', async () => {
    for (const name of Array.from({ length: 12 }, () => randomUUID())) {
      expect(await save(name, 5)).toBe(5);
      expect(cluster.nodes.map((node) => writesTo(node, name)).toSorted((a, b) => a - b)).toEqual([0, 0, 5]);
    }
    const all = cluster.nodes.map((node) => node.requests.filter(({ operation }) => operation === 'PutItem'));
    // and those of all partitions at several
    expect(all.filter((requests) => requests.length > 0).length).toBeGreaterThan(1);
    const [request] = all.flat();
    expect(request?.isCompressed).toBe(true);
    expect(request?.headers.toSorted()).toEqual(
      ['accept-encoding', 'connection', 'content-encoding', 'content-length', 'host', 'x-amz-target'].filter((name) =>
        request?.headers.includes(name),
      ),
    );
    expect(cluster.paxos.counts.falseStarts).toBe(0);
  });

  const firstNodeOf = (name: string) => cluster.nodes.find((node) => writesTo(node, name) > 0) as FakeNode;

  test('loses no write when a node dies', async () => {
    const name = randomUUID();
    expect(await save(name, 3)).toBe(3);
    const dead = firstNodeOf(name);
    dead.fault = 'dead';
    const before = await stored(name);
    const more = Array.from({ length: 6 }, (_, at) => journal.create({ journal: name, at: 100 + at, text: 'more' }));
    for (const entry of more) await journal.save(entry);
    expect(await stored(name)).toBe(before + 6);
    // once the client knows, it asks the dead one no more
    await client.refreshNodes();
    const { length: asked } = dead.requests;
    for (let at = 0; at < 5; at++) expect(await save(randomUUID(), 2)).toBe(2);
    expect(dead.requests).toHaveLength(asked);
  });

  test('does each write once when a node hangs, or answers late', async () => {
    for (const fault of ['hanging', { late: 2_000 }] as const) {
      const name = randomUUID();
      expect(await save(name, 1)).toBe(1);
      firstNodeOf(name).fault = fault;
      const more = Array.from({ length: 2 }, (_, at) => journal.create({ journal: name, at: 100 + at, text: 'more' }));
      for (const entry of more) await journal.insert(entry);
      expect(await stored(name)).toBe(3);
      for (const entry of more) entry.text = 'changed';
      for (const entry of more) await journal.save(entry);
      const texts = (await journal.query({ partition: name }).all()).map(({ text }) => text);
      expect(texts).toEqual(['entry 0', 'changed', 'changed']);
    }
  });
});
