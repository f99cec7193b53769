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
  // what has a name of its own, in every form; imported without the word `type`, as editors do
  'src/named.ts': `\uFEFF// 😀 bytes are more than characters\r
import { Address } from './state.js';
export type Text = string;
export type Choice = 'a' | 'b';
export type Brand = string & { readonly brand: 'id' };
export type Chain = Choice;
export type Count = 1 | 2 | Amount;
export type Amount = number;
export type Flag = true | false;
export type Big = bigint;
export type List = readonly Text[];
export type Pair = [string, number];
export type Call = () => void;
export type Either = string | number;
export type Maybe<T> = T | undefined;
export type Place = Address;
export type Self = { readonly inner: Self };
export type Template = \`a\${string}\`;
export interface Meta { readonly source: string }
export const Both = 1;
export class Merged {}
export interface Merged { more?: string }
export interface Größe { höhe: number }
const { a: taken, b: [first] } = { a: 1, b: [2] };
export { taken as 'an odd name', first };
export type Both = string;
`,
  // two that hand on each other's names, and import what they hand on
  'src/around.ts': `import { Address, Choice } from './more.js';
export * from './more.js';
export class Around { choice?: Choice; address?: Address; }
`,
  'src/more.ts': `export * from './named.js';
export * from './around.js';
export { Address } from './state.js';
export { Choice as Renamed } from './named.js';
export { State as Kind } from './state.js';
`,
  'src/entities/named-item.ts': `import { Attribute, Condition, Entity, Item, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import {
  Big, Both, Brand, Call, Chain, Choice, Count, Either, Flag, Kind, Größe, List, Maybe, Merged, Meta, Pair, Place, Renamed, Self, Template, Text,
} from '../more.js';
import { Around } from '../around.js';
import { Address, Address as Home, State } from '../state.js';
import type { Choice as Chosen, Meta as Told } from '../named.js';

type Local = Choice | 'c';
interface Inner { readonly list: readonly Text[] }
enum Mode { On = 'on', Off = 'off' }
enum Mixed { One, Two = 'two' }

@Entity({ table: 'named' })
@Versioned(2)
export class NamedItem {
  @PartitionKey() id!: Text;
  @Attribute() choice!: Choice;
  @Attribute() brand!: Brand;
  @Attribute() chain!: Chain;
  @Attribute() count!: Count;
  @Attribute() flag!: Flag;
  @Attribute() big!: Big;
  @Attribute() list!: List;
  @Attribute() listOf!: Choice[];
  @Attribute() readonlyList!: readonly Choice[];
  @Attribute() pair!: Pair;
  @Attribute() either!: Either;
  @Attribute() maybe!: Maybe<string>;
  @Attribute() place!: Place;
  @Attribute() address!: Address;
  @Attribute() home!: Home;
  @Attribute() self!: Self;
  @Attribute() template!: Template;
  @Attribute() meta!: Meta;
  @Attribute() told!: Told;
  @Attribute() chosen!: Chosen;
  @Attribute() renamed!: Renamed;
  @Attribute() kind!: Kind;
  @Attribute() state!: State;
  @Attribute() orUndefined!: Choice | undefined;
  @Attribute() twice!: Choice | Renamed;
  @Attribute() local!: Local;
  @Attribute() inner!: Inner;
  @Attribute() mode!: Mode;
  @Attribute() mixed!: Mixed;
  @Attribute() both!: Both;
  @Attribute() merged!: Merged;
  @Attribute() around!: Around;
  /* 😀 */ @Attribute() größe!: Größe; @Attribute() nested!: readonly (readonly Choice[])[];
  @Attribute({ type: 'any' }) condition?: Condition<Address>;
  @Attribute({ type: 'any' }) call?: Call;

  @Upgrade(1, 2, 'nothing')
  static nothing(item: Item): Item {
    return item;
  }
}
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
import { NamedItem } from '@entities/named-item.js';
export default { entities: [Item, NamedItem] };
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

test('decorators are standard ones unless tsconfig.json asks for experimental ones', async () => {
  await project.write({
    'standard/tsconfig.json': JSON.stringify({ compilerOptions: { target: 'es2022', module: 'nodenext' } }),
    'standard/dynamo-evolve.config.ts': `import { Attribute, Entity, PartitionKey, Versioned } from 'dynamo-evolve';
@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'date' }) accessor due!: Date;
}
export default { entities: [Note] };
`,
  });
  expect(JSON.parse(await lockFrom('standard/dynamo-evolve.config.ts'))).toMatchObject({
    entities: { notes: { versions: { 1: { attributes: { id: { type: 'string' }, due: { type: 'date' } } } } } },
  });
});

test('the lock is the same from source and from what tsc makes of it', async () => {
  const fromSource = await lockFrom('src/dynamo-evolve.config.ts');
  const built = await project.run([compiler, '-p', 'src']);
  expect(built).toEqual({ code: 0, stdout: '', stderr: '' });
  // tsc leaves aliases as they are
  for (const file of ['dynamo-evolve.config.js', 'entities/item.js']) {
    const text = await readFile(join(project.folder, 'out', file), 'utf8');
    const resolved = text.replaceAll('@entities/', './entities/').replace('#shared/', '../shared/');
    await project.write({ [`out/${file}`]: resolved });
  }
  expect(await lockFrom('out/dynamo-evolve.config.js')).toBe(fromSource);
  const { entities } = JSON.parse(fromSource) as {
    entities: Record<string, { versions: Record<number, { attributes: Record<string, { type: string }> }> }>;
  };
  const typesOf = (table: string, version: number) =>
    Object.fromEntries(
      Object.entries(entities[table]!.versions[version]!.attributes).map(([name, { type }]) => [name, type]),
    );
  expect(typesOf('named', 2)).toMatchObject({
    id: 'string',
    brand: 'string',
    count: 'number',
    list: 'array',
    either: 'any',
    renamed: 'string',
    kind: 'string',
    address: 'object',
    place: 'any',
    merged: 'object',
    größe: 'any',
    nested: 'array',
  });
  expect(typesOf('items', 1)).toMatchObject({
    state: 'string',
    level: 'number',
    names: 'array',
    base: 'array',
    address: 'object',
  });
});
