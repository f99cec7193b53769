import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import { assertIntegrity, dynamoDBLocalPackage, prepareCommand, whyNoDynamoDBLocal } from './dynamodb-local-package.js';
import { startDynamoDBLocal } from './dynamodb-local.js';

jest.setTimeout(120_000);

const problem = await whyNoDynamoDBLocal();

describe('DynamoDB Local', () => {
  test('is a tarball of one version, known by its digest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tarball-'));
    const file = join(folder, 'another.tgz');
    await writeFile(file, 'not it');
    await expect(assertIntegrity(file, dynamoDBLocalPackage.integrity)).rejects.toThrow('is not what was expected');
    await rm(folder, { recursive: true });
  });

  test('is prepared by a command of the manifest', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(scripts).toHaveProperty([prepareCommand.replace('npm run ', '')]);
  });

  const testHere = problem === undefined ? test : test.skip;
  testHere(`runs on a port of its own${problem === undefined ? '' : ` (not run: ${problem})`}`, async () => {
    const engines = await Promise.all([startDynamoDBLocal(), startDynamoDBLocal()]);
    try {
      const [one, other] = engines.map(({ endpoint }) => endpoint);
      expect(one).not.toBe(other);
      await expect(engines[0].client.send(new ListTablesCommand({}))).resolves.toMatchObject({ TableNames: [] });
    } finally {
      await Promise.all(engines.map((engine) => engine.close()));
    }
  });
});
