import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { engineList, engineNames, type EngineName } from '../../tools/engines/engine-list.js';
import { startEngine, whyNoSecondEngine, whyNotRun } from '../../tools/engines/engine-runs.js';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';

describe('a run of the conformance suite', () => {
  test('is on the embedded engine, and by npm run test:all on DynamoDB Local where it is ready', async () => {
    await expect(whyNotRun('embedded', {})).resolves.toBeUndefined();
    await expect(whyNotRun('dynamodb-local', {})).resolves.toMatch(/^it runs by npm run test:all/);
    await expect(whyNotRun('dynamodb-local', { EFFORT: 'full' })).resolves.toEqual(await whyNoDynamoDBLocal());
    await expect(whyNotRun('scylla', {})).resolves.toBe('it runs where ENGINE is scylla');
  });

  test('is on the engine that ENGINE names, and says of the others why not', async () => {
    await expect(whyNotRun('embedded', { ENGINE: 'embedded' })).resolves.toBeUndefined();
    for (const name of engineNames().filter((one) => one !== 'embedded')) {
      await expect(whyNotRun(name, { ENGINE: 'embedded' })).resolves.toBe('ENGINE is embedded');
    }
  });

  test('knows no other names', async () => {
    await expect(whyNotRun('embedded', { ENGINE: 'dynamo' })).rejects.toThrow(
      /no engine dynamo; the engines are embedded/,
    );
  });

  test('is on ScyllaDB at ALTERNATOR_ENDPOINT, or on the engine that ENGINE names there', async () => {
    const there = { ALTERNATOR_ENDPOINT: 'http://127.0.0.1:9' };
    await expect(whyNotRun('scylla', there)).resolves.toBeUndefined();
    await expect(whyNotRun('embedded', there)).resolves.toBe('ENGINE is scylla');
    await expect(whyNotRun('localstack', { ...there, ENGINE: 'localstack' })).resolves.toBeUndefined();
    await expect(whyNotRun('alternator-profile', { ...there, ENGINE: 'alternator-profile' })).rejects.toThrow(
      'brings its own engine',
    );
  });

  test('takes the engine at ALTERNATOR_ENDPOINT, and leaves it running', async () => {
    const running = await startEngine('embedded', {});
    try {
      const there = { ALTERNATOR_ENDPOINT: running.endpoint };
      const engine = await startEngine('scylla', there);
      expect(engine.endpoint).toBe(running.endpoint);
      await engine.close();
      await running.client.send(new ListTablesCommand({}));
    } finally {
      await running.close();
    }
  });

  test.each(['http://127.0.0.1:9', 'localhost:8000', 'nowhere'])(
    'fails at once where nothing answers: %s',
    async (address) => {
      await expect(startEngine('scylla', { ALTERNATOR_ENDPOINT: address })).rejects.toThrow(
        `nothing answers at ALTERNATOR_ENDPOINT, which is ${address}`,
      );
    },
  );
});

describe('a spec that compares engines', () => {
  test('asks a second one by npm run test:all, or where ENGINE names one', async () => {
    const whyNot = await whyNoDynamoDBLocal();
    await expect(whyNoSecondEngine({ ENGINE: 'embedded' })).resolves.toMatch(/^it runs by npm run test:all/);
    await expect(whyNoSecondEngine({ EFFORT: 'full', ENGINE: 'embedded' })).resolves.toEqual(whyNot);
    await expect(whyNoSecondEngine({ ENGINE: 'dynamodb-local' })).resolves.toEqual(whyNot);
  });
});

describe('the list of engines', () => {
  test('names each once', () => {
    const names: EngineName[] = engineList.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
