import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from './caught.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey({ type: 'string' }) id!: string;
}

const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };

/** The message of reading with a client. */
async function messageOf(client: DynamoDBClient): Promise<string> {
  const notes = new Mapper({ client, entities: [Note] }).repository(Note);
  const error = await rejected('REQUEST_FAILED', notes.get({ id: 'a' }));
  client.destroy();
  return error.message;
}

describe('the first request of a new program says what to do', () => {
  test('without the table', async () => {
    const { client, close } = await startEmbeddedEngine();
    expect(await messageOf(client)).toMatch(/ResourceNotFoundException.*call createTables\(\), or check tablePrefix/);
    await close();
  });

  test('without a region', async () => {
    const region = () => Promise.reject(new Error('Region is missing'));
    expect(await messageOf(new DynamoDBClient({ region, credentials }))).toMatch(
      /Region is missing\. Give the client a region/,
    );
  });

  test('without credentials', async () => {
    const none = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    const client = new DynamoDBClient({ region: 'local', endpoint: 'http://127.0.0.1:1', credentials: none });
    expect(await messageOf(client)).toMatch(/CredentialsProviderError\. Give the client credentials/);
  });

  test('without an engine', async () => {
    // an error of this realm: the SDK wraps those of the other one that Jest's sockets throw
    const refused = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    const client = new DynamoDBClient({ region: 'local', credentials, requestHandler: { handle: refused } });
    expect(await messageOf(client)).toMatch(/ECONNREFUSED\. Nothing listens/);
  });
});
