import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Mapper } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { UndiciHandler } from '../../docs/examples/undici-handler.js';
import { Session } from '../../entities/session.js';
import {
  type Answer,
  type CannedEngine,
  dropped,
  failure,
  silence,
  startCannedEngine,
} from '../support/canned-engine.js';

let handler: UndiciHandler;
beforeEach(() => {
  handler = new UndiciHandler();
});
afterEach(() => handler.destroy());

function clientOn(endpoint: string, config: DynamoDBClientConfig = {}): DynamoDBClient {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  return new DynamoDBClient({ endpoint, region: 'local', credentials, requestHandler: handler, ...config });
}

describe('on an engine', () => {
  let engine: EmbeddedEngine;
  beforeEach(async () => {
    engine = await startEmbeddedEngine();
  });
  afterEach(() => engine.close());

  test('entities are stored, changed, read, queried and deleted', async () => {
    const mapper = new Mapper({ client: clientOn(engine.endpoint), entities: [Session] });
    await mapper.createTables();
    const sessions = mapper.repository(Session);
    const key = { session_id: 'session-1' };
    const session = sessions.create({ ...key, user_id: 'user-1', title: 'Où ?', tags: new Set(['ci']) });
    await sessions.put(session);
    session.title = 'Là.';
    await sessions.save(session);
    expect(await sessions.get(key, { consistent: true })).toEqual(session);
    expect(await sessions.query({ partition: 'session-1' }).all()).toEqual([session]);
    await expect(sessions.insert(session)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await sessions.delete(key)).toBe(true);
    expect(await sessions.get(key, { consistent: true })).toBeUndefined();
    await mapper.close();
  });
});

describe('on an engine that fails', () => {
  let canned: CannedEngine;
  afterEach(() => canned.close());

  /** Reads one session; every request is answered by its number. */
  async function read(answer: (at: number) => Answer, config: DynamoDBClientConfig = {}, signal?: AbortSignal) {
    canned = await startCannedEngine((_request, at) => answer(at));
    const mapper = new Mapper({ client: clientOn(canned.endpoint, config), entities: [Session] });
    return mapper.repository(Session).get({ session_id: 'session-1' }, { signal });
  }

  test('a connection that breaks is tried again', async () => {
    expect(await read((at) => (at === 0 ? dropped({}) : {}))).toBeUndefined();
    expect(canned.operations()).toEqual(['GetItem', 'GetItem']);
  });

  test('an error of the engine stays what it is', async () => {
    const cause = expect.objectContaining({ name: 'ResourceNotFoundException' });
    const reading = read(() => failure('ResourceNotFoundException'));
    await expect(reading).rejects.toMatchObject({ code: 'REQUEST_FAILED', cause });
  });

  test('no engine at all is a failed request', async () => {
    canned = await startCannedEngine(() => ({}));
    await canned.close();
    const mapper = new Mapper({ client: clientOn(canned.endpoint, { maxAttempts: 1 }), entities: [Session] });
    const reading = mapper.repository(Session).get({ session_id: 'session-1' });
    await expect(reading).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    canned = await startCannedEngine(() => ({}));
  });

  test('an abort ends a request that gets no answer', async () => {
    const aborting = new AbortController();
    const reading = read(
      () => {
        setTimeout(() => aborting.abort(new Error('enough')));
        return silence;
      },
      {},
      aborting.signal,
    );
    await expect(reading).rejects.toThrow('enough');
    expect(canned.operations()).toEqual(['GetItem']);
  });
});
