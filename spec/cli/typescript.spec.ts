import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchProject, type ScratchProject } from '../support/built-package.js';

// builds the package and starts processes
jest.setTimeout(180_000);

const compiler = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/typescript/bin/tsc');

/** Types in every notation that compilers emit differently, and imports of every kind. */
const files = {
  'src/state.ts': `export enum State { Open = 'open', Closed = 'closed' }
export enum Level { Low, High }
export interface Meta { readonly source: string }
export class Address { readonly lines: readonly string[] = []; }
`,
  'src/shared/base.ts': `import { Attribute, CreatedAt } from 'dynamo-evolve';
export abstract class Base {
  @CreatedAt() created_at!: Date;
  @Attribute({ optional: true }) base?: readonly number[];
}
`,
  'src/entities/item.ts': `import { Attribute, Entity, Index, PartitionKey, Revision, SortKey, TimeToLive, Versioned } from 'dynamo-evolve';
import { Base } from '#shared/base.js';
import { Address, Level, type Meta, State } from '../state.js';

@Entity({ table: 'items' })
@Versioned(1)
@Index('by_state', { partitionKey: 'state', sortKey: 'level' })
export class Item extends Base {
  @PartitionKey() readonly id!: string;
  @SortKey() at!: number;
  @Attribute() state!: State;
  @Attribute() level!: Level;
  @Attribute() meta!: Meta;
  @Attribute() address!: Address;
  @Attribute() names!: readonly string[];
  @Attribute() pairs!: readonly [string, number];
  @Attribute() list!: Array<string>;
  @Attribute() set!: Set<string>;
  @Attribute() readonlySet!: ReadonlySet<string>;
  @Attribute() map!: Map<string, number>;
  @Attribute() bytes!: Uint8Array;
  @Attribute() buffer!: Buffer;
  @Attribute() big!: bigint;
  @Attribute() flag!: boolean;
  @Attribute() literal!: 'a' | 'b';
  @Attribute() numbers!: 1 | 2;
  @Attribute() nullable!: string | null;
  @Attribute() mixed!: string | number;
  @Attribute() record!: Record<string, string>;
  @Attribute() template!: \`a\${string}\`;
  @Attribute() unknown!: unknown;
  @Attribute({ optional: true }) optional?: string;
  @Attribute({ optional: true }) optionalDate?: Date;
  @Attribute({ optional: true }) orUndefined?: number | undefined;
  @Attribute({ optional: true }) optionalEnum?: State;
  @Attribute({ default: 'x' }) withDefault!: string;
  @TimeToLive() until?: Date;
  @Revision() revision!: string;
  cached = { readonly: 'a readonly string[] that is none' };
}
`,
  'src/dynamo-evolve.config.ts': `import { Item } from '@entities/item.js';
export default { entities: [Item] };
`,
  'src/tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      skipLibCheck: true,
      types: ['node'],
      rootDir: '.',
      outDir: '../out',
      paths: { '@entities/*': ['./entities/*'], '#shared/*': ['./shared/*'] },
    },
  }),
};

let project: ScratchProject;
beforeAll(async () => {
  project = await scratchProject('typescript');
  await project.write(files);
});
afterAll(async () => {
  await project.remove();
});

async function lockFrom(config: string): Promise<string> {
  const lock = join(project.folder, dirname(config), 'schema.lock.json');
  await rm(lock, { force: true });
  const { code, stderr, stdout } = await project.run(['dist/cli/main.js', 'lock', '--config', config]);
  expect([code, stdout, stderr]).toEqual([0, 'Wrote schema.lock.json. Commit it.\n', '']);
  return readFile(lock, 'utf8');
}

test('the lock is the same from source and from what tsc makes of it', async () => {
  const fromSource = await lockFrom('src/dynamo-evolve.config.ts');
  const built = await project.run([compiler, '-p', 'src']);
  expect(built).toEqual({ code: 0, stdout: '', stderr: '' });
  // tsc leaves aliases as they are
  for (const file of ['dynamo-evolve.config.js', 'entities/item.js']) {
    const text = await readFile(join(project.folder, 'out', file), 'utf8');
    const resolved = text.replace('@entities/', './entities/').replace('#shared/', '../shared/');
    await project.write({ [`out/${file}`]: resolved });
  }
  expect(await lockFrom('out/dynamo-evolve.config.js')).toBe(fromSource);
  const { entities } = JSON.parse(fromSource) as {
    entities: { items: { versions: { 1: { attributes: Record<string, { type: string }> } } } };
  };
  const { attributes } = entities.items.versions[1];
  const types = Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type]));
  expect(types).toMatchObject({ state: 'string', level: 'number', names: 'array', base: 'array', address: 'object' });
});
