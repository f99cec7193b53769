import type { Body } from './upstream.js';

/**
 * What Alternator takes: each operation with its parameters. Where a parameter takes only certain values, they follow
 * after `=`. What stands in items, keys, names and values is data, and not listed.
 */
const supported: Readonly<Record<string, readonly string[]>> = {
  CreateTable: [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'BillingMode=PAY_PER_REQUEST|PROVISIONED',
    'ProvisionedThroughput',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'StreamSpecification',
    'SSESpecification',
    'Tags',
  ],
  DescribeTable: ['TableName'],
  DeleteTable: ['TableName'],
  UpdateTable: [
    'TableName',
    'AttributeDefinitions',
    'GlobalSecondaryIndexUpdates',
    'StreamSpecification',
    'BillingMode',
    'ProvisionedThroughput',
  ],
  ListTables: ['ExclusiveStartTableName', 'Limit'],
  TagResource: ['ResourceArn', 'Tags'],
  UntagResource: ['ResourceArn', 'TagKeys'],
  ListTagsOfResource: ['ResourceArn'],
  UpdateTimeToLive: ['TableName', 'TimeToLiveSpecification'],
  DescribeTimeToLive: ['TableName'],
  GetItem: [
    'TableName',
    'Key',
    'ConsistentRead',
    'ProjectionExpression',
    'ExpressionAttributeNames',
    'ReturnConsumedCapacity=TOTAL',
  ],
  PutItem: [
    'TableName',
    'Item',
    'ConditionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'ReturnValues=NONE|ALL_OLD',
    'ReturnValuesOnConditionCheckFailure=NONE|ALL_OLD',
    'ReturnConsumedCapacity=TOTAL',
  ],
  UpdateItem: [
    'TableName',
    'Key',
    'UpdateExpression',
    'ConditionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'ReturnValues=NONE|ALL_OLD|UPDATED_OLD|ALL_NEW|UPDATED_NEW',
    'ReturnValuesOnConditionCheckFailure=NONE|ALL_OLD',
    'ReturnConsumedCapacity=TOTAL',
  ],
  DeleteItem: [
    'TableName',
    'Key',
    'ConditionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'ReturnValues=NONE|ALL_OLD',
    'ReturnValuesOnConditionCheckFailure=NONE|ALL_OLD',
    'ReturnConsumedCapacity=TOTAL',
  ],
  Query: [
    'TableName',
    'IndexName',
    'KeyConditionExpression',
    'FilterExpression',
    'ProjectionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'Select=ALL_ATTRIBUTES|ALL_PROJECTED_ATTRIBUTES|SPECIFIC_ATTRIBUTES|COUNT',
    'ConsistentRead',
    'ScanIndexForward',
    'Limit',
    'ExclusiveStartKey',
    'ReturnConsumedCapacity=TOTAL',
  ],
  Scan: [
    'TableName',
    'IndexName',
    'FilterExpression',
    'ProjectionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'Select=ALL_ATTRIBUTES|ALL_PROJECTED_ATTRIBUTES|SPECIFIC_ATTRIBUTES|COUNT',
    'ConsistentRead',
    'Limit',
    'ExclusiveStartKey',
    'Segment',
    'TotalSegments',
    'ReturnConsumedCapacity=TOTAL',
  ],
  BatchGetItem: [
    'RequestItems.Keys',
    'RequestItems.ConsistentRead',
    'RequestItems.ProjectionExpression',
    'RequestItems.ExpressionAttributeNames',
    'ReturnConsumedCapacity=TOTAL',
  ],
  BatchWriteItem: ['RequestItems.PutRequest', 'RequestItems.DeleteRequest', 'ReturnConsumedCapacity=TOTAL'],
  ListStreams: ['TableName', 'Limit', 'ExclusiveStartStreamArn'],
  DescribeStream: ['StreamArn', 'Limit', 'ExclusiveStartShardId'],
  GetShardIterator: ['StreamArn', 'ShardId', 'ShardIteratorType', 'SequenceNumber'],
  GetRecords: ['ShardIterator', 'Limit'],
  DescribeEndpoints: [],
  DescribeContinuousBackups: ['TableName'],
};

/** Whether Alternator knows an operation. */
export function isOperation(operation: string): boolean {
  return Object.hasOwn(supported, operation);
}

/** The parameters of a request with their values, those for each table of a batch included. */
export function parametersOf({ RequestItems: requests = {}, ...body }: Body): [name: string, value: unknown][] {
  const ofTables = Object.values(requests as Record<string, object | object[]>).flat();
  return [
    ...Object.entries(body),
    ...ofTables
      .flatMap((one) => Object.entries(one))
      .map(([name, value]): [string, unknown] => [`RequestItems.${name}`, value]),
  ];
}

/** What a request has that Alternator doesn't take; empty for one that is fine. */
export function unsupportedIn(operation: string, body: Body): string[] {
  if (!isOperation(operation)) return [operation];
  const known = new Map((supported[operation] ?? []).map((one) => [one.replace(/=.*/, ''), one.split('=')[1]]));
  return parametersOf(body).flatMap(([parameter, value]) => {
    if (!known.has(parameter)) return [`${operation}.${parameter}`];
    const values = known.get(parameter)?.split('|');
    return values && !values.includes(String(value)) ? [`${operation}.${parameter}=${String(value)}`] : [];
  });
}
