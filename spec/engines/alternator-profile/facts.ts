/** A behaviour of Alternator that the profile shows, as its documents and source say it. Each has a spec of its own. */
export interface Fact {
  readonly id: string;
  readonly says: string;
}

export const facts = [
  { id: 'operations', says: 'Transactions, PartiQL, backups, global tables and DescribeLimits are unknown operations' },
  { id: 'consumed capacity', says: 'ReturnConsumedCapacity takes TOTAL alone, and Query and Scan return none' },
  { id: 'expression length', says: 'An expression of more than 4,096 bytes is refused' },
  { id: 'attribute definitions', says: "UpdateTable may define only the new index's own keys" },
  { id: 'one index at a time', says: 'UpdateTable adds or deletes one global index a call' },
  { id: 'names', says: 'A table name has at most 192 characters, with that of an index and one more at most 222' },
  { id: 'item count', says: 'DescribeTable tells no ItemCount' },
  {
    id: 'forbid_rmw',
    says: 'A table tagged forbid_rmw refuses conditional writes, and all that has to read before it writes',
  },
  { id: 'numbers by text', says: '`=`, `<>` and `IN` compare the text of numbers, not their value' },
  { id: 'number keys by text', says: 'A number key is found only by the text that it was stored under' },
  {
    id: 'numbers as they come back',
    says: 'A stored top-level number comes back in plain decimal, and one inside a map or list as it was sent',
  },
  { id: 'number sets by text', says: 'Members of a number set are told apart by their text' },
  { id: 'index projections', says: 'KEYS_ONLY and INCLUDE are accepted and ignored: an index holds whole items' },
  { id: 'late indexes', says: 'A global index is updated some time after its table' },
  { id: 'short pages', says: 'A page may be short, and still have LastEvaluatedKey' },
  { id: 'empty pages', says: 'A page may be empty, and still have LastEvaluatedKey' },
  { id: 'limit before filter', says: 'Limit counts items before the filter' },
  { id: 'batch reads', says: 'BatchGetItem takes 100 keys and may leave some in UnprocessedKeys' },
  { id: 'batch writes', says: 'BatchWriteItem takes 100 writes and never returns UnprocessedItems' },
  { id: 'partial batches', says: 'A BatchWriteItem that fails may have done a part of its writes' },
  { id: 'tags', says: 'CreateTable keeps tags, and ListTagsOfResource returns them' },
] as const satisfies readonly Fact[];

export type FactId = (typeof facts)[number]['id'];

export function factOf(id: FactId): string {
  return (facts as readonly Fact[]).find((fact) => fact.id === id)?.says ?? id;
}

/** What a proxy in front of DynamoDB Local can't show of Alternator. */
export const notShown = [
  'Isolation itself: `unsafe_rmw`, plain and conditional writes that mix under `only_rmw_uses_lwt`, several data centres, contention',
  'An item whose index key has another type, which Alternator leaves out of the index: DynamoDB Local refuses to store it',
  'Two items, or two members of a set, whose numbers differ in their notation alone: DynamoDB Local keeps one of them',
  'Items of more than 400 KB, requests of up to 16 MB, and the 24 hours until items expire',
  'Conditional writes that time out and happen all the same: the proofs in `spec/proof` do that, on every engine',
];
