import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  type Item,
  type key,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { engines } from '../support/engines.js';
import { errorOf } from '../support/notes.js';
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';
import { recordingClient, type RecordingClient } from '../support/recording-client.js';

const kind = (value: string, more: object = {}) => ({
  table: 'app',
  discriminator: { attribute: 'kind', value, ...more },
});

/** Items that don't say what they are are profiles. */
@Entity(kind('profile', { default: true }))
@Versioned(1)
@Index('by_state', { partitionKey: 'state', sortKey: 'sk' })
class Profile {
  @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
  @SortKey({ template: 'PROFILE' }) sk!: string;
  @Attribute() user_id!: string;
  @Attribute({ default: 'open' }) state!: string;
  @Attribute({ optional: true }) name?: string;
  declare readonly [key]?: 'user_id';
}

@Entity(kind('session'))
@Versioned(2)
@Index('by_state', { partitionKey: 'state', sortKey: 'sk' })
class Session {
  @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
  @SortKey({ template: 'SESSION#{session_id}' }) sk!: string;
  @Attribute() user_id!: string;
  @Attribute() session_id!: string;
  @Attribute({ default: 'open' }) state!: string;
  @Attribute({ optional: true }) title?: string;
  declare readonly [key]?: 'user_id' | 'session_id';

  @Upgrade(1, 2)
  static title(item: Item): void {
    item.state ??= 'open';
    item.title = item.heading;
    delete item.heading;
  }
}

@Entity(kind('message'))
@Versioned(3)
@Index('by_state', { partitionKey: 'state', sortKey: 'sk' })
class Message {
  @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
  @SortKey({ template: 'SESSION#{session_id}#{n}' }) sk!: string;
  @Attribute() user_id!: string;
  @Attribute() session_id!: string;
  @Attribute() n!: number;
  @Attribute({ default: 'open' }) state!: string;
  @Attribute({ optional: true }) text?: string;
  declare readonly [key]?: 'user_id' | 'session_id' | 'n';

  @Upgrade(1, 3)
  static state(item: Item): void {
    item.state = item.done === true ? 'closed' : 'open';
    delete item.done;
  }

  @Upgrade(2, 3)
  static pass(): void {}
}

/** One of another table. */
@Entity({ table: 'others' })
@Versioned(1)
class Other {
  @PartitionKey() id!: string;
}

const user = 'u';
const pk = { S: 'USER#u' };
const sk = (text: string) => ({ pk, sk: { S: text } });
const profile: WireItem = { ...sk('PROFILE'), user_id: { S: user }, state: { S: 'open' }, name: { S: 'Ada' } };
const stale: WireItem = { ...sk('SESSION#a'), kind: { S: 'session' }, heading: { S: 'old' } };
const session: WireItem = {
  ...sk('SESSION#b'),
  kind: { S: 'session' },
  state: { S: 'closed' },
  title: { S: 'new' },
  schema_version: { N: '2' },
};
const staleMessage: WireItem = { ...sk('SESSION#a#1'), kind: { S: 'message' }, done: { BOOL: true } };
const message: WireItem = {
  ...sk('SESSION#a#2'),
  kind: { S: 'message' },
  state: { S: 'open' },
  text: { S: 'hi' },
  schema_version: { N: '3' },
};
const unknown: WireItem = { ...sk('SESSION#c'), kind: { S: 'somebody else' }, schema_version: { S: 'who knows' } };
const all = [profile, stale, staleMessage, message, session, unknown];

describe.each(engines)('three classes on one table on %s', (_engine, start) => {
  let engine: EmbeddedEngine;
  let recording: RecordingClient;
  let mapper: Mapper;
  let profiles: Repository<Profile>;
  let sessions: Repository<Session>;
  let messages: Repository<Message>;
  const mapperWith = (options: Partial<MapperOptions> = {}) =>
    new Mapper({ client: recording.client, entities: [Profile, Session, Message, Other], ...options });
  beforeAll(async () => {
    engine = await start();
    recording = recordingClient(engine.client);
    mapper = mapperWith();
    await mapper.createTables();
    profiles = mapper.repository(Profile);
    sessions = mapper.repository(Session);
    messages = mapper.repository(Message);
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    for (const one of all) await storeRaw(engine.endpoint, 'app', one);
    recording.reset();
  });
  const keyOf = ({ pk: partition, sk: sort }: WireItem) => ({ pk: partition, sk: sort }) as WireItem;
  const stored = (item: WireItem) => readStored(engine.endpoint, 'app', keyOf(item));
  const untouched = async () => expect(await Promise.all(all.map(stored))).toEqual(all);
  const textOf = (item: WireItem, name: string) => (item[name] as { S: string }).S;
  /** A key that is given as it is stored. */
  const asStored = (item: WireItem) => ({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') });

  describe("another class's item", () => {
    /** By repository: an item of each other class under a key that this one's template can make. */
    const foreign = () =>
      [
        [sessions, 'Session', { ...message, sk: { S: 'SESSION#x' } }],
        [sessions, 'Session', { ...profile, sk: { S: 'SESSION#x' } }],
        [sessions, 'Session', { ...unknown, sk: { S: 'SESSION#x' } }],
        [messages, 'Message', { ...session, sk: { S: 'SESSION#x#1' } }],
        [messages, 'Message', { ...profile, sk: { S: 'SESSION#x#1' } }],
        [profiles, 'Profile', { ...stale, sk: { S: 'PROFILE' } }],
        [profiles, 'Profile', { ...unknown, sk: { S: 'PROFILE' } }],
      ] as [Repository<object>, string, WireItem][];

    test.each([0, 1, 2, 3, 4, 5, 6])('is nothing to read and nobody to write over (%i)', async (at) => {
      const [repository, entity, item] = foreign()[at] as [Repository<object>, string, WireItem];
      await storeRaw(engine.endpoint, 'app', item);
      const storedKey = asStored(item) as never;
      const wrong = { code: 'WRONG_ENTITY', details: { entity, attribute: 'kind' } };
      const whole = { user_id: user, session_id: 'x', n: 1, state: 'mine' };
      const fresh = () => {
        const { n, session_id, ...common } = whole;
        const more = { Profile: {}, Session: { session_id }, Message: { session_id, n } }[entity];
        return repository.create({ ...common, ...more });
      };
      const options = { condition: { attr: 'state', exists: true } } as never;
      expect(await repository.get(storedKey, { writeBack: 'inline' })).toBeUndefined();
      expect(await repository.getMany([storedKey, storedKey], { writeBack: 'inline' })).toEqual([undefined, undefined]);
      expect((await errorOf(repository.getOrFail(storedKey))).code).toBe('NOT_FOUND');
      expect(() => repository.hydrate(item)).toThrow(expect.objectContaining({ code: 'WRONG_ENTITY' }));
      for (const call of [
        repository.put(fresh()),
        repository.put(fresh(), options),
        repository.update(storedKey, { set: { state: 'mine' } }),
        repository.update(storedKey, { set: { state: 'mine' } }, options),
        repository.delete(storedKey),
        repository.delete(storedKey, options),
      ]) {
        expect(await errorOf(call)).toMatchObject(wrong);
      }
      for (const call of [repository.insert(fresh()), repository.save(fresh())]) {
        expect((await errorOf(call)).code).toBe('ALREADY_EXISTS');
      }
      for (const results of [await repository.putMany([fresh()]), await repository.deleteMany([storedKey])]) {
        expect(results).toMatchObject([{ status: 'rejected', reason: wrong }]);
      }
      expect(await stored(item)).toEqual(item);
      await sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: 'app', Key: keyOf(item) }));
    });

    test.each(['save', 'put'] as const)('is not written over by %s of what was loaded before', async (how) => {
      for (const options of [{}, { condition: { attr: 'state', exists: true } as const }]) {
        await storeRaw(engine.endpoint, 'app', session);
        const loaded = await sessions.getOrFail({ user_id: user, session_id: 'b' });
        await storeRaw(engine.endpoint, 'app', { ...session, kind: { S: 'message' } });
        loaded.title = 'mine';
        expect((await errorOf(sessions[how](loaded, options))).code).toBe('WRONG_ENTITY');
        expect(await stored(session)).toEqual({ ...session, kind: { S: 'message' } });
      }
    });

    test('is never written back', async () => {
      const writing = mapperWith({ writeBack: 'inline' });
      await writing.repository(Message).query({ partition: user }).all();
      await writing.repository(Profile).scan().all();
      await writing.repository(Profile).scan().count();
      expect(await stored(stale)).toEqual(stale);
      expect(await stored(staleMessage)).toMatchObject({ state: { S: 'closed' }, schema_version: { N: '3' } });
      expect(await stored(unknown)).toEqual(unknown);
      expect(await stored(profile)).toEqual(profile);
    });

    test('is left out of queries and scans, forward, back, and in pages', async () => {
      for (const pageSize of [1, 2, 10]) {
        expect((await sessions.query({ partition: user, pageSize }).all()).map((one) => one.session_id)).toEqual([
          'a',
          'b',
        ]);
        expect(await messages.scan({ pageSize }).count()).toBe(2);
        expect(await profiles.query({ partition: user, pageSize, reverse: true }).first()).toMatchObject({
          name: 'Ada',
        });
      }
      await untouched();
    });
  });

  describe('one query', () => {
    const query = (options: object = {}) =>
      mapper.query({ entities: [Profile, Session, Message], partition: user, ...options });
    const seen = (found: readonly object[]) => found.map((one) => `${one.constructor.name} ${(one as Session).sk}`);
    const everything = [
      'Profile PROFILE',
      'Session SESSION#a',
      'Message SESSION#a#1',
      'Message SESSION#a#2',
      'Session SESSION#b',
    ];

    test('yields entities of their own classes, each upgraded by its own chain', async () => {
      const found = await query().all();
      expect(seen(found)).toEqual(everything);
      expect(found).toEqual([
        Object.assign(new Profile(), { ...asStored(profile), user_id: user, state: 'open', name: 'Ada' }),
        Object.assign(new Session(), {
          ...asStored(stale),
          user_id: user,
          session_id: 'a',
          state: 'open',
          title: 'old',
        }),
        Object.assign(new Message(), {
          ...asStored(staleMessage),
          user_id: user,
          session_id: 'a',
          n: 1,
          state: 'closed',
        }),
        Object.assign(new Message(), {
          ...asStored(message),
          user_id: user,
          session_id: 'a',
          n: 2,
          state: 'open',
          text: 'hi',
        }),
        Object.assign(new Session(), {
          ...asStored(session),
          user_id: user,
          session_id: 'b',
          state: 'closed',
          title: 'new',
        }),
      ]);
      await untouched();
    });

    test('leaves out what is of no class that was asked for', async () => {
      expect(seen(await query({ entities: [Session, Profile] }).all())).toEqual([
        'Profile PROFILE',
        'Session SESSION#a',
        'Session SESSION#b',
      ]);
      expect(seen(await query({ entities: [Message, Message] }).all())).toEqual([
        'Message SESSION#a#1',
        'Message SESSION#a#2',
      ]);
    });

    test.each([1, 2, 3, 10])('is cut into pages of %i, with cursors', async (size) => {
      for (const sizes of [{ limit: size }, { pageSize: size }, { limit: size, pageSize: 1 }]) {
        const found: object[] = [];
        let cursor: string | undefined;
        do {
          const page = await query({ ...sizes, cursor }).page();
          found.push(...page.items);
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(seen(found)).toEqual(everything);
      }
      expect(seen(await query({ limit: size, reverse: true }).all())).toEqual(everything.toReversed().slice(0, size));
      expect(await query({ pageSize: size }).count()).toBe(5);
    });

    test("refuses another query's cursor", async () => {
      const { cursor } = await query({ limit: 1 }).page();
      expect((await errorOf(query({ entities: [Session, Message], cursor }).page())).code).toBe('INVALID_CURSOR');
    });

    test('filters by what all classes have, each item in its newest form', async () => {
      const filter = { attr: 'state', eq: 'open' } as const;
      const open = ['Profile PROFILE', 'Session SESSION#a', 'Message SESSION#a#2'];
      expect(seen(await query({ filter }).all())).toEqual(open);
      expect(await query({ filter }).count()).toBe(3);
      expect(seen(await query({ filter: { not: filter } }).all())).toEqual([
        'Message SESSION#a#1',
        'Session SESSION#b',
      ]);
      expect(await errorOf(query({ filter: { attr: 'title', eq: 'x' } }).all())).toMatchObject({
        code: 'UNKNOWN_ATTRIBUTE',
        details: { class: 'Profile', member: 'title' },
      });
    });

    test('projects what all classes have', async () => {
      const parts = await mapper
        .query({ entities: [Profile, Session, Message], partition: user, attributes: ['state', 'sk'] })
        .all();
      expect(parts.map(({ sk: sort, state }) => [sort, state])).toEqual([
        ['PROFILE', 'open'],
        ['SESSION#a', 'open'],
        ['SESSION#a#1', 'closed'],
        ['SESSION#a#2', 'open'],
        ['SESSION#b', 'closed'],
      ]);
    });

    test('takes a range as it is stored', async () => {
      expect(seen(await query({ range: { beginsWith: 'SESSION#a' } }).all())).toEqual(everything.slice(1, 4));
      expect(seen(await query({ range: { between: ['SESSION#a#', 'SESSION#z#'] } }).all())).toEqual(
        everything.slice(2),
      );
    });

    test('takes a range by parts that all templates make the same of', async () => {
      const range = { beginsWith: { session_id: 'a' } };
      expect(seen(await query({ entities: [Message], range }).all())).toEqual(everything.slice(2, 4));
      expect(await errorOf(query({ entities: [Session, Message], range }).all())).toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { argument: 'range', problem: 'is a different key of Session than of Message' },
      });
    });

    test.each([
      ['part', user],
      ['parts', { user_id: user }],
      ['text', 'USER#u'],
    ])('takes the partition by its %s', async (_how, partition) => {
      expect(await query({ partition }).count()).toBe(5);
    });

    test('reads an index that each of them declares', async () => {
      const by = { index: 'by_state', partition: 'open' };
      expect(seen(await query(by).all())).toEqual(['Profile PROFILE', 'Message SESSION#a#2']);
      expect(
        await errorOf(mapper.query({ entities: [Session, Message], index: 'nothing', partition: 'x' }).all()),
      ).toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { argument: 'index' },
      });
    });

    test('writes each class back by its own chain', async () => {
      await query({ writeBack: 'inline' }).all();
      expect(await stored(stale)).toEqual({
        ...sk('SESSION#a'),
        kind: { S: 'session' },
        state: { S: 'open' },
        title: { S: 'old' },
        schema_version: { N: '2' },
      });
      expect(await stored(staleMessage)).toMatchObject({ state: { S: 'closed' }, schema_version: { N: '3' } });
      expect(await stored(unknown)).toEqual(unknown);
    });

    test('writes back by the modes of the classes', async () => {
      const entities = new Map([[Message, 'inline' as const]]);
      await mapperWith({ writeBack: { entities } })
        .query({ entities: [Session, Message], partition: user })
        .all();
      expect(await stored(stale)).toEqual(stale);
      expect(await stored(staleMessage)).toMatchObject({ schema_version: { N: '3' } });
    });

    test('gives entities that their repositories save', async () => {
      const [found] = await mapper.query({ entities: [Session, Message], partition: user }).all();
      (found as Session).title = 'changed';
      await sessions.save(found as Session);
      expect(await stored(stale)).toMatchObject({ title: { S: 'changed' }, schema_version: { N: '2' } });
    });

    test('meets an item that a class can not read with its error, and goes on behind it', async () => {
      const broken = { ...message, schema_version: { N: '9' } };
      await storeRaw(engine.endpoint, 'app', broken);
      const error = await errorOf(query().all());
      expect(error).toMatchObject({ code: 'NEWER_VERSION', details: { entity: 'Message', version: 9 } });
      expect(seen(await query({ cursor: error.cursor }).all())).toEqual(['Session SESSION#b']);
      const skipping = mapperWith({ onUpgradeFailure: 'skip' });
      expect(seen(await skipping.query({ entities: [Session, Message], partition: user }).all())).toEqual([
        'Session SESSION#a',
        'Message SESSION#a#1',
        'Session SESSION#b',
      ]);
    });

    test('stops asking when it is left early', async () => {
      for await (const one of query({ pageSize: 1 })) if (one instanceof Session) break;
      expect(recording.of('Query').length).toBeLessThan(4);
    });

    test('is a query like any other for one class', async () => {
      expect(await mapper.query({ entities: [Session], partition: user }).all()).toEqual(
        await sessions.query({ partition: user }).all(),
      );
      expect(await mapper.query({ entities: [Other], partition: 'x' }).all()).toEqual([]);
    });

    test.each([
      [{ entities: [] }, 'INVALID_ARGUMENT', 'entities'],
      [{ entities: Session }, 'INVALID_ARGUMENT', 'entities'],
      [{ entities: undefined }, 'INVALID_ARGUMENT', 'entities'],
      [{ entities: [Session, Other] }, 'INVALID_ARGUMENT', 'entities'],
      [{ entity: [Session] }, 'INVALID_ARGUMENT', 'entity'],
      [{ segments: 2 }, 'INVALID_ARGUMENT', 'segments'],
      [{ limit: 0 }, 'INVALID_ARGUMENT', 'limit'],
      [{ consistent: 'yes' }, 'INVALID_ARGUMENT', 'consistent'],
      [{ reverse: 1 }, 'INVALID_ARGUMENT', 'reverse'],
      [{ track: null }, 'INVALID_ARGUMENT', 'track'],
      [{ partition: '' }, 'INVALID_KEY_VALUE', undefined],
      [{ partition: undefined }, 'INVALID_KEY_VALUE', undefined],
    ])('refuses %j', async (wrong, code, argument) => {
      const error = await errorOf(query(wrong).all());
      expect(error.code).toBe(code);
      expect((error.details as { argument?: string }).argument).toBe(argument);
      expect(recording.sent).toEqual([]);
    });

    test("refuses a class that isn't the mapper's", async () => {
      expect((await errorOf(query({ entities: [Session, class Stranger {}] }).all())).code).toBe('UNKNOWN_ENTITY');
      expect((await errorOf(query({ entities: [undefined] }).all())).code).toBe('UNDEFINED_CLASS');
      expect((await errorOf(mapper.query(undefined as never).all())).code).toBe('INVALID_ARGUMENT');
    });

    test('is refused after close', async () => {
      const closed = mapperWith();
      await closed.close();
      expect((await errorOf(closed.query({ entities: [Session], partition: user }).all())).code).toBe('MAPPER_CLOSED');
    });
  });
});
