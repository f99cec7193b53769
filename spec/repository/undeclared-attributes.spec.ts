import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  SortKey,
  UpdatedAt,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';
import { type SampleDocument, sampleDocuments } from '../support/sample-documents.js';

/** Every type and notation that an engine can hold, under names of every kind. */
const undeclared = `
  "x_text": {"S": ""}, "x_exponent": {"N": "1E+2"}, "x_zeros": {"N": "0.10"}, "x_signed": {"N": "+5"},
  "x_minus": {"N": "-0"}, "x_digits": {"N": "98765432109876543210987654321098765432"}, "x_tiny": {"N": "1E-130"},
  "x_flag": {"BOOL": false}, "x_null": {"NULL": true}, "x_bytes": {"B": "AAEC/f7/"}, "x_no_bytes": {"B": ""},
  "x_texts": {"SS": ["b", "a", "ä"]}, "x_numbers": {"NS": ["3", "1.0", "2E+1"]},
  "x_byte_sets": {"BS": ["b25l", "AAA="]},
  "x_list": {"L": [{"N": "1.50"}, {"L": []}, {"M": {}}, {"BS": ["Pw=="]}]},
  "x_map": {"M": {"b": {"N": "1E+2"}, "a": {"NULL": true}, "__proto__": {"M": {"z": {"B": "IQ=="}}},
    "constructor": {"S": "c"}}},
  "__proto__": {"M": {"polluted": {"BOOL": true}}}, "constructor": {"N": "7"}, "toString": {"S": "s"},
  "hasOwnProperty": {"NULL": true}, "a.b[0]": {"S": "no path"}, "größe 🚀": {"N": "1e2"}, "0": {"S": "zero"},
  ":colon": {"S": ":"}, "#hash": {"S": "#"}`;

@Entity({ table: 'things' })
@Versioned(2)
class Thing {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
  @Attribute({ optional: true }) count?: number;
  @Attribute({ optional: true }) when?: Date;
  @Attribute({ optional: true }) data?: Uint8Array;
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ optional: true, type: 'any' }) anything?: unknown;

  @Upgrade(1, 2)
  static rename(item: Item): void {
    item['text'] = item['body'];
    delete item['body'];
  }
}

let canned: CannedEngine;
afterEach(() => canned?.close());

/** Loads an item whose JSON is given, lets it be changed, puts it and answers with what was sent. */
async function putAfter<T extends object>(
  json: string,
  entity: Class<T>,
  key: object,
  change: (entity: T) => void = () => {},
): Promise<WireItem> {
  canned = await startCannedEngine(({ operation }) => (operation === 'GetItem' ? `{"Item":${json}}` : {}));
  const repository = new Mapper({ client: canned.client, entities: [entity] }).repository(entity);
  const loaded = await repository.getOrFail(key);
  change(loaded);
  await repository.put(loaded);
  await canned.close();
  return (canned.bodyAt(1) as { Item: WireItem }).Item;
}

/** The attributes of an item, or of the JSON of one, to the letter, but for spaces between them. */
const lettersOf = (item: object | string) =>
  new Map(
    Object.entries(typeof item === 'string' ? (JSON.parse(item) as object) : item).map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]),
  );

describe('put() of a loaded entity sends attributes that its class does not declare', () => {
  test.each([
    ['the newest version', '"schema_version": {"N": "2"}, "text": {"S": "t"}'],
    ['version 1', '"schema_version": {"N": "1"}, "body": {"S": "t"}'],
    ['no version', '"body": {"S": "t"}'],
  ])('to the letter, from an item of %s', async (_which, own) => {
    const sent = await putAfter(`{"id": {"S": "a"}, ${own}, ${undeclared}}`, Thing, { id: 'a' });
    const expected = lettersOf(`{"id": {"S": "a"}, "schema_version": {"N": "2"}, "text": {"S": "t"}, ${undeclared}}`);
    expect(lettersOf(sent)).toEqual(expected);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('also when declared ones are changed', async () => {
    const json = `{"id": {"S": "a"}, "schema_version": {"N": "2"}, "text": {"S": "t"}, ${undeclared}}`;
    const sent = await putAfter(json, Thing, { id: 'a' }, (thing) => {
      thing.text = 'changed';
      thing.tags = new Set(['new']);
    });
    const expected = new Map([...lettersOf(json), ['text', '{"S":"changed"}'], ['tags', '{"SS":["new"]}']]);
    expect(lettersOf(sent)).toEqual(expected);
  });

  test('again and again', async () => {
    const json = `{"id": {"S": "a"}, "schema_version": {"N": "2"}, "text": {"S": "t"}, ${undeclared}}`;
    canned = await startCannedEngine(({ operation }) => (operation === 'GetItem' ? `{"Item":${json}}` : {}));
    const things = new Mapper({ client: canned.client, entities: [Thing] }).repository(Thing);
    const thing = await things.getOrFail({ id: 'a' });
    for (const text of ['first', 'second', 't']) {
      thing.text = text;
      await things.put(thing);
    }
    const { Item: sent } = canned.bodyAt(-1) as { Item: WireItem };
    expect(lettersOf(sent)).toEqual(lettersOf(json));
  });
});

describe('put() of a loaded entity sends a declared attribute', () => {
  const stored: [string, string][] = [
    ['count', '{"N":"1E+2"}'],
    ['count', '{"N":"0.10"}'],
    ['when', '{"S":"2024-03-01T09:15:07.123456+00:00"}'],
    ['when', '{"S":"2024-03-01 09:15"}'],
    ['tags', '{"SS":["b","a"]}'],
    ['data', '{"B":"AAEC/f7/"}'],
    ['anything', '{"M":{"b":{"N":"1.0"},"a":{"NS":["2","1"]}}}'],
  ];
  const jsonWith = (name: string, value: string) =>
    `{"id": {"S": "a"}, "schema_version": {"N": "2"}, "text": {"S": "t"}, "${name}": ${value}}`;

  test.each(stored)('that did not change as it is stored: %s, %s', async (name, value) => {
    const sent = await putAfter(jsonWith(name, value), Thing, { id: 'a' }, (thing) => {
      thing.text = 'changed';
    });
    expect(JSON.stringify(sent[name])).toBe(value);
  });

  test.each(stored)('that was set to an equal value as it is stored: %s, %s', async (name, value) => {
    const sent = await putAfter(jsonWith(name, value), Thing, { id: 'a' }, (thing) => {
      const copy = structuredClone(thing[name as keyof Thing]);
      Object.assign(thing, { [name]: copy });
    });
    expect(JSON.stringify(sent[name])).toBe(value);
  });

  test.each<[string, string, (thing: Thing) => void, object]>([
    ['count', '{"N":"1E+2"}', (thing) => (thing.count = 101), { N: '101' }],
    [
      'when',
      '{"S":"2024-03-01T09:15:07.123456+00:00"}',
      (thing) => thing.when?.setUTCHours(10),
      { S: '2024-03-01T10:15:07.123Z' },
    ],
    ['tags', '{"SS":["b","a"]}', (thing) => thing.tags?.add('c'), { SS: ['b', 'a', 'c'] }],
    ['data', '{"B":"AAEC"}', (thing) => thing.data?.fill(1), { B: 'AQEB' }],
    [
      'anything',
      '{"L":[{"N":"1.0"}]}',
      (thing) => (thing.anything as number[]).push(2),
      { L: [{ N: '1' }, { N: '2' }] },
    ],
  ])('that changed in place as it is now: %s, %s', async (name, value, change, expected) => {
    const sent = await putAfter(jsonWith(name, value), Thing, { id: 'a' }, change);
    expect(sent[name]).toEqual(expected);
  });
});

test('put() of a loaded entity sends a key of numbers as it is stored', async () => {
  @Entity({ table: 'counters' })
  @Versioned(1)
  class Counter {
    @PartitionKey() id!: number;
    @Attribute() text!: string;
  }
  const json = '{"id": {"N": "1E+2"}, "text": {"S": "t"}, "schema_version": {"N": "1"}, "undeclared": {"N": "1.0"}}';
  const sent = await putAfter(json, Counter, { id: 100 }, (counter) => {
    counter.text = 'changed';
  });
  expect(sent).toEqual({ ...(JSON.parse(json) as object), text: { S: 'changed' } });
});

describe.each([
  ['session', Session, ['updated_at', 'revision']],
  ['message', Message, []],
] as const)('put() of each sample %s', (kind, entity, generated) => {
  /** What the upgrades of each version change. */
  const changedFrom: Record<string, readonly string[]> = {
    'session 1': ['schema_version', 'state', 'session_state', 'blueprint', 'tags'],
    'session 2': ['schema_version', 'tags'],
    'session 3': [],
    'message 1': ['schema_version', 'text', 'content', 'author', 'role'],
    'message 2': [],
  };

  test.each(sampleDocuments(kind))(
    '$file changes nothing but what its upgrade does',
    async (sample: SampleDocument) => {
      const { session_id: session, message_id: message } = sample.wire as Record<string, { S: string }>;
      const sent = await putAfter(sample.text, entity as Class, { session_id: session?.S, message_id: message?.S });
      const mayChange = new Set<string>([...generated, ...(changedFrom[`${kind} ${sample.version}`] ?? [])]);
      const rest = (item: object) => new Map([...lettersOf(item)].filter(([name]) => !mayChange.has(name)));
      expect(rest(sent)).toEqual(rest(sample.wire));
      for (const name of generated) expect(sent).toHaveProperty(name);
      expect(sent['schema_version']).toEqual({ N: kind === 'session' ? '3' : '2' });
    },
  );
});

describe('on an engine', () => {
  @Entity({ table: 'entries' })
  @Versioned(1)
  class Entry {
    @PartitionKey() log!: number;
    @SortKey() at!: Date;
    @Attribute() text!: string;
    @UpdatedAt({ type: 'epochMilliseconds' }) updated_at!: Date;
    #state: string | undefined;

    @Attribute({ optional: true }) get state(): string {
      return this.#state ?? 'fresh';
    }
    set state(state: string) {
      this.#state = state;
    }
  }
  let engine: EmbeddedEngine;
  let mapper: Mapper;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    mapper = new Mapper({ client: engine.client, entities: [Entry] });
    await mapper.createTables();
  });
  afterAll(() => engine.close());

  let log = 0;
  beforeEach(() => {
    log++;
  });
  const store = (at: string, more: object = {}) =>
    storeRaw(engine.endpoint, 'entries', {
      log: { N: `${log}` },
      at: { S: at },
      text: { S: 'stored' },
      updated_at: { N: '1709284507123' },
      schema_version: { N: '1' },
      undeclared: { L: [{ NULL: true }] },
      ...more,
    });
  const load = async (at: string) => {
    await store(at);
    const [entry] = await mapper.repository(Entry).query({ partition: log }).all();
    return entry as Entry;
  };
  const keyOf = (at: string) => ({ log: { N: `${log}` }, at: { S: at } });
  describe.each(['2024-03-01T09:15:07Z', '2024-03-01T09:15:07.123456+00:00', '2024-03-01 09:15'])(
    'a loaded entity whose key is stored as %s',
    (at) => {
      test('is put under that very key', async () => {
        const entries = mapper.repository(Entry);
        const entry = await load(at);
        entry.text = 'changed';
        await entries.put(entry);
        expect((await entries.query({ partition: log }).all()).map((one) => one.text)).toEqual(['changed']);
        expect(await readStored(engine.endpoint, 'entries', keyOf(at))).toMatchObject({
          text: { S: 'changed' },
          undeclared: { L: [{ NULL: true }] },
        });
      });

      test('meets what others did under that very key', async () => {
        const entry = await load(at);
        await store(at, { schema_version: { N: '2' } });
        await expect(mapper.repository(Entry).put(entry)).rejects.toMatchObject({ code: 'NEWER_VERSION' });
        await sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: 'entries', Key: keyOf(at) }));
        await expect(mapper.repository(Entry).put(entry)).rejects.toMatchObject({
          code: 'NOT_FOUND',
          details: { key: { log, at } },
        });
        expect(await mapper.repository(Entry).query({ partition: log }).count()).toBe(0);
      });

      test('is a new one under another date', async () => {
        const entry = await load(at);
        entry.at = new Date(entry.at.getTime() + 1);
        await mapper.repository(Entry).put(entry);
        expect(await mapper.repository(Entry).query({ partition: log }).count()).toBe(2);
      });
    },
  );

  test('an attribute that an accessor makes up is stored where it was absent', async () => {
    const at = '2024-03-01T09:15:07.000Z';
    const entry = await load(at);
    expect(entry.state).toBe('fresh');
    await mapper.repository(Entry).put(entry);
    expect(await readStored(engine.endpoint, 'entries', keyOf(at))).toMatchObject({
      state: { S: 'fresh' },
      text: { S: 'stored' },
    });
  });
});
