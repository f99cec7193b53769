import type { WireItem, WireValue } from 'dynamo-evolve';
import { itemWithNumbers, shortDecimal, spelling } from '../decimals.js';
import { canonicalText } from '../wire-places.js';
import { IndexView } from './index-view.js';
import type { Upstream } from './upstream.js';

export type KeyTypes = Readonly<Record<string, 'S' | 'N' | 'B'>>;

interface IndexDescription {
  readonly IndexName: string;
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
  #keys: KeyTypes = {};
  #indexKeys = new Map<string, KeyTypes>();
  /** Whether the table has tablets. */
  hasTablets = false;
  isolation = 'always_use_lwt';
  tags: readonly { readonly Key: string; readonly Value: string }[] = [];

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
    const { GlobalSecondaryIndexes: global = [], LocalSecondaryIndexes: local = [] } = description;
    this.#indexKeys = new Map([...global, ...local].map((one) => [one.IndexName, keysOf(one.KeySchema)]));
    for (const { IndexName: name, KeySchema: schema } of global) {
      if (this.#views.has(name)) continue;
      const view = new IndexView(keysOf(schema), this.#keys);
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
  readonly #tables = new Map<string, ProfileTable>();

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  get(name: unknown): ProfileTable | undefined {
    return this.#tables.get(String(name));
  }

  /** The table that an ARN ends with. */
  byArn(arn: unknown): ProfileTable | undefined {
    return this.get(String(arn).split('/').at(-1));
  }

  delete(name: unknown): void {
    this.#tables.delete(String(name));
  }

  /** Learns what became of a table that was created or changed. */
  async learn(name: unknown): Promise<ProfileTable> {
    const { body } = await this.#upstream.send('DescribeTable', { TableName: String(name) });
    const table = this.get(name) ?? new ProfileTable();
    table.describe(body.Table as TableDescription);
    this.#tables.set(String(name), table);
    return table;
  }
}
