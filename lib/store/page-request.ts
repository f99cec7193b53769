import type { WireCondition } from '../codec/wire-condition.js';
import { conditionExpression } from './condition.js';
import { ExpressionTokens, type TokenParams } from './expression-tokens.js';

/** A Query or Scan request, without the key to start at. */
export interface PageParams extends TokenParams {
  readonly TableName: string;
  readonly ConsistentRead?: boolean;
}

/** What a Query or Scan reads of a table, and how. */
export interface PageOptions {
  readonly index?: string | undefined;
  readonly consistent?: boolean | undefined;
  readonly reverse?: boolean | undefined;
}

/** A Query request for what a condition on the keys is true of; a Scan request without one. */
export function pageParams(table: string, keys: WireCondition | undefined, options: PageOptions): PageParams {
  const { consistent, index, reverse } = options;
  const tokens = new ExpressionTokens('k');
  return {
    TableName: table,
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

/** A Query or Scan request that selects. */
export function selecting(params: PageParams, { filter, attributes, select }: PageSelection): PageParams {
  const tokens = new ExpressionTokens();
  const expressions = {
    ...(filter && { FilterExpression: conditionExpression(filter, tokens) }),
    ...(attributes && { ProjectionExpression: attributes.map((attribute) => tokens.path({ attribute })).join(', ') }),
    ...(select && { Select: select }),
  };
  const ours = tokens.params;
  const names = { ...params.ExpressionAttributeNames, ...ours.ExpressionAttributeNames };
  const values = { ...params.ExpressionAttributeValues, ...ours.ExpressionAttributeValues };
  return {
    ...params,
    ...expressions,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
