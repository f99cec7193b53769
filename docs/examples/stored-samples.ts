import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { WireItem, WireValue } from 'dynamo-evolve';

/** The stored documents of a folder in `spec/samples`, in the engine's wire format. */
export async function readSamples(folder: string): Promise<WireItem[]> {
  const path = join('spec', 'samples', folder);
  const files = (await readdir(path)).filter((name) => name.endsWith('.json') && !name.endsWith('.golden.json'));
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(path, name), 'utf8')) as WireItem));
}

/** Stores documents without the mapper, as an older application did. */
export async function storeRaw(client: DynamoDBClient, table: string, items: readonly WireItem[]): Promise<void> {
  for (const item of items) {
    const { M: Item } = sdkValue({ M: item }) as { M: Record<string, AttributeValue> };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
}

/** The SDK wants bytes where the wire format has base64 text. */
function sdkValue(value: WireValue): AttributeValue {
  if ('B' in value) return { B: Buffer.from(value.B as string, 'base64') };
  if ('BS' in value) return { BS: value.BS.map((bytes) => Buffer.from(bytes as string, 'base64')) };
  if ('L' in value) return { L: value.L.map(sdkValue) };
  if ('M' in value)
    return { M: Object.fromEntries(Object.entries(value.M).map(([name, one]) => [name, sdkValue(one)])) };
  return value as AttributeValue;
}
