import type { WireItem, WireValue } from 'dynamo-evolve';
import { itemWithNumbers, shortDecimal, spelling } from '../decimals.js';
import { canonicalText } from '../wire-places.js';
import { IndexView } from './index-view.js';
import { invalid, Refusal } from './refusal.js';
import { forbidsReadModifyWrite, type Tag } from './tags.js';
import type { Upstream } from './upstream.js';

export type KeyTypes = Readonly<Record<string, 'S' | 'N' | 'B'>>;

interface IndexDescription {
  readonly IndexName: string;
  readonly IndexStatus?: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
}

interface TableDescription {
  readonly KeySchema: IndexDescription['KeySchema'];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
}

/** What the profile knows of one table, beside what the engine behind it stores. */
export class ProfileTable {
  /** The items as Alternator would have them: with the texts of their numbers. */
  readonly #items = new Map<string, WireItem>();
  /** How the number partition keys of the items were spelled when they were stored. */
  readonly #spellings = new Map<string, string>();
  readonly #views = new Map<string, IndexView>();
  readonly #lateness: number;
  #keys: KeyTypes = {};
  #indexKeys = new Map<string, KeyTypes>();
  /** Whether the table has tablets. */
  hasTablets = false;
  tags: readonly Tag[] = [];

  constructor(lateness: number) {
    this.#lateness = lateness;
  }

  /** Whether the table refuses to write what depends on what is stored. */
  get isReadModifyWriteForbidden(): boolean {
    return forbidsReadModifyWrite(this.tags);
  }

  /** Takes over what the engine says of the table; a new global index starts with what the table holds. */
  describe(description: TableDescription): void {
    const types = Object.fromEntries(
      description.AttributeDefinitions.map(({ AttributeName: name, AttributeType: type }) => [name, type]),
    );
    const keysOf = (schema: IndexDescription['KeySchema']): KeyTypes =>
      Object.fromEntries(
        // the partition key first
        schema
          .toSorted((a, b) => a.KeyType.localeCompare(b.KeyType))
          .map(({ AttributeName: name }) => [name, types[name] ?? 'S']),
      );
    this.#keys = keysOf(description.KeySchema);
    const { GlobalSecondaryIndexes: all = [], LocalSecondaryIndexes: local = [] } = description;
    const global = all.filter(({ IndexStatus: status }) => status !== 'DELETING');
    this.#indexKeys = new Map([...global, ...local].map((one) => [one.IndexName, keysOf(one.KeySchema)]));
    const names = new Set(global.map(({ IndexName: name }) => name));
    for (const name of this.#views.keys()) if (!names.has(name)) this.#views.delete(name);
    for (const { IndexName: name, KeySchema: schema } of global) {
      if (this.#views.has(name)) continue;
      const view = new IndexView(keysOf(schema), this.#keys, this.#lateness);
      for (const [key, item] of this.#items) view.fill(key, item);
      this.#views.set(name, view);
    }
  }

  /** The view of a global index; `undefined` for a local one. */
  view(index: string): IndexView | undefined {
    return this.#views.get(index);
  }

  /** The keys of the table, and of an index of it. */
  keyTypes(index: string | undefined): KeyTypes {
    return { ...(index !== undefined && this.#indexKeys.get(index)), ...this.#keys };
  }

  keyOf(item: WireItem): WireItem {
    return Object.fromEntries(Object.keys(this.#keys).map((name) => [name, item[name] as WireValue]));
  }

  /** Whether the partition key is spelled as the stored item's was; sort keys are found by their value. */
  isSpelledAs(key: WireItem, item: WireItem): boolean {
    return this.#spellings.get(this.#keyText(item)) === spellingOf(this.#partitionOf(key));
  }

  /** Text that is the same for keys that Alternator takes for the same. */
  keyName(key: WireItem): string {
    return `${spellingOf(this.#partitionOf(key))} ${this.#keyText(key)}`;
  }

  /** Text that is the same for keys of the same values, which the engine behind takes for the same. */
  keyValue(key: WireItem): string {
    return this.#keyText(key);
  }

  /** Whether an item has the keys of the table, with their types. */
  isKey(item: WireItem): boolean {
    return Object.entries(this.#keys).every(([name, type]) => type in ((item[name] ?? {}) as WireValue));
  }

  /** The name of the partition key. */
  get partitionKey(): string {
    return Object.keys(this.#keys)[0] ?? '';
  }

  /** The keys of all indexes. */
  get indexKeyTypes(): KeyTypes {
    return Object.assign({}, ...this.#indexKeys.values()) as KeyTypes;
  }

  /** Whether a global index has a partition key alone. */
  isHashOnly(index: string): boolean {
    return this.#views.has(index) && Object.keys(this.#indexKeys.get(index) ?? {}).length === 1;
  }

  #partitionOf(item: WireItem): WireItem {
    const { partitionKey: name } = this;
    return name in item ? { [name]: item[name] as WireValue } : {};
  }

  /** An item that came from the engine behind, with the texts that Alternator would have kept. */
  dressed(item: WireItem): WireItem {
    const known = this.#items.get(this.#keyText(item));
    return known && isSame(known, item) ? known : item;
  }

  /** Notes what is stored under a key now, and passes it on to the indexes. */
  note(key: WireItem, item: WireItem | undefined): void {
    const text = this.#keyText(key);
    if (item) {
      this.#items.set(text, item);
      this.#spellings.set(text, spellingOf(this.#partitionOf(key)));
    } else {
      this.#items.delete(text);
    }
    for (const view of this.#views.values()) view.note(text, item);
  }

  #keyText(item: WireItem): string {
    return canonicalText(itemWithNumbers(this.keyOf(item), shortDecimal));
  }
}

function spellingOf(key: WireItem): string {
  return canonicalText(itemWithNumbers(key, spelling));
}

/** The same items, number for number by value. */
function isSame(a: WireItem, b: WireItem): boolean {
  return byValue(a) === byValue(b);
}

function byValue(item: WireItem): string {
  return canonicalText(itemWithNumbers(item, shortDecimal));
}

/** The tables that were made through the profile. */
export class TableCatalog {
  readonly #upstream: Upstream;
  readonly #lateness: number;
  readonly #tables = new Map<string, ProfileTable>();

  /** `lateness` is for how many queries or scans of an index a change of its table isn't seen. */
  constructor(upstream: Upstream, lateness: number) {
    this.#upstream = upstream;
    this.#lateness = lateness;
  }

  get(name: unknown): ProfileTable | undefined {
    return this.#tables.get(String(name));
  }

  /** The table of an ARN; throws Alternator's refusal of those of anything else. */
  byArn(resource: unknown): ProfileTable {
    const arn = String(resource);
    const [, name, index] = /^arn:\S+:table\/([\w.-]+)(\/.+)?$/.exec(arn) ?? [];
    if (name === undefined) throw new Refusal('AccessDeniedException', `ResourceArn: Invalid table ARN \`${arn}\``);
    if (index !== undefined)
      throw invalid(`ResourceArn: Invalid table ARN \`${arn}\` - expected nothing after the name`);
    const table = this.get(name);
    if (table) return table;
    throw new Refusal('ResourceNotFoundException', `ResourceArn: Invalid table ARN \`${arn}\` - not found`);
  }

  delete(name: unknown): void {
    this.#tables.delete(String(name));
  }

  /** Learns what became of a table that was created or changed. */
  async learn(name: unknown): Promise<ProfileTable> {
    const { body } = await this.#upstream.send('DescribeTable', { TableName: String(name) });
    const table = this.get(name) ?? new ProfileTable(this.#lateness);
    table.describe(body.Table as TableDescription);
    this.#tables.set(String(name), table);
    return table;
  }
}
