import { expect, test } from '@jest/globals';
import { Table } from 'dynamodb-toolbox/table';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { ScanCommand } from 'dynamodb-toolbox/table/actions/scan';
import type { WireCondition } from '../../lib/codec/wire-condition.js';
import { pageParams } from '../../lib/store/page-request.js';

const keys = { partitionKey: { name: 'pk', type: 'string' }, sortKey: { name: 'sk', type: 'string' } } as const;
const table = new Table({
  name: 'things',
  ...keys,
  indexes: { by_rank: { type: 'local', sortKey: { name: 'rank', type: 'string' } } },
});
type Query = Parameters<InstanceType<typeof QueryCommand<typeof table>>['query']>[0];

/** A request without its tokens' names, which differ. */
function meaningOf({
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: values,
  ...request
}: object & {
  ExpressionAttributeNames?: unknown;
  ExpressionAttributeValues?: unknown;
}): unknown {
  const meanings = { ...(names as object), ...(values as object) } as Record<string, unknown>;
  const plain = (value: unknown) => (typeof value === 'object' ? Object.values(value as object)[0] : value);
  const text = JSON.stringify(request, Object.keys(request).toSorted());
  return text.replaceAll(/[#:]\w+/g, (token) => String(plain(meanings[token])));
}

const ranges = [
  undefined,
  { eq: 'b' },
  { lt: 'b' },
  { lte: 'b' },
  { gt: 'b' },
  { gte: 'b' },
  { beginsWith: 'b' },
  { between: ['b', 'c'] },
] as const;

test.each(ranges.flatMap((range) => [undefined, 'by_rank'].map((index) => [range, index] as const)))(
  'a query of the range %j, by the index %s, is what dynamodb-toolbox makes of it',
  (range, index) => {
    const sortKey = index === undefined ? 'sk' : 'rank';
    const ofPartition: WireCondition = { attribute: 'pk', eq: { S: 'a' } };
    const wire = JSON.parse(JSON.stringify(range ?? null), (_key, one) => (typeof one === 'string' ? { S: one } : one));
    const condition = range ? { and: [ofPartition, { attribute: sortKey, ...wire }] } : ofPartition;
    for (const options of [{}, { consistent: true }, { consistent: false, reverse: true }]) {
      const query = { partition: 'a', ...(range && { range }), ...(index !== undefined && { index }) } as Query;
      const theirs = table
        .build(QueryCommand)
        .query(query)
        .options(options as never)
        .params();
      const ours: object = { TableName: 'things', ...pageParams(condition, { index, ...options }) };
      expect(meaningOf(ours)).toEqual(meaningOf(theirs));
    }
  },
);

test.each([undefined, 'by_rank'])('a scan, by the index %s, is what dynamodb-toolbox makes of it', (index) => {
  for (const options of [{}, { consistent: true }, { consistent: false }]) {
    const all = { ...options, ...(index !== undefined && { index }) };
    const theirs = table
      .build(ScanCommand)
      .options(all as never)
      .params();
    expect({ TableName: 'things', ...pageParams(undefined, { index, ...options }) }).toEqual(theirs);
  }
});
