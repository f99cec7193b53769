import type { WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { conditionExpression } from './condition.js';
import { ExpressionTokens } from './expression-tokens.js';
import type { PageRequest } from './transport.js';

/** What a Query or Scan asks for, without the table and the key to start at. */
export type PageParams = Omit<PageRequest, 'TableName'>;

/** What a Query or Scan reads of a table, and how. */
export interface PageOptions {
  readonly index?: string | undefined;
  readonly consistent?: boolean | undefined;
  readonly reverse?: boolean | undefined;
}

/** A Query for what a condition on the keys is true of; a Scan without one. */
export function pageParams(keys: WireCondition | undefined, options: PageOptions): PageParams {
  const { consistent, index, reverse } = options;
  const tokens = new ExpressionTokens('k');
  return {
    ...(index !== undefined && { IndexName: index }),
    ...(consistent !== undefined && { ConsistentRead: consistent }),
    ...(reverse === true && { ScanIndexForward: false }),
    ...(keys && { KeyConditionExpression: conditionExpression(keys, tokens) }),
    ...tokens.params,
  };
}

/** What a Query or Scan selects of the items that it reads. */
export interface PageSelection {
  readonly filter?: WireCondition | undefined;
  /** The stored names of the attributes to read. */
  readonly attributes?: readonly string[] | undefined;
  readonly select?: 'COUNT' | 'ALL_ATTRIBUTES' | undefined;
}

/** A Query or Scan that selects. */
export function selecting(params: PageParams, { filter, attributes, select }: PageSelection): PageParams {
  const tokens = new ExpressionTokens();
  const expressions = {
    ...(filter && { FilterExpression: conditionExpression(filter, tokens) }),
    ...(attributes && { ProjectionExpression: attributes.map((attribute) => tokens.path({ attribute })).join(', ') }),
    ...(select && { Select: select }),
  };
  const added = tokens.params;
  const names = { ...params.ExpressionAttributeNames, ...added.ExpressionAttributeNames };
  const values = { ...params.ExpressionAttributeValues, ...added.ExpressionAttributeValues };
  return {
    ...params,
    ...expressions,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** Where one page of a Query or Scan starts, and how much of it is read. */
export interface PagePosition {
  readonly start: WireItem | undefined;
  readonly size: number | undefined;
  readonly segment?: { readonly number: number; readonly total: number } | undefined;
}

/** The largest `Limit` that engines take: 32 bits with a sign. */
const largestLimit = 2_147_483_647;

/** A Query or Scan at a position. */
export function pageAt(params: PageParams, { segment, size, start }: PagePosition): PageParams {
  return {
    ...params,
    ...(start && { ExclusiveStartKey: start }),
    ...(size !== undefined && { Limit: Math.min(size, largestLimit) }),
    ...(segment && { Segment: segment.number, TotalSegments: segment.total }),
  };
}
