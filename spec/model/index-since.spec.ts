import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  convert,
  each,
  Entity,
  Index,
  type IndexOptions,
  type Item,
  Mapper,
  nest,
  PartitionKey,
  remove,
  rename,
  setDefault,
  type Step,
  steps,
  unnest,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';
import { rejected } from '../errors/caught.js';

/** A class of version 4 whose step to version 2 or 3 is declared. */
function ticketOf(list: readonly Step[], options: Partial<IndexOptions> = {}, to = 3) {
  class Upgrades {
    @Upgrade(to - 1, to) static declared = steps(...list);
    @Upgrade(to === 2 ? 2 : 1, to === 2 ? 3 : 2) static other(_item: Item): void {}
    @Upgrade(3, 4) static last = steps(each('notes', rename('old', 'new')), setDefault('other', 1));
  }
  class Ticket {
    id!: string;
  }
  Entity({ table: 'tickets' })(Ticket);
  Versioned(4, { upgrades: Upgrades })(Ticket);
  Index('by_queue', { partitionKey: 'queue', sortKey: 'due', ...options })(Ticket);
  Index('by_label', { partitionKey: 'label' })(Ticket);
  PartitionKey({ type: 'string' })(Ticket.prototype, 'id');
  Attribute({ type: 'string', name: 'q' })(Ticket.prototype, 'queue');
  Attribute({ type: 'number' })(Ticket.prototype, 'due');
  Attribute({ type: 'string' })(Ticket.prototype, 'town');
  Attribute({ template: 'TOWN#{town}' })(Ticket.prototype, 'label');
  return Ticket;
}

const sinceOf = (list: readonly Step[], options?: Partial<IndexOptions>, to?: number) =>
  Object.fromEntries(compileModel(ticketOf(list, options, to)).indexes.map(({ name, since }) => [name, since]));

describe('since when an index has its keys', () => {
  test.each<[string, Step[], object]>([
    ['gives a key its name', [rename('queue', 'q')], { by_queue: 3, by_label: 1 }],
    ['sets a key where it was absent', [setDefault('due', 0)], { by_queue: 3, by_label: 1 }],
    ['converts a key', [convert('due', Number, String)], { by_queue: 3, by_label: 1 }],
    ['takes a key out of a map', [unnest('plan', ['due'])], { by_queue: 3, by_label: 1 }],
    ['moves what had the name of a key away', [rename('q', 'quantity')], { by_queue: 3, by_label: 1 }],
    ['nests what had the name of a key', [nest('plan', ['due'])], { by_queue: 3, by_label: 1 }],
    ['removes what had the name of a key', [remove('due')], { by_queue: 3, by_label: 1 }],
    ['makes a part of a computed key', [setDefault('town', 'Oslo')], { by_queue: 1, by_label: 3 }],
    ['makes a computed key', [setDefault('label', 'TOWN#Oslo')], { by_queue: 1, by_label: 3 }],
    ['gives a part of a computed key another name', [rename('city', 'town')], { by_queue: 1, by_label: 1 }],
    ['is about other attributes', [rename('a', 'b'), setDefault('queue', 1)], { by_queue: 1, by_label: 1 }],
  ])('is known where a declared step %s', (_what, list, expected) => {
    expect(sinceOf(list)).toEqual(expected);
  });

  test('is the version of the last such step', () => {
    expect(sinceOf([setDefault('due', 0)], {}, 2)).toEqual({ by_queue: 2, by_label: 1 });
  });

  test('is what the author says, if that is said', () => {
    expect(sinceOf([setDefault('due', 0)], { since: 1 })).toMatchObject({ by_queue: 1 });
    expect(sinceOf([setDefault('due', 0)], { since: 4 })).toMatchObject({ by_queue: 4 });
  });

  test('keeps queries from answering wrongly, unless the index is complete', async () => {
    const client = { send: async () => ({}) };
    const ticketsOf = (options: Partial<IndexOptions>) => {
      const target = ticketOf([rename('queue', 'q')], options);
      return new Mapper({ client, entities: [target] }).repository(target);
    };
    const wanted = { index: 'by_queue', partition: 'inbox' };
    const { details } = await rejected('INDEX_MAY_MISS_ITEMS', ticketsOf({}).query(wanted).all());
    expect(details).toEqual({ class: 'Ticket', index: 'by_queue', since: 3, floor: 1 });
    expect(await ticketsOf({ complete: true }).query(wanted).all()).toEqual([]);
    expect(await ticketsOf({ since: 1 }).query(wanted).all()).toEqual([]);
  });
});
