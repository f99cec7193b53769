import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { findViolations, importsOf, ranks } from './support/architecture.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Breaches of a seeded tree, each as `rule file`. */
function breaches(tree: Record<string, string>): string[] {
  return findViolations(new Map(Object.entries(tree))).map(({ rule, file }) => `${rule} ${file}`);
}

/** A tree that keeps every rule. */
const goodTree: Record<string, string> = {
  'lib/errors.ts': 'export class MapperError extends Error {}',
  'lib/codec/decode.ts': `import { MapperError } from '../errors.js'; import { numbers } from './numbers.js';
    import { NumberValueImpl } from '@aws-sdk/util-dynamodb'; export { MapperError, numbers, NumberValueImpl };`,
  'lib/codec/numbers.ts': `export const numbers = 1;`,
  'lib/upgrade/chain.ts': `import { MapperError } from '../errors.js'; export { MapperError };`,
  'lib/model/compile.ts': `export * from '../upgrade/chain.js';`,
  'lib/hydration/transform.ts': `import 'class-transformer'; import '../model/compile.js';`,
  'lib/store/send.ts': `import { GetItemCommand } from '@aws-sdk/client-dynamodb'; export { GetItemCommand };`,
  'lib/toolbox/index.ts': `import 'dynamodb-toolbox/table'; import '../mapper.js';`,
  'lib/read/read.ts': `import '../store/send.js'; import '../hydration/transform.js';`,
  'lib/mapper.ts': `import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'; import './read/read.js';
    export type Client = DynamoDBClient;`,
  'lib/index.ts': `export { MapperError } from './errors.js'; export * from './mapper.js';`,
  'lib/testing/index.ts': `import { createServer } from 'node:http'; import { type DynamoDBClient } from '@aws-sdk/client-dynamodb';
    export { createServer }; export type { DynamoDBClient };`,
  'entities/session.ts': `import { Entity } from 'dynamo-evolve'; import { SessionUpgrades } from '../upgrades/session-upgrades.js';
    import { Type } from 'class-transformer'; @Entity() export class Session { @Type() upgrades = SessionUpgrades; }`,
  'upgrades/session-upgrades.ts': `import { type Item } from 'dynamo-evolve'; export class SessionUpgrades { item?: Item; }`,
  'docs/examples/chat.ts': `import '../../entities/session.js'; import 'dynamo-evolve/testing';`,
};

/** What breaks when the good tree gets these files. */
function added(files: Record<string, string>): string[] {
  return breaches({ ...goodTree, ...files });
}

describe('the rules', () => {
  test('pass a tree that keeps them', () => {
    expect(breaches(goodTree)).toEqual([]);
  });

  test.each([
    ['a static import', `import { a } from './x.js';`, [{ specifier: './x.js', typeOnly: false, names: ['a'] }]],
    ['a default import', `import a from './x.js';`, [{ specifier: './x.js', typeOnly: false, names: ['default'] }]],
    ['a renamed import', `import { a as b } from './x.js';`, [{ specifier: './x.js', typeOnly: false, names: ['a'] }]],
    ['a bare import', `import './x.js';`, [{ specifier: './x.js', typeOnly: false, names: [] }]],
    ['a type import', `import type { A } from 'x';`, [{ specifier: 'x', typeOnly: true, names: ['A'] }]],
    ['inline type imports', `import { type A } from 'x';`, [{ specifier: 'x', typeOnly: true, names: ['A'] }]],
    ['mixed imports', `import { type A, b } from 'x';`, [{ specifier: 'x', typeOnly: false, names: ['A', 'b'] }]],
    ['a namespace import', `import * as x from 'x';`, [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['an export from', `export { a } from 'x';`, [{ specifier: 'x', typeOnly: false, names: ['a'] }]],
    ['an export of all', `export * from 'x';`, [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['a type export of all', `export type * from 'x';`, [{ specifier: 'x', typeOnly: true, names: ['*'] }]],
    ['a namespace export', `export * as x from 'x';`, [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['an import as type', `let a: import('x').A.B;`, [{ specifier: 'x', typeOnly: true, names: ['A'] }]],
    ['a typeof import', `type A = typeof import('x');`, [{ specifier: 'x', typeOnly: true, names: ['*'] }]],
    ['a dynamic import', `await import('x');`, [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['one by a template', 'await import(`x`);', [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['one by a variable', `await import(x);`, [{ specifier: undefined, typeOnly: false, names: ['*'] }]],
    ['a require', `const x = require('x');`, [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['an import by require', `import x = require('x');`, [{ specifier: 'x', typeOnly: false, names: ['*'] }]],
    ['no import', `// import './x.js'\nexport const a = "import './x.js'"; export { a as b };`, []],
  ])('see %s', (_form, source, references) => {
    expect(importsOf(source)).toEqual(references);
  });

  test('see an import inside a decorated class', () => {
    const source = `class A { @Type(() => B) b!: B; async c() { return (await import('./c.js')).c; } }`;
    expect(importsOf(source).map(({ specifier }) => specifier)).toEqual(['./c.js']);
  });

  test('name the file that does not parse', () => {
    expect(() => breaches({ 'lib/errors.ts': 'import {' })).toThrow('lib/errors.ts does not parse');
  });

  test.each([
    ['a higher rank', 'lib/codec/high.ts', `import '../model/compile.js';`],
    ['a higher rank, for a type', 'lib/codec/high.ts', `import type { A } from '../model/compile.js';`],
    ['a higher rank, when called', 'lib/codec/high.ts', `export const a = () => import('../model/compile.js');`],
    ['a higher rank, as a type', 'lib/codec/high.ts', `export type A = import('../model/compile.js').A;`],
    ['a higher rank, to export it', 'lib/codec/high.ts', `export * from '../mapper.js';`],
    ['another room of its rank', 'lib/filter/beside.ts', `import '../hydration/transform.js';`],
    ['another file of rank 0', 'lib/telemetry.ts', `import './errors.js';`],
    ['what lies outside lib', 'lib/model/outside.ts', `import '../../spec/samples.js';`],
    ['an application', 'lib/model/outside.ts', `import '../../entities/session.js';`],
  ])('refuse that lib imports %s', (_what, file, source) => {
    expect(added({ [file]: source })).toEqual([`rank ${file}`]);
  });

  test.each(Object.entries(ranks))('give %s the rank %d and hold it', (room, rank) => {
    const fileOf = (name: string) => (name.endsWith('.ts') ? `lib/${name}` : `lib/${name}/probe.ts`);
    const from = fileOf(room);
    for (const [other, otherRank] of Object.entries(ranks)) {
      if (other === room || other === 'index.ts') continue;
      const path = relative(dirname(from), fileOf(other)).replaceAll(sep, '/').replace('.ts', '.js');
      const specifier = path.startsWith('.') ? path : `./${path}`;
      const found = breaches({ [from]: `import '${specifier}';`, [fileOf(other)]: '' });
      expect([other, found]).toEqual([other, otherRank < rank ? [] : [`rank ${from}`]]);
    }
  });

  test('refuse a room without a rank', () => {
    expect(added({ 'lib/utils/misc.ts': '' })).toEqual(['rank lib/utils/misc.ts']);
    expect(added({ 'lib/types.ts': '' })).toEqual(['rank lib/types.ts']);
  });

  test.each([
    [
      'a barrel of its own room',
      'lib/model/x.ts',
      { 'lib/model/index.ts': '', 'lib/model/x.ts': `import './index.js';` },
    ],
    [
      'a barrel of a lower rank',
      'lib/store/x.ts',
      { 'lib/codec/index.ts': '', 'lib/store/x.ts': `export * from '../codec/index.js';` },
    ],
    ['its own package', 'lib/model/x.ts', { 'lib/model/x.ts': `import type { Mapper } from 'dynamo-evolve';` }],
  ])('refuse that lib imports %s', (_what, file, files) => {
    expect(added(files as Record<string, string>)).toEqual([`barrel ${file}`]);
  });

  test.each([
    ['a loop in a room', { 'lib/model/a.ts': `import './b.js';`, 'lib/model/b.ts': `import './a.js';` }],
    [
      'a loop of types',
      { 'lib/model/a.ts': `import type { B } from './b.js';`, 'lib/model/b.ts': `export type * from './a.js';` },
    ],
    [
      'a loop of three',
      {
        'lib/model/a.ts': `import './b.js';`,
        'lib/model/b.ts': `import './c.js';`,
        'lib/model/c.ts': `await import('./a.js');`,
      },
    ],
    ['a file that imports itself', { 'lib/model/a.ts': `import './a.js';` }],
    [
      'a loop of applications',
      { 'entities/a.ts': `import type { U } from '../upgrades/u.js';`, 'upgrades/u.ts': `import '../entities/a.js';` },
    ],
  ])('refuse %s', (_what, files) => {
    expect(added(files as Record<string, string>)).toEqual([
      expect.stringMatching(/^cycle (lib\/model|entities)\/a\.ts$/),
    ]);
  });

  test('say how a cycle goes', () => {
    const files = { 'lib/model/a.ts': `import './b.js';`, 'lib/model/b.ts': `import './a.js';` };
    expect(findViolations(new Map(Object.entries(files)))).toMatchObject([
      { rule: 'cycle', detail: 'lib/model/a.ts -> lib/model/b.ts -> lib/model/a.ts' },
    ]);
  });

  test('see two cycles through one file', () => {
    const files = {
      'lib/model/a.ts': `import './b.js'; import './c.js';`,
      'lib/model/b.ts': `import './a.js';`,
      'lib/model/c.ts': `import './a.js';`,
    };
    expect(added(files)).toHaveLength(2);
  });

  test('count lines: 400 pass, 401 do not', () => {
    expect(added({ 'lib/model/long.ts': '//\n'.repeat(400) })).toEqual([]);
    expect(added({ 'lib/model/long.ts': '//\n'.repeat(401) })).toEqual(['length lib/model/long.ts']);
    expect(added({ 'lib/model/long.ts': '//\n'.repeat(400) + '//' })).toEqual(['length lib/model/long.ts']);
    expect(added({ 'entities/long.ts': '//\n'.repeat(401) })).toEqual([]);
  });

  test.each([
    ['lib/codec/x.ts', `import type { AttributeValue } from '@aws-sdk/client-dynamodb';`],
    ['lib/read/x.ts', `import { DynamoDBClient } from '@aws-sdk/client-dynamodb/dist-es/client.js';`],
    ['lib/mapper.ts', `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';`],
    ['lib/mapper.ts', `import type { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';`],
    ['lib/mapper.ts', `import type * as sdk from '@aws-sdk/client-dynamodb';`],
    ['lib/testing/x.ts', `export const load = () => import('@aws-sdk/client-dynamodb');`],
    ['lib/codec/x.ts', `import '@aws-sdk/lib-dynamodb';`],
    ['lib/model/x.ts', `import '@aws-sdk/util-dynamodb';`],
    ['lib/filter/x.ts', `import type { Condition } from 'dynamodb-toolbox';`],
    ['lib/store/x.ts', `import 'dynamodb-toolbox';`],
    ['lib/filter/x.ts', `import 'dynamodb-toolbox/entity/actions/parseCondition';`],
    ['lib/model/x.ts', `import 'class-transformer';`],
    ['lib/model/x.ts', `import 'class-transformer/cjs/storage.js';`],
  ])('refuse that %s has %s', (file, source) => {
    expect(added({ [file]: source })).toEqual([`package ${file}`]);
  });

  test('refuse a second reader of class-transformer', () => {
    expect(added({ 'lib/hydration/two.ts': `import 'class-transformer';` })).toEqual(['package lib/hydration/two.ts']);
    expect(
      added({ 'lib/hydration/transform.ts': `import 'class-transformer'; import 'class-transformer/cjs/storage.js';` }),
    ).toEqual([]);
  });

  test.each([
    ['a private path of the package', 'docs/examples/x.ts', `import 'dynamo-evolve/dist/codec/decode.js';`],
    ['lib by its path', 'entities/x.ts', `import '../lib/index.js';`],
    ['lib by its path, for a type', 'upgrades/x.ts', `import type { Item } from '../lib/upgrade/chain.js';`],
    ['the built package by its path', 'docs/examples/x.ts', `import '../../dist/index.js';`],
    ['specs', 'docs/examples/x.ts', `import '../../spec/support/engine.js';`],
  ])('refuse that an application imports %s', (_what, file, source) => {
    expect(added({ [file]: source })).toEqual([`public-name ${file}`]);
  });

  test('refuse what they cannot follow', () => {
    expect(added({ 'lib/model/x.ts': `import './gone.js';` })).toEqual(['unresolved lib/model/x.ts']);
    const open = `export const load = (name: string) => import(name);`;
    expect(added({ 'lib/model/x.ts': open })).toEqual(['unreadable lib/model/x.ts']);
    expect(added({ 'lib/cli/x.ts': open, 'lib/cli/config.ts': open })).toEqual(['unreadable lib/cli/x.ts']);
  });
});

describe('this project', () => {
  const files = new Map<string, string>();
  for (const folder of ['lib', 'entities', 'upgrades', 'docs/examples']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.[cm]?tsx?$/.test(entry)) continue;
      const path = join(folder, entry).replaceAll(sep, '/');
      files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }

  test('is read at all', () => {
    expect([...files.keys()]).toEqual(expect.arrayContaining(['lib/index.ts', 'entities/session.ts']));
    expect([...files.keys()].some((file) => file.startsWith('upgrades/'))).toBe(true);
    expect([...files.keys()].some((file) => file.startsWith('docs/examples/'))).toBe(true);
  });

  test('keeps its layering', () => {
    expect(findViolations(files).map(({ rule, file, detail }) => `${file}: ${rule}: ${detail}`)).toEqual([]);
  });

  test('speaks to the engine in one room', () => {
    const words = /\b(?:TableName|ReturnValues\w*|ConditionExpression|UpdateExpression|\w+Item(?:Command|Input))\b/;
    const speakers = [...files].filter(([file, source]) => file.startsWith('lib/') && words.test(source));
    const others = speakers.map(([file]) => file).filter((file) => !file.startsWith('lib/store/'));
    // a query says how long its filter is where that is too long; the toolbox's commands are known by their names
    expect(others.filter((file) => !file.startsWith('lib/toolbox/'))).toEqual(['lib/query/plan-query.ts']);
  });

  test('reads class-transformer in one file', () => {
    const readers = [...files].filter(([file, source]) => {
      if (!file.startsWith('lib/') || file.endsWith('.d.ts')) return false;
      return importsOf(source, file).some(({ specifier }) => specifier?.startsWith('class-transformer'));
    });
    expect(readers.map(([file]) => file)).toHaveLength(1);
  });

  describe('as CONTRIBUTING shows it', () => {
    const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const sectionOf = (heading: string) => page.split(/^## /m).find((section) => section.startsWith(heading)) ?? '';

    const importedBy = (file: string) =>
      importsOf(files.get(file) ?? '', file).map(({ specifier = '' }) =>
        join(dirname(file), specifier.replace(/\.js$/, '.ts')).replaceAll(sep, '/'),
      );

    test('has these ranks', () => {
      const rows = [...sectionOf('The rooms').matchAll(/^\| (\d+) +\| (`.+?`) +\|/gm)];
      const shown = rows.flatMap(([, rank, rooms = '']) =>
        [...rooms.matchAll(/`([^`]+?)\/?`/g)].map(([, room]) => [room, Number(rank)] as const),
      );
      expect(Object.fromEntries(shown)).toEqual(ranks);
    });

    test('imports along the arrows of the picture', () => {
      const [, drawing = ''] = /```mermaid\nflowchart TD\n(.*?)```/s.exec(sectionOf('The rooms')) ?? [];
      const labels = new Map(
        [...drawing.matchAll(/(\w+)\["(.*?)(?: <br>.*?)?"\]/g)].map(([, id, label]) => [id, label]),
      );
      const filesOf = (id = '') => {
        const rooms = (labels.get(id) ?? '').split(' · ').map((room) => `lib/${room}`);
        return [...files.keys()].filter((file) => rooms.some((room) => file.startsWith(room)));
      };
      const arrows = drawing.split('\n').flatMap((line) => {
        const ids = line.split('-->').map((node) => /\w+/.exec(node)?.[0]);
        return ids.slice(1).map((to, at) => [ids[at], to] as const);
      });
      const isImport = ([from, to]: readonly (string | undefined)[]) => {
        const targets = new Set(filesOf(to));
        return filesOf(from).some((file) => importedBy(file).some((imported) => targets.has(imported)));
      };
      expect(arrows.length).toBeGreaterThan(labels.size);
      expect(arrows.filter((arrow) => !isImport(arrow))).toEqual([]);
    });

    test.each(['One read', 'One save'])('is walked by its imports: %s', (heading) => {
      const walk = [...sectionOf(heading).matchAll(/^\d+\. `(lib\/[^`]+)`/gm)].map(([, file]) => file as string);
      expect(walk.length).toBeGreaterThan(4);
      expect(walk.length).toBeLessThanOrEqual(8);
      for (const [at, file] of walk.entries()) {
        const earlier = walk.slice(0, at);
        expect([file, files.has(file)]).toEqual([file, true]);
        expect([file, at === 0 || earlier.some((before) => importedBy(before).includes(file))]).toEqual([file, true]);
      }
    });
  });
});
