import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { sendRaw, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
}

const started: EmbeddedEngine[] = [];
const start = async () => {
  const engine = await startEmbeddedEngine();
  started.push(engine);
  return engine;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.close()));
});

const storeNote = async ({ client }: EmbeddedEngine, text: string) => {
  const mapper = new Mapper({ client, entities: [Note] });
  await mapper.createTables();
  const notes = mapper.repository(Note);
  await notes.insert(notes.create({ id: 'a', text }));
  return notes;
};

describe('startEmbeddedEngine()', () => {
  test('starts an engine on a free port of the loopback interface', async () => {
    const engine = await start();
    expect(engine.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(JSON.parse(await sendRaw(engine.endpoint, 'ListTables', '{}'))).toEqual({ TableNames: [] });
  });

  test('hands out a client of it', async () => {
    const engine = await start();
    const notes = await storeNote(engine, 'stored');
    expect(await notes.get({ id: 'a' })).toEqual({ id: 'a', text: 'stored' });
    expect((await engine.client.send(new ListTablesCommand())).TableNames).toEqual(['notes']);
  });

  test('starts as many as are wanted, each with tables of its own', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(first.endpoint).not.toBe(second.endpoint);
    const [ofFirst, ofSecond] = await Promise.all([storeNote(first, 'first'), storeNote(second, 'second')]);
    expect([(await ofFirst.get({ id: 'a' }))?.text, (await ofSecond.get({ id: 'a' }))?.text]).toEqual([
      'first',
      'second',
    ]);
    await first.close();
    expect((await ofSecond.get({ id: 'a' }))?.text).toBe('second');
  });

  test('has made a table by the time that it says so', async () => {
    const { endpoint } = await start();
    const keys = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    for (let round = 0; round < 50; round++) {
      const TableName = `notes${round}`;
      await sendRaw(endpoint, 'CreateTable', JSON.stringify({ TableName, ...keys }));
      await storeRaw(endpoint, TableName, { id: { S: 'a' } });
      await sendRaw(endpoint, 'DeleteTable', JSON.stringify({ TableName }));
      expect(await sendRaw(endpoint, 'ListTables', '{}')).toBe('{"TableNames":[]}');
    }
  });

  test('starts empty again', async () => {
    const first = await start();
    await storeNote(first, 'gone');
    await first.close();
    const second = await start();
    expect((await second.client.send(new ListTablesCommand())).TableNames).toEqual([]);
  });
});

describe('close()', () => {
  test('stops the engine', async () => {
    const engine = await start();
    await engine.close();
    await expect(sendRaw(engine.endpoint, 'ListTables', '{}')).rejects.toThrow('ECONNREFUSED');
  });

  test('may be called again, also at the same time', async () => {
    const engine = await start();
    await storeNote(engine, 'x');
    await Promise.all([engine.close(), engine.close()]);
    await expect(engine.close()).resolves.toBeUndefined();
  });

  test('does not wait for somebody who is connected and says nothing', async () => {
    const engine = await start();
    const socket = connect(Number(new URL(engine.endpoint).port), '127.0.0.1');
    await once(socket, 'connect');
    const isCut = once(socket, 'close');
    await engine.close();
    await expect(isCut).resolves.toEqual([false]);
  });
});

describe('what keeps the process running', () => {
  const open = () =>
    process
      .getActiveResourcesInfo()
      .filter((one) => one.startsWith('TCP'))
      .toSorted();
  /** Handles close a turn after their owners say so. */
  const openAfterwards = async () => {
    for (let at = 0; at < 100 && open().length > 0; at++) await setTimeout(10);
    return open();
  };

  test('is gone after close()', async () => {
    expect(await openAfterwards()).toEqual([]);
    const engine = await start();
    await storeNote(engine, 'x');
    expect(open()).toEqual(expect.arrayContaining(['TCPServerWrap', 'TCPSocketWrap']));
    await engine.close();
    expect(await openAfterwards()).toEqual([]);
  });
});
