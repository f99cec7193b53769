import type { WireItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type EngineRequest, startCannedEngine } from './canned-engine.js';
import { readStored, requestRaw, sendRaw } from './raw-requests.js';

interface WriteBody {
  readonly TableName: string;
  readonly Item?: WireItem;
  readonly Key?: WireItem;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/** The embedded engine behind a server that adds what it lacks: a failed condition brings the stored item along. */
export async function startTellingEngine(): Promise<EmbeddedEngine & { readonly requests: readonly EngineRequest[] }> {
  const engine = await startEmbeddedEngine();
  const { endpoint } = engine;
  const canned = await startCannedEngine(async ({ operation, text, body }) => {
    const answer = await requestRaw(endpoint, operation, text);
    const wantsItem = (body as WriteBody).ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    if (wantsItem && answer.text.includes('ConditionalCheckFailedException')) {
      const stored = await storedItem(endpoint, body as WriteBody);
      answer.text = JSON.stringify({ ...(JSON.parse(answer.text) as object), ...(stored && { Item: stored }) });
    }
    return (response) => {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.text);
    };
  });
  return {
    endpoint: canned.endpoint,
    client: canned.client,
    requests: canned.requests,
    close: async () => {
      await canned.close();
      await engine.close();
    },
  };
}

async function storedItem(endpoint: string, body: WriteBody): Promise<WireItem | undefined> {
  const description = await sendRaw(endpoint, 'DescribeTable', JSON.stringify({ TableName: body.TableName }));
  const { Table: table } = JSON.parse(description) as { Table: { KeySchema: { AttributeName: string }[] } };
  const source = body.Key ?? body.Item ?? {};
  const key = table.KeySchema.map(({ AttributeName: name }) => [name, source[name]]);
  return readStored(endpoint, body.TableName, Object.fromEntries(key) as WireItem);
}
