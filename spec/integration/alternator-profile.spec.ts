import { describe, expect, test } from '@jest/globals';
import type { AlternatorProfile } from '../../tools/engines/alternator-profile/alternator-profile.js';
import { conformance } from './conformance.js';

await conformance('alternator-profile', (suite) => {
  describe('the product', () => {
    const recorder = () => (suite.engine as AlternatorProfile).recorder;

    test('has sent nothing in the whole suite that Alternator does not support', () => {
      expect(recorder().unsupported).toEqual([]);
    });

    test('has sent these operations, and no others', () => {
      const operations = recorder().sent.filter((one) => !one.includes('.'));
      expect(operations).toEqual([
        'BatchGetItem',
        'BatchWriteItem',
        'CreateTable',
        'DeleteItem',
        'DescribeStream',
        'DescribeTable',
        'DescribeTimeToLive',
        'GetItem',
        'GetRecords',
        'GetShardIterator',
        'ListTagsOfResource',
        'PutItem',
        'Query',
        'Scan',
        'UpdateItem',
        'UpdateTable',
        'UpdateTimeToLive',
      ]);
    });
  });
});
