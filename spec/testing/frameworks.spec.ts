import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProcessResult, scratchProject, type ScratchProject } from '../support/built-package.js';

// builds the package and starts other test runners
jest.setTimeout(180_000);

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** An entity in plain JavaScript, so that no runner needs to be set up for TypeScript. */
const entity = `import { Attribute, Entity, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
export class Note {
  static title(item) {
    if (!Object.hasOwn(item, 'name')) return;
    item.title = process.env.FAULT ? 7 : item.name;
    delete item.name;
  }
}
PartitionKey({ type: 'string' })(Note.prototype, 'id');
Attribute({ type: 'string' })(Note.prototype, 'title');
Upgrade(1, 2, 'renamed name to title')(Note, 'title');
Versioned(2)(Note);
Entity({ table: 'notes' })(Note);
`;

const declare = (options: string) => `import { describeUpgrades } from 'dynamo-evolve/testing';
import { Note } from '../note.js';
describeUpgrades(Note, { samples: 'samples'${options} });
`;

const jestConfig = (injectGlobals: boolean) =>
  JSON.stringify({ testEnvironment: 'node', transform: {}, injectGlobals, testMatch: ['**/tests/*.js'], rootDir: '.' });

let project: ScratchProject;
beforeAll(async () => {
  project = await scratchProject('frameworks');
  await project.write({
    'note.js': entity,
    'samples/v1-a.json': JSON.stringify({ id: { S: 'a' }, name: { S: 'first' } }),
    'samples/v2-b.json': JSON.stringify({ id: { S: 'b' }, title: { S: 'second' }, schema_version: { N: '2' } }),
    'samples/v1-a.golden.json': JSON.stringify({ id: { S: 'a' }, title: { S: 'first' }, schema_version: { N: '2' } }),
    'samples/v2-b.golden.json': JSON.stringify({ id: { S: 'b' }, title: { S: 'second' }, schema_version: { N: '2' } }),
    'tests/globals.js': declare(''),
    'tests/jest.js': `import { describe, it } from '@jest/globals';\n${declare(', describe, it')}`,
    'tests/vitest.js': `import { describe, it } from 'vitest';\n${declare(', describe, it')}`,
    'tests/node.js': `import { describe, it } from 'node:test';\n${declare(', describe, it')}`,
    'jest.globals.json': jestConfig(true),
    'jest.plain.json': jestConfig(false),
    'vitest.config.js': `export default { test: { globals: Boolean(process.env.GLOBALS), include: ['tests/*.js'], watch: false } };`,
  });
});
afterAll(async () => {
  await project.remove();
});

type Run = (environment?: NodeJS.ProcessEnv) => Promise<ProcessResult>;

const bin = (name: string) => join(root, 'node_modules', name);
const runJest =
  (config: string, file: string): Run =>
  (environment) =>
    project.run(
      ['--experimental-vm-modules', bin('jest/bin/jest.js'), '-c', config, '--verbose', `tests/${file}`],
      environment,
    );
const runVitest =
  (file: string, globals: string): Run =>
  (environment) =>
    project.run([bin('vitest/vitest.mjs'), 'run', '--reporter=verbose', `tests/${file}`], {
      GLOBALS: globals,
      ...environment,
    });
const runNode =
  (file: string): Run =>
  (environment) =>
    project.run(['--test', '--test-reporter=spec', `tests/${file}`], environment);

const runners: [string, Run][] = [
  ['Jest, by its globals', runJest('jest.globals.json', 'globals.js')],
  ['Jest without globals, by its import', runJest('jest.plain.json', 'jest.js')],
  ['Vitest, by its globals', runVitest('globals.js', '1')],
  ['Vitest without globals, by its import', runVitest('vitest.js', '')],
  ['node:test, which is found', runNode('globals.js')],
  ['node:test, by its import', runNode('node.js')],
];

describe.each(runners)('%s', (_name, run) => {
  test('runs a test for each sample and law', async () => {
    const { code, stderr, stdout } = await run();
    const output = stdout + stderr;
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    // two samples, nine laws each, two versions, one step
    expect(output).toMatch(/(Tests: +|Tests +|tests )21\b/);
    expect(output).toContain('upgrades of Note');
    expect(output).toContain('equals its golden result');
  });

  test('fails where an upgrade does, and says why', async () => {
    const { code, stderr, stdout } = await run({ FAULT: '1' });
    const output = stdout + stderr;
    expect(code).not.toBe(0);
    expect(output).toMatch(/the result differs from v1-a\.golden\.json:\n\s*- title: 'first'\n\s*\+ title: 7/);
    expect(output).toContain('title is a number, expected string');
  });
});

describe('without globals and without options', () => {
  test.each([
    ['Jest', runJest('jest.plain.json', 'globals.js'), '@jest/globals'],
    ['Vitest', runVitest('globals.js', ''), 'vitest'],
  ])('%s is told what to pass', async (name, run, module) => {
    const { code, stderr, stdout } = await run();
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(
      `must have describe and it, because ${name} runs without these globals; import them from '${module}' and pass { describe, it }`,
    );
  });
});
