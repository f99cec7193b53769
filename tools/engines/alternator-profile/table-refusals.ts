import { invalid, Refusal } from './refusal.js';
import type { Body } from './upstream.js';

const longestTableName = 192;
const longestNames = 222;
const longestKeyName = 255;
const keyTypes = new Set(['S', 'N', 'B']);

interface Schema {
  readonly KeySchema?: readonly { readonly AttributeName: string }[];
}

interface Index extends Schema {
  readonly IndexName: string;
}

interface IndexUpdate {
  readonly Create?: Index;
}

interface Definition {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

/** Throws the refusal of names and keys of a table and its indexes that are wrong. */
export function refuseTables(body: Body): void {
  const { GlobalSecondaryIndexes: global = [], LocalSecondaryIndexes: local = [], TableName: table = '' } = body;
  const isNew = body.KeySchema !== undefined;
  if (isNew && table.length > longestTableName) {
    throw invalid(`TableName must be at least 3 characters long and at most ${longestTableName} characters long`);
  }
  const added = ((body.GlobalSecondaryIndexUpdates ?? []) as IndexUpdate[]).flatMap(({ Create: one }) => one ?? []);
  const [globals, locals] = [[...(global as Index[]), ...added], local as Index[]];
  refuseIndexNames(table, globals, 1);
  refuseIndexNames(table, locals, 2);
  const names = [...globals, ...locals].map(({ IndexName: name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`Duplicate IndexName '${twice}', `);
  refuseKeys([body as Schema, ...globals, ...locals], body.AttributeDefinitions as Definition[] | undefined, isNew);
}

/** The table of an index has a name made of the table's, its own, and so many characters in between. */
function refuseIndexNames(table: string, indexes: readonly Index[], between: number): void {
  for (const { IndexName: index } of indexes) {
    if (typeof index !== 'string') continue;
    if (index.length < 3) throw invalid('IndexName must be at least 3 characters long');
    if (!/^[\w.-]+$/.test(index)) {
      throw invalid(`IndexName '${index}' must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`);
    }
    if (table.length + index.length + between <= longestNames) continue;
    const names = `TableName ('${table}') and IndexName ('${index}')`;
    throw invalid(`The total length of ${names} cannot exceed ${longestNames - between} characters`);
  }
}

function refuseKeys(schemas: readonly Schema[], definitions: readonly Definition[] = [], isNew = false): void {
  const keys = schemas.flatMap(({ KeySchema: schema = [] }) => schema.map(({ AttributeName: name }) => name));
  const defined = definitions.map(({ AttributeName: name }) => name);
  refuseLong([...defined, ...keys], longestKeyName);
  const twice = defined.find((name, at) => defined.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`Duplicate AttributeName=${twice} in AttributeDefinitions`);
  const unknown = definitions.find(({ AttributeType: type }) => !keyTypes.has(type));
  if (unknown) throw invalid(`Unknown type '${unknown.AttributeType}' of a key in AttributeDefinitions`);
  const missing = keys.find((name) => !defined.includes(name));
  if (isNew && missing !== undefined) throw invalid(`KeySchema key '${missing}' missing in AttributeDefinitions`);
}

/** Throws the refusal of changes of indexes that can't be made at once. */
export function refuseIndexUpdates(body: Body): void {
  const { AttributeDefinitions: definitions = [], GlobalSecondaryIndexUpdates: updates = [] } = body;
  const [update, ...more] = updates as IndexUpdate[];
  if (more.length > 0) {
    const message = 'GlobalSecondaryIndexUpdates only allows one index creation or deletion';
    throw new Refusal('LimitExceededException', message);
  }
  if (update && Object.keys(update).length !== 1) {
    throw invalid(
      'GlobalSecondaryIndexUpdates array must contain one object with a Create, Delete or Update operation',
    );
  }
  const [change] = Object.keys(update ?? {});
  if (change !== undefined && !['Create', 'Delete', 'Update'].includes(change)) {
    throw invalid('GlobalSecondaryIndexUpdates supports a Create, Delete or Update operation');
  }
  if (update?.Create && body.AttributeDefinitions === undefined) {
    throw invalid('GlobalSecondaryIndexUpdates Create needs AttributeDefinitions');
  }
  const keys = new Set(update?.Create?.KeySchema?.map((key) => key.AttributeName));
  const defined = (definitions as { AttributeName: string }[]).map((one) => one.AttributeName);
  const spurious = defined.filter((name) => !keys.has(name));
  if (spurious.length > 0) throw invalid(`AttributeDefinitions defines spurious attributes ${spurious.join(', ')}`);
}

/** Throws the refusal of a name of an attribute that is longer than so many bytes. */
export function refuseLong(names: readonly unknown[], longest: number): void {
  const found = names.find((name) => typeof name === 'string' && Buffer.byteLength(name) > longest);
  if (found !== undefined) throw invalid(`Attribute name is too large, must be less than ${longest + 1} bytes`);
}
