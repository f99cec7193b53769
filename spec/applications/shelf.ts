import type { WireItem } from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { sendRaw } from '../support/raw-requests.js';

export const ids = ['a', 'b', 'c'];

/** The partition of one application in its tables, around every client. */
export class Shelf {
  readonly name: string;
  readonly #engine: EmbeddedEngine;
  readonly #tables: readonly string[];

  constructor(engine: EmbeddedEngine, name: string, tables: readonly string[]) {
    this.#engine = engine;
    this.name = name;
    this.#tables = tables;
  }

  key(id: string): { shelf: string; id: string } {
    return { shelf: this.name, id };
  }

  wireKey(id: string): WireItem {
    return { shelf: { S: this.name }, id: { S: id } };
  }

  /** All that is stored, by table and id. */
  async stored(): Promise<Map<string, WireItem>> {
    const asked = { Keys: ids.map((id) => this.wireKey(id)), ConsistentRead: true };
    const body = JSON.stringify({ RequestItems: Object.fromEntries(this.#tables.map((table) => [table, asked])) });
    const answer = await sendRaw(this.#engine.endpoint, 'BatchGetItem', body);
    const { Responses: found } = JSON.parse(answer) as { Responses: Record<string, WireItem[]> };
    const items = Object.entries(found).flatMap(([table, all]) =>
      all.map((item) => [`${table}/${(item['id'] as { S: string }).S}`, item] as const),
    );
    return new Map(items);
  }

  async clear(): Promise<void> {
    for (const table of this.#tables) {
      for (const id of ids) {
        const body = JSON.stringify({ TableName: table, Key: this.wireKey(id) });
        await sendRaw(this.#engine.endpoint, 'DeleteItem', body);
      }
    }
  }
}
