import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type Class,
  Mapper,
  type MapperOptions,
  type Repository,
  type WireItem,
  type WriteBackMode,
} from 'dynamo-evolve';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';
import { readRaw, storeRaw } from '../support/raw-requests.js';
import { changesOf, conditionsOf, type WriteRequest } from '../support/recording-client.js';
import {
  type Card,
  cardClass,
  engine,
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

const CardOfTwo = cardClass();
const Other = cardClass(renameTitle, { table: 'others' });
const WithRevision = cardClass(renameTitle, { revision: true });
const storedKey = (at: number) => ({ deck: { S: 'a' }, at: { N: `${at}` } });
const indexed = { kind: { S: 'plain' } };

let canned: CannedEngine | undefined;

startCards(CardOfTwo, Other);
afterEach(async () => {
  await canned?.close();
  canned = undefined;
});

function mapperOf(writeBack: MapperOptions['writeBack'], ...entities: Class<Card>[]): Mapper {
  return new Mapper({
    client: recording.client,
    entities: entities.length > 0 ? entities : [CardOfTwo],
    ...(writeBack !== undefined && { writeBack }),
  });
}

const cardsOf = (writeBack: MapperOptions['writeBack'], target: Class<Card> = CardOfTwo): Repository<Card> =>
  mapperOf(writeBack, target).repository(target);
const versionOf = (item: WireItem | undefined) => (item?.['schema_version'] as { N: string } | undefined)?.N;

describe('the request of a write-back', () => {
  test('is one UpdateItem with what the chain assigned and the version', async () => {
    await store(staleCard(1, { extra: { S: 'undeclared' } }));
    await cardsOf('inline').get(keyOf(1));
    expect(recording.sent.map((one) => one.operation)).toEqual(['GetItem', 'UpdateItem']);
    expect(changesOf(updates()[0]!.input)).toEqual([
      'REMOVE title',
      'SET heading = {"S":"Hello"}',
      'SET kind = {"S":"plain"}',
      'SET schema_version = {"N":"2"}',
    ]);
    expect(await stored(1)).toEqual({
      ...storedKey(1),
      heading: { S: 'Hello' },
      kind: { S: 'plain' },
      extra: { S: 'undeclared' },
      schema_version: { N: '2' },
    });
  });

  test('has the condition that the item is there, of its version, and all that was read is unchanged', async () => {
    await store(staleCard(1, { extra: { S: 'undeclared' } }));
    await cardsOf('inline').get(keyOf(1));
    expect(conditionsOf(updates()[0]!.input)).toEqual([
      'attribute_exists(deck)',
      'attribute_not_exists(kind)',
      'attribute_not_exists(schema_version)',
      'title = {"S":"Hello"}',
    ]);
  });

  test('compares the version where there is one, and what was absent with being absent', async () => {
    await store({ ...storedKey(1), schema_version: { N: '1' }, kind: { S: 'odd' } });
    await cardsOf('inline').get(keyOf(1));
    expect(conditionsOf(updates()[0]!.input)).toEqual([
      'attribute_exists(deck)',
      'attribute_not_exists(title)',
      'kind = {"S":"odd"}',
      'schema_version = {"N":"1"}',
    ]);
    expect(watched.outcomes()).toEqual(['applied']);
  });

  test('assigns what the chain assigned, also where the value is what it was', async () => {
    const Same = cardClass((item) => void (item['kind'] = 'plain'));
    await store(staleCard(1, indexed));
    await cardsOf('inline', Same).get(keyOf(1));
    expect(changesOf(updates()[0]!.input)).toEqual(['SET kind = {"S":"plain"}', 'SET schema_version = {"N":"2"}']);
    expect(conditionsOf(updates()[0]!.input)).not.toContainEqual(expect.stringContaining('kind'));
  });

  test('compares maps and lists leaf by leaf', async () => {
    const title = { M: { lines: { L: [{ S: 'one' }, { M: {} }] }, done: { BOOL: true }, none: { NULL: true } } };
    await store(staleCard(1, { title }));
    await cardsOf('inline').get(keyOf(1));
    expect(conditionsOf(updates()[0]!.input)).toEqual([
      'attribute_exists(deck)',
      'attribute_not_exists(kind)',
      'attribute_not_exists(schema_version)',
      'attribute_type(title, {"S":"M"})',
      'attribute_type(title.lines, {"S":"L"})',
      'attribute_type(title.lines[1], {"S":"M"})',
      'size(title) = {"N":"3"}',
      'size(title.lines) = {"N":"2"}',
      'size(title.lines[1]) = {"N":"0"}',
      'title.done = {"BOOL":true}',
      'title.lines[0] = {"S":"one"}',
      'title.none = {"NULL":true}',
    ]);
    expect(watched.outcomes()).toEqual(['applied']);
    expect((await stored(1))?.['heading']).toEqual(title);
  });

  test.each([
    ['set', { SS: ['b', 'a'] }],
    ['number', { N: '12.5' }],
    ['text of bytes', { B: 'AQID' }],
    ['set of bytes', { BS: ['AQ==', 'Ag=='] }],
    ['text that is empty', { S: '' }],
  ])('holds for a %s', async (_kind, title) => {
    await store(staleCard(1, { title }));
    await cardsOf('inline').get(keyOf(1));
    expect(watched.outcomes()).toEqual(['applied']);
    expect((await stored(1))?.['title']).toBeUndefined();
  });

  test('leaves the revision alone, and out of the condition', async () => {
    await store(staleCard(1, { revision: { S: 'r-1' } }));
    await cardsOf('inline', WithRevision).get(keyOf(1));
    expect(JSON.stringify(updates()[0]!.input)).not.toContain('revision');
    expect((await stored(1))?.['revision']).toEqual({ S: 'r-1' });
    expect(watched.outcomes()).toEqual(['applied']);
  });

  test('puts into the condition and the key the wire values that were read, to the letter', async () => {
    const item = {
      deck: { S: 'a' },
      at: { N: '1E+0' },
      schema_version: { N: '1' },
      title: { M: { big: { N: '1E+2' }, list: { L: [{ N: '0.10' }, { NS: ['1.0', '2e1'] }] } } },
      kind: { S: 'plain' },
    };
    canned = await startCannedEngine(({ operation }) => (operation === 'GetItem' ? { Item: item } : {}));
    const cards = new Mapper({ client: canned.client, entities: [CardOfTwo], writeBack: 'inline' }).repository(
      CardOfTwo,
    );
    await cards.get(keyOf(1));
    const body = canned.requests[1]!.body as WriteRequest;
    expect(body.Key).toEqual({ deck: { S: 'a' }, at: { N: '1E+0' } });
    const conditions = conditionsOf(body);
    expect(conditions).toContain('title.big = {"N":"1E+2"}');
    expect(conditions).toContain('title.list[0] = {"N":"0.10"}');
    expect(conditions).toContain('title.list[1] = {"NS":["1.0","2e1"]}');
    expect(watched.outcomes()).toEqual(['applied']);
  });

  test('leaves undeclared attributes as they are, to the byte', async () => {
    const odd =
      '"__proto__":{"M":{"constructor":{"L":[{"N":"1.10"},{"B":"AAH/"},{"NULL":true},{"S":""}]}}},"a.b":{"S":"é"}';
    await storeRaw(engine.endpoint, 'cards', `{"deck":{"S":"a"},"at":{"N":"1"},"title":{"S":"Hello"},${odd}}`);
    const before = JSON.parse(await readRaw(engine.endpoint, 'cards', storedKey(1))) as { Item: WireItem };
    await cardsOf('inline').get(keyOf(1));
    expect(watched.outcomes()).toEqual(['applied']);
    const after = JSON.parse(await readRaw(engine.endpoint, 'cards', storedKey(1))) as { Item: WireItem };
    for (const name of ['__proto__', 'a.b']) {
      expect(JSON.stringify(Object.getOwnPropertyDescriptor(after.Item, name)?.value)).toBe(
        JSON.stringify(Object.getOwnPropertyDescriptor(before.Item, name)?.value),
      );
    }
    expect(JSON.stringify(updates()[0]!.input)).not.toMatch(/__proto__|a\.b/);
  });
});

describe('when another writer was there first', () => {
  const meanwhile = (change: () => Promise<unknown>) => {
    recording.before = ({ operation }) => (operation === 'UpdateItem' ? change() : undefined);
  };

  test.each<[string, WireItem]>([
    ['changed what the chain read', staleCard(1, { title: { S: 'Theirs' } })],
    ['added what the chain found absent', staleCard(1, indexed)],
    ['removed what the chain read', { ...storedKey(1), note: { S: 'theirs' } }],
    ['gave it the version that it had for want of one', staleCard(1, { schema_version: { N: '1' } })],
    ['upgraded it', { ...storedKey(1), heading: { S: 'Theirs' }, kind: { S: 'plain' }, schema_version: { N: '2' } }],
    ['stored a newer version', { ...storedKey(1), title: { S: 'Hello' }, schema_version: { N: '3' } }],
  ])('who %s, the write-back is dropped and the read stands', async (_what, theirs) => {
    await store(staleCard(1));
    meanwhile(() => store(theirs));
    expect(await cardsOf('inline').get(keyOf(1))).toMatchObject({ heading: 'Hello', kind: 'plain' });
    expect(watched.outcomes()).toEqual(['lost race']);
    expect(await stored(1)).toEqual(theirs);
  });

  test('who changed something else, both changes are there', async () => {
    await store(staleCard(1, { note: { S: 'old' } }));
    meanwhile(() => store(staleCard(1, { note: { S: 'theirs' } })));
    await cardsOf('inline').get(keyOf(1));
    expect(watched.outcomes()).toEqual(['applied']);
    expect(await stored(1)).toMatchObject({ note: { S: 'theirs' }, heading: { S: 'Hello' } });
  });

  test('who deleted it, it is not revived', async () => {
    const deleting = cardsOf('off');
    await store(staleCard(1));
    meanwhile(() => deleting.delete(keyOf(1)));
    expect(await cardsOf('inline').get(keyOf(1))).toMatchObject({ heading: 'Hello' });
    expect(await stored(1)).toBeUndefined();
    expect(watched.outcomes()).toEqual(['lost race']);
  });

  test('with a write-back of the same item, one is applied, and both entities can be saved', async () => {
    await store(staleCard(1));
    const mapper = mapperOf('inline');
    const cards = mapper.repository(CardOfTwo);
    const [first, second] = await Promise.all([cards.getOrFail(keyOf(1)), cards.getOrFail(keyOf(1))]);
    expect(watched.outcomes().toSorted()).toEqual(['applied', 'lost race']);
    first.note = 'first';
    await cards.save(first);
    second.heading = 'second';
    await cards.save(second);
    expect(await stored(1)).toMatchObject({ note: { S: 'first' }, heading: { S: 'second' } });
  });
});

describe('an entity whose item was written back', () => {
  test.each<WriteBackMode>(['inline', 'background'])('knows it (%s): it is of the newest version', async (mode) => {
    await store(staleCard(1));
    const mapper = mapperOf(mode);
    const cards = mapper.repository(CardOfTwo);
    const card = await cards.getOrFail(keyOf(1));
    await mapper.flush();
    expect(cards.stored(card)).toEqual({
      version: 2,
      item: { deck: 'a', at: 1, heading: 'Hello', kind: 'plain', schema_version: 2 },
    });
  });

  test('sends only its change when it is saved, once', async () => {
    await store(staleCard(1));
    const cards = cardsOf('inline');
    const card = await cards.getOrFail(keyOf(1));
    card.note = 'mine';
    recording.reset();
    await cards.save(card);
    expect(recording.sent).toHaveLength(1);
    expect(changesOf(recording.sent[0]!.input)).toEqual(['SET note = {"S":"mine"}', 'SET schema_version = {"N":"2"}']);
    expect(conditionsOf(recording.sent[0]!.input)).toEqual([
      'attribute_exists(deck)',
      'attribute_not_exists(note)',
      'schema_version = {"N":"2"}',
    ]);
  });

  test('can be saved while its write-back is under way', async () => {
    await store(staleCard(1));
    const mapper = mapperOf('background');
    const cards = mapper.repository(CardOfTwo);
    const card = await cards.getOrFail(keyOf(1));
    card.note = 'mine';
    await cards.save(card);
    await mapper.flush();
    const version = cards.stored(card)?.version;
    expect([version, await stored(1)]).toEqual([2, expect.objectContaining({ note: { S: 'mine' } })]);
    card.heading = 'again';
    await cards.save(card);
    expect(await stored(1)).toMatchObject({ note: { S: 'mine' }, heading: { S: 'again' }, schema_version: { N: '2' } });
  });

  test('can be saved with the revision that it was read with, and so can others who hold it', async () => {
    await store(staleCard(1, { revision: { S: 'r-1' } }));
    const theirs = await cardsOf('off', WithRevision).getOrFail(keyOf(1));
    await cardsOf('inline', WithRevision).get(keyOf(1));
    theirs.note = 'theirs';
    await cardsOf('off', WithRevision).save(theirs);
    expect(await stored(1)).toMatchObject({ note: { S: 'theirs' }, schema_version: { N: '2' } });
  });

  test('remembers nothing where it was read with track: false', async () => {
    await store(staleCard(1));
    const cards = cardsOf('inline');
    const card = await cards.getOrFail(keyOf(1), { track: false });
    expect(watched.outcomes()).toEqual(['applied']);
    expect(cards.stored(card)).toBeUndefined();
  });
});

describe('the mode', () => {
  test('is off unless asked for', async () => {
    await store(staleCard(1));
    await mapperOf(undefined).repository(CardOfTwo).get(keyOf(1));
    await cardsOf('off').get(keyOf(1));
    await cardsOf({}).get(keyOf(1));
    expect([updates(), watched.outcomes()]).toEqual([[], []]);
  });

  test('inline stores before the read ends', async () => {
    await store(staleCard(1));
    await cardsOf('inline').get(keyOf(1));
    expect(versionOf(await stored(1))).toBe('2');
  });

  test('background stores some time after it; flush() waits for that', async () => {
    await store(staleCard(1));
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    recording.before = ({ operation }) => (operation === 'UpdateItem' ? held : undefined);
    const mapper = mapperOf('background');
    await mapper.repository(CardOfTwo).get(keyOf(1));
    expect(versionOf(await stored(1))).toBeUndefined();
    release();
    await mapper.flush();
    expect(versionOf(await stored(1))).toBe('2');
  });

  test('sends nothing for items of the newest version, nor for absent ones', async () => {
    await store({ ...storedKey(1), heading: { S: 'Hello' }, schema_version: { N: '2' } });
    const cards = cardsOf('inline');
    await cards.get(keyOf(1));
    await cards.get(keyOf(999));
    expect([updates(), watched.outcomes()]).toEqual([[], []]);
  });

  test('can be another one for a class', async () => {
    await store(staleCard(1));
    await storeRaw(engine.endpoint, 'others', staleCard(1));
    const entities = new Map<Class, WriteBackMode>([[Other, 'off']]);
    const mapper = mapperOf({ mode: 'inline', entities }, CardOfTwo, Other);
    await mapper.repository(CardOfTwo).get(keyOf(1));
    await mapper.repository(Other).get(keyOf(1));
    expect(updates().map((one) => one.input.TableName)).toEqual(['cards']);

    const onlyOther = mapperOf({ entities: new Map<Class, WriteBackMode>([[Other, 'inline']]) }, CardOfTwo, Other);
    await store(staleCard(2));
    await onlyOther.repository(CardOfTwo).get(keyOf(2));
    await onlyOther.repository(Other).get(keyOf(1));
    expect(updates().map((one) => one.input.TableName)).toEqual(['cards', 'others']);
  });

  const reads: [string, (cards: Repository<Card>, writeBack?: WriteBackMode) => Promise<unknown>][] = [
    ['get', (cards, writeBack) => cards.get(keyOf(1), { ...(writeBack && { writeBack }) })],
    ['getOrFail', (cards, writeBack) => cards.getOrFail(keyOf(1), { ...(writeBack && { writeBack }) })],
    ['getMany', (cards, writeBack) => cards.getMany([keyOf(1), keyOf(1)], { ...(writeBack && { writeBack }) })],
    ['query', (cards, writeBack) => cards.query({ partition: 'a', range: 1, ...(writeBack && { writeBack }) }).all()],
    ['scan', (cards, writeBack) => cards.scan({ ...(writeBack && { writeBack }) }).all()],
    ['page', (cards, writeBack) => cards.query({ partition: 'a', range: 1, ...(writeBack && { writeBack }) }).page()],
    [
      'a loop',
      async (cards, writeBack) => {
        for await (const card of cards.scan({ ...(writeBack && { writeBack }) })) expect(card.heading).toBeDefined();
      },
    ],
  ];

  test.each(reads)('of the mapper is that of %s', async (_name, read) => {
    for (const at of [1, 2, 999]) await cardsOf('off').delete(keyOf(at));
    await store(staleCard(1, indexed));
    await read(cardsOf('inline'));
    expect([updates().length, watched.outcomes()]).toEqual([1, ['applied']]);
    expect(versionOf(await stored(1))).toBe('2');
  });

  test.each(reads)('can be given to %s', async (_name, read) => {
    for (const at of [1, 2, 999]) await cardsOf('off').delete(keyOf(at));
    await store(staleCard(1, indexed));
    await read(cardsOf('inline'), 'off');
    expect(updates()).toEqual([]);
    await read(cardsOf('off'), 'inline');
    expect(versionOf(await stored(1))).toBe('2');
    expect(updates()).toHaveLength(1);
  });

  test('hydrate() has none: what it is given may come from anywhere', async () => {
    cardsOf('inline').hydrate(staleCard(1));
    expect([recording.sent, watched.outcomes()]).toEqual([[], []]);
  });

  test('writes every stale item of a page back, those that are not stale not', async () => {
    await store(...[1, 2, 3].map((at) => staleCard(at)), { ...storedKey(4), schema_version: { N: '2' } });
    const cards = await cardsOf('inline')
      .query({ partition: 'a', range: { between: [1, 4] } })
      .all();
    expect(cards).toHaveLength(4);
    expect(watched.outcomes()).toEqual(['applied', 'applied', 'applied']);
    expect(watched.events.map((event) => event.key)).toEqual([1, 2, 3].map((at) => ({ deck: 'a', at })));
  });
});

describe('the options', () => {
  const options = (writeBack: unknown) =>
    ({ client: engine.client, entities: [CardOfTwo], writeBack }) as MapperOptions;

  test.each([
    ['an unknown mode', 'later'],
    ['an unknown mode of a class', { entities: new Map([[CardOfTwo, 'later']]) }],
    ['an unknown option', { modes: 'inline' }],
    ['no concurrency', { mode: 'inline', concurrency: 0 }],
    ['a budget of none', { mode: 'inline', perSecond: 0 }],
    ["a queue that isn't a number", { mode: 'inline', queueSize: '10' }],
  ])('refuse %s', (_what, writeBack) => {
    expect(() => new Mapper(options(writeBack))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test.each<MapperOptions['writeBack']>(['inline', 'background', { entities: new Map([[CardOfTwo, 'inline']]) }])(
    'refuse write-back without a fence: %p',
    (writeBack) => {
      const wanted = { ...options(writeBack), fence: false };
      expect(() => new Mapper(wanted)).toThrow(expect.objectContaining({ code: 'FENCE_REQUIRED' }));
    },
  );

  test('and so does a read that asks for it', async () => {
    await store(staleCard(1));
    const cards = new Mapper({ client: recording.client, entities: [CardOfTwo], fence: false }).repository(CardOfTwo);
    await expect(cards.get(keyOf(1), { writeBack: 'inline' })).rejects.toMatchObject({ code: 'FENCE_REQUIRED' });
    await expect(cards.get(keyOf(1), { writeBack: 'off' })).resolves.toMatchObject({ heading: 'Hello' });
    expect(updates()).toEqual([]);
  });
});
