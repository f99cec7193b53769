import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import type { SchemaLock } from '../../lib/schema/schema-lock.js';
import { scratchProject, type ScratchProject } from '../support/built-package.js';
import { storeRaw } from '../support/raw-requests.js';
import { testUnless } from '../support/test-unless.js';

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
export const samples = new Map([[Note, 'samples/note'], [Line, 'samples/line']]);
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
/** Runs a command on a terminal of its own, where somebody types an answer. */
const runOnTerminal = (answer: string, ...args: string[]) => {
  const words = [process.execPath, '--disable-warning=Warning', 'dist/cli/main.js', ...args].map((word) => `'${word}'`);
  const command = `printf '%s\\n' '${answer}' | script --quiet --return --command "${words.join(' ')}" /dev/null`;
  return project.runShell(command, { ENDPOINT: engine.endpoint, PREFIX: prefix });
};
const whyNoTerminal = process.platform === 'linux' ? undefined : "only util-linux's script makes a terminal like this";
const store = (id: string, item: object) => storeRaw(engine.endpoint, `${prefix}notes`, { id: { S: id }, ...item });
const storeMany = async (number: number) => {
  for (let at = 0; at < number; at++) await store(`n${at}`, { name: { S: 'x' } });
};

async function expectToAsk(): Promise<void> {
  await storeMany(30);
  const no = await runOnTerminal('n', 'sweep', 'Note');
  expect(no.stdout).toContain('would bring');
  expect(no.stdout).toContain('Begin? [y/N]');
  expect((await run('census', 'Note')).stdout).toContain('version 1: 30 items');
  const yes = await runOnTerminal('y', 'sweep', 'Note');
  expect(yes.stdout).toContain('30 rewritten of 30 items');
  expect((await run('census', 'Note')).stdout).toContain('version 2: 30 items');
  const unasked = await runOnTerminal('', 'sweep', 'Note', '--yes');
  expect(unasked.stdout).not.toContain('Begin?');
}

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
    expect(swept.stdout).toContain('Note: done, 64 of 64 segments, 3 rewritten of 3 items');
    expect(swept.stdout).toContain('Line: done');
    const retired = await run('retire', 'Note', '--below', '2', '--last-old-writer', '2024-03-01T12:00:00Z');
    expect(retired).toMatchObject({ code: 0, stdout: expect.stringContaining('may be forgotten') });
  });

  test('note a retirement, after which the floor can be raised and old code be deleted', async () => {
    const lockFile = join(project.folder, 'schema.lock.json');
    const raised = config.replace('@Versioned(2)', '@Versioned(2, { floor: 2 })');
    const shrunk = raised.replace(/ {2}@Upgrade[^]*?\n {2}}\n/, '');
    await project.write({
      'samples/note/v1-a.json': '{ "id": "a", "name": "x" }',
      'samples/note/v2-b.json': '{ "id": "b", "title": "x", "schema_version": 2 }',
      'samples/line/v1-a.json': '{ "id": "a" }',
      'dynamo-evolve.config.ts': config,
    });
    try {
      expect((await run('lock')).code).toBe(0);
      await project.write({ 'dynamo-evolve.config.ts': raised });
      const refused = await run('check');
      expect(refused).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('FLOOR_RAISED Note: the floor was raised'),
      });
      await project.write({ 'dynamo-evolve.config.ts': config });
      await storeMany(2);
      await run('sweep', 'Note');
      const retired = await run('retire', 'Note', '--below', '2', '--last-old-writer', '2024-03-01T12:00:00Z');
      expect(retired).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Noted in schema.lock.json. Commit it.'),
      });
      const lock = JSON.parse(await readFile(lockFile, 'utf8')) as SchemaLock;
      expect(lock.entities['notes']?.retired).toEqual({
        2: {
          at: expect.stringMatching(/^20.*Z$/),
          lastOldWriter: '2024-03-01T12:00:00.000Z',
          table: `${prefix}notes`,
          items: { 2: 2 },
          census: 'consistent, of the whole table, every item examined',
        },
      });
      const removable = ['the upgrade 1 → 2 (Note.title)', 'the sample v1-a.json'];
      const after = await run('check', '--json');
      expect(JSON.parse(after.stdout)).toEqual({
        findings: [],
        removable: [{ entity: 'Note', below: 2, canRaiseFloor: true, parts: removable }],
      });
      expect((await run('check')).stdout).toContain('  can be deleted: the upgrade 1 → 2 (Note.title)\n');
      await project.write({ 'dynamo-evolve.config.ts': shrunk });
      expect(await run('check')).toMatchObject({ code: 0, stdout: expect.stringContaining('the sample v1-a.json') });
      expect((await run('lock')).code).toBe(0);
      expect(JSON.parse(await readFile(lockFile, 'utf8'))).toMatchObject({
        entities: { notes: { floor: 2, retired: { 2: {} } } },
      });
    } finally {
      await project.write({ 'dynamo-evolve.config.ts': config });
      await rm(lockFile, { force: true });
    }
  });

  test('note nothing in a lock that was edited by hand', async () => {
    const lockFile = join(project.folder, 'schema.lock.json');
    try {
      await run('lock');
      await writeFile(lockFile, (await readFile(lockFile, 'utf8')).replace('"title"', '"titel"'));
      const edited = await readFile(lockFile, 'utf8');
      const retired = await run('retire', 'Note', '--below', '2', '--last-old-writer', '2024-03-01T12:00:00Z');
      expect(retired).toMatchObject({ code: 0, stdout: expect.stringContaining('edited by hand') });
      expect(await readFile(lockFile, 'utf8')).toBe(edited);
    } finally {
      await rm(lockFile, { force: true });
    }
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

  test("tell a job's status, without working on it", async () => {
    await storeMany(40);
    await store('bad', { name: { S: 'broken' } });
    expect((await run('sweep', 'Note', '--job', 's', '--canary', '8')).code).toBe(3);
    const half = await run('sweep', 'Note', '--job', 's', '--status');
    expect(half.code).toBe(3);
    expect(half.stdout).toMatch(
      /^Note: to version 2, begun 20.*Z, not done, \d+ segments at work\n  \d+ of 64 segments, /,
    );
    const before = (await run('census', 'Note')).stdout;
    expect((await run('census', 'Note')).stdout).toBe(before);
    expect((await run('sweep', 'Note', '--job', 's')).code).toBe(1);
    const done = await run('sweep', 'Note', '--job', 's', '--status', '--json');
    expect(done.code).toBe(1);
    expect(JSON.parse(done.stdout)).toMatchObject({
      entity: 'Note',
      job: 's Note',
      isDone: true,
      segments: { done: 64, taken: 0, total: 64 },
      failed: { UPGRADE_FAILED: { count: 1, items: [{ key: { id: 'bad' } }] } },
    });
  });

  test('work with an endpoint and a configuration without a client, or with one that is made when it is needed', async () => {
    await storeMany(2);
    const client = /client: new DynamoDBClient\([^]*?\n {2}\}\),\n/;
    try {
      await project.write({ 'dynamo-evolve.config.ts': config.replace(client, '') });
      const without = await run('census', 'Note');
      expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('has no client; export one') });
      const given = await run('sweep', 'Note', '--endpoint', engine.endpoint, '--canary', '1');
      expect(given).toMatchObject({ code: 3, stdout: expect.stringContaining(` --endpoint ${engine.endpoint}\n`) });
      const made = config
        .replace('client: new', "client: () => (console.log('made'), new")
        .replace('  }),\n', '  })),\n');
      await project.write({ 'dynamo-evolve.config.ts': made });
      expect((await run('check')).stdout).not.toContain('made');
      expect((await run('census', 'Note')).stdout).toContain('made\nNote (');
      const mapped = config
        .replace('export default {', 'export default new Mapper({')
        .replace('  entities: [Note, Line],\n};', '  entities: [Note, Line],\n});');
      await project.write({
        'dynamo-evolve.config.ts': mapped.replace('import { Attribute,', 'import { Mapper, Attribute,'),
      });
      expect((await run('census', 'Note')).code).toBe(0);
      const refused = await run('census', 'Note', '--endpoint', engine.endpoint);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('exports a mapper') });
    } finally {
      await project.write({ 'dynamo-evolve.config.ts': config });
    }
  });

  testUnless(whyNoTerminal, 'show on a terminal what they do, and ask before', expectToAsk);

  test.each<[string[], string]>([
    [['sweep', '--status'], '--status needs the name of a job'],
    [['sweep', '--status', '--job', 'unknown'], '--status finds no job unknown Note'],
    [['census', '--endpoint', 'localhost'], 'Expected an URL such as http://localhost:8000.'],
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
