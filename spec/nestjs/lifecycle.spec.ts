import { DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Mapper } from 'dynamo-evolve';
import { EvolveModule, type EvolveModuleOptions } from 'dynamo-evolve/nestjs';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';
import { startCannedEngine } from '../support/canned-engine.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

let prefix = '';
let lines: string[] = [];
const logger: LoggerService = {
  log: (message: unknown, context: unknown) => note('log', message, context),
  warn: (message: unknown, context: unknown) => note('warn', message, context),
  error: (message: unknown, ...others: unknown[]) => note('error', message, others.at(-1)),
};
function note(level: string, message: unknown, context: unknown): void {
  if (context === 'EvolveModule') lines.push(`${level}: ${String(message)}`);
}

let tests = 0;
beforeEach(() => {
  prefix = `t${++tests}_`;
  lines = [];
});
const started: TestingModule[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
  jest.restoreAllMocks();
});

const configOf = ({ endpoint }: { endpoint: string }) => ({
  endpoint,
  region: 'local',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  maxAttempts: 1,
});

async function start(options: Partial<EvolveModuleOptions>): Promise<TestingModule> {
  const given = { entities: [Session], tablePrefix: prefix, ...options };
  const imports = [EvolveModule.forRoot(given)];
  const application = await Test.createTestingModule({ imports }).setLogger(logger).compile();
  started.push(application);
  await application.init();
  return application;
}

const tables = async () => {
  const { TableNames = [] } = await engine.client.send(new ListTablesCommand());
  return TableNames.filter((name) => name.startsWith(prefix));
};

describe('at the start', () => {
  test('tables are left alone unless asked for', async () => {
    await start({ client: engine.client });
    expect([await tables(), lines]).toEqual([[], []]);
  });

  test('missing tables are created, and named in the log', async () => {
    await start({ client: engine.client, tables: 'create' });
    await start({ client: engine.client, entities: [Session, Message], tables: 'create' });
    expect(await tables()).toEqual([`${prefix}chat_messages`, `${prefix}chat_sessions`]);
    expect(lines).toEqual([
      `log: Created the table ${prefix}chat_sessions`,
      `log: Found the table ${prefix}chat_sessions`,
      `log: Created the table ${prefix}chat_messages`,
    ]);
  });

  test('tables that are as the entities want them pass', async () => {
    await start({ client: engine.client, tables: 'create' });
    await start({ client: engine.client, tables: 'verify' });
    expect(lines.at(-1)).toBe('log: Verified the tables');
  });

  test('streams are turned on and verified if asked for', async () => {
    const streams = 'NEW_AND_OLD_IMAGES';
    const missing = `${prefix}chat_sessions: expected the stream NEW_AND_OLD_IMAGES, found none`;
    // the embedded engine has none
    await start({ client: engine.client, tables: 'create', streams });
    expect(lines).toEqual([`log: Created the table ${prefix}chat_sessions`, `warn: ${missing}`]);
    await expect(start({ client: engine.client, tables: 'verify', streams })).rejects.toMatchObject({
      code: 'TABLE_MISMATCH',
    });
    expect(lines.at(-1)).toBe(`error: ${missing}`);
  });

  test('tables that differ end the start, each difference in the log', async () => {
    const asked = start({ client: engine.client, entities: [Session, Message], tables: 'verify' });
    await expect(asked).rejects.toMatchObject({ code: 'TABLE_MISMATCH' });
    expect(lines).toEqual([
      `error: ${prefix}chat_sessions: expected a table, found none`,
      `error: ${prefix}chat_messages: expected a table, found none`,
    ]);
  });

  test('an engine that is not ready yet is tried again', async () => {
    const canned = await startCannedEngine((_request, at) =>
      at < 2
        ? (response) => void response.writeHead(500).end('{"__type":"InternalServerError"}')
        : { Table: { TableName: 'any', KeySchema: [] } },
    );
    const given = { clientConfig: configOf(canned), retryDelay: 1 };
    await expect(start({ ...given, tables: 'verify' })).rejects.toMatchObject({ code: 'TABLE_MISMATCH' });
    await canned.close();
    const warnings = lines.filter((line) => line.startsWith('warn'));
    expect(warnings).toEqual([
      expect.stringMatching(
        /REQUEST_FAILED.*\n {2}caused by InternalServerError.*\nTrying again in 1 ms \(1 of 9\)\.$/,
      ),
      expect.stringMatching(
        /REQUEST_FAILED.*\n {2}caused by InternalServerError.*\nTrying again in 1 ms \(2 of 9\)\.$/,
      ),
    ]);
  });

  test('an engine that never answers ends the start, and the client that was made for it', async () => {
    const canned = await startCannedEngine(
      () => (response) => void response.writeHead(500).end('{"__type":"InternalServerError"}'),
    );
    const destroyed = jest.spyOn(DynamoDBClient.prototype, 'destroy');
    const given = { clientConfig: configOf(canned), retryAttempts: 2, retryDelay: 1 };
    await expect(start({ ...given, tables: 'create' })).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
    expect(destroyed).toHaveBeenCalledTimes(1);
    await canned.close();
  });

  test('mistakes in the model are not tried again', async () => {
    const asked = start({ clientConfig: configOf(engine), entities: [class Nothing {}], tables: 'create' });
    await expect(asked).rejects.toMatchObject({ code: 'NOT_AN_ENTITY' });
    expect(lines).toEqual([]);
  });
});

describe('at the end', () => {
  test('write-backs are drained', async () => {
    const application = await start({ client: engine.client, tables: 'create', writeBack: 'background' });
    const stored = { session_id: { S: 'old' }, user_id: { S: 'user-1' }, title: { S: 'Old' }, state: { S: 'open' } };
    const dates = { created_at: { S: '2024-01-01T00:00:00.000Z' }, updated_at: { S: '2024-01-01T00:00:00.000Z' } };
    const TableName = `${prefix}chat_sessions`;
    await engine.client.send(new PutItemCommand({ TableName, Item: { ...stored, ...dates } }));
    await application.get(Mapper).repository(Session).getOrFail({ session_id: 'old' });
    await application.close();
    const mapper = new Mapper({ client: engine.client, entities: [Session], tablePrefix: prefix });
    const sessions = mapper.repository(Session);
    expect(sessions.stored(await sessions.getOrFail({ session_id: 'old' }))?.version).toBe(3);
  });

  test('the mapper is closed', async () => {
    const application = await start({ client: engine.client, tables: 'create' });
    const sessions = application.get(Mapper).repository(Session);
    await application.close();
    await expect(sessions.get({ session_id: 'any' })).rejects.toMatchObject({ code: 'MAPPER_CLOSED' });
  });

  test('a client of yours goes on', async () => {
    const destroyed = jest.spyOn(engine.client, 'destroy');
    await (await start({ client: engine.client, tables: 'create' })).close();
    expect(destroyed).not.toHaveBeenCalled();
    expect(await tables()).toEqual([`${prefix}chat_sessions`]);
  });

  test('a client that the module made is destroyed, after the write-backs', async () => {
    const application = await start({ clientConfig: configOf(engine), tables: 'create' });
    const order: string[] = [];
    const mapper = application.get(Mapper);
    const close = mapper.close.bind(mapper);
    jest.spyOn(mapper, 'close').mockImplementation(async () => {
      await close();
      order.push('closed');
    });
    jest.spyOn(DynamoDBClient.prototype, 'destroy').mockImplementation(() => void order.push('destroyed'));
    await application.close();
    expect(order).toEqual(['closed', 'destroyed']);
  });
});
