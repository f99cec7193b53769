import { invalid, Refusal } from './refusal.js';
import { isOperation } from './supported.js';
import { refuseIndexUpdates, refuseLong, refuseTables } from './table-refusals.js';
import type { Body } from './upstream.js';

const longestExpression = 4_096;
const deepestExpression = 400;
const longestAttributeName = 65_535;
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
  refuseNumbers(body);
  refuseExpressions(body);
  refuseAttributeNames(body);
  refuseSegments(body);
  refuseLargeBatches(operation, body);
  if (operation === 'CreateTable' || operation === 'UpdateTable') refuseTables(body);
  if (operation === 'UpdateTable') refuseIndexUpdates(body);
}

function refuseConsumedCapacity({ ReturnConsumedCapacity: wanted }: Body): void {
  if (wanted === undefined || wanted === 'TOTAL') return;
  throw invalid(`Unknown consumed capacity: ${wanted}`);
}

/** A number is text in JSON. */
function refuseNumbers(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const [[type, content] = [], ...others] = Object.entries(value);
  if (type === 'N' && others.length === 0 && typeof content === 'number') {
    throw new Refusal('SerializationException', `number value must be a string: ${content}`);
  }
  for (const one of Object.values(value)) refuseNumbers(one);
}

function refuseExpressions(body: Body): void {
  for (const name of expressions) {
    const text = body[name];
    if (typeof text !== 'string') continue;
    if (text === '' && name !== 'ProjectionExpression') throw invalid(`${name} must not be empty`);
    const size = Buffer.byteLength(text);
    if (size > longestExpression) {
      throw invalid(`Invalid ${name}: expression size ${size} exceeds allowed maximum ${longestExpression}.`);
    }
    if (isDeeplyNested(text)) throw invalid(`Failed parsing ${name}: expression nested too deeply`);
  }
}

function isDeeplyNested(text: string): boolean {
  let [depth, nots] = [0, 0];
  for (const [token] of text.matchAll(/[()]|\bNOT\b|[^\s()]+/gi)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    nots = token.toUpperCase() === 'NOT' ? nots + 1 : 0;
    if (depth + nots > deepestExpression) return true;
  }
  return false;
}

function refuseAttributeNames(body: Body): void {
  const { AttributesToGet: attributes = [], ExpressionAttributeNames: tokens = {}, Item: item = {} } = body;
  const { AttributeUpdates: updates = {} } = body;
  const asked = attributes as readonly unknown[];
  if (new Set(asked).size < asked.length) throw invalid('Duplicate value in AttributesToGet');
  const written = [item, updates].flatMap((one) => Object.keys(one as object));
  refuseLong([...written, ...asked, ...(Object.values(tokens as object) as unknown[])], longestAttributeName);
}

function refuseSegments({ Segment: segment, TotalSegments: total }: Body): void {
  if (segment === undefined || total === undefined) return;
  if (Number(segment) < 0 || Number(segment) >= Number(total)) {
    throw invalid('Segment must be non-negative and less than TotalSegments');
  }
  if (Number(total) > 1_000_000) throw invalid('TotalSegments must be non-negative and less or equal to 1000000');
}

function refuseLargeBatches(operation: string, { RequestItems: requests = {} }: Body): void {
  if (operation !== 'BatchWriteItem' && operation !== 'BatchGetItem') return;
  const sizes = Object.values(requests as Record<string, unknown[] | { Keys?: unknown[] }>).map((one) =>
    Array.isArray(one) ? one.length : (one.Keys?.length ?? 0),
  );
  if (sizes.reduce((sum, size) => sum + size, 0) > largestBatch)
    throw invalid(`Invalid length of ${operation} command`);
}
