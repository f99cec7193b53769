import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Mapper } from '../mapper.js';
import type { Class, ClassReference } from '../model/class.js';
import type { WriteIsolation } from '../store/write-isolation.js';

/** A client of ScyllaDB's package: the SDK's client, which knows the nodes of the cluster. */
export interface AlternatorClient extends DynamoDBClient {
  readonly alternator: {
    /** The nodes that requests go to now. */
    nodes(): readonly { readonly host: string; readonly port: number }[];
    /** Asks the cluster for its nodes. */
    refreshNodes(): Promise<unknown>;
    /** Rejects if the data centre or rack of `routing` has no nodes. */
    validateRouting(): Promise<void>;
  };
}

/** The class of such clients, `AlternatorDynamoDBClient` of `@scylladb/alternator-client`. */
export type AlternatorClientClass<Client = AlternatorClient> = new (config: never) => Client;

/** What a client is set up from: either of the two. */
type OfEntities =
  | {
      /** The entity classes, as `new Mapper()` takes them. */
      readonly entities: readonly ClassReference[];
      /** The prefix of the tables' names, the same as that of the mapper. */
      readonly tablePrefix?: string;
      readonly mapper?: undefined;
    }
  | {
      /** A mapper whose tables are used: for a second client, because a mapper needs a client first. */
      readonly mapper: Mapper;
      readonly entities?: undefined;
      readonly tablePrefix?: undefined;
    };

/**
 * The options of `alternatorClient`. All others go to `@scylladb/alternator-client` as they are, such as `scheme`,
 * `port`, `routing`, `credentials`, `region`, `tls`, `compression`, `headerOptimization` and `maxAttempts`.
 */
export type AlternatorClientOptions<Client = AlternatorClient> = OfEntities & {
  /** Hosts or addresses of some nodes, without scheme or port. The client finds the others. */
  readonly seeds: readonly [string, ...string[]];
  /**
   * The write isolation of the tables, or of those of single classes; `'always_use_lwt'` unless given, as
   * `createTables` tags them. It decides which writes of a partition go to one node: all of them, or only conditional
   * ones (`'only_rmw_uses_lwt'`), or none (`'forbid_rmw'` and `'unsafe_rmw'`, which don't use Paxos).
   */
  readonly writeIsolation?: WriteIsolation | ReadonlyMap<Class, WriteIsolation>;
  /** `false` sends every request to any node. Default: as the entities say. */
  readonly keyRouteAffinity?: false;
  /** The class to make the client of, instead of that which the installed package exports. */
  readonly clientClass?: AlternatorClientClass<Client>;
  readonly [option: string]: unknown;
};
