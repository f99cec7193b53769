import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WireItem } from '../../../lib/codec/wire.js';
import { requestBody } from '../../../lib/store/lean/request-body.js';
import { arbitraryItem } from '../../support/arbitrary-values.js';
import { cases } from '../../support/effort.js';
import { clientBy, textOf } from '../../support/request-ways.js';

const { client, requests } = clientBy('stock');

async function sdkBody(item: WireItem): Promise<string> {
  requests.length = 0;
  await client.send(new PutItemCommand({ TableName: 'notes', Item: item as never }));
  return textOf(requests[0]?.body as Uint8Array);
}

test('an item of any values is written as the SDK writes it', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryItem, async ({ wire }) => {
      const body = textOf(requestBody({ TableName: 'notes', Item: wire }));
      expect(body).toBe(await sdkBody(wire));
    }),
    { numRuns: cases(2_000) },
  );
});

test.each([
  ['nothing for what is absent', { TableName: 'notes', Item: undefined, Other: null }, '{"TableName":"notes"}'],
  ['bytes of a buffer that begin within it', { B: Buffer.from('xabcx').subarray(1, 4) }, '{"B":"YWJj"}'],
  ['bytes in lists', { BS: [new Uint8Array([1]), 'Ag=='] }, '{"BS":["AQ==","Ag=="]}'],
  [
    'names that objects have',
    JSON.parse('{"__proto__":{"B":"AQ=="},"toJSON":{"N":"1"}}'),
    '{"__proto__":{"B":"AQ=="},"toJSON":{"N":"1"}}',
  ],
])('%s', (_what, input, body) => {
  expect(textOf(requestBody(input as object))).toBe(body);
});

test('bytes under a name that objects have', () => {
  const input = JSON.parse('{"__proto__":{"B":0}}') as Record<string, { B: unknown }>;
  (Object.getOwnPropertyDescriptor(input, '__proto__') as { value: { B: unknown } }).value.B = new Uint8Array([1]);
  expect(textOf(requestBody(input))).toBe('{"__proto__":{"B":"AQ=="}}');
  expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
});
