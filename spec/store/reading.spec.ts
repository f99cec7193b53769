import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import assert from 'node:assert/strict';
import { decodeItem } from '../../lib/codec/decode.js';
import { NumberValue } from '../../lib/codec/number.js';
import { requestItem, type WireItem } from '../../lib/codec/wire.js';
import { EngineCalls, type ReadOutput } from '../support/engine-calls.js';
import { type CannedEngine, inPieces, startCannedEngine } from '../support/canned-engine.js';
import { sendRaw, storeRaw } from '../support/raw-requests.js';
import { sampleDocuments } from '../support/sample-documents.js';

/** An item of every type, as JSON, since its hostile names can't be written as an object literal. */
const everyType = `{
  "id": {"S": "a"}, "empty text": {"S": ""}, "unicode": {"S": "żółć 優先度 🚀 \\u2028 \\u0000"},
  "number": {"N": "-42.5"}, "exponent": {"N": "1E+2"},
  "digits38": {"N": "98765432109876543210987654321098765432"},
  "fraction38": {"N": "0.12345678901234567890123456789012345678"},
  "tiny": {"N": "1E-130"}, "huge": {"N": "9.9999999999999999999999999999999999999E+125"},
  "yes": {"BOOL": true}, "no": {"BOOL": false}, "nothing": {"NULL": true},
  "bytes": {"B": "AAEC/f7/"}, "no bytes": {"B": ""},
  "texts": {"SS": ["b", "a"]}, "numbers": {"NS": ["3", "9007199254740993", "0.10"]},
  "byte sets": {"BS": ["b25l", "AAA="]},
  "empty list": {"L": []}, "empty map": {"M": {}},
  "list": {"L": [{"S": "x"}, {"N": "1"}, {"NULL": true}, {"B": "IQ=="},
    {"L": [{"BS": ["Pw=="]}]}, {"M": {"in": {"NS": ["1"]}}}]},
  "constructor": {"M": {"constructor": {"M": {"prototype": {"S": "deep"}}}}},
  "toString": {"S": "not a function"}, "hasOwnProperty": {"BOOL": false}, "length": {"N": "3"},
  "map": {"M": {"__proto__": {"M": {"polluted": {"BOOL": true}, "b": {"B": "AQ=="}}},
    "valueOf": {"L": [{"M": {"__proto__": {"S": "p"}}}]}}}
}`;
const everyTypeDecoded = {
  id: 'a',
  'empty text': '',
  unicode: 'żółć 優先度 🚀 \u2028 \u0000',
  number: -42.5,
  exponent: 100,
  digits38: 98765432109876543210987654321098765432n,
  fraction38: NumberValue.from('0.12345678901234567890123456789012345678'),
  tiny: 1e-130,
  huge: 99999999999999999999999999999999999999n * 10n ** 88n,
  yes: true,
  no: false,
  nothing: null,
  bytes: new Uint8Array([0, 1, 2, 253, 254, 255]),
  'no bytes': new Uint8Array(),
  texts: new Set(['b', 'a']),
  numbers: new Set([3, 9007199254740993n, 0.1]),
  'byte sets': new Set([new Uint8Array(Buffer.from('one')), new Uint8Array(2)]),
  'empty list': [],
  'empty map': {},
  list: ['x', 1, null, new Uint8Array([33]), [new Set([new Uint8Array([63])])], { in: new Set([1]) }],
  constructor: { constructor: { prototype: 'deep' } },
  toString: 'not a function',
  hasOwnProperty: false,
  length: 3,
  map: Object.fromEntries([
    ['__proto__', { polluted: true, b: new Uint8Array([1]) }],
    ['valueOf', [Object.fromEntries([['__proto__', 'p']])]],
  ]) as object,
};

const key = { id: { S: 'a' } };
const calls: [string, (connection: EngineCalls) => Promise<ReadOutput>, (item: string) => string][] = [
  ['get', (to) => to.get({ TableName: 'things', Key: key }), (item) => `{"Item":${item}}`],
  [
    'batchGet',
    (to) => to.batchGet({ RequestItems: { things: { Keys: [key] } } }),
    (item) => `{"Responses":{"things":[${item}]},"UnprocessedKeys":{}}`,
  ],
  ['query', (to) => to.query({ TableName: 'things' }), (item) => `{"Count":1,"ScannedCount":1,"Items":[${item}]}`],
  ['scan', (to) => to.scan({ TableName: 'things' }), (item) => `{"Count":1,"ScannedCount":1,"Items":[${item}]}`],
];

function itemsOf({ Item: item, Items: items, Responses: responses }: ReadOutput): readonly WireItem[] {
  return item ? [item] : (items ?? responses?.['things'] ?? []);
}

describe.each([
  ['that takes the body', true],
  ["through the client's own deserialiser", false],
])('a read %s', (_way, takesBodies) => {
  let canned: CannedEngine;
  afterEach(() => canned.close());

  const start = async (...[answer]: Parameters<typeof startCannedEngine>) => {
    canned = await startCannedEngine(answer);
    return new EngineCalls(canned.client, takesBodies);
  };

  test.each(calls)('hands out every type and hostile names whole: %s', async (_call, call, answerWith) => {
    const connection = await start(() => answerWith(everyType));
    const items = itemsOf(await call(connection));
    // by Node's comparison: an attribute named constructor confuses Jest's
    assert.deepEqual(
      items.map((item) => decodeItem(item)),
      [everyTypeDecoded],
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(canned.requests).toHaveLength(1);
  });

  test('keeps every number in the notation that is stored', async () => {
    const connection = await start(() => `{"Item":${everyType}}`);
    const { Item: item } = await connection.get({ TableName: 'things', Key: key });
    expect(item).toMatchObject({
      exponent: { N: '1E+2' },
      huge: { N: '9.9999999999999999999999999999999999999E+125' },
      numbers: { NS: ['3', '9007199254740993', '0.10'] },
    });
  });

  test('says that there is no item, or none on a page', async () => {
    const connection = await start(({ operation }) => {
      if (operation === 'GetItem') return {};
      if (operation === 'BatchGetItem') return { Responses: { things: [] }, UnprocessedKeys: {} };
      return { Items: [], Count: 0, ScannedCount: 7, LastEvaluatedKey: key };
    });
    const results = await Promise.all(calls.map(([, call]) => call(connection)));
    expect(results.flatMap(itemsOf)).toEqual([]);
    expect(results.map((one) => one.LastEvaluatedKey)).toMatchObject([undefined, undefined, key, key]);
  });

  test('hands out keys that can be sent again: the last one of a page, and unprocessed ones', async () => {
    const full = { part: { B: 'AAEC/f7/' }, sort: { N: '98765432109876543210987654321098765432' } };
    const connection = await start(({ operation }) =>
      operation === 'Query'
        ? { Items: [], LastEvaluatedKey: full }
        : { Responses: {}, UnprocessedKeys: { things: { Keys: [full] } } },
    );
    const { LastEvaluatedKey: last } = await connection.query({ TableName: 'things' });
    const { UnprocessedKeys: left } = await connection.batchGet({
      RequestItems: { things: { Keys: [key] } },
    });
    const again = [last, left?.['things']?.Keys?.[0]].map((one) => requestItem(one as WireItem));
    for (const one of again) await connection.query({ TableName: 'things', ExclusiveStartKey: one });
    const sent = canned.requests.slice(2).map(({ body }) => (body as { ExclusiveStartKey: object }).ExclusiveStartKey);
    expect(sent).toEqual([full, full]);
  });

  test.each([1, 3, 1000])('puts a body together that arrives in pieces of %d bytes', async (size) => {
    const text = '🚀 żółć 優先度 '.repeat(size);
    const connection = await start(() => inPieces({ Item: { id: { S: 'a' }, text: { S: text } } }, size));
    const { Item: item } = await connection.get({ TableName: 'things', Key: key });
    expect(item).toMatchObject({ text: { S: text } });
  });
});

test('a __proto__ at the top level, which the SDK loses, is kept where the body is taken', async () => {
  const canned = await startCannedEngine(() => '{"Item":{"id":{"S":"a"},"__proto__":{"S":"hostile"}}}');
  try {
    const { Item: item } = await new EngineCalls(canned.client).get({ TableName: 'things', Key: key });
    const decoded = decodeItem(item as WireItem);
    expect(Object.entries(decoded)).toEqual([
      ['id', 'a'],
      ['__proto__', 'hostile'],
    ]);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  } finally {
    await canned.close();
  }
});

describe('on an engine that holds every sample document', () => {
  let engine: EmbeddedEngine;
  const samples = [...sampleDocuments('session'), ...sampleDocuments('message')];
  const keyOf = (wire: WireItem) => ({ id: { S: textOf(wire['session_id']) + textOf(wire['message_id']) } });
  const stored = new Map(samples.map(({ wire }) => [keyOf(wire).id.S, { ...wire, ...keyOf(wire) }]));

  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    const schema = {
      TableName: 'things',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    await sendRaw(engine.endpoint, 'CreateTable', JSON.stringify(schema));
    for (const item of stored.values()) await storeRaw(engine.endpoint, 'things', item);
  });
  afterAll(() => engine.close());

  test.each([
    ['that takes the body', true],
    ["through the client's own deserialiser", false],
  ])('a read %s hands out each as it is stored', async (_way, takesBodies) => {
    const connection = new EngineCalls(engine.client, takesBodies);
    const keys = [...stored.keys()].map((id) => ({ id: { S: id } }));
    const gets = await Promise.all(keys.map((one) => connection.get({ TableName: 'things', Key: one })));
    const batch = await connection.batchGet({ RequestItems: { things: { Keys: keys } } });
    const query = await connection.query({
      TableName: 'things',
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: 'abc-123' } },
    });
    const scan = await connection.scan({ TableName: 'things' });

    expect(stored.size).toBe(samples.length);
    for (const [items, expected] of [
      [gets.flatMap(itemsOf), stored.size],
      [itemsOf(batch), stored.size],
      [itemsOf(query), 1],
      [itemsOf(scan), stored.size],
    ] as const) {
      expect(items).toHaveLength(expected);
      for (const item of items) {
        assert.deepEqual(decodeItem(item), decodeItem(stored.get(textOf(item['id'])) as WireItem));
      }
    }
  });
});

function textOf(value: object | undefined): string {
  return value && 'S' in value ? String(value.S) : '';
}
