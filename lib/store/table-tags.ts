import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { wireOf } from '../codec/row.js';
import { valueAt } from '../codec/wire.js';
import { oldTabletsTag, tabletsTag } from './tablets.js';
import { outputOf, type Transport } from './transport.js';

/** What a table's tags say; empty if the engine tells nothing. */
export type TableTags = ReadonlyMap<string, string>;

/**
 * Reads a table's tags. Where the engine has no tags, or doesn't let us see them, there are none, unless they are
 * `needed`: then a refusal is thrown.
 */
export async function readTags(
  transport: Transport,
  { TableArn: arn }: TableDescription,
  isNeeded: boolean,
): Promise<TableTags> {
  const tags = new Map<string, string>();
  if (arn === undefined) return tags;
  let from: string | undefined;
  do {
    const page = { ResourceArn: arn, ...(from !== undefined && { NextToken: from }) };
    const answer = await transport.send('ListTagsOfResource', page);
    if (!answer.done && (!isNeeded || answer.because === 'unknown operation')) return tags;
    const { NextToken: next, Tags: found = [] } = outputOf(answer);
    for (const { Key: key = '', Value: value = '' } of found) tags.set(key, value);
    from = next;
  } while (from !== undefined);
  return tags;
}

/** Whether the table has tablets, as far as its tags or ScyllaDB's own tables tell. */
export async function tabletsOf(
  transport: Transport,
  table: string,
  tags: TableTags,
): Promise<'tablets' | 'no tablets' | undefined> {
  const tag = tags.get(tabletsTag) ?? tags.get(oldTabletsTag);
  if (tag !== undefined) return /^\s*[+-]?\d/.test(tag) ? 'tablets' : 'no tablets';
  const answer = await transport.send('Query', {
    TableName: '.scylla.alternator.system_schema.scylla_keyspaces',
    KeyConditionExpression: 'keyspace_name = :name',
    ExpressionAttributeValues: { ':name': { S: `alternator_${table}` } },
  });
  // not ScyllaDB, or one without tablets
  if (!answer.done) return undefined;
  const [keyspace] = answer.output.Items ?? [];
  if (!keyspace) return undefined;
  const initial = valueAt(wireOf(keyspace), 'initial_tablets');
  return initial && 'N' in initial && Number(initial.N) > 0 ? 'tablets' : 'no tablets';
}
