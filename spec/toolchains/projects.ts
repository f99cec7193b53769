import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pack, printed, root } from '../package/packed-package.js';
import type { Form, Row } from './rows.js';

const programs = ['@aws-sdk/client-dynamodb', '@aws-sdk/util-dynamodb', 'dynalite', 'dynamodb-toolbox'];

const run = promisify(execFile);

/** The tools, in the versions that were tried. */
const tools = {
  '@babel/cli': '8',
  '@babel/core': '8',
  '@babel/plugin-proposal-decorators': '8',
  '@babel/plugin-transform-class-properties': '8',
  '@babel/plugin-transform-typescript': '8',
  '@nestjs/common': '11',
  '@nestjs/core': '11',
  '@swc/cli': '0.8',
  '@swc/core': '1.16.18',
  '@swc/jest': '0.2',
  '@types/node': '20',
  '@types/react': '19',
  bun: '1.4.5',
  deno: '2.9.6',
  esbuild: '0.28.2',
  jest: '30',
  'node-24': `npm:${['node', process.platform, process.arch].join('-')}@24`,
  next: '16',
  pnpm: '12.4.2',
  react: '19',
  'react-dom': '19',
  rxjs: '7',
  'ts-jest': '29',
  'ts-loader': '9',
  tsx: '4',
  typescript: '5.9',
  'typescript-5.4': 'npm:typescript@5.4',
  'typescript-7': 'npm:typescript@7',
  vite: '8',
  vitest: '4',
  webpack: '5',
  'webpack-cli': '7',
};

/** A folder with the packed package, its peers and all tools, in which projects of one program are made. */
export interface Workshop {
  /** What a tool chain makes of the program in one of its forms: what was printed, and whether it ended well. */
  run(row: Row, form: Form): Promise<{ readonly works: boolean; readonly output: string }>;
  remove(): Promise<void>;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tool-chains-')));
  const dependencies: Record<string, string> = { 'dynamo-evolve': `file:${await pack(folder)}` };
  for (const name of [...programs, 'class-transformer']) {
    const manifest = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8');
    // or newer: the toolbox wants lib-dynamodb, and the newest of that the newest client
    dependencies[name] = `^${(JSON.parse(manifest) as { version: string }).version}`;
  }
  const apart = { '@types/node': tools['@types/node'], typescript: tools.typescript, ...dependencies };
  const all = { ...dependencies, ...tools };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: all }));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  await printed('npm', ['install', ...flags], folder, 300_000);
  let projects = 0;
  const opened = [folder];
  return {
    run: async (row, form) => {
      // below the folder, a project finds all packages
      if (!row.apart) return runRow(folder, join(folder, `project-${++projects}`), row, form, {});
      const project = await realpath(await mkdtemp(join(tmpdir(), 'tool-chains-apart-')));
      opened.push(project);
      return runRow(folder, project, row, form, apart);
    },
    remove: async () => {
      for (const each of opened) await rm(each, { recursive: true, force: true });
    },
  };
}

async function runRow(folder: string, project: string, row: Row, form: Form, dependencies: Record<string, string>) {
  const { commands, compilerOptions, edit = (text) => text, type = 'module' } = row;
  const files = typeof row.files === 'function' ? row.files(form) : (row.files ?? {});
  await mkdir(project, { recursive: true });
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type, dependencies }));
  const options = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    types: ['node'],
    ...(form !== 'standard' && form !== 'defined' && { experimentalDecorators: true }),
    ...compilerOptions,
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['app.ts'] }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), text);
  }
  const source = form === 'defined' || form === 'transformed' ? `${form}.ts` : 'decorated.ts';
  const program = await readFile(join(root, 'spec/toolchains/forms', source), 'utf8');
  await writeFile(join(project, 'app.ts'), edit(program));
  const environment = {
    ...process.env,
    NODE_OPTIONS: '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    bin: join(folder, 'node_modules/.bin'),
    tools: join(folder, 'node_modules'),
    store: join(folder, 'pnpm-store'),
    node24: join(folder, 'node_modules/node-24/bin/node'),
  };
  let output = '';
  for (const command of commands(form)) {
    try {
      const { stderr, stdout } = await run('sh', ['-c', command], { cwd: project, env: environment, timeout: 120_000 });
      output += stdout + stderr;
    } catch (error) {
      const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
      return { works: false, output: output + stdout + stderr };
    }
  }
  return { works: true, output };
}
