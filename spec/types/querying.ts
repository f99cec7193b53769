import { Mapper, type MapperError, type Page, type QueryOptions, type QueryResult, Repository } from 'dynamo-evolve';
import { assertTypeOf } from './assert-type.js';
import { Message } from './entities.js';

export async function results(messages: Repository<Message>): Promise<void> {
  const query = messages.query({ partition: 'a' });
  assertTypeOf<QueryResult<Message>>()(query);
  assertTypeOf<QueryResult<Message>>()(messages.scan());
  assertTypeOf<Message[]>()(await query.all());
  assertTypeOf<Message | undefined>()(await query.first());
  assertTypeOf<number>()(await query.count());
  assertTypeOf<Page<Message>>()(await query.page());
  for await (const message of query) assertTypeOf<Message>()(message);
  for await (const page of query.pages()) {
    assertTypeOf<Message[]>()(page.items);
    assertTypeOf<string | undefined>()(page.cursor);
  }

  // @ts-expect-error results are asked for, they are no promise
  void query.then();
  /* oxlint-disable typescript/await-thenable -- that is what is refused */
  // @ts-expect-error nor can they be awaited, which would do nothing
  await query;
  /* oxlint-enable typescript/await-thenable */
  // @ts-expect-error nor returned from an async function
  const returned = async () => query;
  void returned;
  // @ts-expect-error nor iterated at once
  for (const message of query) assertTypeOf<Message>()(message);
}

export async function projections(messages: Repository<Message>): Promise<void> {
  assertTypeOf<QueryResult<Pick<Message, 'text'>>>()(messages.query({ partition: 'a', attributes: ['text'] }));
  assertTypeOf<Pick<Message, 'text' | 'tags'>[]>()(await messages.scan({ attributes: ['text', 'tags'] }).all());
  const part = await messages.query({ partition: 'a', attributes: ['session_id', 'text'] }).first();
  // @ts-expect-error what was not asked for
  void part?.position;
  // @ts-expect-error no whole entity
  await messages.save(part);
  // @ts-expect-error no property
  messages.query({ partition: 'a', attributes: ['texts'] });
  // @ts-expect-error a method
  messages.scan({ attributes: ['shout'] });
  for await (const one of messages.scan({ attributes: ['text'], segments: 4 })) assertTypeOf<string>()(one.text);
}

export function filters(messages: Repository<Message>): void {
  messages.query({ partition: 'a', filter: { attr: 'text', beginsWith: 'x' } });
  messages.scan({
    filter: {
      and: [
        { attr: 'position', gt: 1 },
        { size: 'tags', lt: 3 },
      ],
    },
  });
  messages.scan({ segments: { total: 8, from: 2, to: 4 } });
  // @ts-expect-error another type
  messages.query({ partition: 'a', filter: { attr: 'position', eq: 'x' } });
  // @ts-expect-error no property
  messages.scan({ filter: { attr: 'texts', exists: true } });
  // @ts-expect-error a query has no segments
  messages.query({ partition: 'a', segments: 2 });
}

export function options(messages: Repository<Message>, signal: AbortSignal): void {
  const all: QueryOptions = {
    partition: 'a',
    range: { between: [1, 2] },
    index: 'by_text',
    reverse: true,
    limit: 10,
    pageSize: 100,
    cursor: 'c',
    consistent: true,
    track: false,
    signal,
  };
  messages.query(all);
  for (const partition of ['a', 1, 1n, new Uint8Array(), new Date()]) messages.query({ partition });
  for (const range of [1, { eq: 1 }, { lt: 1 }, { lte: 1 }, { gt: 1 }, { gte: 1 }, { beginsWith: 'x' }] as const) {
    messages.query({ partition: 'a', range });
  }

  // @ts-expect-error no partition
  messages.query({});
  // @ts-expect-error no options
  messages.query();
  // @ts-expect-error no value of a key
  messages.query({ partition: true });
  // @ts-expect-error an operator that there isn't
  messages.query({ partition: 'a', range: { ne: 1 } });
  // @ts-expect-error one that takes a pair
  messages.query({ partition: 'a', range: { between: [1] } });
  // @ts-expect-error an option that there isn't
  messages.query({ partition: 'a', filters: {} });
  // @ts-expect-error another type
  messages.query({ partition: 'a', limit: '10' });
  // @ts-expect-error scans have no order
  messages.scan({ reverse: true });
  // @ts-expect-error nor a partition
  messages.scan({ partition: 'a' });
}

/** As an application writes its own. */
export class MessageRepository extends Repository<Message> {
  constructor(mapper: Mapper) {
    super(mapper, Message);
  }

  latest(session_id: string): Promise<Message | undefined> {
    return this.query({ partition: session_id, reverse: true }).first();
  }
}

export function mappers(client: ConstructorParameters<typeof Mapper>[0]['client']): void {
  const mapper = new Mapper({
    client,
    entities: [Message, () => Message, () => [Message], [Message]],
    tablePrefix: 'test_',
    onUpgradeFailure: (error) => assertTypeOf<MapperError>()(error),
    onTypeMismatch: 'keep',
    cursorSecret: new Uint8Array(32),
    clock: () => new Date(),
  });
  assertTypeOf<Repository<Message>>()(mapper.repository(Message));
  assertTypeOf<Repository<Message>>()(new MessageRepository(mapper) as Repository<Message>);

  // @ts-expect-error no client
  void new Mapper({ entities: [Message] });
  // @ts-expect-error no entities
  void new Mapper({ client });
  // @ts-expect-error an instance
  void new Mapper({ client, entities: [new Message()] });
  // @ts-expect-error a policy that there isn't
  void new Mapper({ client, entities: [Message], onUpgradeFailure: 'ignore' });
  // @ts-expect-error another
  void new Mapper({ client, entities: [Message], onTypeMismatch: 'drop' });
  // @ts-expect-error an option that there isn't
  void new Mapper({ client, entities: [Message], tableSuffix: 'x' });
}

/** A method that says what it returns infers nothing else from that. */
export class SayingRepository extends Repository<Message> {
  constructor(mapper: Mapper) {
    super(mapper, Message);
  }
  of(session_id: string): QueryResult<Message> {
    return this.query({ partition: session_id, filter: { attr: 'position', gt: 1 } });
  }
  every(): AsyncIterable<Message> {
    return this.scan({ pageSize: 10 });
  }
  texts(): QueryResult<Pick<Message, 'text'>> {
    return this.scan({ attributes: ['text'] });
  }
  parts(): QueryResult<Message> {
    // @ts-expect-error parts are no whole entities
    return this.scan({ attributes: ['text'] });
  }
}
