/** A behaviour of Alternator that the profile shows, as its documents and source say it. Each has a spec of its own. */
export interface Fact {
  readonly id: string;
  readonly says: string;
  /** Where it stands in ScyllaDB's source, as it was on 21 August 2026 unless a version is named. */
  readonly source: string;
  /** The spec that shows it, if it isn't `alternator-profile`. */
  readonly spec?: FactSpec;
}

/** The specs of the profile, in spec/engines/alternator-profile. */
export type FactSpec = 'alternator-profile' | 'foreign-keys' | 'foreign-numbers' | 'requests' | 'releases';

export const facts = [
  {
    id: 'operations',
    says: 'Transactions, PartiQL, backups, global tables and DescribeLimits are unknown operations',
    source: 'docs/alternator/compatibility.md, Unimplemented API features',
  },
  {
    id: 'consumed capacity',
    says: 'ReturnConsumedCapacity accepts only TOTAL, and Query and Scan return no capacity',
    source: 'alternator/consumed_capacity.cc, should_add_capacity',
  },
  {
    id: 'expression length',
    says: 'An expression of more than 4,096 bytes is refused',
    source: 'alternator/expressions.cc, check_max_expression_length',
  },
  {
    id: 'attribute definitions',
    says: "UpdateTable may define only the new index's own keys",
    source: 'alternator/executor.cc, update_table: spurious attributes',
  },
  {
    id: 'one index at a time',
    says: 'UpdateTable adds or deletes one global index per call; more are a LimitExceededException',
    source: 'alternator/executor.cc, update_table: only allows one index creation or deletion',
  },
  {
    id: 'names',
    says: 'A table name has at most 192 characters; with the name of a global index and one more character, or of a local one and two more, it has at most 222',
    source: 'alternator/executor_util.hh, max_table_name_length, max_auxiliary_table_name_length',
  },
  {
    id: 'item count',
    says: 'DescribeTable returns no ItemCount',
    source: 'alternator/executor.cc, fill_table_description',
  },
  {
    id: 'forbid_rmw',
    says: 'A table tagged forbid_rmw refuses conditional writes and all other writes that have to read first',
    source: 'alternator/executor.cc, rmw_operation::execute',
  },
  {
    id: 'numbers by text',
    says: '`=`, `<>` and `IN` compare numbers by their text, not by their value',
    source: 'alternator/conditions.cc, check_EQ',
  },
  {
    id: 'number keys by text',
    says: 'A number partition key is found only by the digits and the scale that it was stored with: `1e3` is not found as `1000`',
    source: 'utils/big_decimal.cc, parse_and_set, and types/types.cc, serialize_value of decimal_type',
  },
  {
    id: 'numbers as they come back',
    says: 'A stored top-level number comes back in plain decimal, a number inside a map or list as it was sent',
    source: 'utils/big_decimal.cc, big_decimal::to_string',
  },
  {
    id: 'number sets by text',
    says: 'Members of a number set are distinguished by their text',
    source: 'alternator/serialization.cc, serialize_item: NOT_SUPPORTED_YET keeps the JSON',
  },
  {
    id: 'index projections',
    says: 'KEYS_ONLY and INCLUDE are accepted and ignored: an index holds whole items',
    source: 'alternator/executor.cc, create_table: include_all_columns',
  },
  {
    id: 'late indexes',
    says: 'A global index is updated some time after its table',
    source: 'docs/alternator/compatibility.md, and db/view: updates in the background',
  },
  {
    id: 'short pages',
    says: 'A page may be short and still have LastEvaluatedKey',
    source: 'alternator/executor_read.cc, do_query',
  },
  {
    id: 'empty pages',
    says: 'A page may be empty and still have LastEvaluatedKey',
    source: 'alternator/executor_read.cc, do_query',
  },
  {
    id: 'limit before filter',
    says: 'Limit counts items before the filter',
    source: 'alternator/executor_read.cc, do_query',
  },
  {
    id: 'batch reads',
    says: 'BatchGetItem accepts up to 100 keys and may leave some in UnprocessedKeys',
    source: 'alternator/executor_read.cc, batch_get_item',
  },
  {
    id: 'batch writes',
    says: 'BatchWriteItem accepts up to 100 writes and never returns UnprocessedItems',
    source: 'alternator/executor.cc, batch_write_item',
  },
  {
    id: 'partial batches',
    says: 'A BatchWriteItem that fails may have done some of its writes',
    source: 'alternator/executor.cc, do_batch_write',
  },
  {
    id: 'tags',
    says: 'CreateTable keeps tags, and ListTagsOfResource returns them',
    source: 'alternator/executor.cc, list_tags_of_resource',
  },
  {
    id: 'trailing zeros',
    says: 'A number comes back without superfluous zeros: the partition key `5.0` as `5`, which is the key of another item',
    source: 'utils/big_decimal.cc, big_decimal::to_string; types/types.cc keeps the scale of a key',
    spec: 'foreign-numbers',
  },
  {
    id: 'number sets as they were sent',
    says: 'A set of numbers keeps the texts of its members, and DELETE takes away a member of the same text alone',
    source: 'alternator/serialization.cc, serialize_item; set_diff',
    spec: 'foreign-numbers',
  },
  {
    id: 'number sort keys',
    says: 'A number sort key is found by its value, whatever its text',
    source: 'types/types.cc, compare of decimal_type; clustering keys are compared by it',
    spec: 'foreign-numbers',
  },
  {
    id: 'types of index keys',
    says: 'A write that gives the key of an index another type is refused, and items that had one before the index are left out of it',
    source: 'alternator/executor.cc, validate_value_if_index_key; value_getter of computed columns',
    spec: 'requests',
  },
  {
    id: 'refused and invalid',
    says: 'A write whose condition does not hold is refused as invalid all the same if something is wrong with it',
    source: 'alternator/executor.cc, update_item_operation: expressions are resolved before they are judged',
    spec: 'requests',
  },
  {
    id: 'batches are validated first',
    says: 'A batch with a key twice, or with one invalid write, is refused before anything of it is written',
    source: 'alternator/executor.cc, batch_write_item: used_keys; executor_read.cc, batch_get_item',
    spec: 'requests',
  },
  {
    id: 'starts of indexes',
    says: 'An ExclusiveStartKey of an index has the keys of the index and of the table, with their types',
    source: 'alternator/executor_read.cc, do_query: pk_from_json, pos_from_json',
    spec: 'requests',
  },
  {
    id: 'filters of hash-only indexes',
    says: "A query of a global index without sort key takes no filter on the table's partition key",
    source: 'alternator/executor_read.cc, query (scylladb issue 5320), 2025.1 to today',
    spec: 'requests',
  },
  {
    id: 'indexes on tablets',
    says: 'Tables have tablets from 2025.4 on; there indexes on them need rf_rack_valid_keyspaces, and from 2026.1 on a cluster of one or three racks',
    source: 'alternator/executor.cc, create_table_on_shard0 and update_table, of scylla-2025.4.0 and scylla-2026.1.0',
    spec: 'releases',
  },
  {
    id: 'expiry on tablets',
    says: '2025.1 and 2025.2 refuse expiry on tablets',
    source: 'alternator/ttl.cc, update_time_to_live, of scylla-2025.1.0 and scylla-2025.2.0',
    spec: 'releases',
  },
  {
    id: 'reserved tags',
    says: '2025.2 and 2025.3 keep all tags that begin with `system:` for themselves, but for the write isolation',
    source: 'alternator/executor.cc, tag_key_is_internal, of scylla-2025.2.0',
    spec: 'releases',
  },
  {
    id: 'changing tags',
    says: 'TagResource and UntagResource change what holds from then on; the write isolation has short names, such as `f`; 50 tags of plain letters are taken',
    source: 'alternator/executor.cc, update_tags_map, validate_tags, is_legal_tag_char',
    spec: 'requests',
  },
  {
    id: 'nested expressions',
    says: 'An expression that is nested more than 400 levels deep is refused',
    source: 'alternator/expressions.g, MAX_DEPTH',
    spec: 'requests',
  },
  {
    id: 'deleted indexes',
    says: 'Once an index is deleted, its key may have any type',
    source: 'alternator/executor.cc, update_table: the view is dropped',
    spec: 'requests',
  },
  {
    id: 'long index keys',
    says: 'Items that are older than an index, and whose key of it is longer than 65,535 bytes, are left out of it',
    source: 'alternator/executor.cc, create_table: views, whose keys are limited as all keys are',
    spec: 'requests',
  },
  {
    id: 'updates that take away',
    says: 'An update that only takes attributes, or members of sets, away makes no item where there is none',
    source: 'alternator/executor.cc, update_item_operation::apply: any_updates, any_deletes',
    spec: 'requests',
  },
  {
    id: 'notations in a batch',
    says: 'BatchGetItem takes notations of one number as a partition key for different keys',
    source: 'alternator/executor_read.cc, batch_get_item: used_keys, compared as they are serialised',
    spec: 'foreign-numbers',
  },
  {
    id: 'stream events',
    says: 'A stream calls every write MODIFY, and every removal REMOVE; it says no sizes',
    source: 'alternator/streams.cc, get_records',
  },
  {
    id: 'stream removals',
    says: 'A stream shows no image of an item that is removed from a table without sort key',
    source: 'alternator/streams.cc, get_records',
  },
  {
    id: 'late records',
    says: 'A record of a stream can be read some time after its write; until then a page is empty',
    source: 'alternator/streams.cc, get_records: confidence interval',
  },
] as const satisfies readonly Fact[];

export type FactId = (typeof facts)[number]['id'];

export function factOf(id: FactId): string {
  return (facts as readonly Fact[]).find((fact) => fact.id === id)?.says ?? id;
}

/** What a proxy in front of DynamoDB Local can't show of Alternator. */
export const notShown = [
  'An item whose index key has another type than the index, and that is changed elsewhere: DynamoDB Local fails on it',
  'Isolation itself: `unsafe_rmw`, mixed plain and conditional writes under `only_rmw_uses_lwt`, several data centres, contention',
  'Two items, or two members of a set, whose numbers differ only in their notation: DynamoDB Local keeps one of them',
  'The place where a scan goes on after a page whose last item has a number partition key in another notation: ScyllaDB starts after the key that it handed out, which is elsewhere',
  'A stream of many shards, shards that end when nodes join, and records of one batch that share their number',
  'Items of more than 400 KB, requests of up to 16 MB, and the 24 hours until items expire',
  'Conditional writes that time out and are done all the same: the proofs in `spec/proof` cover them, on every engine',
];
