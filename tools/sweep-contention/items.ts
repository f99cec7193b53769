import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../lib/index.js';

export const table = 'tallies';

/** The items of version 1, every other without saying so. */
export function itemOfVersion1(at: number): Item {
  return {
    id: `tally-${at}`,
    count: at,
    log: Array.from({ length: at % 3 }, (_, nth) => `entry ${nth}`),
    ...(at % 2 === 0 && { schema_version: 1 }),
  };
}

/** Stores so many of them. */
export async function storeItems(client: DynamoDBClient, tableName: string, items: number): Promise<void> {
  const most = 25;
  const batches = Array.from({ length: Math.ceil(items / most) }, (_, nth) => nth * most).values();
  const lane = async () => {
    for (const first of batches) {
      const puts = Array.from({ length: Math.min(most, items - first) }, (_, nth) => {
        return { PutRequest: { Item: marshall(itemOfVersion1(first + nth)) } };
      });
      await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: puts } }));
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}
