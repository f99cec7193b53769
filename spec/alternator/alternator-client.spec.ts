import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { alternatorClient, type AlternatorClientOptions } from 'dynamo-evolve/alternator';
import { caught } from '../errors/caught.js';
import { testUnless } from '../support/test-unless.js';

@Entity({ table: 'sessions' })
@Versioned(1)
class Session {
  @PartitionKey({ name: 'session_id' }) id!: string;
}

@Entity({ table: 'messages' })
@Versioned(1)
class Message {
  @PartitionKey({ name: 'session_id' }) session!: string;
  @SortKey() at!: number;
  @Attribute() text!: string;
}

/** Notes what it was made with. */
class Noted {
  readonly given: Record<string, unknown>;

  constructor(given: Record<string, unknown>) {
    this.given = given;
  }

  send(): void {}
}

const seeds = ['10.0.0.1'] as const;
const affinityOf = (options: object) => {
  const given = { seeds, clientClass: Noted, ...options } as unknown as AlternatorClientOptions<Noted>;
  return alternatorClient(given).given['keyRouteAffinity'];
};

describe('alternatorClient()', () => {
  test('passes on what the client takes, and nothing else', () => {
    const client = alternatorClient({
      seeds: ['a', 'b'],
      port: 8000,
      compression: { request: {} },
      maxAttempts: 5,
      entities: [Session],
      tablePrefix: 'app_',
      writeIsolation: 'always_use_lwt',
      clientClass: Noted,
    });
    const { keyRouteAffinity: _, ...given } = client.given;
    expect(given).toEqual({ seeds: ['a', 'b'], port: 8000, compression: { request: {} }, maxAttempts: 5 });
  });

  test('tells the client the partition keys of all tables, so that it need not ask', () => {
    expect(affinityOf({ entities: [Session, () => [Message]], tablePrefix: 'app_' })).toMatchObject({
      mode: 'any-write',
      autoDiscoverPartitionKeys: false,
      partitionKeys: { app_sessions: 'session_id', app_messages: 'session_id', app_dynamo_evolve_jobs: 'job' },
    });
  });

  test('takes them from a mapper, too', () => {
    const mapper = new Mapper({ client: { send() {} } as never, entities: [Session, Message], tablePrefix: 'x_' });
    expect(affinityOf({ mapper })).toEqual(affinityOf({ entities: [Session, Message], tablePrefix: 'x_' }));
  });

  test.each([
    ['always_use_lwt', 'any-write'],
    ['only_rmw_uses_lwt', 'read-before-write'],
  ])('routes the writes that use Paxos under %s: %s', (writeIsolation, mode) => {
    expect(affinityOf({ entities: [Session], writeIsolation })).toMatchObject({ mode });
  });

  test('leaves out tables whose writes do not use Paxos', () => {
    const writeIsolation = new Map([[Session, 'forbid_rmw']]);
    const affinity = affinityOf({ entities: [Session, Message], writeIsolation });
    expect(affinity).toMatchObject({ mode: 'any-write', partitionKeys: { messages: 'session_id' } });
    expect(affinity).not.toHaveProperty('partitionKeys.sessions');
    expect(affinityOf({ entities: [Session], writeIsolation: 'unsafe_rmw' })).toMatchObject({
      mode: 'read-before-write',
    });
  });

  test('can leave all requests to any node', () => {
    expect(affinityOf({ entities: [Session], keyRouteAffinity: false })).toBe(false);
  });

  test('knows the table of sweep jobs', () => {
    const { partitionKeys } = affinityOf({ entities: [Session] }) as { partitionKeys: Record<string, string> };
    expect(partitionKeys).toEqual({ sessions: 'session_id', dynamo_evolve_jobs: 'job' });
  });

  test.each([
    ['seeds', { seeds: [], entities: [Session] }],
    ['seeds', { seeds: 'a', entities: [Session] }],
    ['seeds', { seeds: [''], entities: [Session] }],
    ['entities', { seeds: ['a'] }],
    ['entities', { seeds: ['a'], entities: [] }],
    ['entities', { seeds: ['a'], entities: [Session], mapper: {} }],
    ['mapper', { seeds: ['a'], mapper: {} }],
    ['tablePrefix', { seeds: ['a'], entities: [Session], tablePrefix: 1 }],
    ['keyRouteAffinity', { seeds: ['a'], entities: [Session], keyRouteAffinity: {} }],
    ['clientClass', { seeds: ['a'], entities: [Session], clientClass: {} }],
    ['writeIsolation', { seeds: ['a'], entities: [Session], writeIsolation: 'lwt' }],
    ['writeIsolation', { seeds: ['a'], entities: [Session], writeIsolation: new Map([[Session, 'lwt']]) }],
    ['the options', null],
  ])('refuses a wrong %s', (argument, options) => {
    const error = caught('INVALID_ARGUMENT', () => alternatorClient(options as never));
    expect(error.details).toMatchObject({ call: 'alternatorClient()', argument });
  });

  const installed = (() => {
    try {
      return createRequire(import.meta.url).resolve('@scylladb/alternator-client');
    } catch {
      return undefined;
    }
  })();

  testUnless(installed && 'the package is installed here', 'says what to install', () => {
    const error = caught('MISSING_PEER', () => alternatorClient({ seeds: ['a'], entities: [Session] }));
    expect(error.message).toMatch(/npm install @scylladb\/alternator-client or, where the registry doesn't have it/);
    return Promise.resolve();
  });
});
