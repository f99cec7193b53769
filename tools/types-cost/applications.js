// Applications of many entities, to see what the compiler takes for them: one with decorated entities, and the same with
// plain interfaces, whose store calls the SDK itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

/** How many properties each entity has. */
export const properties = fields.length + 2;

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

/** What stands between plain interfaces and the SDK, once for all of them. */
const store = `
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
type Filter<T> = { attr: keyof T; eq?: unknown; gte?: unknown } | { and: readonly Filter<T>[] };
export class Store<T> {
  readonly client: DynamoDBDocumentClient;
  constructor(client: DynamoDBClient, readonly table: string) { this.client = DynamoDBDocumentClient.from(client); }
  async get(key: Partial<T>): Promise<T | undefined> {
    const { Item } = await this.client.send(new GetCommand({ TableName: this.table, Key: key }));
    return Item as T | undefined;
  }
  create(init: Partial<T>): T { return init as T; }
  async insert(item: T): Promise<T> {
    await this.client.send(new PutCommand({ TableName: this.table, Item: item as Record<string, unknown> }));
    return item;
  }
  query({ filter, partition }: { partition: unknown; filter: Filter<T> }): { all(): Promise<T[]> } {
    const values: Record<string, unknown> = { ':id': partition };
    const expression = (part: Filter<T>): string => {
      if ('and' in part) return part.and.map(expression).join(' AND ');
      const name = ':v' + Object.keys(values).length;
      values[name] = part.eq ?? part.gte;
      return String(part.attr) + (part.eq === undefined ? ' >= ' : ' = ') + name;
    };
    const FilterExpression = expression(filter);
    const command = new QueryCommand({ TableName: this.table, KeyConditionExpression: 'id = :id', FilterExpression, ExpressionAttributeValues: values });
    return { all: async () => (await this.client.send(command)).Items as T[] };
  }
  async update(key: Partial<T>, { add = {}, remove = [], set = {} }: { set?: Partial<T>; remove?: (keyof T)[]; add?: Partial<T> }): Promise<T> {
    const values: Record<string, unknown> = {};
    const assigned = (clause: Partial<T>, sign: string) => Object.entries(clause).map(([name, value]) => {
      values[':' + name] = value;
      return name + sign + ':' + name;
    }).join(', ');
    const UpdateExpression = 'SET ' + assigned(set, ' = ') + ' REMOVE ' + remove.join(', ') + ' ADD ' + assigned(add, ' ');
    const command = new UpdateCommand({ TableName: this.table, Key: key, UpdateExpression, ExpressionAttributeValues: values, ReturnValues: 'ALL_NEW' });
    return (await this.client.send(command)).Attributes as T;
  }
}
`;

/** The kinds of applications: plain interfaces, and entities with both kinds of decorators. */
export const kinds = ['interfaces', 'experimental', 'standard'];

/**
 * Writes an application of a kind into a folder below the repository; `declarations` is where the package's own are.
 * Returns the folder.
 */
export function makeApplication(folder, kind, { declarations, entities }) {
  const application = join(folder, `${kind}-${entities}`);
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
    paths: { 'dynamo-evolve': [join(declarations, 'index.d.ts')] },
  };
  writeFileSync(join(application, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
  const source = kind === 'interfaces' ? plain : decorated;
  for (let at = 1; at <= entities; at++) writeFileSync(join(application, `entity-${at}.ts`), source(`Entity${at}`));
  if (kind === 'interfaces') writeFileSync(join(application, 'store.ts'), store);
  return application;
}

/** One run of the compiler: its own figures, by their names. */
export function compile(application) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', application, '--extendedDiagnostics', '--singleThreaded'];
  const output = execFileSync(process.execPath, [tsc, ...options], { encoding: 'utf8' });
  return Object.fromEntries(
    [...output.matchAll(/^([A-Z][\w /]*):\s+([\d.]+)/gm)].map(([, name, value]) => [name.trim(), Number(value)]),
  );
}
