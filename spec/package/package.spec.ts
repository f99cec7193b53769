import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { pack, printed, root } from './packed-package.js';

// packs and installs the package: seconds with a warm npm cache, more without
jest.setTimeout(180_000);

let folder: string;
let app: string;
let packed: string[];

/** What a module of the consumer printed, as JSON. */
async function outcome(file: string, source: string, ...flags: string[]): Promise<unknown> {
  await writeFile(join(app, file), source);
  return JSON.parse(await printed(process.execPath, [...flags, file], app));
}

async function install(tarball: string): Promise<void> {
  const peers = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@aws-sdk/util-dynamodb'];
  const dependencies: Record<string, string> = { 'dynamo-evolve': `file:${tarball}` };
  for (const name of [...peers, 'typescript', '@types/node']) {
    const manifest = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8');
    dependencies[name] = (JSON.parse(manifest) as { version: string }).version;
  }
  await mkdir(app);
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  await printed('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], app);
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'dynamo-evolve-')));
  app = join(folder, 'app');
  const tarball = await pack(folder);
  packed = (await printed('tar', ['-tzf', tarball], folder)).split('\n');
  await install(tarball);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  test('holds what users need, and nothing else', () => {
    const expected =
      /^package\/(dist\/.+\.(js|d\.ts)|dist\/studio\/page\/[\w-]+\.(css|woff2|txt)|docs\/((coming-from|errors|recipes)\/)?[^/]+\.md|(README|CHANGELOG)\.md|docker-compose\.scylla\.yml|LICENSE|package\.json)$/;
    expect(packed.filter((path) => !expected.test(path))).toEqual([]);
    const needed = [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/alternator/index.js',
      'dist/alternator/index.d.ts',
      'dist/lambda/index.js',
      'dist/lambda/index.d.ts',
      'dist/testing/index.js',
      'dist/testing/index.d.ts',
      'dist/toolbox/index.js',
      'dist/toolbox/index.d.ts',
      'dist/cli/main.js',
      'docs/guide.md',
      'docs/errors/classes.md',
      'docs/recipes/README.md',
      'docker-compose.scylla.yml',
      'dist/studio/page/page.js',
      'dist/studio/page/page.css',
      'dist/studio/page/inter-latin-wght-normal.woff2',
    ];
    const pages = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json'];
    expect(packed).toEqual(expect.arrayContaining([...needed, ...pages].map((path) => `package/${path}`)));
  });

  test('is imported by ES modules', async () => {
    const source = `import { Mapper, Repository } from 'dynamo-evolve';
      import { startEmbeddedEngine } from 'dynamo-evolve/testing';
      console.log(JSON.stringify([Mapper, Repository, startEmbeddedEngine].map((value) => typeof value)));`;
    expect(await outcome('import.js', source)).toEqual(['function', 'function', 'function']);
  });

  test('has entries that know the same classes', async () => {
    const source = `import { Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
      import { changeHandler } from 'dynamo-evolve/lambda';
      class Note {}
      PartitionKey({ type: 'string' })(Note.prototype, 'id');
      Versioned(1)(Note);
      Entity({ table: 'notes' })(Note);
      const seen = [];
      const handler = changeHandler(new Mapper({ client: { send() {} }, entities: [Note] }), (change) => {
        seen.push([change.kind, change.after instanceof Note]);
      });
      const Keys = { id: { S: 'n-1' } };
      const answer = await handler({ Records: [{ dynamodb: { Keys, NewImage: Keys, SequenceNumber: '1' } }] });
      console.log(JSON.stringify([answer, seen]));`;
    expect(await outcome('entries.js', source)).toEqual([{ batchItemFailures: [] }, [['insert', true]]]);
  });

  test('brings reflect-metadata along, and shares its metadata with a copy that the application loads', async () => {
    const source = `import 'dynamo-evolve';
      import { createRequire } from 'node:module';
      const { cache } = createRequire(import.meta.url);
      const isLoaded = () => Object.keys(cache).some((path) => path.includes('reflect-metadata'));
      const define = (value) => {
        const target = class {};
        Reflect.defineMetadata('its', value, target);
        return target;
      };
      const before = [isLoaded(), define(1)];
      await import('reflect-metadata');
      const after = [isLoaded(), define(2)];
      const seen = [before, after].map(([loaded, target]) => [loaded, Reflect.getMetadata('its', target)]);
      console.log(JSON.stringify(seen));`;
    expect(await outcome('metadata.js', source)).toEqual([
      [false, 1],
      [true, 2],
    ]);
  });

  test('is required by CommonJS modules, which get the same classes', async () => {
    const source = `const { Mapper } = require('dynamo-evolve');
      const { startEmbeddedEngine } = require('dynamo-evolve/testing');
      import('dynamo-evolve').then((module) => {
        console.log(JSON.stringify([typeof Mapper, typeof startEmbeddedEngine, module.Mapper === Mapper]));
      });`;
    expect(await outcome('require.cjs', source)).toEqual(['function', 'function', true]);
  });

  test('loads dynamodb-toolbox where its entry is imported, and nowhere else', async () => {
    const source = `import { Mapper } from 'dynamo-evolve';
      import { defineEntity, toolboxEntity } from 'dynamo-evolve/toolbox';
      import { item, PutItemCommand, string } from 'dynamodb-toolbox';
      const schema = item({ id: string().key(), body: string().default('hello') });
      const Note = defineEntity({ name: 'Note', table: 'notes', version: 1, schema });
      const mapper = new Mapper({ client: { send() {} }, entities: [Note] });
      const { Item } = toolboxEntity(mapper, Note).build(PutItemCommand).item({ id: 'a' }).params();
      console.log(JSON.stringify([mapper.repository(Note).create({ id: 'a' }), Item]));`;
    const note = { id: 'a', body: 'hello' };
    expect(await outcome('defined.js', source)).toEqual([note, { ...note, schema_version: 1 }]);

    const [there, away] = ['dynamodb-toolbox', 'away'].map((name) => join(app, 'node_modules', name)) as [
      string,
      string,
    ];
    await rename(there, away);
    const entries = `const failed = [];
      for (const name of ['', '/testing', '/lambda', '/toolbox']) {
        await import('dynamo-evolve' + name).catch(() => failed.push(name));
      }
      console.log(JSON.stringify(failed));`;
    try {
      expect(await outcome('without-toolbox.js', entries)).toEqual(['/toolbox']);
    } finally {
      await rename(away, there);
    }
  });

  test('says which peer the embedded engine lacks', async () => {
    const source = `import { MapperError } from 'dynamo-evolve';
      import { startEmbeddedEngine } from 'dynamo-evolve/testing';
      const error = await startEmbeddedEngine().catch((reason) => reason);
      console.log(JSON.stringify([error instanceof MapperError, error.code, error.message]));`;
    const advice = expect.stringMatching(/npm (i|install)\b.*\bdynalite/);
    expect(await outcome('missing-peer.js', source)).toEqual([true, 'MISSING_PEER', advice]);
  });

  test('loads the peer of the cluster client when it is asked for, and says what to install', async () => {
    const source = `import { Entity, MapperError, PartitionKey, Versioned } from 'dynamo-evolve';
      import { alternatorClient } from 'dynamo-evolve/alternator';
      class Note {}
      PartitionKey({ type: 'string' })(Note.prototype, 'id');
      Versioned(1)(Note);
      Entity({ table: 'notes' })(Note);
      const call = () => {
        try {
          return alternatorClient({ seeds: ['a'], entities: [Note] });
        } catch (error) {
          return error;
        }
      };
      const result = call();
      console.log(JSON.stringify(result instanceof MapperError ? [result.code, result.message] : result));`;
    const advice = expect.stringContaining('npm install @scylladb/alternator-client');
    expect(await outcome('no-cluster.js', source)).toEqual(['MISSING_PEER', advice]);
    // a package of that name and shape
    const peer = join(app, 'node_modules/@scylladb/alternator-client');
    await mkdir(peer, { recursive: true });
    await writeFile(
      join(peer, 'package.json'),
      JSON.stringify({ name: '@scylladb/alternator-client', main: 'index.cjs' }),
    );
    const shape = 'exports.AlternatorDynamoDBClient = class { constructor(given) { this.given = given; } };';
    await writeFile(join(peer, 'index.cjs'), shape);
    expect(await outcome('cluster.js', source)).toMatchObject({
      given: { seeds: ['a'], keyRouteAffinity: { mode: 'any-write', partitionKeys: { notes: 'id' } } },
    });
  });

  test('reads, upgrades, saves, updates and queries where code from strings is forbidden', async () => {
    const source = await readFile(join(root, 'spec/package/consumer/no-code-generation.js'), 'utf8');
    expect(await outcome('no-code-generation.js', source, '--disallow-code-generation-from-strings')).toEqual({
      generating: 'EvalError',
      read: { id: 'n-1', body: 'hello', at: '2024-03-01T09:15:00.000Z' },
      queried: ['hello'],
      sent: ['GetItem', 'UpdateItem', 'PutItem', 'Query'],
    });
  });

  test('serves the studio with its page, style and fonts', async () => {
    const config = `import { Entity, PartitionKey, Versioned } from 'dynamo-evolve';
      class Note {}
      PartitionKey({ type: 'string' })(Note.prototype, 'id');
      Versioned(1)(Note);
      Entity({ table: 'notes' })(Note);
      export default { client: { send() {} }, entities: [Note] };`;
    await writeFile(join(app, 'dynamo-evolve.config.js'), config);
    const args = ['node_modules/dynamo-evolve/dist/cli/main.js', 'studio', '--json'];
    const studio = spawn(process.execPath, args, { cwd: app, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(studio.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(line.toString()) as { readonly url: string };
      const files = [
        '',
        'page.js',
        'page.css',
        'inter-latin-wght-normal.woff2',
        'jetbrains-mono-latin-wght-normal.woff2',
      ];
      const answers = await Promise.all(files.map((file) => fetch(url + file)));
      expect(answers.map(({ status }) => status)).toEqual(files.map(() => 200));
    } finally {
      studio.kill();
      await once(studio, 'exit');
    }
  });

  test('compiles in a strict TypeScript project with decorators, and runs there', async () => {
    await cp(join(root, 'spec/package/consumer/program.ts'), join(app, 'program.ts'));
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      types: ['node'],
    };
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    await printed(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], app);
    const upgraded: unknown = JSON.parse(await printed(process.execPath, ['program.js'], app));
    expect(upgraded).toMatchObject({ id: 'n-1', body: 'hello' });
  });
});
