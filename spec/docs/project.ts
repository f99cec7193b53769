import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform, type TransformConfig } from '@swc/core';
import { buildPackage, compile } from '../support/build.js';
import { blockSource, showExports, type Visible } from './block-source.js';
import { type Block, isFile, isWalked, type Page, root } from './markdown.js';
import type { Manifest, Report } from './run-page.js';

const run = promisify(execFile);
/** What stands beside the blocks, under the same paths as here. */
const companions = ['entities', 'upgrades', 'spec/docs/assertions.ts', 'spec/docs/run-page.ts'];

export interface RunOptions {
  /** Options that the blocks are compiled with, instead of the repository's. */
  readonly compilerOptions?: object;
  /** By page: a source file whose exports every block sees, and which has a `beforeEach` and an `afterAll`. */
  readonly setup?: (page: string) => URL;
  /** Packages that the blocks find beside those of the repository, by their names: the folders that they are in. */
  readonly packages?: Readonly<Record<string, string>>;
  /** How long a page may run, in milliseconds. */
  readonly longestRun?: number;
}

/** A page on its way: what was wrong so far, by block. */
interface Prepared {
  readonly page: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly problems: Map<string, string[]>;
}

/** How blocks are named: by their page and line. */
export function blockId(page: string, { line }: Block): string {
  return `${page}:${line}`;
}

/** A page's name as that of a file. */
function pageFile(page: string): string {
  return page.replaceAll(/\W+/g, '-');
}

function moduleName(page: string, { line }: Block): string {
  return `${pageFile(page)}-${line}`;
}

/** Whether a block is code to compile and run. */
export function isProgram(block: Block): boolean {
  return (block.language === 'ts' || block.language === 'js') && !isWalked(block) && !isFile(block);
}

/**
 * Compiles the `ts` and `js` blocks of pages against the built package, as an application would, and runs those of
 * each page, in order, in a process of its own. Resolves to what was wrong, by block.
 */
export async function runPages(pages: readonly Page[], options: RunOptions = {}): Promise<Map<string, string[]>> {
  const folder = await buildPackage('docs-spec');
  try {
    await linkPackages(folder, options);
    await prepareSources(folder, pages, options);
    const prepared = await Promise.all(pages.map((page) => preparePage(folder, page, options)));
    await compileBlocks(folder, prepared);
    await Promise.all(pages.map((page) => compileAgain(folder, page)));
    await runEach(folder, prepared, options);
    return new Map(prepared.flatMap(({ problems }) => [...problems]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function linkPackages(folder: string, { packages = {} }: RunOptions): Promise<void> {
  for (const [name, target] of Object.entries(packages)) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }
}

async function prepareSources(folder: string, pages: readonly Page[], options: RunOptions): Promise<void> {
  const { compilerOptions, setup } = options;
  const built = { noEmit: false, rootDir: './src', outDir: './out', sourceMap: true, allowJs: true };
  const config = compilerOptions
    ? { compilerOptions: { ...compilerOptions, ...built } }
    : { extends: '../../tsconfig.json', compilerOptions: { ...built, paths: {} } };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['src'] }));
  const setups = setup ? pages.map(({ name: page }) => pathOf(setup(page))) : [];
  for (const path of new Set([...companions, ...setups])) {
    await cp(join(root, path), join(folder, 'src', path), { recursive: true });
  }
}

async function preparePage(folder: string, page: Page, options: RunOptions): Promise<Prepared> {
  const setup = options.setup?.(page.name);
  const name = pageFile(page.name);
  const setupExports: Visible = new Map();
  const problems = new Map<string, string[]>();
  const blocks: Manifest['blocks'][number][] = [];
  if (setup) showExports(await readFile(setup, 'utf8'), `./${compiled(setup)}`, setupExports);
  // a page is one story; examples with a setup stand on their own
  const story: Visible = new Map();
  for (const block of page.blocks.filter(isProgram)) {
    const id = blockId(page.name, block);
    const module = moduleName(page.name, block);
    try {
      const visible = setup ? new Map(setupExports) : story;
      const { assertions, code, problems: own } = blockSource(page.name, block, `./${module}.js`, visible);
      // the first line of a page is never a block's
      const unchecked = block.marks?.includes('unchecked') ? '// @ts-nocheck' : '';
      await writeFile(join(folder, 'src', `${module}.${block.language}`), `${unchecked}${code}`);
      blocks.push({ id, file: join(folder, 'out', `${module}.js`), assertions });
      problems.set(id, [...own]);
    } catch (error) {
      problems.set(id, [`${id}: it does not parse: ${String(error)}`]);
    }
  }
  const manifest = {
    blocks,
    report: join(folder, `${name}.report.json`),
    ...(setup && { setup: join(folder, 'out', compiled(setup)) }),
  };
  return { page: page.name, name, manifest, problems };
}

/** A source file's path from the root. */
function pathOf(source: URL): string {
  return relative(root, fileURLToPath(source));
}

/** What a source file is compiled to. */
function compiled(source: URL): string {
  return pathOf(source).replaceAll('\\', '/').replace(/\.ts$/, '.js');
}

async function compileBlocks(folder: string, pages: readonly Prepared[]): Promise<void> {
  const output = await compile(folder);
  for (const message of output.split(/\n(?=\S)/).filter((one) => one.trim() !== '')) {
    const [, name, block, line, text] = /([\w-]+)-(\d+)\.[tj]s\((\d+),\d+\): (.*)/s.exec(message) ?? [];
    const page = pages.find((one) => one.name === name);
    const problems = page?.problems.get(`${page.page}:${block}`);
    if (!page || !problems) throw new Error(`the pages could not be compiled: ${message}`);
    problems.push(`${page.page}:${line}: ${text?.trim()}`);
  }
}

/** How blocks with these marks are compiled for running, instead of by tsc with the repository's options. */
const transforms = new Map<string, TransformConfig>([
  // as esbuild does it: without what the compiler says of types
  ['without-metadata', { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false }],
  ['standard-decorators', { decoratorVersion: '2022-03' }],
]);
/** The marks that a block of TypeScript can have. */
export const compiledMarks: readonly string[] = [...transforms.keys()];

async function compileAgain(folder: string, page: Page): Promise<void> {
  for (const block of page.blocks) {
    const mark = compiledMarks.find((one) => block.marks?.includes(one));
    const transformConfig = mark === undefined ? undefined : transforms.get(mark);
    if (!transformConfig) continue;
    const module = moduleName(page.name, block);
    const source = await readFile(join(folder, 'src', `${module}.ts`), 'utf8');
    const { code } = await transform(source, {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: transformConfig,
      },
    });
    await writeFile(join(folder, 'out', `${module}.js`), code);
  }
}

/** Runs pages, as many at once as there are processors. */
async function runEach(folder: string, pages: readonly Prepared[], options: RunOptions): Promise<void> {
  const waiting = [...pages];
  const work = async () => {
    for (let page = waiting.shift(); page; page = waiting.shift()) await runPage(folder, page, options);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

async function runPage(folder: string, { manifest, name, problems }: Prepared, options: RunOptions): Promise<void> {
  const { longestRun = 30_000 } = options;
  const { blocks, report } = manifest;
  const last = blocks.at(-1);
  if (last === undefined) return;
  const file = join(folder, `${name}.manifest.json`);
  await writeFile(file, JSON.stringify(manifest));
  const args = ['--enable-source-maps', join(folder, 'out/spec/docs/run-page.js'), file];
  const failure = await run(process.execPath, args, { cwd: root, timeout: longestRun, maxBuffer: 16_000_000 }).then(
    () => undefined,
    (error: Error & { killed?: boolean; stdout?: string }) => error,
  );
  const found = await readFile(report, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    (): Report => ({}),
  );
  for (const { id } of blocks) problems.get(id)?.push(...(found[id] ?? []));
  // a page that ends badly although each block ended well is its last block's fault
  if (!failure || [...problems.values()].some((one) => one.length > 0)) return;
  const unclosed = `it still ran after ${longestRun} ms: something that was opened isn't closed`;
  problems.get(last.id)?.push(failure.killed ? unclosed : `${failure.message}\n${failure.stdout}`);
}
