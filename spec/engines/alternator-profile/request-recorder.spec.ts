import { describe, expect, test } from '@jest/globals';
import { RequestRecorder } from '../../../tools/engines/alternator-profile/request-recorder.js';

const key = { id: { S: 'a' } };

describe('the recorder of requests', () => {
  test('notes operations and parameters, within batches too, and never what is data', () => {
    const recorder = new RequestRecorder();
    recorder.note('GetItem', { TableName: 't', Key: key, ConsistentRead: true });
    recorder.note('BatchGetItem', { RequestItems: { t: { Keys: [key], ConsistentRead: true } } });
    recorder.note('BatchWriteItem', { RequestItems: { t: [{ PutRequest: { Item: key } }] } });
    expect(recorder.sent).toEqual([
      'BatchGetItem',
      'BatchGetItem.RequestItems.ConsistentRead',
      'BatchGetItem.RequestItems.Keys',
      'BatchWriteItem',
      'BatchWriteItem.RequestItems.PutRequest',
      'GetItem',
      'GetItem.ConsistentRead=true',
      'GetItem.Key',
      'GetItem.TableName',
    ]);
    expect(recorder.unsupported).toEqual([]);
  });

  test.each([
    ['an operation', 'TransactWriteItems', { TransactItems: [] }, 'TransactWriteItems'],
    ['a parameter', 'Scan', { TableName: 't', ScanIndexForward: false }, 'Scan.ScanIndexForward'],
    ['a value', 'Query', { TableName: 't', ReturnConsumedCapacity: 'NONE' }, 'Query.ReturnConsumedCapacity=NONE'],
    [
      'a parameter within a batch',
      'BatchGetItem',
      { RequestItems: { t: { Keys: [key], AttributesToGet: ['id'] } } },
      'BatchGetItem.RequestItems.AttributesToGet',
    ],
  ])('tells of %s that Alternator does not take', (_what, operation, body, told) => {
    const recorder = new RequestRecorder();
    recorder.note(operation, body);
    expect(recorder.unsupported).toEqual([told]);
  });
});
