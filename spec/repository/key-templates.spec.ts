import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Condition,
  CreatedAt,
  Downgrade,
  Entity,
  Index,
  type Item,
  type key,
  Mapper,
  type MapperError,
  PartitionKey,
  rename,
  type Repository,
  setDefault,
  SortKey,
  steps,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { engines } from '../support/engines.js';
import { errorOf } from '../support/notes.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

class MessageUpgrades {
  /** v1 → v2: items had no parts; `fails` says what a step must not do. */
  @Upgrade(1, 2)
  static parts(item: Item): void {
    if (item.fails === 'part') item.user_id = 'somebody-else';
    else if (item.fails === 'key') item.pk = 'USER#somebody-else';
    else item.user_id = String(item.pk).slice('USER#'.length);
    item.state ??= 'open';
    item.gsi1pk = `STATE#${String(item.state)}`;
  }
}

@Entity({ table: 'messages' })
@Versioned(2, { upgrades: MessageUpgrades })
@Index('by_state', { partitionKey: 'gsi1pk', sortKey: 'gsi1sk' })
class Message {
  @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
  @SortKey({ template: 'MSG#{session}#{n}' }) sk!: string;
  @Attribute({ template: 'STATE#{state}' }) gsi1pk!: string;
  @Attribute({ template: '{assignee}#{priority}#{session}' }) gsi1sk?: string;
  @Attribute() user_id!: string;
  @Attribute({ name: 's' }) session!: string;
  @Attribute() n!: number;
  @Attribute({ default: 'open' }) state!: string;
  @Attribute({ optional: true }) assignee?: string;
  @Attribute({ optional: true }) priority?: number;
  @Attribute({ optional: true }) text?: string;
  declare readonly [key]?: 'user_id' | 'session' | 'n';
}

/** One item of each user: a constant sort key. */
@Entity({ table: 'profiles' })
@Versioned(1)
@Index('by_day', { partitionKey: 'all', sortKey: 'day' })
class Profile {
  @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
  @SortKey({ template: 'PROFILE' }) sk!: string;
  @Attribute({ template: 'PROFILES' }) all!: string;
  @Attribute({ template: 'CREATED#{created_at}' }) day!: string;
  @Attribute() user_id!: string;
  @CreatedAt() created_at!: Date;
  @Attribute({ optional: true }) name?: string;
}

describe.each(engines)('keys by templates on %s', (_engine, start) => {
  let engine: EmbeddedEngine;
  let mapper: Mapper;
  let messages: Repository<Message>;
  let profiles: Repository<Profile>;
  beforeAll(async () => {
    engine = await start();
    const clock = () => new Date('2026-01-02T03:04:05.000Z');
    mapper = new Mapper({ client: engine.client, entities: [Message, Profile], clock });
    await mapper.createTables();
    messages = mapper.repository(Message);
    profiles = mapper.repository(Profile);
  });
  afterAll(() => engine.close());

  test('are text to the table', async () => {
    expect(await mapper.verifyTables()).toEqual([]);
  });

  let users = 0;
  const newUser = () => `u-${++users}`;
  const message = (user_id: string, more: Partial<Message> = {}) =>
    messages.create({ user_id, session: 's', n: 1, ...more });
  const wireKeyOf = (user: string, session = 's', n = 1) => ({
    pk: { S: `USER#${user}` },
    sk: { S: `MSG#${session}#${n}` },
  });
  const stored = (user: string, session = 's', n = 1) =>
    readStored(engine.endpoint, 'messages', wireKeyOf(user, session, n));
  const storeMessage = (user: string, more: object) =>
    storeRaw(engine.endpoint, 'messages', {
      ...wireKeyOf(user),
      user_id: { S: user },
      s: { S: 's' },
      n: { N: '1' },
      state: { S: 'open' },
      gsi1pk: { S: 'STATE#open' },
      schema_version: { N: '2' },
      ...more,
    });

  describe('are computed by every write', () => {
    test.each(['insert', 'put', 'save', 'putMany', 'putMany, unconditional'])('%s', async (how) => {
      const user = newUser();
      const entity = message(user, { assignee: 'bob', priority: 2, pk: 'somebody', gsi1pk: 'something' });
      if (how === 'insert' || how === 'put' || how === 'save') await messages[how](entity);
      else await messages.putMany([entity], { unconditional: how.endsWith('unconditional') });

      expect(await stored(user)).toEqual({
        ...wireKeyOf(user),
        user_id: { S: user },
        s: { S: 's' },
        n: { N: '1' },
        state: { S: 'open' },
        assignee: { S: 'bob' },
        priority: { N: '2' },
        gsi1pk: { S: 'STATE#open' },
        gsi1sk: { S: 'bob#2#s' },
        schema_version: { N: '2' },
      });
      expect(entity).toMatchObject({ pk: `USER#${user}`, sk: 'MSG#s#1', gsi1pk: 'STATE#open', gsi1sk: 'bob#2#s' });
    });

    test('an index key without a part is not stored', async () => {
      const user = newUser();
      const entity = await messages.insert(message(user, { assignee: 'bob' }));
      expect(await stored(user)).not.toHaveProperty('gsi1sk');
      expect(entity.gsi1sk).toBeUndefined();
    });

    test('a constant needs no part', async () => {
      const user_id = newUser();
      const profile = await profiles.insert(profiles.create({ user_id }));
      expect(profile).toMatchObject({ sk: 'PROFILE', all: 'PROFILES', day: 'CREATED#2026-01-02T03:04:05.000Z' });
      expect((await profiles.update({ user_id }, { set: { name: 'Ada' } })).name).toBe('Ada');
      expect(await profiles.get({ user_id })).toMatchObject({ user_id, name: 'Ada', sk: 'PROFILE', day: profile.day });
    });

    test('put of a loaded entity and a changed part of an index key', async () => {
      const user = newUser();
      await messages.insert(message(user, { assignee: 'bob', priority: 2 }));
      const loaded = await messages.getOrFail({ user_id: user, session: 's', n: 1 });
      loaded.priority = 3;
      await messages.put(loaded);
      expect(await stored(user)).toMatchObject({ gsi1sk: { S: 'bob#3#s' } });
      loaded.state = 'closed';
      delete loaded.assignee;
      await messages.save(loaded);
      expect(await stored(user)).toMatchObject({ gsi1pk: { S: 'STATE#closed' } });
      expect(await stored(user)).not.toHaveProperty('gsi1sk');
      expect(loaded).toMatchObject({ gsi1pk: 'STATE#closed' });
      expect(loaded.gsi1sk).toBeUndefined();
    });

    test('what is assigned to a computed property is nothing to save', async () => {
      const user = newUser();
      await messages.insert(message(user));
      const loaded = await messages.getOrFail({ user_id: user, session: 's', n: 1 });
      const before = await stored(user);
      loaded.pk = 'USER#other';
      loaded.gsi1pk = 'nonsense';
      await messages.save(loaded);
      expect(await stored(user)).toEqual(before);
      await messages.put(loaded);
      expect(await stored(user)).toEqual(before);
      expect(loaded.pk).toBe(`USER#${user}`);
    });

    test.each([
      ['a separator', { session: 'a#b' }, 'session', 'a text that holds or runs into the separator #'],
      ['nothing', { user_id: '' }, 'user_id', 'empty'],
      ['no value', { user_id: undefined }, 'user_id', 'absent'],
      ['another type', { user_id: 7 }, 'user_id', 'a number'],
      ['no finite number', { n: Number.NaN }, 'n', 'NaN'],
      ['an empty part of an index key', { state: '' }, 'state', 'empty'],
    ])('%s is refused', async (_case, parts, member, found) => {
      const error = await errorOf(messages.insert(message('u', parts as never)));
      expect(error).toMatchObject({ code: 'INVALID_KEY_VALUE', details: { class: 'Message', member, found } });
    });
  });

  describe('are read back', () => {
    test('an item that has no parts gets them from its key', async () => {
      const user = newUser();
      await storeRaw(engine.endpoint, 'messages', {
        ...wireKeyOf(user, 'x', -1.5),
        schema_version: { N: '2' },
      });
      const found = await messages.getOrFail({ user_id: user, session: 'x', n: -1.5 });
      expect(found).toMatchObject({ user_id: user, session: 'x', n: -1.5 });
      found.text = 'new';
      await messages.save(found);
      expect(await stored(user, 'x', -1.5)).not.toHaveProperty('user_id');
      found.state = 'open';
      await messages.put(found);
      expect(await stored(user, 'x', -1.5)).toMatchObject({ user_id: { S: user }, n: { N: '-1.5' } });
    });

    test('and found by filters on them, whether the item has them or not', async () => {
      const user = newUser();
      for (const [n, more] of [
        [1, { schema_version: { N: '2' } }],
        [2, { schema_version: { N: '2' }, user_id: { S: user }, s: { S: 'x' }, n: { N: '2' } }],
        [3, {}],
      ] as const) {
        await storeRaw(engine.endpoint, 'messages', { ...wireKeyOf(user, 'x', n), ...more });
      }
      const wanted = async (filter: Condition<Message>) => {
        const result = messages.query({ partition: user, filter });
        const numbers = (await result.all()).map((one) => one.n);
        expect(await result.count()).toBe(numbers.length);
        const parts = await messages.query({ partition: user, filter, attributes: ['n'] }).all();
        expect(parts).toEqual(numbers.map((n) => ({ n })));
        return numbers;
      };
      expect(await wanted({ attr: 'session', eq: 'x' })).toEqual([1, 2, 3]);
      expect(await wanted({ attr: 'n', lt: 3 })).toEqual([1, 2]);
      expect(await wanted({ not: { attr: 'n', between: [2, 3] } })).toEqual([1]);
      expect(
        await wanted({
          and: [
            { attr: 'user_id', eq: user },
            { size: 'session', eq: 1 },
          ],
        }),
      ).toEqual([1, 2, 3]);
      expect(await wanted({ attr: 'session', exists: false })).toEqual([]);
      expect(await wanted({ attr: 'n', in: [1, 9] })).toEqual([1]);
    });

    test.each<[string, WireItem, string, string]>([
      ['another part', { user_id: { S: 'x' } }, 'pk', 'says another user_id than the attribute'],
      ['a part of another type', { n: { S: '1' } }, 'sk', 'says another n than the attribute'],
      ['a part that is NULL', { s: { NULL: true } }, 'sk', 'says another session than the attribute'],
      ['another form', { sk: { S: 'NOTE#1' } }, 'sk', 'has another form'],
      ['a number in another notation', { sk: { S: 'MSG#s#1.0' } }, 'sk', 'has another form'],
    ])('%s than the key says is an error', (_case, more, member, problem) => {
      const item = { ...wireKeyOf('u'), user_id: { S: 'u' }, s: { S: 's' }, n: { N: '1' }, state: { S: 'open' } };
      const wire = { ...item, schema_version: { N: '2' }, ...more };
      const details = { entity: 'Message', member, problem };
      expect(() => messages.hydrate(wire)).toThrow(expect.objectContaining({ code: 'KEY_MISMATCH' }));
      expect(() => messages.hydrate(wire)).toThrow(
        expect.objectContaining({ details: expect.objectContaining(details) as object }),
      );
    });

    test('one item whose key says something else is left out, or is an error, however it is read', async () => {
      const broken = { ...wireKeyOf('broken'), sk: { S: 'NOTE#1' }, state: { S: 'open' }, schema_version: { N: '2' } };
      await storeRaw(engine.endpoint, 'messages', broken);
      const failures: string[] = [];
      const onUpgradeFailure = ({ code }: MapperError) => void failures.push(code);
      const lenient = new Mapper({ client: engine.client, entities: [Message], onUpgradeFailure }).repository(Message);
      const options = { partition: { user_id: 'broken' } } as const;
      expect(await lenient.query(options).all()).toEqual([]);
      expect(await lenient.query(options).count()).toBe(0);
      expect(failures).toEqual(['KEY_MISMATCH', 'KEY_MISMATCH']);
      await expect(messages.query(options).all()).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
      await expect(messages.query(options).count()).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    });

    test('of a number in another notation the value counts', () => {
      const item = { ...wireKeyOf('u'), n: { N: '1.0' }, schema_version: { N: '2' } };
      expect(messages.hydrate(item).n).toBe(1);
    });
  });

  describe('are asked for', () => {
    let user: string;
    beforeAll(async () => {
      user = newUser();
      for (const [session, n] of [
        ['a', 1],
        ['a', 2],
        ['b', 1],
        ['ab', 1],
      ] as const) {
        await messages.insert(message(user, { session, n, state: `of-${user}`, assignee: session, priority: n }));
      }
    });
    const found = (all: Message[]) => all.map(({ session, n }) => `${session}${n}`);

    test('by their parts, or by themselves', async () => {
      const entity = await messages.getOrFail({ user_id: user, session: 'a', n: 2 });
      expect(await messages.get({ pk: `USER#${user}`, sk: 'MSG#a#2' } as never)).toEqual(entity);
      expect(await messages.get(entity)).toEqual(entity);
      expect(await messages.get({ user_id: user, session: 'a', n: 9 })).toBeUndefined();
      expect(found((await messages.getMany([entity, { user_id: user, session: 'b', n: 1 }])) as Message[])).toEqual([
        'a2',
        'b1',
      ]);
    });

    test.each([
      [{ session: 'a', n: 1 }, 'user_id', 'absent'],
      [{ user_id: 'u', session: 'a#', n: 1 }, 'session', 'a text that holds or runs into the separator #'],
      [{ user_id: 'u', session: 'a' }, 'n', 'absent'],
      [{ user_id: 'u', session: 'a', n: '1' }, 'n', 'a string'],
      [{ pk: 'u', sk: 'MSG#a#1' }, 'pk', 'a string of another form'],
      [{ pk: 7, sk: 'MSG#a#1' }, 'pk', 'a number of another form'],
      [{ pk: 'USER#u', user_id: 'x', session: 'a', n: 1 }, 'pk', expect.stringContaining('contradicts')],
      [{ user_id: 'u', sk: 'MSG#a#1', session: 'b' }, 'sk', expect.stringContaining('contradicts')],
    ])('%j is refused', async (wrong, member, what) => {
      const details = { member, found: what };
      for (const call of [messages.get(wrong as never), messages.delete(wrong as never)]) {
        expect(await errorOf(call)).toMatchObject({ code: 'INVALID_KEY_VALUE', details });
      }
    });

    test.each([['part'], ['parts'], ['text']])('a partition by its %s', async (how) => {
      const partition = { part: user, parts: { user_id: user }, text: `USER#${user}` }[how] as string;
      expect(found(await messages.query({ partition }).all())).toEqual(['a1', 'a2', 'ab1', 'b1']);
    });

    test.each([
      ['a key', { session: 'a', n: 2 }, ['a2']],
      ['a key as it is stored', 'MSG#a#2', ['a2']],
      ['a key by eq', { eq: { session: 'a', n: 2 } }, ['a2']],
      ['leading parts', { beginsWith: { session: 'a' } }, ['a1', 'a2']],
      ['no part', { beginsWith: {} }, ['a1', 'a2', 'ab1', 'b1']],
      ['all parts', { beginsWith: { session: 'a', n: 1 } }, ['a1']],
      ['the first characters', { beginsWith: 'MSG#a' }, ['a1', 'a2', 'ab1']],
      ['a bound', { gt: { session: 'a', n: 2 } }, ['ab1', 'b1']],
      ['a bound as it is stored', { gte: 'MSG#ab' }, ['ab1', 'b1']],
      ['two bounds', { between: [{ session: 'a', n: 2 }, 'MSG#b'] }, ['a2', 'ab1']],
    ] as const)('a range by %s', async (_how, range, expected) => {
      expect(found(await messages.query({ partition: user, range }).all())).toEqual(expected);
    });

    test('an index by its parts', async () => {
      const by = { index: 'by_state', partition: { state: `of-${user}` } } as const;
      expect(found(await messages.query(by).all())).toEqual(['a1', 'a2', 'ab1', 'b1']);
      expect(found(await messages.query({ ...by, range: { beginsWith: { assignee: 'a' } } }).all())).toEqual([
        'a1',
        'a2',
      ]);
      expect(found(await messages.query({ ...by, partition: `of-${user}`, reverse: true, limit: 1 }).all())).toEqual([
        'b1',
      ]);
    });

    test.each([
      ['partition', { partition: '' }],
      ['partition', { partition: { user: 'a' } }],
      ['partition', { partition: {} }],
      ['partition', { partition: 7 }],
      ['range', { partition: 'u', range: { beginsWith: { n: 1 } } }],
      ['range', { partition: 'u', range: { beginsWith: { session: 'a#' } } }],
      ['range', { partition: 'u', range: { beginsWith: { sesion: 'a' } } }],
      ['range', { partition: 'u', range: { session: 'a' } }],
      ['range', { partition: 'u', range: { lt: { session: 'a' } } }],
      ['range', { partition: 'u', range: 'MSG#a' }],
      ['range', { partition: 'u', index: 'by_state', range: { beginsWith: { session: 'a' } } }],
    ])('a wrong %s is refused: %j', async (_what, options) => {
      expect(await errorOf(messages.query(options as never).all())).toMatchObject({ code: 'INVALID_KEY_VALUE' });
    });

    test('delete and update', async () => {
      const gone = { user_id: newUser(), session: 'a', n: 1 };
      await messages.insert(messages.create(gone));
      expect((await messages.update(gone, { set: { text: 'x' } })).text).toBe('x');
      expect([await messages.delete(gone), await messages.delete(gone)]).toEqual([true, false]);
    });
  });

  test('an entity whose part was changed is a new one', async () => {
    const [user, other] = [newUser(), newUser()];
    await messages.insert(message(user));
    const loaded = await messages.getOrFail({ user_id: user, session: 's', n: 1 });
    loaded.user_id = other;
    await messages.save(loaded);
    expect(loaded.pk).toBe(`USER#${other}`);
    expect(await stored(user)).toMatchObject({ user_id: { S: user } });
    expect(await stored(other)).toMatchObject({ user_id: { S: other } });
    loaded.user_id = user;
    await expect(messages.save(loaded)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  describe('in an update', () => {
    const clauses = async (more: object, update: object) => {
      const user = newUser();
      await storeMessage(user, more);
      const entity = await messages.update({ user_id: user, session: 's', n: 1 }, update);
      return { entity, item: await stored(user) };
    };

    test('an index key follows its parts, those of the key included', async () => {
      const { entity, item } = await clauses({}, { set: { assignee: 'bob', priority: 7, state: 'closed' } });
      expect(item).toMatchObject({ gsi1pk: { S: 'STATE#closed' }, gsi1sk: { S: 'bob#7#s' } });
      expect(entity).toMatchObject({ gsi1pk: 'STATE#closed', gsi1sk: 'bob#7#s' });
    });

    test('a part that is removed removes the index key', async () => {
      const { item } = await clauses({ assignee: { S: 'x' }, gsi1sk: { S: 'x#1#s' } }, { remove: ['assignee'] });
      expect(item).not.toHaveProperty('gsi1sk');
    });

    test('other attributes leave it alone', async () => {
      const { item } = await clauses({ gsi1sk: { S: 'x#1#s' } }, { set: { text: 'x' } });
      expect(item).toMatchObject({ gsi1sk: { S: 'x#1#s' }, gsi1pk: { S: 'STATE#open' } });
    });

    test('some parts of several are refused, and the missing ones are named', async () => {
      const call = messages.update({ user_id: 'u', session: 's', n: 1 }, { set: { assignee: 'bob' } });
      expect(await errorOf(call)).toMatchObject({
        code: 'INCOMPLETE_KEY',
        details: {
          key: { pk: 'USER#u', sk: 'MSG#s#1' },
          member: 'gsi1sk',
          template: '{assignee}#{priority}#{session}',
          missing: ['priority'],
        },
      });
    });

    test.each([
      [{ set: { pk: 'USER#x' } }, 'pk', 'is a key; keys never change'],
      [{ set: { user_id: 'x' } }, 'user_id', 'is part of the key pk; keys never change'],
      [{ remove: ['session'] }, 'session', 'is part of the key sk; keys never change'],
      [{ set: { gsi1pk: 'x' } }, 'gsi1pk', 'is computed by its template, STATE#{state}'],
      [{ add: { priority: 1 } }, 'priority', expect.stringContaining('is part of the template of gsi1sk')],
    ])('%j is refused', async (update, argument, problem) => {
      const call = messages.update({ user_id: 'u', session: 's', n: 1 }, update as never);
      expect(await errorOf(call)).toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument, problem } });
    });

    test('a part with a separator is refused', async () => {
      const call = messages.update({ user_id: 'u', session: 's', n: 1 }, { set: { assignee: 'a#b', priority: 1 } });
      expect(await errorOf(call)).toMatchObject({ code: 'INVALID_KEY_VALUE', details: { member: 'assignee' } });
    });
  });

  describe('and upgrades', () => {
    const stale = (user: string, more: object = {}): WireItem => ({ ...wireKeyOf(user), ...more });

    test('may add the part that the key says, and write it back', async () => {
      const user = newUser();
      await storeRaw(engine.endpoint, 'messages', stale(user));
      const found = await messages.getOrFail({ user_id: user, session: 's', n: 1 }, { writeBack: 'inline' });
      expect(found).toMatchObject({ user_id: user, gsi1pk: 'STATE#open' });
      expect(await stored(user)).toMatchObject({ user_id: { S: user }, gsi1pk: { S: 'STATE#open' } });
    });

    test.each([
      ['part', 'user_id'],
      ['key', 'pk'],
    ])('must not make the %s another one', (fails, attribute) => {
      for (const more of [{}, { user_id: { S: 'u' } }]) {
        const hydrate = () => messages.hydrate(stale('u', { ...more, fails: { S: fails } }));
        expect(hydrate).toThrow(
          expect.objectContaining({
            code: 'UPGRADE_FAILED',
            cause: expect.objectContaining({
              code: 'PROTECTED_ATTRIBUTE',
              details: { method: 'MessageUpgrades.parts', attribute },
            }) as object,
          }),
        );
      }
    });

    test('that are declared are held to it, too', () => {
      @Entity({ table: 'declared' })
      @Versioned(2)
      class Declared {
        @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
        @Attribute() user_id!: string;

        @Upgrade(1, 2) static readonly owner = steps(rename('owner', 'user_id'), setDefault('user_id', 'nobody'));
      }
      const declared = new Mapper({ client: engine.client, entities: [Declared] }).repository(Declared);
      expect(declared.hydrate({ pk: { S: 'USER#a' }, owner: { S: 'a' } }).user_id).toBe('a');
      expect(() => declared.hydrate({ pk: { S: 'USER#a' }, owner: { S: 'b' } })).toThrow(
        expect.objectContaining({ cause: expect.objectContaining({ code: 'PROTECTED_ATTRIBUTE' }) as object }),
      );
      expect(() => declared.hydrate({ pk: { S: 'USER#a' } })).toThrow(/Declared\.owner failed/);
    });

    test('an update upgrades a stale item first', async () => {
      const user = newUser();
      await storeRaw(engine.endpoint, 'messages', stale(user));
      const updated = await messages.update({ user_id: user, session: 's', n: 1 }, { set: { state: 'closed' } });
      expect(updated).toMatchObject({ state: 'closed', gsi1pk: 'STATE#closed', user_id: user });
    });

    test('so does a save', async () => {
      const user = newUser();
      await storeRaw(engine.endpoint, 'messages', stale(user));
      const loaded = await messages.getOrFail({ user_id: user, session: 's', n: 1 });
      loaded.state = 'closed';
      await messages.save(loaded);
      expect(await stored(user)).toMatchObject({ gsi1pk: { S: 'STATE#closed' }, schema_version: { N: '2' } });
    });
  });
});

describe('where an older version is stored', () => {
  @Entity({ table: 'pinned' })
  @Versioned(2)
  class Pinned {
    @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
    @Attribute({ template: 'STATE#{state}' }) by_state!: string;
    @Attribute() user_id!: string;
    @Attribute() state!: string;

    @Upgrade(1, 2) static up(item: Item): void {
      item.by_state = `STATE#${String(item.state)}`;
    }
    @Downgrade(2, 1) static down(item: Item): void {
      delete item.by_state;
    }
  }

  test('what it does not know is computed for the entity alone', async () => {
    const engine = await startEmbeddedEngine();
    const writeVersion = new Map([[Pinned, 1]]);
    const mapper = new Mapper({ client: engine.client, entities: [Pinned], writeVersion });
    await mapper.createTables();
    const pinned = mapper.repository(Pinned);
    const key = { user_id: 'a' };
    const item = () => readStored(engine.endpoint, 'pinned', { pk: { S: 'USER#a' } });

    const entity = await pinned.insert(pinned.create({ ...key, state: 'open' }));
    expect(entity).toMatchObject({ pk: 'USER#a', by_state: 'STATE#open' });
    expect(await item()).toEqual({
      pk: { S: 'USER#a' },
      user_id: { S: 'a' },
      state: { S: 'open' },
      schema_version: { N: '1' },
    });
    entity.state = 'closed';
    await pinned.save(entity);
    expect(entity.by_state).toBe('STATE#closed');
    expect((await pinned.update(key, { set: { state: 'done' } })).by_state).toBe('STATE#done');
    expect(await item()).toMatchObject({ state: { S: 'done' }, schema_version: { N: '1' } });
    expect(await pinned.delete(key, { condition: { attr: 'by_state', eq: 'STATE#done' } })).toBe(true);
    await engine.close();
  });
});

describe('hostile names', () => {
  @Entity({ table: 'hostile' })
  @Versioned(1)
  class Hostile {
    @PartitionKey({ template: 'A#{part}#{own}' }) pk!: string;
    @Attribute({ name: '__proto__' }) part!: string;
    @Attribute({ name: 'constructor' }) own!: string;
  }
  const hostile = () => new Mapper({ client: { send: () => Promise.reject(new Error()) }, entities: [Hostile] });

  test('are names of parts like any other', () => {
    const repository = hostile().repository(Hostile);
    const item = JSON.parse('{"pk":{"S":"A#x#y"},"__proto__":{"S":"x"},"constructor":{"S":"y"}}') as WireItem;
    expect(repository.hydrate(item)).toMatchObject({ part: 'x', own: 'y' });
    expect(repository.hydrate({ pk: { S: 'A#x#y' } })).toMatchObject({ part: 'x', own: 'y' });
    expect(({} as Record<string, unknown>)['part']).toBeUndefined();
  });
});
