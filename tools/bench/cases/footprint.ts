import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Case, Row } from '../case.js';
import { load } from '../contender.js';

interface Esbuild {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const ownEntry = join(import.meta.dirname, '../../../lib/index.js');
const sdk = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@aws-sdk/util-dynamodb'];

/** The main entry as the package has it: bundled with `reflect-metadata`, and with all other packages left out. */
async function bundledEntry(): Promise<string> {
  const { build } = await load<Esbuild>('esbuild');
  const outdir = join(import.meta.dirname, '../bundle');
  // as Node resolves what stays an import: without esbuild's condition `module`
  const asNode = { platform: 'node', format: 'esm', packages: 'external', conditions: [] };
  const alias = { 'reflect-metadata/lite': require.resolve('reflect-metadata/lite') };
  await build({ ...asNode, alias, bundle: true, logLevel: 'silent', entryPoints: [ownEntry], outdir });
  return pathToFileURL(join(outdir, 'index.js')).href;
}

type Modules = readonly string[];

/** A row that imports modules after others. `modulesOf` may fail, where a package isn't installed. */
function importRow(name: string, modulesOf: () => Modules | Promise<Modules>, before: Modules = sdk): Row {
  return {
    name,
    begin: async () => {
      const script = join(import.meta.dirname, '../import-time.js');
      const modules = await modulesOf();
      return {
        round: async () => {
          const { stdout } = await run(process.execPath, [script, ...before, '--', ...modules]);
          return { time: Number(stdout) };
        },
      };
    },
  };
}

export const importing: Case = {
  id: 'g1',
  title: "(g) Importing, after the SDK's client, document client and utilities",
  figures: { time: 'ms' },
  baseline: "the SDK's own",
  rounds: 7,
  rows: [
    importRow("the SDK's own", () => sdk, []),
    importRow('dynamo-evolve', async () => [await bundledEntry()]),
    importRow('dynamodb-toolbox', () => ['dynamodb-toolbox']),
    importRow('plainToInstance', () => ['class-transformer']),
    importRow('ElectroDB', () => ['electrodb']),
    // its ES modules don't load in Node
    importRow('TypeDORM', () => [pathToFileURL(require.resolve('@typedorm/core')).href]),
    importRow('Dynamoose', () => ['dynamoose']),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'time', limit: 25 }],
};

function sizeRow(name: string, entry: string, external: readonly string[]): Row {
  return {
    name,
    begin: async () => ({
      round: async () => {
        const { build } = await load<Esbuild>('esbuild');
        const { outputFiles } = await build({
          stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir: import.meta.dirname },
          bundle: true,
          minify: true,
          write: false,
          platform: 'node',
          format: 'esm',
          external,
          logLevel: 'silent',
        });
        const contents = outputFiles[0]?.contents ?? new Uint8Array();
        return { gzipped: gzipSync(contents).length / 1000, minified: contents.length / 1000 };
      },
    }),
  };
}

const dependencies = ['dynamodb-toolbox', 'class-transformer', 'reflect-metadata'];
const external = ['@aws-sdk/*', '@smithy/*', 'aws-sdk'];

export const size: Case = {
  id: 'g2',
  title: '(g) Size, minified and gzipped, without the SDK',
  figures: { gzipped: 'kB gzipped', minified: 'kB minified' },
  baseline: 'dynamo-evolve, own code',
  rounds: 1,
  rows: [
    sizeRow('dynamo-evolve, own code', ownEntry, [...external, ...dependencies.flatMap((one) => [one, `${one}/*`])]),
    sizeRow('dynamo-evolve with its dependencies', ownEntry, external),
    sizeRow('dynamodb-toolbox', 'dynamodb-toolbox', external),
    sizeRow('plainToInstance', 'class-transformer', external),
    sizeRow('ElectroDB', 'electrodb', external),
    sizeRow('TypeDORM', '@typedorm/core', external),
    sizeRow('Dynamoose', 'dynamoose', external),
  ],
  goals: [],
};
