// `npm run measure:types`: what the compiler takes for an application of 50 entities, and for the same application with
// plain interfaces over the SDK's client. Prints medians and their ratios; on a busy machine only the counts say much.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'build/types-cost');
const entities = 50;
const runs = Number(process.argv[2] ?? 9);

const fields = [
  ['title', 'string', `type: 'string', default: 'untitled'`],
  ['state', `'open' | 'closed'`, `type: 'string', default: 'open'`],
  ['score', 'number', `type: 'number', optional: true`],
  ['tags', 'Set<string>', `type: 'set', optional: true`],
  ['due', 'Date', `type: 'date', optional: true`],
  ['parts', 'string[]', `type: 'array', optional: true`],
  ['settings', '{ theme: string; size: number }', `type: 'object', optional: true`],
  ['total', 'bigint', `type: 'bigint', optional: true`],
];

/** The calls of a service, the same over both kinds of stores. */
const service = (name, store) => `
  async open(id: string) {
    const found = await ${store}.get({ id });
    if (found) return found.title.length + (found.score ?? 0);
    return (await ${store}.insert(${store}.create({ id, title: '${name}', tags: new Set(['new']) }))).title.length;
  }
  closed(id: string, least: number) {
    const filter = { and: [{ attr: 'state', eq: 'closed' }, { attr: 'score', gte: least }] } as const;
    return ${store}.query({ partition: id, filter }).all();
  }
  close(id: string) {
    return ${store}.update({ id }, { set: { state: 'closed', due: new Date() }, remove: ['parts'], add: { score: 1 } });
  }
`;

const decorated = (name) => `
import { Attribute, CreatedAt, Entity, type Item, type key, type Mapper, PartitionKey, Repository, Upgrade, Versioned } from 'dynamo-evolve';
@Entity({ table: '${name}' })
@Versioned(2)
export class ${name} {
  @PartitionKey({ type: 'string' }) id!: string;
${fields.map(([field, type, options]) => `  @Attribute({ ${options} }) ${field}${options.includes('optional') ? '?' : '!'}: ${type};`).join('\n')}
  @CreatedAt() created_at!: Date;
  declare readonly [key]?: 'id';
  @Upgrade(1, 2, 'added state') static addState(item: Item): void { item.state ??= 'open'; }
}
export class ${name}Service {
  readonly store: Repository<${name}>;
  constructor(mapper: Mapper) { this.store = mapper.repository(${name}); }
${service(name, 'this.store')}
}
`;

const plain = (name) => `
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Store } from './store.js';
export interface ${name} {
  id: string;
${fields.map(([field, type, options]) => `  ${field}${options.includes('optional') ? '?' : ''}: ${type};`).join('\n')}
  created_at: Date;
}
export function addState(item: Record<string, unknown>): void { item['state'] ??= 'open'; }
export class ${name}Service {
  readonly store: Store<${name}>;
  constructor(client: DynamoDBClient) { this.store = new Store(client, '${name}'); }
${service(name, 'this.store')}
}
`;

const store = `
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
type Filter<T> = { attr: keyof T; eq?: unknown; gte?: unknown } | { and: readonly Filter<T>[] };
export declare class Store<T> {
  constructor(client: DynamoDBClient, table: string);
  get(key: Partial<T>): Promise<T | undefined>;
  create(init: Partial<T>): T;
  insert(item: T): Promise<T>;
  query(options: { partition: unknown; filter: Filter<T> }): { all(): Promise<T[]> };
  update(key: Partial<T>, clauses: { set?: Partial<T>; remove?: (keyof T)[]; add?: Partial<T> }): Promise<T>;
}
`;

function makeApplication(kind, source, more = {}) {
  const application = join(folder, kind);
  mkdirSync(application, { recursive: true });
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    experimentalDecorators: kind !== 'standard',
    useDefineForClassFields: false,
    types: ['node'],
    paths: { 'dynamo-evolve': [join(root, 'dist/index.d.ts')] },
  };
  writeFileSync(join(application, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
  for (let at = 1; at <= entities; at++) writeFileSync(join(application, `entity-${at}.ts`), source(`Entity${at}`));
  for (const [file, text] of Object.entries(more)) writeFileSync(join(application, file), text);
  return application;
}

/** One run of the compiler: its own figures, by their names. */
function compile(application) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', application, '--extendedDiagnostics', '--singleThreaded'];
  const output = execFileSync(process.execPath, [tsc, ...options], { encoding: 'utf8' });
  return Object.fromEntries(
    [...output.matchAll(/^([A-Z][\w /]*):\s+([\d.]+)/gm)].map(([, name, value]) => [name.trim(), Number(value)]),
  );
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

rmSync(folder, { recursive: true, force: true });
const applications = {
  interfaces: makeApplication('interfaces', plain, { 'store.ts': store }),
  experimental: makeApplication('experimental', decorated),
  standard: makeApplication('standard', decorated),
};
const figures = { interfaces: [], experimental: [], standard: [] };
// in turns, so that a busy machine slows all of them down
for (let run = 0; run <= runs; run++) {
  for (const [kind, application] of Object.entries(applications)) {
    const found = compile(application);
    // the first run fills the caches of files
    if (run > 0) figures[kind].push(found);
  }
}
const of = (kind, name) => median(figures[kind].map((found) => found[name] ?? NaN));
console.log(`${entities} entities of ${fields.length + 2} properties, medians of ${runs} runs:`);
for (const kind of Object.keys(applications)) {
  const ratio = of(kind, 'Total time') / of('interfaces', 'Total time');
  const counts = `${of(kind, 'Types')} types, ${of(kind, 'Instantiations')} instantiations`;
  console.log(
    `  ${kind.padEnd(12)} ${of(kind, 'Total time').toFixed(3)} s in total, ${of(kind, 'Check time').toFixed(3)} s checking, ${counts}: ${ratio.toFixed(2)}`,
  );
}
