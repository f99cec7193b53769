import { describe, expect, test } from '@jest/globals';
import { leakIn, secret, secretNumber } from './leaks.js';

/** An error with a property that only showHidden tells. */
function hiding(value: unknown): Error {
  return Object.defineProperty(new Error('x'), 'hidden', { value, enumerable: false });
}

describe('a leak is found', () => {
  test.each<[string, unknown]>([
    ['in a message', new Error(`no ${secret}`)],
    ['in a cause', new Error('x', { cause: new Error('y', { cause: new Error(secret) }) })],
    ["in a cause that isn't an error", new Error('x', { cause: { Item: { body: { S: secret } } } })],
    ['in details', Object.assign(new Error('x'), { details: { found: secret } })],
    ['in a hidden property', hiding({ body: secret })],
    ['deep down', { a: { b: { c: { d: [new Map([['e', new Set([{ f: secret }])]])] } } } }],
    ['in a Map beside an error', hiding(new Map([[1, secret]]))],
    ['as a number', { found: secretNumber }],
    ['as a bigint', { found: BigInt(secretNumber) * 10n }],
    ['as bytes', { body: Buffer.from(secret) }],
    ['as a Uint8Array in a Buffer', Buffer.from(`{"S":"${secret}"}`)],
    ['in base64', { B: Buffer.from(secret).toString('base64') }],
    ['in base64, after a letter', { B: Buffer.from(`"${secret}"`).toString('base64') }],
    ['in base64, after two', { B: Buffer.from(`["${secret}"]`).toString('base64') }],
    ['cut off', { found: `a ${secret.slice(0, 6)}…` }],
    ['in what toJSON says', { toJSON: () => secret }],
  ])('%s', (_where, value) => {
    expect(leakIn(value)).toBeDefined();
  });

  test('only where there is one', () => {
    expect(leakIn(new Error('x', { cause: Object.assign(new Error('y'), { details: { key: { id: 'a' } } }) }))).toBe(
      undefined,
    );
  });
});
