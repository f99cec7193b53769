import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Block, isWalked, parsePage, readPage } from '../docs/markdown.js';
import { pack, printed, root } from './packed-package.js';

// packs the package and runs what a newcomer would run
jest.setTimeout(300_000);

const page = readPage('docs/upgrades.md');
const lines = page.split('\n');
const blocks = parsePage('docs/upgrades.md').blocks.filter(isWalked);

let folder: string;
let app: string;
let tarball: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'dynamo-evolve-newcomer-')));
  app = join(folder, 'app');
  await mkdir(app);
  tarball = await pack(folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The file that a block is the text of: it stands in the line above the block, alone. */
function fileOf({ line }: Block): string {
  const [, file] = /^`([^`]+)`:$/.exec(lines[line - 3] ?? '') ?? [];
  if (file === undefined) throw new Error(`docs/upgrades.md:${line}: the block has no file's name above it`);
  return file;
}

/** A command, what it shall print, in order, and its exit code. */
interface Command {
  readonly text: string;
  readonly prints: readonly string[];
  readonly code: number;
}

function commandsOf({ text }: Block): Command[] {
  return text.split(/\n(?!#)/).map((part) => {
    const [command = '', ...comments] = part.split('\n');
    const codes = comments.flatMap((one) => /^# exit code (\d)$/.exec(one)?.[1] ?? []);
    const prints = comments.flatMap((one) => /^# → (.*)$/.exec(one)?.[1] ?? []);
    if (prints.length + codes.length < comments.length) throw new Error(`a comment says nothing: ${part}`);
    return { text: command, prints, code: Number(codes[0] ?? 0) };
  });
}

/** Installs by linking what is here already, but for our package, which is unpacked. */
async function install(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = join(app, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    if (name === 'dynamo-evolve') {
      await mkdir(path);
      await printed('tar', ['-xzf', tarball, '-C', path, '--strip-components=1'], folder);
    } else {
      await symlink(join(root, 'node_modules', name), path, 'junction');
    }
    const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
      readonly bin?: Record<string, string>;
      readonly dependencies?: Record<string, string>;
    };
    for (const [command, file] of Object.entries(manifest.bin ?? {})) {
      await mkdir(join(app, 'node_modules/.bin'), { recursive: true });
      if (name === 'dynamo-evolve') await chmod(join(path, file), 0o755);
      await symlink(join(path, file), join(app, 'node_modules/.bin', command));
    }
    if (name === 'dynamo-evolve') await install(Object.keys(manifest.dependencies ?? {}));
  }
}

/** What a command printed to both outputs, and how it ended. */
function shell(command: string): { readonly code: number | null; readonly output: string } {
  const { CI: _ci, FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', npm_config_offline: 'true' };
  const { status, stderr, stdout } = spawnSync('sh', ['-c', command], {
    cwd: app,
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: status, output: stdout + stderr };
}

async function follow(command: Command): Promise<void> {
  const [, names] = /^npm install (?:--save-dev )?(.*)$/.exec(command.text) ?? [];
  if (names !== undefined) return install(names.split(' '));
  const { code, output } = shell(command.text);
  const missing = command.prints.filter((text) => !output.includes(text));
  // the whole output, where something is wrong
  const problem = code === command.code && missing.length === 0 ? '' : output;
  expect({ command: command.text, code, missing, problem }).toEqual({
    command: command.text,
    code: command.code,
    missing: [],
    problem: '',
  });
}

test('a newcomer who follows docs/upgrades.md gets from a new field to a green check', async () => {
  const followed: string[] = [];
  for (const block of blocks) {
    if (block.language === 'sh') {
      for (const command of commandsOf(block)) {
        await follow(command);
        followed.push(command.text);
      }
    } else {
      const path = join(app, fileOf(block));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${block.text}\n`);
    }
  }
  expect(followed.filter((one) => one === 'npx dynamo-evolve check').length).toBeGreaterThan(2);
  // at the end of the walk
  expect(shell('npx dynamo-evolve check')).toMatchObject({ code: 0 });
  expect(shell('CI=true node --test out/contact.test.js')).toMatchObject({ code: 0 });

  // and without the optional package
  await rm(join(app, 'node_modules/@swc'), { recursive: true });
  const { code, output } = shell('npx dynamo-evolve check');
  expect([code, output]).toEqual([2, expect.stringMatching(/MISSING_PEER/)]);
  expect(output).toContain('npm install --save-dev @swc/core');
});
