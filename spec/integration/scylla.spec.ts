import { alternatorClient } from 'dynamo-evolve/alternator';
import { startEngine } from '../../tools/engines/engine-runs.js';
import { conformance } from './conformance.js';
import { Bicycle, Car, Happening, Measurement, Member, Parcel, Ticket } from './entities.js';

/** Nodes of a cluster, by their addresses: then the suite runs through ScyllaDB's load-balancing client. */
const [first, ...others] = (process.env['ALTERNATOR_SEEDS'] ?? '').split(',').filter((seed) => seed !== '');

await conformance('scylla', undefined, async ({ prefix: tablePrefix }) => {
  const engine = await startEngine('scylla');
  if (first === undefined) return engine;
  const entities = [Member, Happening, Ticket, Car, Bicycle, Parcel, Measurement];
  const port = Number(new URL(engine.endpoint).port);
  const client = alternatorClient({ seeds: [first, ...others], port, entities, tablePrefix });
  const close = async () => {
    client.destroy();
    await engine.close();
  };
  return { endpoint: engine.endpoint, client, close };
});
