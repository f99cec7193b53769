import type { WireCondition } from '../codec/wire-condition.js';
import { conditionParams } from './condition.js';
import type { PageParams } from './table.js';

/** What a Query or Scan selects of the items that it reads. */
export interface PageSelection {
  readonly filter?: WireCondition | undefined;
  /** The stored names of the attributes to read. */
  readonly attributes?: readonly string[] | undefined;
  readonly select?: 'COUNT' | 'ALL_ATTRIBUTES' | undefined;
}

interface Expressed {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** A Query or Scan request that selects. */
export function selecting(params: PageParams, { filter, attributes, select }: PageSelection): PageParams {
  const {
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ...rest
  } = params as PageParams & Expressed;
  const filtered = filter && conditionParams(filter);
  const projected = attributes?.map((name, at) => [`#p${at}`, name] as const);
  const allNames = { ...names, ...filtered?.ExpressionAttributeNames, ...(projected && Object.fromEntries(projected)) };
  const allValues = { ...values, ...filtered?.ExpressionAttributeValues };
  const request = {
    ...rest,
    ...(filtered && { FilterExpression: filtered.ConditionExpression }),
    ...(projected && { ProjectionExpression: projected.map(([token]) => token).join(', ') }),
    ...(select && { Select: select }),
    ...(Object.keys(allNames).length > 0 && { ExpressionAttributeNames: allNames }),
    ...(Object.keys(allValues).length > 0 && { ExpressionAttributeValues: allValues }),
  };
  return request;
}
