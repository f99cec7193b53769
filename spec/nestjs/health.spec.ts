import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test, type TestingModule } from '@nestjs/testing';
import { Mapper } from 'dynamo-evolve';
import { EvolveHealthIndicator, EvolveModule, type EvolveModuleOptions } from 'dynamo-evolve/nestjs';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { silent } from './silent-logger.js';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';
import { startCannedEngine } from '../support/canned-engine.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [Session] }).createTables();
});
afterAll(() => engine.close());

const started: TestingModule[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});
const start = async (...roots: EvolveModuleOptions[]) => {
  const imports = [TerminusModule.forRoot({ logger: false }), ...roots.map((one) => EvolveModule.forRoot(one))];
  const application = await Test.createTestingModule({ imports }).setLogger(silent).compile();
  started.push(application);
  return application;
};
const healthy = () => ({ client: engine.client, entities: [Session] });

describe('the health indicator', () => {
  test('is up with an engine that has the tables', async () => {
    const indicator = (await start(healthy())).get(EvolveHealthIndicator);
    expect(await indicator.isHealthy('tables')).toEqual({ tables: { status: 'up' } });
  });

  test('is down without a table, and says which', async () => {
    const indicator = (await start({ ...healthy(), entities: [Session, Message] })).get(EvolveHealthIndicator);
    const differences = ['chat_messages: expected a table, found none'];
    expect(await indicator.isHealthy('tables')).toEqual({ tables: { status: 'down', differences } });
  });

  test('stays up when something else differs, and tells it', async () => {
    const keys = [{ AttributeName: 'session_id', KeyType: 'HASH' }];
    const types = [{ AttributeName: 'session_id', AttributeType: 'S' }];
    const canned = await startCannedEngine(() => ({ Table: { KeySchema: keys, AttributeDefinitions: types } }));
    const indicator = (await start({ ...healthy(), client: canned.client })).get(EvolveHealthIndicator);
    const differences = [expect.stringContaining('index by_user')];
    expect(await indicator.isHealthy('tables')).toEqual({ tables: { status: 'up', differences } });
    await canned.close();
  });

  test('is down when the engine fails', async () => {
    const canned = await startCannedEngine(
      () => (response) => void response.writeHead(400).end('{"__type":"AccessDeniedException"}'),
    );
    const indicator = (await start({ ...healthy(), client: canned.client })).get(EvolveHealthIndicator);
    const { tables } = await indicator.isHealthy('tables');
    expect(tables).toMatchObject({ status: 'down', code: 'REQUEST_FAILED' });
    await canned.close();
  });

  test('is down when the engine does not answer in time', async () => {
    let answer = () => {};
    const asked = new Promise<object>((resolve) => {
      answer = () => resolve({ Table: {} });
    });
    const canned = await startCannedEngine(() => asked);
    const indicator = (await start({ ...healthy(), client: canned.client })).get(EvolveHealthIndicator);
    const message = 'no answer within 20 ms';
    expect(await indicator.isHealthy('tables', { timeout: 20 })).toEqual({ tables: { status: 'down', message } });
    answer();
    await canned.close();
  });

  test('asks the mapper that is named', async () => {
    const application = await start(healthy(), { ...healthy(), name: 'archive', tablePrefix: 'archive_' });
    const indicator = application.get(EvolveHealthIndicator);
    expect(await indicator.isHealthy('tables')).toEqual({ tables: { status: 'up' } });
    expect((await indicator.isHealthy('tables', { mapper: 'archive' })).tables.status).toBe('down');
  });

  test('is what Terminus takes', async () => {
    const application = await start(healthy(), { ...healthy(), name: 'archive', tablePrefix: 'archive_' });
    const [health, indicator] = [application.get(HealthCheckService), application.get(EvolveHealthIndicator)];
    const up = await health.check([() => indicator.isHealthy('tables')]);
    expect(up).toMatchObject({ status: 'ok', details: { tables: { status: 'up' } } });
    const down = health.check([() => indicator.isHealthy('archive', { mapper: 'archive' })]);
    await expect(down).rejects.toMatchObject({ response: { status: 'error', error: { archive: { status: 'down' } } } });
  });
});
