import { expect, test } from '@jest/globals';
import { requestBody } from '../../../lib/store/lean/request-body.js';

test.each([
  ['bytes', { B: new Uint8Array([1]) }, { B: 'AQ==' }],
  ['text', { S: 'a' }, { S: 'a' }],
])(
  'the body of deeply nested lists with %s takes no longer with each level than with the one above',
  (_, leaf, json) => {
    let [value, expected]: unknown[] = [leaf, json];
    for (let depth = 0; depth < 200; depth++) [value, expected] = [{ L: [value] }, { L: [expected] }];
    const start = performance.now();
    const body = requestBody({ Item: { value } });
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({ Item: { value: expected } });
  },
);
