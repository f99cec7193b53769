import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../lib/cli/config.js';
import { runInit } from '../../lib/cli/init-command.js';
import { standardOutput, type Terminal } from '../../lib/cli/terminal.js';
import { caught } from '../errors/caught.js';

let folder: string;
let printed: string[];
let terminal: Terminal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
  printed = [];
  terminal = { ...standardOutput(false), print: (text) => printed.push(text) };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('init', () => {
  test('writes a module that can be loaded, and says what comes next', async () => {
    expect(runInit(folder, terminal)).toBe(0);
    const text = await readFile(join(folder, 'dynamo-evolve.config.mjs'), 'utf8');
    expect(text).not.toMatch(/satisfies|import type/);
    expect(printed).toEqual([expect.stringMatching(/dynamo-evolve\.config\.mjs.*npx dynamo-evolve lock/)]);
  });

  test('writes TypeScript where there is a tsconfig.json', async () => {
    await writeFile(join(folder, 'tsconfig.json'), '{}');
    runInit(folder, terminal);
    expect(await readFile(join(folder, 'dynamo-evolve.config.ts'), 'utf8')).toMatch(/satisfies CommandLineConfig/);
    expect(printed.join('\n')).toMatch(/npm install --save-dev @swc\/core/);
  });

  test('overwrites nothing', async () => {
    await writeFile(join(folder, 'dynamo-evolve.config.js'), 'export default {};');
    const error = caught('INVALID_CONFIG', () => runInit(folder, terminal));
    expect(error.message).toMatch(/dynamo-evolve\.config\.js.*exists already/);
    expect(await readdir(folder)).toEqual(['dynamo-evolve.config.js']);
  });

  test('is named by the error of a missing configuration', async () => {
    await expect(loadConfig(folder, undefined)).rejects.toThrow(/npx dynamo-evolve init/);
  });
});
