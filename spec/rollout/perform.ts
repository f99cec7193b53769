import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Class, type EngineClient, isMapperError, type Item, Mapper, type WireItem } from 'dynamo-evolve';
import type { Deed, Release } from './instance.js';
import { FirstTicket, NewTicket, OldTicket } from './releases.js';

/** What came of a deed for the user. */
export interface Outcome {
  /** What was stored, as the release says it. */
  readonly acknowledged?: Item;
  /** The code of the error that the user got. */
  readonly error?: string;
}

/** How an instance's writes are made; for the controls, otherwise than by the product. */
export interface Product {
  /** Whether the pin is heeded. */
  readonly isPinHeeded: boolean;
  /** Whether entities are stored by the product, or whole and without conditions. */
  readonly isStoredWhole: boolean;
}

/**
 * By release: what its instances save, and what they update. A ticket's name comes to be three things, one after the
 * other in any order; its duration and its priority change once: whoever undoes or overwrites that is seen, too, and
 * states are fewer.
 */
const changes = {
  old: { saves: { title: 'by old' }, updates: { duration: 5 } },
  new: { saves: { name: 'by new', priority: 2 }, updates: { duration: 300 } },
} as const;

const key = { id: 'ticket' };
const classes: Readonly<Record<Release, Class>> = {
  first: FirstTicket,
  old: OldTicket,
  pinned: NewTicket,
  new: NewTicket,
};

/** Does a deed by the real mapper, from its beginning to its end. */
export async function perform(
  release: Release,
  deed: Deed,
  held: WireItem | undefined,
  client: EngineClient,
  product: Product,
): Promise<Outcome> {
  const target = classes[release];
  const pin = release === 'pinned' && product.isPinHeeded ? 2 : undefined;
  const tickets = new Mapper({ client, entities: [target], writeVersion: () => pin }).repository<object>(target);
  const change = changes[target === NewTicket ? 'new' : 'old'];
  try {
    if (deed === 'updates') {
      await tickets.update(key, { set: change.updates });
      return { acknowledged: change.updates };
    }
    if (deed !== 'saves') {
      await tickets.getOrFail(key, { writeBack: deed === 'reads' ? 'inline' : 'off' });
      return {};
    }
    const ticket = tickets.hydrate(held as WireItem) as Record<string, unknown>;
    // what it says already is no change
    const changed = Object.entries(change.saves).filter(([property, value]) => ticket[property] !== value);
    Object.assign(ticket, change.saves);
    if (product.isStoredWhole) {
      const item = wholeItem(ticket, held as WireItem);
      await client.send(new PutItemCommand({ TableName: 'tickets', Item: item }));
    } else await tickets.save(ticket);
    return { acknowledged: Object.fromEntries(changed) };
  } catch (error) {
    if (!isMapperError(error)) throw error;
    return { error: error.code };
  }
}

/** What naive code puts of an entity: all that its class declares, and what it found beside that. */
function wholeItem(ticket: Readonly<Record<string, unknown>>, { unknown }: WireItem) {
  const values = Object.entries({ ...ticket, schema_version: 'name' in ticket ? 3 : 2 });
  const wire = values.map(([name, value]) => [name, typeof value === 'number' ? { N: String(value) } : { S: value }]);
  return Object.fromEntries([...wire, ['unknown', unknown]]) as never;
}
