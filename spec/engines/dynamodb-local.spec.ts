import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  assertIntegrity,
  dynamoDBLocalPackage,
  fetchTarball,
  prepareCommand,
  prepareDynamoDBLocal,
  whyNoDynamoDBLocal,
} from '../../tools/engines/dynamodb-local-package.js';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';

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

  describe('is not prepared, and leaves nothing behind,', () => {
    let parent: string;
    beforeEach(async () => {
      parent = await mkdtemp(join(tmpdir(), 'with a space-'));
    });
    afterEach(() => rm(parent, { recursive: true }));
    const prepare = (fetch: typeof fetchTarball, signal?: AbortSignal) =>
      prepareDynamoDBLocal(signal, join(parent, 'emulator'), fetch);

    test('from another tarball', async () => {
      const another = (folder: string) =>
        writeFile(join(folder, `${dynamoDBLocalPackage.name}-${dynamoDBLocalPackage.version}.tgz`), 'not it');
      await expect(prepare(another)).rejects.toThrow('is not what was expected');
      expect(await readdir(parent)).toEqual([]);
    });

    test('without a registry, and says so', async () => {
      const nowhere = ['--registry', 'http://127.0.0.1:9', '--fetch-retries', '0'];
      const offline = (folder: string, signal?: AbortSignal) => fetchTarball(folder, signal, nowhere);
      await expect(prepare(offline)).rejects.toThrow(/could not be fetched from npm: (.|\n)*ECONNREFUSED/);
      expect(await readdir(parent)).toEqual([]);
    });

    test('when it is interrupted', async () => {
      const interruption = new AbortController();
      const interrupted = async (folder: string, signal?: AbortSignal) => {
        await writeFile(join(folder, 'a part'), '');
        interruption.abort();
        await fetchTarball(folder, signal);
      };
      await expect(prepare(interrupted, interruption.signal)).rejects.toThrow('aborted');
      expect(await readdir(parent)).toEqual([]);
    });
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
