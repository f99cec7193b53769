import { invalid, Refusal } from './refusal.js';
import { isOperation } from './supported.js';
import type { Body } from './upstream.js';

const longestExpression = 4_096;
const longestTableName = 192;
const longestNames = 222;
const largestBatch = 100;

const expressions = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];

/** Throws the refusal of what Alternator refuses and DynamoDB Local needs not. */
export function refuse(operation: string, body: Body): void {
  if (!isOperation(operation)) {
    throw new Refusal('UnknownOperationException', `Unsupported operation ${operation}`);
  }
  refuseConsumedCapacity(body);
  refuseLongExpressions(body);
  refuseLargeBatches(operation, body);
  refuseNames(operation, body);
  if (operation === 'UpdateTable') refuseIndexUpdates(body);
}

function refuseConsumedCapacity({ ReturnConsumedCapacity: wanted }: Body): void {
  if (wanted === undefined || wanted === 'TOTAL') return;
  throw invalid(`Unknown consumed capacity: ${wanted}`);
}

function refuseLongExpressions(body: Body): void {
  for (const name of expressions) {
    const text = body[name];
    if (typeof text !== 'string' || Buffer.byteLength(text) <= longestExpression) continue;
    throw invalid(`Invalid ${name}: Expression size has exceeded the maximum allowed size of ${longestExpression}`);
  }
}

function refuseLargeBatches(operation: string, { RequestItems: requests = {} }: Body): void {
  if (operation !== 'BatchWriteItem' && operation !== 'BatchGetItem') return;
  const sizes = Object.values(requests as Record<string, unknown[] | { Keys?: unknown[] }>).map((one) =>
    Array.isArray(one) ? one.length : (one.Keys?.length ?? 0),
  );
  if (sizes.reduce((sum, size) => sum + size, 0) > largestBatch) throw invalid(`Too many items in ${operation}`);
}

interface IndexNames {
  readonly IndexName: string;
}

function refuseNames(operation: string, body: Body): void {
  const { TableName: table = '' } = body;
  if (operation !== 'CreateTable') return;
  if (table.length > longestTableName) throw invalid(`TableName must be at most ${longestTableName} characters long`);
  const { GlobalSecondaryIndexes: global = [], LocalSecondaryIndexes: local = [] } = body;
  for (const { IndexName: index } of [...(global as IndexNames[]), ...(local as IndexNames[])]) {
    if (table.length + index.length + 1 <= longestNames) continue;
    throw invalid(`The names of the table and of its index ${index} are longer than ${longestNames - 1} together`);
  }
}

interface IndexUpdate {
  readonly Create?: { readonly KeySchema: readonly { readonly AttributeName: string }[] };
}

function refuseIndexUpdates(body: Body): void {
  const { AttributeDefinitions: definitions = [], GlobalSecondaryIndexUpdates: updates = [] } = body;
  const [update, ...more] = updates as IndexUpdate[];
  if (more.length > 0) throw invalid('GlobalSecondaryIndexUpdates only allows one index creation or deletion');
  const keys = new Set(update?.Create?.KeySchema.map((key) => key.AttributeName));
  const defined = (definitions as { AttributeName: string }[]).map((one) => one.AttributeName);
  const spurious = defined.filter((name) => !keys.has(name));
  if (spurious.length > 0) throw invalid(`AttributeDefinitions defines spurious attributes ${spurious.join(', ')}`);
}
