import { createRequire } from 'node:module';
import { MapperError } from '../errors.js';
import { Mapper } from '../mapper.js';
import { writeIsolations } from '../store/write-isolation.js';
import type { AlternatorClient, AlternatorClientClass, AlternatorClientOptions } from './client-options.js';
import { keyRouteAffinity } from './key-route-affinity.js';

const peer = '@scylladb/alternator-client';

/**
 * A client for a ScyllaDB cluster: `@scylladb/alternator-client`'s, which finds the nodes, spreads requests over them,
 * and goes on to the next node if one doesn't answer. It is set up from the entities, so that the writes of a partition
 * go to the same node: conditional writes that go through several nodes at once make each other fail. See
 * docs/scylladb.md.
 *
 * Throws `MISSING_PEER` if that package isn't installed, `INVALID_ARGUMENT`, or the error of a mistake in the classes'
 * decorators.
 *
 * @example
 * import { alternatorClient } from 'dynamo-evolve/alternator';
 *
 * function connect(seeds: [string, ...string[]]) {
 *   const entities = [Session, Message];
 *   return new Mapper({ client: alternatorClient({ seeds, port: 8000, entities }), entities });
 * }
 */
export function alternatorClient<Client = AlternatorClient>(options: AlternatorClientOptions<Client>): Client {
  check(options);
  const { clientClass, entities: _e, mapper: _m, tablePrefix: _p, writeIsolation: _w, ...config } = options;
  const affinity = config['keyRouteAffinity'] === false ? false : keyRouteAffinity(options);
  const Client = clientClass ?? (installedClass() as AlternatorClientClass<Client>);
  return new Client({ ...config, keyRouteAffinity: affinity } as never);
}

/** The class that the package exports. It is loaded by the first call, because not everybody has a cluster. */
function installedClass(): AlternatorClientClass {
  try {
    const { AlternatorDynamoDBClient } = createRequire(import.meta.url)(peer) as {
      readonly AlternatorDynamoDBClient: AlternatorClientClass;
    };
    return AlternatorDynamoDBClient;
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const install =
      `npm install ${peer} or, where the registry doesn't have it, install the tarball that npm pack makes of ` +
      'https://github.com/scylladb/alternator-client-javascript after npm ci and npm run build';
    throw new MapperError('MISSING_PEER', { package: peer, needed: 'alternatorClient()', install }, { cause });
  }
}

function check(options: AlternatorClientOptions<unknown>): void {
  if (typeof options !== 'object' || options === null) throw invalid('the options', "aren't an object");
  const {
    clientClass,
    entities,
    keyRouteAffinity: affinity,
    mapper,
    seeds,
    tablePrefix = '',
    writeIsolation,
  } = options;
  const areHosts = Array.isArray(seeds) && seeds.length > 0 && seeds.every((seed) => typeof seed === 'string' && seed);
  if (!areHosts) throw invalid('seeds', "isn't an array of hosts, of at least one");
  if ([mapper, entities].filter((given) => given !== undefined).length !== 1) {
    throw invalid('entities', 'or mapper must be given, and not both');
  }
  if (mapper !== undefined && !(mapper instanceof Mapper)) throw invalid('mapper', "isn't a Mapper");
  if (entities !== undefined && !(Array.isArray(entities) && entities.length > 0)) {
    throw invalid('entities', "isn't an array of entity classes");
  }
  if (typeof tablePrefix !== 'string') throw invalid('tablePrefix', "isn't a string");
  if ((affinity ?? false) as unknown) {
    throw invalid('keyRouteAffinity', 'is made from the entities; only false can be given');
  }
  if (clientClass !== undefined && typeof clientClass !== 'function') throw invalid('clientClass', "isn't a class");
  const asked = writeIsolation instanceof Map ? [...writeIsolation.values()] : [writeIsolation ?? 'always_use_lwt'];
  if (asked.some((one) => !(writeIsolations as readonly unknown[]).includes(one))) {
    throw invalid('writeIsolation', `is none of ${writeIsolations.join(', ')}, nor a Map from classes to them`);
  }
}

function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'alternatorClient()', argument, problem });
}
