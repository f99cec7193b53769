import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Class, isMapperError, type Item, Mapper, type MapperOptions, type WireItem } from 'dynamo-evolve';
import { inspect, isDeepStrictEqual } from 'node:util';
import { type CannedEngine, failure, startCannedEngine } from '../support/canned-engine.js';
import { conditionsOf, type WriteRequest } from '../support/recording-client.js';
import {
  type Card,
  cardClass,
  keyOf,
  recording,
  renameTitle,
  staleCard,
  startCards,
  store,
  stored,
  updates,
  watched,
} from '../support/write-back-cards.js';

const noon = Date.UTC(2026, 0, 31, 12);
const CardOfTwo = cardClass();

let canned: CannedEngine | undefined;

startCards(CardOfTwo);
afterEach(async () => {
  await canned?.close();
  canned = undefined;
});

const mapperOf = (target: Class<Card>, writeBack: MapperOptions['writeBack'] = 'inline') =>
  new Mapper({
    client: recording.client,
    entities: [target],
    writeBack: writeBack ?? 'off',
    clock: () => new Date(noon),
  });

/** Stores an item, reads it and tells how its write-back ended. */
async function outcomeOf(target: Class<Card>, item: WireItem): Promise<string | undefined> {
  await store(item);
  const cards = mapperOf(target).repository(target);
  expect(await cards.get(keyOf(1))).toBeInstanceOf(target);
  expect(watched.events).toHaveLength(1);
  const found = await stored(1);
  const [outcome] = watched.outcomes();
  const isApplied = outcome === 'applied';
  expect(updates()).toHaveLength(isApplied ? 1 : 0);
  expect(isDeepStrictEqual(found, item)).toBe(!isApplied);
  return outcome;
}

describe('an item that expires', () => {
  const Expiring = cardClass(renameTitle, { timeToLive: true });
  const seconds = noon / 1000;

  test.each<[string, WireItem, string]>([
    ['has expired', { expires: { N: `${seconds - 1}` } }, 'expiring'],
    ['expires within a minute', { expires: { N: `${seconds + 60}` } }, 'expiring'],
    ['expires later', { expires: { N: `${seconds + 61}` } }, 'applied'],
    ['never does', {}, 'applied'],
  ])('and %s: %j → %s', async (_what, more, outcome) => {
    expect(await outcomeOf(Expiring, staleCard(1, more))).toBe(outcome);
  });

  test('by what the upgrade makes of it is left alone, too', async () => {
    const Sooner = cardClass((item) => void (item['expires'] = seconds - 1), { timeToLive: true });
    expect(await outcomeOf(Sooner, staleCard(1, { expires: { N: `${seconds + 3600}` } }))).toBe('expiring');
  });

  test('is left alone even if the upgrade takes its expiry away', async () => {
    const Never = cardClass((item) => void delete item['expires'], { timeToLive: true });
    expect(await outcomeOf(Never, staleCard(1, { expires: { N: `${seconds + 1}` } }))).toBe('expiring');
  });
});

describe('a chain that cannot be traced', () => {
  let runs = 0;
  beforeEach(() => {
    runs = 0;
  });

  test.each<[string, (item: Item) => unknown]>([
    ['a clock', (item) => void (item['heading'] = performance.now())],
    ['chance', (item) => void (item['heading'] = Math.random())],
    ['how often it ran', (item) => void (item['heading'] = ++runs)],
    ['the order of what it does', (item) => void (item['heading'] = ++runs % 2 ? ['a', 'b'] : ['b', 'a'])],
  ])('because it depends on %s is not written back', async (_what, upgrade) => {
    expect(await outcomeOf(cardClass(upgrade), staleCard(1))).toBe('untraceable');
  });

  test('because it throws when it runs once more is not written back', async () => {
    const ThrowingLater = cardClass(() => {
      if (++runs === 2) throw new Error('not again');
    });
    expect(await outcomeOf(ThrowingLater, staleCard(1))).toBe('untraceable');
    expect(watched.events[0]).not.toHaveProperty('cause');
  });
});

describe('a dynamic chain', () => {
  const trimAll = (item: Item) => {
    for (const [name, value] of Object.entries(item)) if (value === 'x') item[name] = 'trimmed';
  };
  const upgrades: [string, Class<Card>, Class<Card>][] = [
    ['that enumerates', cardClass(trimAll), cardClass(trimAll, { revision: true })],
    [
      'that says so',
      cardClass(renameTitle, { dynamic: true }),
      cardClass(renameTitle, { dynamic: true, revision: true }),
    ],
  ];

  test.each(upgrades)('%s is not written back without @Revision', async (_what, Without) => {
    expect(await outcomeOf(Without, staleCard(1, { revision: { S: 'r-1' } }))).toBe('dynamic');
  });

  test.each(upgrades)('%s is not written back where the item has no revision yet', async (_what, _without, With) => {
    expect(await outcomeOf(With, staleCard(1))).toBe('dynamic');
  });

  test.each(upgrades)('%s is written back under an unchanged revision', async (_what, _without, With) => {
    expect(await outcomeOf(With, staleCard(1, { revision: { S: 'r-1' } }))).toBe('applied');
    expect(conditionsOf(updates()[0]!.input)).toContain('revision = {"S":"r-1"}');
    expect(await stored(1)).toMatchObject({ revision: { S: 'r-1' }, schema_version: { N: '2' } });
  });

  test.each(upgrades)('%s loses to whoever changed the revision', async (_what, _without, With) => {
    const theirs = staleCard(1, { revision: { S: 'r-2' }, extra: { S: 'x' } });
    recording.before = ({ operation }) => (operation === 'UpdateItem' ? store(theirs) : undefined);
    await store(staleCard(1, { revision: { S: 'r-1' } }));
    await mapperOf(With).repository(With).get(keyOf(1));
    expect(watched.outcomes()).toEqual(['lost race']);
    expect(await stored(1)).toEqual(theirs);
  });

  test('that passes on what it does not know is none', async () => {
    const Passing = cardClass(({ title, ...others }) => ({ ...others, heading: title }));
    expect(await outcomeOf(Passing, staleCard(1, { extra: { S: 'x' } }))).toBe('applied');
  });
});

describe('a condition beyond the limits of an expression', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `attribute_${at}`);
  const readingOf = (count: number) =>
    cardClass((item) => void (item['heading'] = names(count).filter((name) => item[name] !== undefined).length));

  test('is not sent', async () => {
    expect(await outcomeOf(readingOf(200), staleCard(1))).toBe('too large');
  });

  test('is sent as long as it fits', async () => {
    expect(await outcomeOf(readingOf(60), staleCard(1))).toBe('applied');
    expect(updates()[0]!.input.ConditionExpression!.length).toBeLessThanOrEqual(4096);
  });

  test('by a single list compares that as a whole', async () => {
    const title = { L: Array.from({ length: 200 }, (_, at) => ({ N: `${at}` })) };
    canned = await startCannedEngine(({ operation }) =>
      operation === 'GetItem' ? { Item: staleCard(1, { title }) } : {},
    );
    const cards = new Mapper({ client: canned.client, entities: [CardOfTwo], writeBack: 'inline' }).repository(
      CardOfTwo,
    );
    await cards.get(keyOf(1));
    expect(watched.outcomes()).toEqual(['applied']);
    expect(conditionsOf(canned.requests[1]!.body as WriteRequest)).toContain(`title = ${JSON.stringify(title)}`);
  });
});

describe('an upgrade that must not run', () => {
  test('because it changes a key is refused when it is read, with nothing written', async () => {
    const Moving = cardClass((item) => void (item['at'] = 2));
    await store(staleCard(1));
    const error: unknown = await mapperOf(Moving)
      .repository(Moving)
      .get(keyOf(1))
      .catch((reason: unknown) => reason);
    expect(isMapperError(error, 'UPGRADE_FAILED')).toBe(true);
    expect((error as Error).cause).toMatchObject({ code: 'PROTECTED_ATTRIBUTE', details: { attribute: 'at' } });
    expect([updates(), watched.outcomes()]).toEqual([[], []]);
  });

  test('because what it makes cannot be stored fails the write-back alone', async () => {
    const Unstorable = cardClass((item) => void (item['scratch'] = new Date(0)));
    expect(await outcomeOf(Unstorable, staleCard(1))).toBe('failed');
    expect(watched.events[0]!.cause).toMatchObject({ code: 'UNSUPPORTED_VALUE' });
  });
});

describe('a read is never harmed', () => {
  const refusing = (answer = failure('InternalServerError', {}, 500)) =>
    startCannedEngine(
      ({ operation, body }) => {
        if (operation === 'UpdateItem') return answer;
        const items = [1, 2, 3].map((at) => staleCard(at));
        if (operation === 'GetItem') return { Item: items[0] };
        return operation === 'BatchGetItem'
          ? { Responses: { [Object.keys((body as { RequestItems: object }).RequestItems)[0]!]: items } }
          : { Items: items };
      },
      { maxAttempts: 1 },
    );

  test.each(['inline', 'background'] as const)('by an engine that refuses every update (%s)', async (mode) => {
    canned = await refusing();
    const mapper = new Mapper({ client: canned.client, entities: [CardOfTwo], writeBack: mode });
    const cards = mapper.repository(CardOfTwo);
    expect(await cards.get(keyOf(1))).toMatchObject({ heading: 'Hello' });
    expect(await cards.getMany([1, 2, 3].map(keyOf))).toHaveLength(3);
    expect(await cards.query({ partition: 'a' }).all()).toHaveLength(3);
    expect(await cards.scan().count()).toBe(3);
    await mapper.close();
    expect(watched.outcomes()).toEqual(Array.from({ length: 10 }, () => 'failed'));
    expect(watched.events[0]!.cause).toMatchObject({ code: 'REQUEST_FAILED', details: { operation: 'UpdateItem' } });
  });

  test('by a table that forbids conditional writes; the cause says so', async () => {
    const message = "Read-modify-write operations are disabled by 'forbid_rmw' write isolation policy.";
    canned = await refusing(failure('ValidationException', { message }));
    const cards = new Mapper({ client: canned.client, entities: [CardOfTwo], writeBack: 'inline' }).repository(
      CardOfTwo,
    );
    expect(await cards.get(keyOf(1))).toMatchObject({ heading: 'Hello' });
    expect(watched.events[0]).toMatchObject({ outcome: 'failed', cause: { code: 'WRITES_FORBIDDEN' } });
  });

  test('by a client that throws at once', async () => {
    recording.before = ({ operation }) => {
      if (operation === 'UpdateItem') throw new Error('no more today');
    };
    await store(staleCard(1));
    expect(await mapperOf(CardOfTwo).repository(CardOfTwo).get(keyOf(1))).toMatchObject({ heading: 'Hello' });
    expect(watched.outcomes()).toEqual(['failed']);
  });

  test('by the stored values: events hold none but keys', async () => {
    recording.before = ({ operation }) => {
      if (operation === 'UpdateItem') throw Object.assign(new Error('no'), { Item: { title: { S: 'a secret' } } });
    };
    await store(staleCard(1, { title: { S: 'a secret' } }));
    await mapperOf(CardOfTwo).repository(CardOfTwo).get(keyOf(1));
    expect(watched.outcomes()).toEqual(['failed']);
    expect(inspect(watched.events, { depth: 10, showHidden: true })).not.toContain('secret');
  });

  test('by write-backs that take their time in the background', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    recording.before = ({ operation }) => (operation === 'UpdateItem' ? held : undefined);
    for (const at of [1, 2, 3]) await store(staleCard(at));
    const mapper = mapperOf(CardOfTwo, 'background');
    const cards = mapper.repository(CardOfTwo);
    expect(await cards.get(keyOf(1))).toBeDefined();
    expect(await cards.query({ partition: 'a', range: { between: [1, 3] } }).all()).toHaveLength(3);
    expect(watched.outcomes()).toEqual([]);
    release();
    await mapper.close();
    expect(watched.outcomes().toSorted()).toEqual(['applied', 'applied', 'applied', 'lost race']);
  });
});

describe('the limits', () => {
  const storeCards = async (count: number, deckOf: (at: number) => string) => {
    for (let at = 1; at <= count; at++) await store({ ...staleCard(at), deck: { S: deckOf(at) } });
  };
  const keysOf = (count: number, deckOf: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => ({ deck: deckOf(at + 1), at: at + 1 }));

  test('keep to one at a time in a partition, and to `concurrency` in all', async () => {
    const running: string[] = [];
    let most = 0;
    recording.before = async (request) => {
      if (request.operation !== 'UpdateItem') return;
      const { Key: key } = request.input as unknown as { Key: { deck: { S: string } } };
      expect(running).not.toContain(key.deck.S);
      running.push(key.deck.S);
      most = Math.max(most, running.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.splice(running.indexOf(key.deck.S), 1);
    };
    const deckOf = (at: number) => `limits-${at % 4}`;
    await storeCards(12, deckOf);
    const mapper = mapperOf(CardOfTwo, { mode: 'background', concurrency: 3 });
    await mapper.repository(CardOfTwo).getMany(keysOf(12, deckOf));
    await mapper.flush();
    expect([most, watched.outcomes()]).toEqual([3, Array.from({ length: 12 }, () => 'applied')]);
  });

  test('leave inline write-backs out that are beyond `perSecond`', async () => {
    const deckOf = (at: number) => `budget-${at}`;
    await storeCards(5, deckOf);
    const mapper = mapperOf(CardOfTwo, { mode: 'inline', perSecond: 2, concurrency: 1 });
    const started = performance.now();
    expect(await mapper.repository(CardOfTwo).getMany(keysOf(5, deckOf))).toHaveLength(5);
    expect(performance.now() - started).toBeLessThan(900);
    expect(watched.outcomes().toSorted()).toEqual(['applied', 'applied', 'budget', 'budget', 'budget']);
    expect(updates()).toHaveLength(2);
  });

  test('make those in the background wait, those beyond `queueSize` left out, and close() ends with the last', async () => {
    const deckOf = (at: number) => `queue-${at}`;
    await storeCards(5, deckOf);
    const mapper = mapperOf(CardOfTwo, { mode: 'background', perSecond: 1, queueSize: 1 });
    await mapper.repository(CardOfTwo).getMany(keysOf(5, deckOf));
    await mapper.close();
    expect(watched.outcomes().toSorted()).toEqual(['applied', 'applied', 'queue full', 'queue full', 'queue full']);
  });
});
