import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessResult, scratchProject, type ScratchProject } from '../support/built-package.js';

// builds the package and starts processes
jest.setTimeout(180_000);

const note = `import { Attribute, Entity, type Item, PartitionKey, SortKey, Upgrade, Versioned } from 'dynamo-evolve';

class NoteUpgrades {
  @Upgrade(1, 2, 'renamed name to title')
  static title(item: Item): void {
    if (item.name === 'broken') throw new Error('this one can not be upgraded');
    if (!Object.hasOwn(item, 'name')) return;
    item.title = item.name;
    delete item.name;
  }
}

@Entity({ table: 'notes' })
@Versioned(2, { upgrades: NoteUpgrades })
export class Note {
  @PartitionKey() id!: string;
  @Attribute() title!: string;
}

@Entity({ table: 'lines' })
@Versioned(1)
export class Line {
  @PartitionKey() id!: string;
  @SortKey() at!: number;
}
`;

const config = `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Class } from 'dynamo-evolve';
import { Line, Note } from './note.js';

export default {
  client: new DynamoDBClient({
    endpoint: process.env.ENDPOINT ?? 'http://127.0.0.1:1',
    region: 'local',
    maxAttempts: 1,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  }),
  entities: [Note, Line],
  tablePrefix: 'test_',
};
export const samples = new Map<Class, string>([
  [Note, 'samples/note'],
  [Line, 'samples/line'],
]);
`;

const files = {
  'note.ts': note,
  'dynamo-evolve.config.ts': config,
  'samples/note/v1-a.json': JSON.stringify({ id: { S: 'a' }, name: { S: 'first' } }),
  'samples/note/v2-b.json': JSON.stringify({ id: 'b', title: 'second', schema_version: 2 }),
  'samples/line/v1-c.json': JSON.stringify({ id: 'c', at: 1 }),
};

let project: ScratchProject;
beforeAll(async () => {
  project = await scratchProject('cli');
  await project.write(files);
});
afterAll(async () => {
  await project.remove();
});

const run = (args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<ProcessResult> =>
  project.run(['--disable-warning=Warning', 'dist/cli/main.js', ...args], environment);
const readLock = () => readFile(join(project.folder, 'schema.lock.json'), 'utf8');

describe('check and lock', () => {
  test('go from no lock to a green check', async () => {
    await rm(join(project.folder, 'schema.lock.json'), { force: true });
    const before = await run(['check']);
    expect(before).toEqual({
      code: 1,
      stdout: `LOCK_MISSING all: there is no schema.lock.json.\n    Run npx dynamo-evolve lock, and commit schema.lock.json.\n`,
      stderr: '',
    });
    expect(await run(['lock'])).toEqual({ code: 0, stdout: 'Wrote schema.lock.json. Commit it.\n', stderr: '' });
    expect(await run(['check'])).toEqual({
      code: 0,
      stdout: '2 classes match the lock, and all samples upgrade correctly.\n',
      stderr: '',
    });
    expect(await run(['lock'])).toMatchObject({ code: 0, stdout: 'schema.lock.json is up to date.\n' });
  });

  test('speak JSON', async () => {
    await run(['lock']);
    const { code, stdout } = await run(['check', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, { findings: [] }]);
    const file = join(project.folder, 'schema.lock.json');
    expect(JSON.parse((await run(['lock', '--json'])).stdout)).toEqual({ file, written: false, findings: [] });
  });

  test('refuse a shape that changed without a version; --amend locks it anew', async () => {
    await run(['lock']);
    const locked = await readLock();
    await project.write({
      'note.ts': note.replace('title!: string;', 'title!: string;\n  @Attribute({ optional: true }) extra?: string;'),
    });
    try {
      const found = await run(['check', '--json']);
      expect(found.code).toBe(1);
      expect(JSON.parse(found.stdout)).toEqual({
        findings: [
          {
            code: 'SHAPE_CHANGED',
            entity: 'Note',
            problem: 'the shape of version 2 changed: added extra (string, optional)',
            fix: 'Declare @Versioned(3) and write an @Upgrade(2, 3). If version 2 was never deployed, run: npx dynamo-evolve lock --amend',
          },
        ],
      });
      const refused = await run(['lock']);
      expect(refused.code).toBe(1);
      expect(refused.stdout).toContain('The lock was not written.');
      expect(await readLock()).toBe(locked);
      expect((await run(['lock', '--amend'])).code).toBe(0);
      expect((await run(['check'])).code).toBe(0);
      expect(await readLock()).not.toBe(locked);
    } finally {
      await project.write({ 'note.ts': note });
      await run(['lock', '--amend']);
    }
    expect(await readLock()).toBe(locked);
  });

  test('keep a class that vanished, until it is dropped', async () => {
    await run(['lock']);
    const locked = await readLock();
    await project.write({ 'dynamo-evolve.config.ts': config.replace('[Note, Line],', '[Note],') });
    try {
      expect((await run(['check'])).stdout).toContain(`npx dynamo-evolve lock --drop 'lines'`);
      expect((await run(['lock'])).code).toBe(1);
      expect((await run(['lock', '--drop', 'lines'])).code).toBe(0);
      expect(Object.keys((JSON.parse(await readLock()) as { entities: object }).entities)).toEqual(['notes']);
    } finally {
      await project.write({ 'dynamo-evolve.config.ts': config, 'schema.lock.json': locked });
    }
  });

  test('agree on samples that a schema refuses: check finds them, and lock is written', async () => {
    await run(['lock']);
    const locked = await readLock();
    const judges = `schema: { '~standard': { version: 1, vendor: 'notes', validate: () => ({ issues: [{ message: 'no' }] }) } }`;
    await project.write({ 'note.ts': note.replace(`{ table: 'lines' }`, `{ table: 'lines', ${judges} }`) });
    await rm(join(project.folder, 'schema.lock.json'));
    try {
      expect(await run(['lock'])).toMatchObject({ code: 0 });
      const { code, stdout } = await run(['check']);
      expect({ code, found: stdout.match(/^[A-Z_]+ \w+/gm) }).toEqual({ code: 1, found: ['SAMPLE_INVALID Line'] });
    } finally {
      await project.write({ 'note.ts': note, 'schema.lock.json': locked });
    }
  });

  test('say in a line that the lock cannot be written', async () => {
    await rm(join(project.folder, 'schema.lock.json'));
    // what stands there can neither be read nor written, and looks like nothing
    await symlink('nowhere/at/all', join(project.folder, 'schema.lock.json'));
    try {
      const { code, stderr } = await run(['lock']);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^ENOENT: no such file or directory, open .*\n$/)]);
    } finally {
      await rm(join(project.folder, 'schema.lock.json'));
      await run(['lock']);
    }
  });

  test('refuse a lock with merge marks', async () => {
    await run(['lock']);
    const locked = await readLock();
    await project.write({ 'schema.lock.json': `<<<<<<< HEAD\n${locked}` });
    try {
      for (const command of ['check', 'lock', 'history']) {
        const { code, stderr } = await run([command]);
        expect([code, stderr]).toEqual([
          2,
          expect.stringContaining('after a merge conflict, take one of the two sides'),
        ]);
      }
    } finally {
      await project.write({ 'schema.lock.json': locked });
    }
  });
});

describe('history', () => {
  test('tells of each version in Markdown', async () => {
    await run(['lock']);
    expect(await run(['history'])).toEqual({
      code: 0,
      stdout: `# Schema history

## Note

Table \`notes\`, id (string).

### Version 2

- from version 1: renamed name to title (a point of no return)
- has id (string, partition key)
- has title (string)

## Line

Table \`lines\`, id (string) and at (number).

### Version 1

- has at (number, sort key)
- has id (string, partition key)
`,
      stderr: '',
    });
  });

  test('speaks JSON', async () => {
    const { stdout } = await run(['history', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      entities: [{ class: 'Note', table: 'notes', versions: [{ version: 2, upgrades: [{ from: 1, to: 2 }] }] }, {}],
    });
  });
});

describe('upgrade', () => {
  test('shows each step and what becomes of the document', async () => {
    const { code, stderr, stdout } = await run(['upgrade', 'samples/note/v1-a.json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`Note, version 1 of 2

1 → 2  renamed name to title (a point of no return)
  - name: 'first'
  + schema_version: 2
  + title: 'first'

{
  "id": {
    "S": "a"
  },
  "schema_version": {
    "N": "2"
  },
  "title": {
    "S": "first"
  }
}
`);
  });

  test('takes plain JSON, and speaks JSON', async () => {
    const { stdout } = await run(['upgrade', 'samples/note/v2-b.json', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      entity: 'Note',
      steps: [],
      problems: [],
      item: { id: { S: 'b' }, title: { S: 'second' }, schema_version: { N: '2' } },
    });
  });

  test.each([
    ['a step that fails', { id: 'x', name: 'broken' }, 'caused by Error: this one can not be upgraded'],
    ['a result that lacks something', { id: 'x' }, 'The result lacks title, which the class requires.'],
    ['a result of another type', { id: 'x', name: 1 }, `The result can't be read: title is a number, expected string`],
    ['a newer version', { id: 'x', schema_version: 3 }, 'has version 3, but this code knows versions up to 2'],
  ])('says what is wrong: %s', async (_what, item, problem) => {
    await project.write({ 'item.json': JSON.stringify(item) });
    const { code, stdout } = await run(['upgrade', 'item.json', '--entity', 'Note']);
    expect([code, stdout]).toEqual([1, expect.stringContaining(problem)]);
  });

  test('finds the class by the keys, the longest first, or is told', async () => {
    await project.write({ 'item.json': JSON.stringify({ id: 'x', at: 1 }) });
    expect((await run(['upgrade', 'item.json'])).stdout).toContain('Line, version 1, the newest');
    expect((await run(['upgrade', 'item.json', '-e', 'lines'])).stdout).toContain('Line, version 1');
    const { code, stderr } = await run(['upgrade', 'item.json', '-e', 'Nobody']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        "names Nobody, which isn't a class or table of the configuration; the classes are Note, Line",
      ),
    ]);
    await project.write({ 'item.json': JSON.stringify({ other: 'x' }) });
    expect((await run(['upgrade', 'item.json'])).stderr).toContain('no class has the keys of the document');
  });

  test.each([
    ['the answer of a command', { Item: { id: { S: 'x' } } }, 'keep only the value of Item'],
    ['a number that JSON rounds', { id: 'x', name: 'n', much: 2 ** 60 }, "a number in much that plain JSON can't hold"],
  ])('refuses a document that is none: %s', async (_what, document, problem) => {
    await project.write({ 'item.json': JSON.stringify(document) });
    const { code, stderr } = await run(['upgrade', 'item.json']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });

  test.each([
    ['that is not there', 'nothing.json', 'does not exist'],
    ['that is a folder', 'samples', "can't be read (EISDIR)"],
    ['that holds none', 'note.ts', "isn't valid JSON"],
  ])('refuses a file %s', async (_what, file, problem) => {
    expect(await run(['upgrade', file])).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(problem) });
  });
});

describe('tables', () => {
  let engine: EmbeddedEngine;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
  });
  afterAll(async () => {
    await engine.close();
  });

  test('are verified, created, and verified again', async () => {
    const environment = { ENDPOINT: engine.endpoint };
    const before = await run(['tables', 'verify'], environment);
    expect([before.code, before.stdout]).toEqual([
      1,
      expect.stringContaining('test_notes: expected a table, found none'),
    ]);
    const created = await run(['tables', 'create', '--json'], environment);
    expect([created.code, JSON.parse(created.stdout)]).toEqual([
      0,
      {
        tables: [
          { table: 'test_notes', created: true, timeToLive: 'none' },
          { table: 'test_lines', created: true, timeToLive: 'none' },
        ],
      },
    ]);
    expect((await run(['tables', 'create'], environment)).stdout).toBe(
      'test_notes exists already\ntest_lines exists already\n',
    );
    expect(await run(['tables', 'verify'], environment)).toEqual({
      code: 0,
      stdout: 'The tables match the classes.\n',
      stderr: '',
    });
  });

  test('have streams if asked, by an option or by the configuration', async () => {
    const environment = { ENDPOINT: engine.endpoint };
    const created = await run(['tables', 'create', '--streams', 'NEW_AND_OLD_IMAGES'], environment);
    expect([created.code, created.stdout]).toEqual([
      0,
      expect.stringContaining('test_notes exists already, this engine has no streams\n'),
    ]);
    await project.write({
      'streams.config.ts': config.replace('export default {', `export default {\n  streams: 'KEYS_ONLY',`),
    });
    const found = async (...more: string[]) =>
      (await run(['tables', 'verify', '-c', 'streams.config.ts', ...more], environment)).stdout;
    expect(await found()).toContain('test_notes: expected the stream KEYS_ONLY, found none');
    expect(await found('--streams', 'NEW_IMAGE')).toContain('test_notes: expected the stream NEW_IMAGE, found none');
  });

  test('fail where no engine answers, and say why', async () => {
    const { code, stderr } = await run(['tables', 'verify']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/REQUEST_FAILED.*\n {2}caused by Error: connect ECONNREFUSED/),
    ]);
    const { error } = JSON.parse((await run(['tables', 'create', '--json'])).stdout) as { error: object };
    expect(error).toMatchObject({ code: 'REQUEST_FAILED', message: expect.stringContaining('caused by') });
  });
});

describe('what is wrong with the command', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['chek'], 'Did you mean check?'],
    ['an unknown option', ['check', '--jsn'], 'Did you mean --json?'],
    ['a missing argument', ['upgrade'], `missing required argument 'file'`],
    ['a wrong choice', ['tables', 'create', '--write-isolation', 'none'], 'Allowed choices are always_use_lwt'],
    ['a wrong view', ['tables', 'verify', '--streams', 'ALL'], 'Allowed choices are NEW_AND_OLD_IMAGES'],
    ['no configuration', ['check', '-c', 'nothing.ts'], 'does not exist'],
    ['a configuration that fails', ['check', '-c', 'throwing.config.ts'], 'caused by Error: not today'],
    ['where it fails', ['check', '-c', 'throwing.config.ts'], 'failing.ts:3:9)'],
    ['a configuration that throws no error', ['check', '-c', 'text.config.ts'], "it threw 'not today'"],
    ['a configuration that never ends', ['check', '-c', 'endless.config.ts'], 'waits for something that never happens'],
    ['a configuration that ends the process', ['check', '-c', 'exit.config.ts'], 'or ended the process'],
    ['a tsconfig.json that leads nowhere', ['check', '-c', 'nowhere/a.config.ts'], "tsconfig.json that can't be read"],
    ['a configuration that is no TypeScript', ['check', '-c', 'broken.config.ts'], `can't be loaded`],
    ['a configuration without a default', ['check', '-c', 'note.ts'], 'has no default export'],
    ['a configuration of something else', ['check', '-c', 'other.config.mjs'], 'must export a mapper, or its options'],
    ['a configuration without entities', ['check', '-c', 'empty.config.mjs'], 'must export a mapper, or its options'],
    ['samples that are not a Map', ['check', '-c', 'samples.config.mjs'], 'must export samples as a Map'],
    [
      'an entity to drop that is not locked',
      ['lock', '--drop', 'lin'],
      "names lin, which isn't an entity of the lock; its entities: ",
    ],
  ])('is told, and the exit code is 2: %s', async (_what, args, message) => {
    await project.write({
      'throwing.config.ts': `import './failing.ts';`,
      'failing.ts': `type Reason = string;\nfunction fail(reason: Reason): never {\n  throw new Error(reason);\n}\nfail('not today');`,
      'text.config.ts': `throw 'not today';`,
      'endless.config.ts': `await new Promise(() => {});`,
      'exit.config.ts': 'process.exit(1);',
      'nowhere/tsconfig.json': `{ "extends": "./nothing.json" }`,
      'nowhere/a.config.ts': 'export default {};',
      'empty.config.mjs': 'export default { entities: [] };',
      'broken.config.ts': 'export default {',
      'other.config.mjs': 'export default [];',
      'samples.config.mjs': 'export default { entities: [() => []] }; export const samples = {};',
    });
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('is told in JSON where that is asked for', async () => {
    const { code, stderr, stdout } = await run(['check', '--json', '-c', 'nothing.ts']);
    expect([code, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'INVALID_CONFIG', message: expect.any(String) } });
  });

  test.each([
    [['chek', '--json'], `unknown command 'chek'\n(Did you mean check?)`],
    [['upgrade', '--json'], `missing required argument 'file'`],
  ])('is told in JSON for wrong arguments, too: %j', async (args, message) => {
    const { code, stderr, stdout } = await run(args);
    expect([code, stderr, JSON.parse(stdout)]).toEqual([2, '', { error: { code: 'INVALID_ARGUMENT', message } }]);
  });

  test('help has every command, examples and exit codes', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const text of ['check', 'lock', 'history', 'tables', 'upgrade', 'census', 'sweep', 'retire', 'Exit codes:'])
      expect(stdout).toContain(text);
    expect((await run(['upgrade', '--help'])).stdout).toContain(
      '$ npx dynamo-evolve upgrade item.json --entity Session',
    );
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

test('a configuration may export a mapper', async () => {
  const exported = config
    .replace(`import type { Class }`, `import { type Class, Mapper }`)
    .replace('export default {', 'export default new Mapper({')
    .replace(`tablePrefix: 'test_',\n}`, `tablePrefix: 'test_',\n})`);
  await project.write({ 'mapper.config.ts': exported });
  await run(['lock']);
  expect(await run(['check', '--config', 'mapper.config.ts'])).toMatchObject({ code: 0, stderr: '' });
  expect((await run(['tables', 'verify', '-c', 'mapper.config.ts'])).stderr).toContain('REQUEST_FAILED');
});
