import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Class,
  Downgrade,
  type Item,
  Mapper,
  type MapperOptions,
  type Repository,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';
import { type Card, cardClass, type CardOptions, staleCard, watchWriteBacks } from '../support/write-back-cards.js';

let engine: EmbeddedEngine;
let recording: RecordingClient;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [cardClass()] }).createTables();
  recording = recordingClient(engine.client);
});
afterAll(() => engine.close());
beforeEach(() => recording.reset());

const key = { deck: 'a', at: 1 };
const store = (item: WireItem) => storeRaw(engine.endpoint, 'cards', item);
const stored = () => readStored(engine.endpoint, 'cards', { deck: { S: 'a' }, at: { N: '1' } });
const { title, ...untitled } = staleCard(1);

type Tidy = (item: Item) => Item;

/** `title` is now `heading`; asked of a copy. */
const tidied: Tidy = (item) => {
  const next = { ...item };
  if (next['title'] !== undefined) next['heading'] = next['title'];
  delete next['title'];
  return next;
};

class Titled {
  declare heading?: unknown;
  declare title?: unknown;

  constructor(item: Item) {
    Object.assign(this, item);
    if (this.title !== undefined) this.heading = this.title;
    delete this.title;
  }
}

type Row = readonly [style: string, tidy: Tidy, options?: CardOptions];

function rows(list: readonly Row[]): [style: string, tidy: Tidy, options: CardOptions][] {
  return list.map(([style, tidy, options = {}]) => [style, tidy, options]);
}

const traced: [style: string, tidy: Tidy, options: CardOptions][] = rows([
  ['a copy by spread', tidied],
  [
    'a copy by Object.assign',
    (item) => {
      const next: Item = Object.assign({}, item);
      return 'title' in next ? { ...next, heading: next['title'], title: undefined } : next;
    },
  ],
  [
    'a copy by rest',
    ({ kind, ...rest }) => {
      const { title: heading = rest['heading'], ...others } = rest;
      return { ...others, ...(kind !== undefined && { kind }), heading };
    },
  ],
  [
    'a copy of a copy',
    (item) => {
      // oxlint-disable-next-line unicorn/no-useless-spread -- a copy of a copy is what this is about
      const before = { ...{ ...item } };
      return Object.hasOwn(before, 'title') ? { ...before, heading: before['title'], title: undefined } : before;
    },
  ],
]);

const untraced: [style: string, tidy: Tidy, options: CardOptions][] = rows([
  ['Object.entries', (item) => tidied(Object.fromEntries(Object.entries(item)))],
  ['structuredClone', (item) => tidied(structuredClone(item))],
  ['JSON', (item) => tidied(JSON.parse(JSON.stringify(item)) as Item)],
  // oxlint-disable-next-line typescript/no-misused-spread -- what it becomes without its class
  ['a class', (item) => ({ ...new Titled(item) })],
  ['another function', (item) => tidied(item)],
  ['a computed name', (item) => ({ ...item, heading: { ...item }[['ti', 'tle'].join('')], title: undefined })],
  ['saying so', tidied, { dynamic: true }],
]);

const reads = ['title', 'heading'];
const declared = untraced
  .filter(([, , { dynamic }]) => !dynamic)
  .map(([style, tidy]): [string, Tidy, CardOptions] => [`${style}, and says what it reads`, tidy, { reads }]);

function cardsOf(tidy: Tidy, options: CardOptions = {}, mapperOptions: Partial<MapperOptions> = {}): Repository<Card> {
  const target = cardClass(tidy, options);
  return new Mapper({ client: recording.client, entities: [target], ...mapperOptions }).repository(target);
}

/** Lets old code store a title just before the first write of new code. */
function storeTitleBeforeWrite(more: WireItem = {}): void {
  let isStored = false;
  recording.before = async ({ operation }) => {
    if (isStored || operation === 'GetItem') return;
    isStored = true;
    await store({ ...untitled, ...more, title: { S: 'by old code' } });
  };
}

describe('a title that old code stores in the meantime, where the upgrade looked for one in', () => {
  beforeEach(() => store(untitled));

  test.each([...traced, ...declared])('%s, is not lost by a write-back', async (_style, tidy, options) => {
    storeTitleBeforeWrite();
    const watched = watchWriteBacks();
    await cardsOf(tidy, options).get(key, { writeBack: 'inline' });
    watched.stop();
    expect(watched.outcomes()).toEqual(['lost race']);
    expect(await stored()).toEqual({ ...untitled, title: { S: 'by old code' } });
  });

  test.each([...traced, ...declared])('%s, is not lost by a save', async (_style, tidy, options) => {
    storeTitleBeforeWrite();
    const cards = cardsOf(tidy, options);
    const card = await cards.getOrFail(key);
    card.note = 'saved';
    await cards.save(card);
    expect(card).toMatchObject({ heading: 'by old code', note: 'saved' });
    expect(await stored()).toEqual({
      ...untitled,
      heading: { S: 'by old code' },
      note: { S: 'saved' },
      schema_version: { N: '2' },
    });
  });

  test.each([...traced, ...declared])('%s, is not lost by an update', async (_style, tidy, options) => {
    storeTitleBeforeWrite();
    const card = await cardsOf(tidy, options).update(key, { set: { note: 'updated' } });
    expect(card).toMatchObject({ heading: 'by old code', note: 'updated' });
    expect(await stored()).not.toHaveProperty('title');
  });
});

type Write = (cards: Repository<Card>) => Promise<unknown>;

const changed = async (cards: Repository<Card>) => Object.assign(await cards.getOrFail(key), { note: 'new' });
const writes: [call: string, write: Write][] = [
  ['save', async (cards) => cards.save(await changed(cards))],
  ['save, over others’ changes', async (cards) => cards.save(await changed(cards), { overwrite: true })],
  [
    'save, on a condition',
    async (cards) => cards.save(await changed(cards), { condition: { attr: 'kind', exists: false } }),
  ],
  ['put', async (cards) => cards.put(await changed(cards))],
  ['update', (cards) => cards.update(key, { set: { note: 'new' } })],
  ['delete, on a condition', (cards) => cards.delete(key, { condition: { attr: 'kind', exists: false } })],
];

describe('a stale item whose upgrade nobody can trace', () => {
  const all = untraced.flatMap(([style, tidy, options]) =>
    writes.map(([call, write]) => [call, style, tidy, options, write] as const),
  );

  test.each(all)('is not written by %s: %s', async (_call, _style, tidy, options, write) => {
    await store(untitled);
    storeTitleBeforeWrite();
    const error = await rejected('DYNAMIC_UPGRADE', write(cardsOf(tidy, options)));
    expect(error.details).toEqual({ entity: 'CardOfTwo', key, methods: ['CardOfTwo.upgrade'], from: 1, to: 2 });
    expect(error.message).toContain("{ reads: ['attribute'] }");
    expect(error.message).toContain('@Revision');
    // at most, an update on the condition that the item is current
    const sent = recording.sent.filter(({ operation }) => operation !== 'GetItem');
    expect(sent.length).toBe(_call === 'update' || _call.startsWith('delete') ? 1 : 0);
    expect(await stored()).not.toHaveProperty('schema_version');
  });

  test.each(writes)('is written by %s under its unchanged revision', async (call, write) => {
    const item = { ...staleCard(1), revision: { S: 'r-1' } };
    await store(item);
    await write(cardsOf(untraced[0]![1], { revision: true }));
    const now = await stored();
    const written = { heading: title, note: { S: 'new' }, schema_version: { N: '2' } };
    expect(now ?? {}).toMatchObject(call.startsWith('delete') ? {} : written);
    expect(now === undefined).toBe(call.startsWith('delete'));
  });

  test('is not saved after somebody has changed its revision', async () => {
    const cards = cardsOf(untraced[0]![1], { revision: true });
    await store({ ...untitled, revision: { S: 'r-1' } });
    const card = await changed(cards);
    storeTitleBeforeWrite({ revision: { S: 'r-2' } });
    await rejected('CONFLICT', cards.save(card));
    expect(await stored()).toEqual({ ...untitled, revision: { S: 'r-2' }, title: { S: 'by old code' } });
  });

  test.each(writes)('is not written by %s where it has no revision yet', async (_call, write) => {
    await store(untitled);
    await rejected('DYNAMIC_UPGRADE', write(cardsOf(untraced[0]![1], { revision: true })));
    expect(await stored()).toEqual(untitled);
  });

  test('is deleted without a condition, and replaced by a new card', async () => {
    const cards = cardsOf(untraced[0]![1]);
    await store(untitled);
    await cards.put(cards.create({ ...key, heading: 'new' }));
    expect(await stored()).toMatchObject({ heading: { S: 'new' }, schema_version: { N: '2' } });
    await store(untitled);
    expect(await cards.delete(key)).toBe(true);
  });

  test('is written without a fence, where the last write counts', async () => {
    await store(untitled);
    const cards = cardsOf(untraced[0]![1], {}, { fence: false });
    await cards.save(await changed(cards));
    expect(await stored()).toMatchObject({ note: { S: 'new' }, schema_version: { N: '2' } });
  });

  test('is not written in an older version either', async () => {
    const target: Class<Card> = cardClass(untraced[0]![1]);
    Object.defineProperty(target, 'back', { value: () => undefined });
    Downgrade(2, 1)(target, 'back');
    const mapper = new Mapper({ client: recording.client, entities: [target], writeVersion: () => 1 });
    const cards = mapper.repository(target);
    for (const [call, write] of writes) {
      await store(untitled);
      storeTitleBeforeWrite();
      const error = await rejected('DYNAMIC_UPGRADE', write(cards));
      expect([call, error.details.methods]).toEqual([call, ['CardOfTwo.upgrade']]);
      recording.reset();
      await store(untitled);
    }
  });
});

test('an item of the newest version is written whatever its class’s upgrades do', async () => {
  const cards = cardsOf(untraced[0]![1]);
  for (const [, write] of writes) {
    await store({ ...untitled, schema_version: { N: '2' } });
    await expect(write(cards)).resolves.not.toThrow();
  }
});

test('an upgrade whose result changes with each run is written, if it is known what it looks at', async () => {
  let runs = 0;
  await store(untitled);
  const cards = cardsOf((item) => {
    item['runs'] = ++runs;
    return item;
  });
  await cards.save(await changed(cards));
  expect(await stored()).toMatchObject({ note: { S: 'new' }, schema_version: { N: '2' } });
});
