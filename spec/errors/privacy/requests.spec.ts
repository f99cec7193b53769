import { jest } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { compiledCondition } from '../../../lib/read/compiled-condition.js';
import { contextFor } from '../../../lib/read/entity-context.js';
import { type Answer, dropped, failure } from '../../support/canned-engine.js';
import { secret, secretNumber } from '../leaks.js';
import { answering, byOperation, storing } from './engines.js';
import { type Provocation, specifyPrivacy } from './provoke.js';
import { client, Note, note, plain, repository, stored, undelivered } from './secret-notes.js';

specifyPrivacy('requests', {
  INVALID_ARGUMENT: [
    () =>
      repository()
        .query({ partition: 'a', [`filter`]: undefined, bodyy: secret } as never)
        .all(),
    () =>
      repository()
        .query({ partition: 'a', limit: secret as never })
        .all(),
    () => repository().query({ partition: 'a', range: secret }).all(),
    () =>
      repository()
        .query({ index: secretNumber as never, partition: 'a' })
        .first()
        .catch(withoutName),
    () => repository().get({ id: 'a' }, { body: secret } as never),
    () => repository().insert(plain() as never),
    () => new Mapper({ client: { secret } as never, entities: [Note] }),
    () => new Mapper({ client, entities: secret as never }),
    () => new Mapper(secret as never),
  ],
  INVALID_CONDITION: [
    () => compiledCondition(storing().mapper[contextFor](Note), { attr: 'body', eq: secretNumber } as never, 'filter'),
    () =>
      compiledCondition(
        storing().mapper[contextFor](Note),
        { attr: 'body', between: [secret, secret, 1] } as never,
        'filter',
      ),
    () =>
      compiledCondition(
        storing().mapper[contextFor](Note),
        { attr: 'stars', lt: secretNumber, gt: 1 } as never,
        'filter',
      ),
    () => compiledCondition(storing().mapper[contextFor](Note), secret as never, 'filter'),
  ],
  INVALID_CURSOR: [
    secret,
    Buffer.from(secret).toString('base64url'),
    `${secret}.${secret}`,
    JSON.stringify([secret]),
    {
      secret,
    } as never,
  ].map(
    (cursor): Provocation =>
      () =>
        repository().query({ partition: 'a', cursor }).all(),
  ),
  AWAITED_QUERY: [() => Promise.resolve(repository().query({ partition: secret }) as unknown)],
  INDEX_MAY_MISS_ITEMS: [() => repository().query({ index: 'by_author', partition: secret }).all()],
  REQUEST_FAILED: [
    // broken bodies of answers
    JSON.stringify({ Item: stored() }).slice(0, -20),
    `${secret} is no JSON`,
    `<html>${secret}</html>`,
    `{"Item":{"body":{"S":"${secret}"`,
    `"${secret}"trailing`,
    dropped({ Item: stored() }),
  ]
    .flatMap((body: Answer): Provocation[] => [
      () => answering(body).get({ id: 'a' }),
      () => answering(body).scan().all(),
      () => answering(body).put(note()),
      () => answering(body).delete({ id: 'a' }),
      () => byOperation({ DescribeTable: body }).createTables(),
    ])
    .concat(
      // answers that say why not
      [400, 500].flatMap((status): Provocation[] => [
        () => answering(failure('ValidationException', { Item: stored() }, status)).get({ id: 'a' }),
        () => answering(failure('ConditionalCheckFailedException', { Item: stored() }, status)).get({ id: 'a' }),
        () => answering(failure('Unheard', { Item: stored() }, status)).put(note()),
        () => answering(broken(status)).get({ id: 'a' }),
        () => answering(broken(status)).put(note()),
        () => answering(broken(status)).delete({ id: 'a' }),
      ]),
    )
    .concat([
      () => repository().put(note()),
      // by the way of a client that throws what it likes
      () => thrownByClient({ Item: stored() }).get({ id: 'a' }),
    ]),
  UNPROCESSED_KEYS: [
    () => {
      jest.spyOn(Math, 'random').mockReturnValue(0);
      const unprocessed = { notes: { Keys: [{ id: { S: 'a' } }] } };
      return answering({ Responses: { notes: [stored({ id: { S: 'b' } })] }, UnprocessedKeys: unprocessed }).getMany([
        { id: 'a' },
      ]);
    },
  ],
  WRITE_QUEUE_FULL: [
    () => {
      const mapper = new Mapper({
        client: storing().client,
        entities: [Note],
        conditionalWrites: { queueSize: 1 },
      });
      return Promise.all([1, 2, 3].map(() => mapper.repository(Note).put(note())));
    },
  ],
  TABLE_NOT_READY: [
    () => {
      let now = Date.now();
      jest.spyOn(Date, 'now').mockImplementation(() => (now += 400_000));
      return byOperation({ DescribeTable: { Table: { TableStatus: 'CREATING' } } }).createTables();
    },
  ],
  TABLE_MISMATCH: [
    () => {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Other {
        @PartitionKey() other!: string;
        @Attribute({ default: secret }) body!: string;
      }
      return new Mapper({ client: storing().client, entities: [Other] }).createTables();
    },
    () => new Mapper({ client: storing().client, tablePrefix: 'absent_', entities: [Note] }).addIndexes(),
  ],
  NAME_TOO_LONG: [
    () => new Mapper({ client: storing().client, entities: [Note], tablePrefix: 'n'.repeat(200) }).createTables(),
  ],
  TABLETS_UNSUPPORTED: [
    () => {
      const absent = failure('ResourceNotFoundException');
      const message = `GlobalSecondaryIndexes on a table using tablets require the number of racks to be 1 or 3`;
      return byOperation({
        DescribeTable: absent,
        CreateTable: failure('ValidationException', { message, secret }),
      }).createTables();
    },
  ],
  STREAM_VIEW: [
    () =>
      undelivered().change({
        dynamodb: { Keys: { id: { S: 'a' } }, NewImage: { body: { S: secret } }, StreamViewType: 'NEW_IMAGE' },
      }),
  ],
  TRIMMED_DATA: [
    async () => {
      const stream = {
        LatestStreamArn: 'arn',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      };
      const mapper = new Mapper({ client: { send: async () => ({ Table: stream }) } as never, entities: [Note] });
      const trimmed = Object.assign(new Error(secret), { name: 'TrimmedDataAccessException' });
      const streams = {
        describeStream: async () => ({ StreamDescription: { Shards: [{ ShardId: 'a' }] } }),
        getShardIterator: () => Promise.reject(trimmed),
        getRecords: () => Promise.reject(trimmed),
      };
      return mapper.changes({ streams })[Symbol.asyncIterator]().next();
    },
  ],
  MAPPER_CLOSED: [
    async () => {
      const closed = undelivered();
      await closed.close();
      return closed.repository(Note).insert(note());
    },
  ],
  MISSING_PEER: [
    async () => {
      jest.resetModules();
      jest.unstable_mockModule('dynalite', () => {
        throw Object.assign(new Error("Cannot find package 'dynalite'"), { code: 'ERR_MODULE_NOT_FOUND' });
      });
      const testing = await import('../../../lib/testing/index.js');
      return testing.startEmbeddedEngine();
    },
  ],
});

/** An answer that is an error, by its status, with a body that isn't JSON. */
function broken(status: number): Answer {
  return (response) => {
    response.statusCode = status;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(`{"__type":"ValidationException","Item":{"body":{"S":"${secret}`);
  };
}

function thrownByClient(value: object) {
  const thrower = { send: () => Promise.reject(Object.assign(new Error('refused'), value)) };
  return new Mapper({ client: thrower, entities: [Note] }).repository(Note);
}

/** The names of indexes are told, also wrong ones. */
function withoutName(error: unknown): never {
  (error as Error).message = (error as Error).message.replaceAll(String(secretNumber), '');
  throw error;
}
