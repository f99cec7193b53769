import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { WireItem } from 'dynamo-evolve';
import { requestRaw } from '../../support/raw-requests.js';
import { whyNoDynamoDBLocal } from '../../../tools/engines/dynamodb-local-package.js';
import { testUnless } from '../../support/test-unless.js';
import {
  type AlternatorProfile,
  startAlternatorProfile,
} from '../../../tools/engines/alternator-profile/alternator-profile.js';
import { type FactId, factOf, facts, type FactSpec } from '../../../tools/engines/alternator-profile/facts.js';
import type { Release } from '../../../tools/engines/alternator-profile/release.js';

jest.setTimeout(120_000);

const problem = await whyNoDynamoDBLocal();

/** Why there is no profile, if there is none. */
export const whyNot = problem && `DynamoDB Local can't be started: ${problem}`;

export interface Output {
  readonly status: number;
  readonly error: string;
  readonly Item?: WireItem;
  readonly Items?: WireItem[];
  readonly Attributes?: WireItem;
  readonly LastEvaluatedKey?: WireItem;
  readonly [member: string]: unknown;
}

export const definitions = (types: Record<string, string>) =>
  Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
export const index = (IndexName: string, key: string, ProjectionType = 'ALL') => ({
  IndexName,
  KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  Projection: { ProjectionType, ...(ProjectionType === 'INCLUDE' && { NonKeyAttributes: ['other'] }) },
});
export const idsOf = (outputs: readonly Output[]) =>
  outputs.flatMap(({ Items: items = [] }) => items.map(({ id }) => (id && 'S' in id ? id.S : ''))).toSorted();

/** Starts the profile for the tests of a spec, as that release, and gives them what they use. */
export function factsOf(spec: FactSpec, release?: Release) {
  const shown = new Set<FactId>();
  let profile: AlternatorProfile;
  beforeAll(async () => {
    if (problem === undefined) profile = await startAlternatorProfile(release);
  });
  afterAll(() => profile?.close());

  /** A test that shows one fact; its name is what the fact says. */
  function testHere(id: FactId, run: () => Promise<void>): void {
    shown.add(id);
    testUnless(whyNot, `${id}: ${factOf(id)}`, run);
  }

  /** A test that all facts of this spec have theirs. */
  function testAll(): void {
    test('every fact of its list', () => {
      const ofThis = facts.filter((fact) => ('spec' in fact ? fact.spec : 'alternator-profile') === spec);
      expect(ofThis.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
    });
  }

  /** Sends a request, and resolves to the answer and the error's name and message. */
  async function send(operation: string, body: object): Promise<Output> {
    const { status, text } = await requestRaw(profile.endpoint, operation, JSON.stringify(body));
    const { __type: type, ...output } = JSON.parse(text) as Record<string, unknown>;
    const error = status === 200 ? '' : `${String(type).split('#')[1]}: ${String(output.message ?? output.Message)}`;
    return { ...output, status, error };
  }

  /** A new table with the key `id`, and whatever else. */
  async function newTable(more: object = {}, keys: Record<string, string> = {}): Promise<string> {
    const TableName = `t${randomUUID()}`;
    const created = await send('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: definitions({ id: 'S', ...keys }),
      ...more,
    });
    expect(created.error).toBe('');
    return TableName;
  }

  const put = (TableName: string, Item: WireItem, more: object = {}) => send('PutItem', { TableName, Item, ...more });
  const get = async (TableName: string, id: string) =>
    (await send('GetItem', { TableName, Key: { id: { S: id } } })).Item;

  /** All pages of a query or scan. */
  async function pages(operation: string, body: object): Promise<Output[]> {
    const all: Output[] = [];
    let start: WireItem | undefined;
    do {
      const page = await send(operation, { ...body, ...(start && { ExclusiveStartKey: start }) });
      expect(page.error).toBe('');
      all.push(page);
      start = page.LastEvaluatedKey;
    } while (start);
    return all;
  }

  const batch = (TableName: string, count: number) =>
    send('BatchWriteItem', {
      RequestItems: {
        [TableName]: Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: { id: { S: `i${at}` } } } })),
      },
    });

  return { batch, get, newTable, pages, profile: () => profile, put, send, testAll, testHere };
}
