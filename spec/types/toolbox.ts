import {
  any,
  anyOf,
  binary,
  boolean,
  GetItemCommand,
  item,
  list,
  map,
  nul,
  number,
  PutItemCommand,
  PutTransaction,
  record,
  set,
  string,
  tuple,
  UpdateTransaction,
} from 'dynamodb-toolbox';
import type { InitOf, Item, KeyOf, Mapper, Repository } from 'dynamo-evolve';
import { date, defineEntity, downgrade, toolboxEntity, upgrade } from 'dynamo-evolve/toolbox';
import { assertTypeOf, type Holds, type Same } from './assert-type.js';
import { Message } from './entities.js';

export const Ticket = defineEntity({
  name: 'Ticket',
  table: 'tickets',
  version: 2,
  schema: item({
    board: string().key(),
    number: number().key(),
    state: string().enum('open', 'closed').default('open'),
    title: string(),
    priority: number().enum(1, 2, 3).optional(),
    due: date().optional(),
    size: number().big(),
    done: boolean(),
    cover: binary().optional(),
    labels: set(string()).optional(),
    author: map({ name: string(), address: map({ street: string(), zip: string().optional() }).optional() }),
    comments: list(map({ text: string(), at: date() })),
    counts: record(string(), number()),
    sizes: record(string().enum('s', 'm'), number()).partial(),
    place: tuple(number(), number(), string()),
    owner: anyOf(string(), map({ team: string() })),
    closed_by: anyOf(string(), nul()),
    extra: any().optional(),
    kind: string().const('ticket'),
  }),
  upgrades: [
    upgrade(1, 2, 'added kind', (stored: Item) => {
      stored.kind = 'ticket';
    }),
  ],
  downgrades: [downgrade(2, 1, ({ kind, ...stored }) => (kind === undefined ? stored : stored))],
  indexes: { by_state: { partitionKey: 'state', sortKey: 'changed' } },
  createdAt: { property: 'created', type: 'number' },
  updatedAt: 'changed',
  timeToLive: 'expires',
  revision: 'revision',
});
export type Ticket = InstanceType<typeof Ticket>;

interface Expected {
  board: string;
  number: number;
  state: 'open' | 'closed';
  title: string;
  priority?: 1 | 2 | 3 | undefined;
  due?: Date | undefined;
  size: number | bigint;
  done: boolean;
  cover?: Uint8Array | undefined;
  labels?: Set<string> | undefined;
  author: { name: string; address?: { street: string; zip?: string | undefined } | undefined };
  comments: { text: string; at: Date }[];
  counts: { [name: string]: number };
  sizes: { s?: number; m?: number };
  place: [number, number, string];
  owner: string | { team: string };
  closed_by: string | null;
  extra?: unknown;
  kind: 'ticket';
  created: number;
  changed: Date;
  expires?: Date | undefined;
  revision: string;
}

/** Exactly these properties, with exactly these types. */
export type Properties = { [P in keyof Ticket as P extends string ? P : never]: Ticket[P] };
export const exact: { [P in keyof Expected]: Same<Properties[P], Expected[P]> } & { [P in keyof Properties]: true } = {
  board: true,
  number: true,
  state: true,
  title: true,
  priority: true,
  due: true,
  size: true,
  done: true,
  cover: true,
  labels: true,
  author: true,
  comments: true,
  counts: true,
  sizes: true,
  place: true,
  owner: true,
  closed_by: true,
  extra: true,
  kind: true,
  created: true,
  changed: true,
  expires: true,
  revision: true,
};
export type Optional = Holds<
  Same<
    { [P in keyof Properties]-?: object extends Pick<Properties, P> ? P : never }[keyof Properties],
    'priority' | 'due' | 'cover' | 'labels' | 'extra' | 'expires'
  >
>;
export type Key = Holds<Same<KeyOf<Ticket>, Pick<Ticket, 'board' | 'number'>>>;

const complete = {
  board: 'b',
  number: 1,
  title: 'x',
  size: 2n ** 60n,
  done: false,
  author: { name: 'Ada' },
  comments: [],
  counts: {},
  sizes: {},
  place: [1, 2, 'x'],
  owner: { team: 'core' },
  closed_by: null,
} satisfies InitOf<Ticket>;

export async function using(tickets: Repository<Ticket>): Promise<void> {
  const ticket = tickets.create(complete);
  assertTypeOf<Ticket>()(ticket);
  tickets.create({ ...complete, state: 'closed', created: 1, kind: 'ticket' });
  // @ts-expect-error a required attribute is missing
  tickets.create({ board: 'b', number: 1 });
  // @ts-expect-error another value than those of the enum
  tickets.create({ ...complete, state: 'done' });
  // @ts-expect-error a property that the schema hasn't
  tickets.create({ ...complete, body: 'x' });

  assertTypeOf<Ticket | undefined>()(await tickets.get({ board: 'b', number: 1 }));
  // @ts-expect-error half a key
  await tickets.get({ board: 'b' });
  // @ts-expect-error no key
  await tickets.get({ board: 'b', number: 1, title: 'x' });

  tickets.query({ partition: 'b', filter: { attr: 'state', eq: 'open' } });
  tickets.query({ partition: 'b', filter: { attr: 'author.address.street', beginsWith: 'A' } });
  // @ts-expect-error another value than those of the enum
  tickets.query({ partition: 'b', filter: { attr: 'state', eq: 'done' } });
  // @ts-expect-error a property that the schema hasn't
  tickets.query({ partition: 'b', filter: { attr: 'body', eq: 'x' } });
  await tickets.update({ board: 'b', number: 1 }, { set: { state: 'closed', 'author.name': 'Bob' }, remove: ['due'] });
  // @ts-expect-error another type
  await tickets.update({ board: 'b', number: 1 }, { set: { title: 1 } });
}

/** A defined class can be extended. */
export class NamedTicket extends Ticket {
  get name(): string {
    return `${this.board}-${this.number}: ${this.title}`;
  }
}
export type NamedKey = Holds<Same<KeyOf<NamedTicket>, Pick<NamedTicket, 'board' | 'number'>>>;

const schema = item({ pk: string().key(), user_id: string(), n: number() });
export const Templated = defineEntity({
  name: 'Templated',
  table: 'templated',
  version: 1,
  schema,
  templates: { pk: 'USER#{user_id}#{n}' },
});
export type TemplatedKey = Holds<Same<KeyOf<InstanceType<typeof Templated>>, { user_id: string; n: number }>>;

// @ts-expect-error no version
defineEntity({ name: 'X', table: 'x', schema });
// @ts-expect-error no schema
defineEntity({ name: 'X', table: 'x', version: 1 });
// @ts-expect-error an index of a property that the schema hasn't
defineEntity({ name: 'X', table: 'x', version: 1, schema, indexes: { by_title: { partitionKey: 'title' } } });
// @ts-expect-error a template of a property that the schema hasn't
defineEntity({ name: 'X', table: 'x', version: 1, schema, templates: { sk: '{n}' } });
// @ts-expect-error a step that isn't one
defineEntity({ name: 'X', table: 'x', version: 2, schema, upgrades: [{ from: 1, to: 2 }] });
// @ts-expect-error steps that neither steps() nor a function are
upgrade(1, 2, 'x', { title: 'y' });

/** The toolbox's own entity has the types of the class. */
export async function wayBack(mapper: Mapper): Promise<void> {
  const tickets = toolboxEntity(mapper, Ticket);
  tickets.build(PutItemCommand).item(complete);
  tickets.build(PutTransaction).item({ ...complete, priority: 2 });
  tickets.build(UpdateTransaction).item({ board: 'b', number: 1, title: 'y' });
  tickets.build(UpdateTransaction).options({ condition: { attr: 'author.name', eq: 'Ada' } });
  // @ts-expect-error a required attribute is missing
  tickets.build(PutItemCommand).item({ board: 'b', number: 1 });
  // @ts-expect-error another type
  tickets.build(PutItemCommand).item({ ...complete, title: 1 });
  // @ts-expect-error half a key
  tickets.build(GetItemCommand).key({ board: 'b' });
  // @ts-expect-error another value than those of the enum
  tickets.build(UpdateTransaction).item({ board: 'b', number: 1, state: 'done' });
  const { Item } = await tickets.build(GetItemCommand).key({ board: 'b', number: 1 }).send();
  assertTypeOf<'open' | 'closed' | undefined>()(Item?.state);
  assertTypeOf<Date | undefined>()(Item?.changed);

  const messages = toolboxEntity(mapper, Message);
  messages.build(PutItemCommand).item({ session_id: 'a', position: 1, text: 'x', tags: new Set(['t']) });
  messages.build(GetItemCommand).key({ session_id: 'a', position: 1 });
  // @ts-expect-error another type
  messages.build(PutItemCommand).item({ session_id: 'a', position: '1', text: 'x' });
  // @ts-expect-error half a key
  messages.build(GetItemCommand).key({ session_id: 'a' });

  const templated = toolboxEntity(mapper, Templated);
  templated.build(PutItemCommand).item({ user_id: 'u', n: 1 });
}
