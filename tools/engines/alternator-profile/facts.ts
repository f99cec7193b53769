/** A behaviour of Alternator that the profile shows, as its documents and source say it. Each has a spec of its own. */
export interface Fact {
  readonly id: string;
  readonly says: string;
}

export const facts = [
  { id: 'operations', says: 'Transactions, PartiQL, backups, global tables and DescribeLimits are unknown operations' },
  { id: 'consumed capacity', says: 'ReturnConsumedCapacity accepts only TOTAL, and Query and Scan return no capacity' },
  { id: 'expression length', says: 'An expression of more than 4,096 bytes is refused' },
  { id: 'attribute definitions', says: "UpdateTable may define only the new index's own keys" },
  { id: 'one index at a time', says: 'UpdateTable adds or deletes one global index per call' },
  {
    id: 'names',
    says: 'A table name has at most 192 characters; with an index name and one more character it has at most 222',
  },
  { id: 'item count', says: 'DescribeTable returns no ItemCount' },
  {
    id: 'forbid_rmw',
    says: 'A table tagged forbid_rmw refuses conditional writes and all other writes that have to read first',
  },
  { id: 'numbers by text', says: '`=`, `<>` and `IN` compare numbers by their text, not by their value' },
  {
    id: 'number keys by text',
    says: 'A number partition key is found only by the digits and the scale that it was stored with: `1e3` is not found as `1000`',
  },
  {
    id: 'numbers as they come back',
    says: 'A stored top-level number comes back in plain decimal, a number inside a map or list as it was sent',
  },
  { id: 'number sets by text', says: 'Members of a number set are distinguished by their text' },
  { id: 'index projections', says: 'KEYS_ONLY and INCLUDE are accepted and ignored: an index holds whole items' },
  { id: 'late indexes', says: 'A global index is updated some time after its table' },
  { id: 'short pages', says: 'A page may be short and still have LastEvaluatedKey' },
  { id: 'empty pages', says: 'A page may be empty and still have LastEvaluatedKey' },
  { id: 'limit before filter', says: 'Limit counts items before the filter' },
  { id: 'batch reads', says: 'BatchGetItem accepts up to 100 keys and may leave some in UnprocessedKeys' },
  { id: 'batch writes', says: 'BatchWriteItem accepts up to 100 writes and never returns UnprocessedItems' },
  { id: 'partial batches', says: 'A BatchWriteItem that fails may have done some of its writes' },
  { id: 'stream events', says: 'A stream calls every write MODIFY, and every removal REMOVE; it says no sizes' },
  { id: 'stream removals', says: 'A stream shows no image of an item that is removed from a table without sort key' },
  {
    id: 'late records',
    says: 'A record of a stream can be read some time after its write; until then a page is empty',
  },
  { id: 'tags', says: 'CreateTable keeps tags, and ListTagsOfResource returns them' },
] as const satisfies readonly Fact[];

export type FactId = (typeof facts)[number]['id'];

export function factOf(id: FactId): string {
  return (facts as readonly Fact[]).find((fact) => fact.id === id)?.says ?? id;
}

/** What a proxy in front of DynamoDB Local can't show of Alternator. */
export const notShown = [
  'Isolation itself: `unsafe_rmw`, mixed plain and conditional writes under `only_rmw_uses_lwt`, several data centres, contention',
  'An item that was stored before its index was added and whose index key has another type, which Alternator leaves out of the index',
  'Two items, or two members of a set, whose numbers differ only in their notation: DynamoDB Local keeps one of them',
  'Number sort keys, which Alternator compares by value: the profile compares them like partition keys',
  'A stream of many shards, shards that end when nodes join, and records of one batch that share their number',
  'Items of more than 400 KB, requests of up to 16 MB, and the 24 hours until items expire',
  'Conditional writes that time out and are done all the same: the proofs in `spec/proof` cover them, on every engine',
];
