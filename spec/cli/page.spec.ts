import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePage, root } from '../docs/markdown.js';
import { scratchProject, type ScratchProject } from '../support/built-package.js';

// builds the package and starts processes
jest.setTimeout(120_000);

/** The commands of the page, each with the lines that it prints, in order. */
const commands = parsePage('docs/cli.md')
  .blocks.filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.split(/^npx dynamo-evolve /m).slice(1))
  .map((text) => {
    const [command = '', ...lines] = text.trim().split('\n');
    return { command, prints: lines.map((line) => line.replace(/^# → /, '')) };
  });

let project: ScratchProject;
let engine: EmbeddedEngine;
beforeAll(async () => {
  [project, engine] = await Promise.all([scratchProject('page'), startEmbeddedEngine()]);
  for (const path of [
    'entities',
    'upgrades',
    'spec/samples',
    'dynamo-evolve.config.ts',
    'schema.lock.json',
    'tsconfig.json',
  ]) {
    await cp(join(root, path), join(project.folder, path), { recursive: true });
  }
});
afterAll(async () => {
  await Promise.all([project.remove(), engine.close()]);
});

test('the page shows every command', () => {
  const shown = commands.map(({ command }) => command.split(' ')[0]);
  expect(new Set(shown)).toEqual(
    new Set(['check', 'lock', 'history', 'tables', 'upgrade', 'census', 'sweep', 'retire']),
  );
});

test.each(commands)('$command prints what docs/cli.md says', async ({ command, prints }) => {
  const args = ['--disable-warning=Warning', 'dist/cli/main.js', ...command.split(' ')];
  const { code, stderr, stdout } = await project.run(args, { DYNAMODB_ENDPOINT: engine.endpoint });
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.split('\n').map((line) => line.trim());
  expect(lines.filter((line) => prints.includes(line))).toEqual(expect.arrayContaining(prints));
  expect(prints.length).toBeGreaterThan(0);
});
