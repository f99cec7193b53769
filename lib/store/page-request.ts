import type { WireCondition } from '../codec/wire-condition.js';
import { conditionExpression } from './condition.js';
import { ExpressionTokens, type TokenParams } from './expression-tokens.js';
import type { PageParams } from './table.js';

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
  const request: PageParams & TokenParams = params;
  const names = { ...request.ExpressionAttributeNames, ...ours.ExpressionAttributeNames };
  const values = { ...request.ExpressionAttributeValues, ...ours.ExpressionAttributeValues };
  return {
    ...request,
    ...expressions,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
