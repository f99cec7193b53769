/** Only compiled: the indexes that queries and scans take, and the types of `partition` and `range`. */
import {
  Attribute,
  type Class,
  Entity,
  Index,
  indexes,
  type IndexNameOf,
  type key,
  type Mapper,
  PartitionKey,
  type QueryOptions,
  type QueryResult,
  Repository,
  SortKey,
  Versioned,
} from 'dynamo-evolve';
import { defineEntity } from 'dynamo-evolve/toolbox';
import { binary, item, number, string, Table } from 'dynamodb-toolbox';
import { assertTypeOf, type Holds, type Same } from './assert-type.js';
import { Message, type Note } from './entities.js';

const ticketIndexes = {
  by_owner: { partitionKey: 'owner', sortKey: 'opened' },
  by_size: { partitionKey: 'size' },
  by_opened: { sortKey: 'opened' },
  by_kind: { partitionKey: 'kind', sortKey: 'owner' },
} as const;

@Entity({ table: 'tickets', discriminator: { attribute: 'kind', value: 'ticket' } })
@Versioned(1)
@Index('by_owner', ticketIndexes.by_owner)
@Index('by_size', { partitionKey: 'size', since: 1 })
@Index('by_opened', { sortKey: 'opened' })
@Index('by_kind', { partitionKey: 'kind', sortKey: 'owner' })
export class Ticket {
  @PartitionKey({ type: 'string' }) board!: string;
  @SortKey({ type: 'number' }) number!: number;
  @Attribute({ type: 'string' }) owner!: string;
  @Attribute({ type: 'number', optional: true }) size?: number;
  @Attribute({ type: 'date' }) opened!: Date;
  declare readonly [key]?: ['board', 'number'];
  declare readonly [indexes]?: typeof ticketIndexes;
}
assertTypeOf<typeof indexes>()(indexes);
export type Names = [
  Holds<Same<IndexNameOf<Ticket>, 'by_owner' | 'by_size' | 'by_opened' | 'by_kind'>>,
  Holds<Same<IndexNameOf<Note>, string>>,
];

class Task {
  @PartitionKey() list!: string;
  @SortKey() state!: 'open' | 'closed';
  declare readonly [key]?: ['list', 'state'];
}

export function beginnings(tasks: Repository<Task>): void {
  tasks.query({ partition: 'a', range: 'open' });
  tasks.query({ partition: 'a', range: { beginsWith: 'op' } });
}

export function declared(tickets: Repository<Ticket>, day: Date): void {
  tickets.query({ partition: 'a' });
  tickets.query({ partition: 'a', range: 5 });
  tickets.query({ partition: 'a', range: { between: [1, 5] } });
  tickets.query({ index: undefined, partition: 'a', range: { gt: 5 } });
  tickets.query({ index: 'by_owner', partition: 'ada', range: { lt: day } });
  tickets.query({ index: 'by_owner', partition: 'ada', range: { beginsWith: '2026-01' } });
  tickets.query({ index: 'by_size', partition: 5 });
  // a local index has the partition key of the table
  tickets.query({ index: 'by_opened', partition: 'a', range: day });
  // the discriminator is no property
  tickets.query({ index: 'by_kind', partition: 'ticket', range: 'ada' });
  tickets.scan({ index: 'by_size' });
  assertTypeOf<QueryResult<Pick<Ticket, 'owner'>>>()(
    tickets.query({ index: 'by_size', partition: 1, attributes: ['owner'] }),
  );

  // @ts-expect-error no index of the class
  tickets.query({ index: 'by_title', partition: 'a' });
  // @ts-expect-error no index of the class
  tickets.scan({ index: 'by_title' });
  // @ts-expect-error a number
  tickets.query({ partition: 5 });
  // @ts-expect-error text
  tickets.query({ partition: 'a', range: '5' });
  // @ts-expect-error text in an operator
  tickets.query({ partition: 'a', range: { gte: '5' } });
  // @ts-expect-error numbers have no beginnings
  tickets.query({ partition: 'a', range: { beginsWith: '5' } });
  // @ts-expect-error a key that is no template has no parts
  tickets.query({ partition: { board: 'a' } });
  // @ts-expect-error the partition key of another index
  tickets.query({ index: 'by_size', partition: 'ada' });
  // @ts-expect-error an index without a sort key
  tickets.query({ index: 'by_size', partition: 5, range: day });
  // @ts-expect-error dates are compared as Dates
  tickets.query({ index: 'by_owner', partition: 'ada', range: { lt: 5 } });
  // @ts-expect-error the sort key of the table
  tickets.query({ index: 'by_opened', partition: 'a', range: 5 });
  // @ts-expect-error the table has another key
  tickets.query({ index: undefined, partition: day });
}

/** Options that are made apart can be of any of the indexes. */
export function apart(tickets: Repository<Ticket>): void {
  const options: QueryOptions<Ticket> = { index: 'by_size', partition: 5 };
  tickets.query(options);
  const name = 'by_owner' as 'by_owner' | 'by_size';
  tickets.query({ index: name, partition: 'ada' });
  tickets.query({ index: name, partition: 5 });
  // @ts-expect-error of none
  tickets.query({ index: name, partition: new Uint8Array() });
  const any: QueryOptions = { index: 'x', partition: 5, range: { beginsWith: 'x' } };
  void any;
}

/** Without declarations, names are any text, and keys any values of keys. */
export function loose(messages: Repository<Message>, notes: Repository<Note>): void {
  messages.query({ index: 'any', partition: 5, range: 'x' });
  notes.query({ index: 'any', partition: new Uint8Array([1]), range: { between: [1, 2] } });
  notes.query({ partition: { id: 'a' } });
}

/** A single name can be the part of a template. */
export class Profile {
  pk!: string;
  user_id!: string;
  declare readonly [key]?: 'user_id';
}
export function single(profiles: Repository<Profile>): void {
  profiles.query({ partition: 'USER#a' });
  profiles.query({ partition: { user_id: 'a' }, range: 'PROFILE' });
  // @ts-expect-error neither the part nor a text
  profiles.query({ partition: 5 });
}

@Entity({ table: 'misnamed' })
@Versioned(1)
// @ts-expect-error not in [indexes]
@Index('by_title', { partitionKey: 'title' })
// @ts-expect-error with another partition key than in [indexes]
@Index('by_owner', { partitionKey: 'title' })
// @ts-expect-error without the sort key of [indexes]
@Index('by_state', { partitionKey: 'state' })
// @ts-expect-error a global one, which [indexes] calls a local one
@Index('by_day', { partitionKey: 'title', sortKey: 'day' })
@Index('by_both', { partitionKey: 'owner', sortKey: 'day' })
export class Misnamed {
  id!: string;
  declare readonly [indexes]?: {
    by_owner: { partitionKey: 'owner' };
    by_state: { partitionKey: 'state'; sortKey: 'day' };
    by_day: { sortKey: 'day' };
    by_both: { partitionKey: 'owner'; sortKey: 'day' };
  };
}

/** Inside a class with a type parameter, by its constraint. */
interface Owned {
  readonly id: string;
  readonly owner: string;
  readonly [key]?: ['id'];
  readonly [indexes]?: { by_owner: { partitionKey: 'owner' } };
}
export abstract class OwnedRepository<T extends Owned> extends Repository<T> {
  protected constructor(mapper: Mapper, target: Class<T>) {
    super(mapper, target);
  }
  ofOwner(owner: string): QueryResult<T> {
    return this.query({ index: 'by_owner', partition: owner });
  }
  of(id: string): QueryResult<T> {
    return this.query({ partition: id });
  }
}

export function severalClasses(mapper: Mapper): void {
  mapper.query({ entities: [Ticket], index: 'by_owner', partition: 'ada' });
  // @ts-expect-error no index of the class
  mapper.query({ entities: [Ticket], index: 'by_title', partition: 'ada' });
  mapper.query({ entities: [Ticket, Message], index: 'by_owner', partition: 'ada' });
}

const schema = item({
  id: string().key(),
  owner: string(),
  size: number(),
  cover: binary().optional(),
});
export const Defined = defineEntity({
  name: 'Defined',
  table: 'defined',
  version: 1,
  schema,
  createdAt: 'created',
  indexes: { by_owner: { partitionKey: 'owner', sortKey: 'created' }, by_size: { partitionKey: 'size' } },
});

export function definition(defined: Repository<InstanceType<typeof Defined>>): void {
  defined.query({ partition: 'a' });
  defined.query({ index: 'by_owner', partition: 'ada', range: { gt: new Date() } });
  defined.query({ index: 'by_size', partition: 5 });
  // @ts-expect-error no index
  defined.query({ index: 'by_title', partition: 'a' });
  // @ts-expect-error no index
  defined.scan({ index: 'by_title' });
  // @ts-expect-error a number
  defined.query({ partition: 5 });
  // @ts-expect-error there is no sort key
  defined.query({ partition: 'a', range: 'b' });
  // @ts-expect-error text
  defined.query({ index: 'by_size', partition: '5' });
  // @ts-expect-error text
  defined.query({ index: 'by_owner', partition: 'ada', range: { gt: '2026-01-01' } });
}

// @ts-expect-error an index that the inherited [indexes] doesn't name
@Index('by_cover', { partitionKey: 'cover' })
export class Unsaid extends Defined {}

@Index('by_cover', { partitionKey: 'cover' })
export class Extended extends Defined {
  declare readonly [indexes]?: NonNullable<InstanceType<typeof Defined>[typeof indexes]> & {
    by_cover: { partitionKey: 'cover' };
  };
}
export function inherited(extended: Repository<Extended>): void {
  extended.query({ index: 'by_cover', partition: new Uint8Array() });
  extended.query({ index: 'by_size', partition: 5 });
  // @ts-expect-error bytes
  extended.query({ index: 'by_cover', partition: 'a' });
}

const bare = { name: 'Bare', table: 'bare', version: 1 } as const;
const [Bare, Both, Named] = [
  defineEntity({ ...bare, schema }),
  defineEntity({ ...bare, schema: item({ board: string().key(), number: number().key() }) }),
  defineEntity({
    ...bare,
    schema: item({ board: string().key(), number: number().key() }),
    partitionKey: 'board',
    sortKey: 'number',
  }),
];
export function definedKeys(
  none: Repository<InstanceType<typeof Bare>>,
  both: Repository<InstanceType<typeof Both>>,
  named: Repository<InstanceType<typeof Named>>,
): void {
  // @ts-expect-error a class without indexes
  none.query({ index: 'by_owner', partition: 'a' });
  both.query({ partition: 'a', range: 5 });
  // @ts-expect-error of neither key
  both.query({ partition: new Date() });
  named.query({ partition: 'a', range: { gt: 5 } });
  // @ts-expect-error the sort key's
  named.query({ partition: 5 });
  // @ts-expect-error the partition key's
  named.query({ partition: 'a', range: 'b' });
}

const table = new Table({
  name: 'shared',
  partitionKey: { name: 'pk', type: 'string' },
  sortKey: { name: 'n', type: 'number' },
  indexes: {
    by_owner: { type: 'global', partitionKey: { name: 'owner', type: 'string' } },
    by_size: { type: 'local', sortKey: { name: 'bytes', type: 'number' } },
    by_other: { type: 'global', partitionKey: { name: 'other', type: 'string' } },
  },
});
export const InTable = defineEntity({
  name: 'InTable',
  table,
  version: 1,
  schema: item({
    number: number().key().savedAs('n'),
    board: string().key().savedAs('pk'),
    owner: string(),
    size: number().savedAs('bytes'),
  }),
});
export function ofTable(found: Repository<InstanceType<typeof InTable>>): void {
  found.query({ partition: 'a', range: 5 });
  found.query({ index: 'by_owner', partition: 'ada' });
  found.query({ index: 'by_size', partition: 'a', range: { lt: 5 } });
  // @ts-expect-error the sort key's
  found.query({ partition: 5 });
  // @ts-expect-error the partition key's
  found.query({ partition: 'a', range: 'b' });
  // @ts-expect-error an index whose key the schema hasn't
  found.query({ index: 'by_other', partition: 'a' });
  // @ts-expect-error an index without a sort key
  found.query({ index: 'by_owner', partition: 'ada', range: 5 });
}

export const Templated = defineEntity({
  name: 'Templated',
  table: 'templated',
  version: 1,
  schema: item({ pk: string().key(), by_n: string(), user_id: string(), n: number() }),
  templates: { pk: 'USER#{user_id}', by_n: 'N#{n}' },
  indexes: { by_n: { partitionKey: 'by_n' } },
});
export function templates(found: Repository<InstanceType<typeof Templated>>): void {
  found.query({ partition: 'USER#a' });
  found.query({ partition: { user_id: 'a' } });
  found.query({ index: 'by_n', partition: 5 });
  found.query({ index: 'by_n', partition: { n: 5 } });
  // @ts-expect-error no index
  found.query({ index: 'by_user', partition: 'a' });
}
