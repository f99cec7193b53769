import { type Class, isMapperError, Mapper, type Repository, type WireItem } from 'dynamo-evolve';
import { type EngineInput, type EngineResponse, performRequest } from '../proof/engine-model.js';
import { NewTicket, OldTicket } from './releases.js';

/** What an instance runs: the old release, or the new one, pinned to write the old version or not. */
export type Release = 'old' | 'pinned' | 'new';

/** What an instance does for its users. `saves` stores a change of the entity that it `holds`, loaded at some earlier time. */
export type Deed = 'reads' | 'holds' | 'saves' | 'updates';
export const deeds: readonly Deed[] = ['reads', 'holds', 'saves', 'updates'];

/** What came of a deed. */
export interface Outcome {
  /** What is stored then. */
  readonly item: WireItem;
  /** The item that the instance holds then. */
  readonly held: WireItem | undefined;
  /** What was stored for its user, as the release says it. */
  readonly acknowledged: Readonly<Record<string, unknown>> | undefined;
  /** The code of the error that its user got. */
  readonly error: string | undefined;
}

/** By release: what its instances save, and what they update. */
const changes = {
  old: { saves: { title: 'by old' }, updates: { duration: 5 } },
  new: { saves: { name: 'by new', priority: 2 }, updates: { duration: 600 } },
} as const;

/** How an instance's writes are made; for the controls, otherwise than by the product. */
export interface Product {
  /** Whether the pin is heeded. */
  readonly isPinHeeded: boolean;
  /** Whether entities are stored by the product, or whole and without conditions. */
  readonly isStoredWhole: boolean;
}

const key = { id: 'ticket' };

/** Does one deed by the real mapper on a model of the engine; the same one on the same item has the same outcome. */
export class Instances {
  readonly #product: Product;
  readonly #tickets: Readonly<Record<Release, Repository<object>>>;
  readonly #known = new Map<string, Promise<Outcome>>();
  #item: WireItem | undefined;

  constructor(product: Product = { isPinHeeded: true, isStoredWhole: false }) {
    this.#product = product;
    this.#tickets = {
      old: this.#repository(OldTicket, undefined),
      pinned: this.#repository(NewTicket, product.isPinHeeded ? 2 : undefined),
      new: this.#repository(NewTicket, undefined),
    };
  }

  /** What comes of a deed on a stored item. Deeds follow each other: two must not run at once. */
  perform(release: Release, deed: Deed, item: WireItem, held: WireItem | undefined): Promise<Outcome> {
    const text = JSON.stringify([release, deed, item, deed === 'saves' ? held : undefined]);
    const known = this.#known.get(text) ?? this.#perform(release, deed, item, held);
    this.#known.set(text, known);
    return known;
  }

  async #perform(release: Release, deed: Deed, item: WireItem, held: WireItem | undefined): Promise<Outcome> {
    this.#item = item;
    const outcome = (rest: Partial<Outcome>): Outcome => ({
      item: this.#item as WireItem,
      held: undefined,
      acknowledged: undefined,
      error: undefined,
      ...rest,
    });
    try {
      return outcome(await this.#do(release, deed, held));
    } catch (error) {
      if (!isMapperError(error)) throw error;
      return outcome({ error: error.code });
    }
  }

  async #do(release: Release, deed: Deed, held: WireItem | undefined): Promise<Partial<Outcome>> {
    const tickets = this.#tickets[release];
    const change = changes[release === 'old' ? 'old' : 'new'];
    if (deed === 'updates') {
      await tickets.update(key, { set: change.updates });
      return { acknowledged: change.updates };
    }
    if (deed === 'saves') {
      const ticket = tickets.hydrate(held as WireItem) as Record<string, unknown>;
      // what it says already is no change
      const changed = Object.entries(change.saves).filter(([property, value]) => ticket[property] !== value);
      Object.assign(ticket, change.saves);
      if (this.#product.isStoredWhole) this.#item = wholeItem(ticket);
      else await tickets.save(ticket);
      return { acknowledged: Object.fromEntries(changed) };
    }
    await tickets.getOrFail(key, { writeBack: deed === 'reads' ? 'inline' : 'off' });
    return deed === 'holds' ? { held: this.#item } : {};
  }

  #repository(target: Class, writeVersion: number | undefined): Repository<object> {
    const send = (command: { readonly constructor: { readonly name: string }; readonly input: EngineInput }) => {
      const operation = command.constructor.name.replace('Command', '');
      const { item, response } = performRequest(this.#item, { operation, input: command.input });
      this.#item = item;
      return answer(response);
    };
    const client = { send: async (command: never) => send(command) } as never;
    return new Mapper({ client, entities: [target], writeVersion: () => writeVersion }).repository(target);
  }
}

function answer({ error, output }: EngineResponse): object {
  if (!error) return output ?? {};
  const { message, ...properties } = error;
  throw Object.assign(new Error(message), properties);
}

/** What naive code puts of an entity: what its class declares. */
function wholeItem(ticket: Readonly<Record<string, unknown>>): WireItem {
  const values = Object.entries({ ...ticket, schema_version: 'name' in ticket ? 3 : 2 });
  const wire = values.map(([name, value]) => [name, typeof value === 'number' ? { N: String(value) } : { S: value }]);
  return Object.fromEntries(wire) as WireItem;
}
