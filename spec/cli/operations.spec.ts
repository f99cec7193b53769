import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { scratchProject, type ScratchProject } from '../support/built-package.js';
import { storeRaw } from '../support/raw-requests.js';

// builds the package and starts processes
jest.setTimeout(180_000);

const config = `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Attribute, Entity, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';

@Entity({ table: 'notes' })
@Versioned(2)
class Note {
  @PartitionKey() id: string;
  @Attribute() title: string;

  @Upgrade(1, 2)
  static title(item) {
    if (item.name === 'broken') throw new Error('this one can not be upgraded');
    item.title = item.name;
    delete item.name;
  }
}

@Entity({ table: 'lines' })
@Versioned(1)
class Line {
  @PartitionKey() id: string;
}

export default {
  client: new DynamoDBClient({
    endpoint: process.env.ENDPOINT,
    region: 'local',
    maxAttempts: 1,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  }),
  tablePrefix: process.env.PREFIX,
  entities: [Note, Line],
};
`;

let project: ScratchProject;
let engine: EmbeddedEngine;
let prefix = '';
let count = 0;
beforeAll(async () => {
  [project, engine] = await Promise.all([scratchProject('operations'), startEmbeddedEngine()]);
  await project.write({ 'dynamo-evolve.config.ts': config });
});
beforeEach(async () => {
  prefix = `p${++count}_`;
  await run('tables', 'create');
});
afterAll(async () => {
  await Promise.all([project.remove(), engine.close()]);
});

const run = (...args: string[]) =>
  project.run(['--disable-warning=Warning', 'dist/cli/main.js', ...args], {
    ENDPOINT: engine.endpoint,
    PREFIX: prefix,
  });
const store = (id: string, item: object) => storeRaw(engine.endpoint, `${prefix}notes`, { id: { S: id }, ...item });
const storeMany = async (number: number) => {
  for (let at = 0; at < number; at++) await store(`n${at}`, { name: { S: 'x' } });
};

describe('the commands', () => {
  test('bring a table from one version to the next, and prove it', async () => {
    await storeMany(3);
    const before = await run('census', 'Note');
    expect(before).toMatchObject({ code: 0, stdout: `Note (${prefix}notes)\n  version 1: 3 items, 12 bytes\n` });
    const plan = await run('sweep', 'Note', '--plan');
    expect(plan.code).toBe(0);
    expect(plan.stdout).toMatch(/^Note: would bring \d+ items? .*to version 2/);
    const refused = await run('retire', 'Note', '--below', '2', '--last-old-writer', '2024-03-01T12:00:00Z');
    expect(refused).toMatchObject({
      code: 1,
      stdout: 'Note: versions below 2 are still needed\n  There are still items: 3 of version 1. Run sweep().\n',
    });
    const swept = await run('sweep', '--job', 'first');
    expect(swept.code).toBe(0);
    expect(swept.stdout).toContain('Note: done, 8 of 8 segments, 3 rewritten of 3 items');
    expect(swept.stdout).toContain('Line: done');
    const retired = await run('retire', 'Note', '--below', '2', '--last-old-writer', '2024-03-01T12:00:00Z');
    expect(retired).toMatchObject({ code: 0, stdout: expect.stringContaining('may be forgotten') });
  });

  test('tell what can not be read, and what is left', async () => {
    await store('a', { name: { S: 'broken' } });
    await store('b', { schema_version: { S: 'x' } });
    const census = await run('census', 'Note', '--examine', '--consistent');
    expect(census.code).toBe(1);
    expect(census.stdout).toContain(
      '  without a version: 1 item\n  INVALID_VERSION: 1 item\n  UPGRADE_FAILED: 1 item\n',
    );
    const swept = await run('sweep', 'Note');
    expect(swept.code).toBe(1);
    expect(swept.stdout).toContain('  UPGRADE_FAILED: 1 item, such as {"id":"a"}\n');
  });

  test('print JSON', async () => {
    await storeMany(2);
    const census = JSON.parse((await run('census', 'Note', '--json')).stdout) as object;
    expect(census).toMatchObject({ censuses: [{ entity: 'Note', versions: [{ version: 1, count: 2 }] }] });
    const plan = JSON.parse((await run('sweep', 'Note', '--plan', '--json')).stdout) as object;
    expect(plan).toMatchObject({ entity: 'Note', version: 2, seconds: { 100: expect.any(Number) } });
    const lines = (await run('sweep', 'Note', '--json')).stdout.trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ entity: 'Note', state: 'done', rewritten: 2 });
  });

  test('stop after a canary, and go on', async () => {
    await storeMany(40);
    const canary = await run('sweep', 'Note', '--job', 'j', '--canary', '8', '--segments', '2');
    expect(canary.code).toBe(3);
    expect(canary.stdout).toContain('Go on with: npx dynamo-evolve sweep Note --job j --segments 2\n');
    const both = await run('sweep', '--job', "it's", '--canary', '8', '--segments', '2', '--rate', '900');
    const words = String.raw`sweep Note Line --job 'it'\''s' --rate 900 --segments 2`;
    expect(both.stdout).toContain(`Go on with: npx dynamo-evolve ${words}\n`);
    const rest = await run('sweep', 'Note', '--job', 'j');
    expect(rest).toMatchObject({ code: 0, stdout: expect.stringContaining('2 of 2 segments') });
    expect((await run('census', 'Note')).stdout).toContain('version 2: 40 items');
  });

  test.each<[string[], string]>([
    [['sweep', 'Nobody'], "names Nobody, which isn't a class of the configuration (Note, Line)"],
    [['sweep', '--rate', 'fast'], "Expected a number of items a second, or 'adaptive'."],
    [['sweep', '--segments', '0'], 'Expected a whole number from 1.'],
    [['sweep', '--only-failed'], 'needs the name of the job'],
    [['census', '--sample', '2'], 'Expected a number above 0 and at most 1.'],
    [['retire', 'Note', '--below', '2', '--last-old-writer', 'soon'], "which isn't a time such as"],
    [['retire', 'Note', '--below', '7', '--last-old-writer', '2024-03-01'], "isn't a version of Note from 2 to 2"],
    [['retire', 'Note'], "required option '--below <version>' not specified"],
  ])('refuse %j', async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
