/** A program as a user writes it: `package.spec.ts` compiles and runs it against the packed package. */
import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  Attribute,
  Entity,
  type Item,
  type key,
  Mapper,
  PartitionKey,
  type Repository,
  Upgrade,
  upgradeItem,
  Versioned,
} from 'dynamo-evolve';

@Entity({ table: 'notes' })
@Versioned(2)
class Note {
  @PartitionKey() id!: string;
  @Attribute() body!: string;
  @Attribute({ optional: true }) stars?: number;
  declare readonly [key]?: 'id';

  @Upgrade(1, 2, 'renamed text to body')
  static textToBody(item: Item): void {
    item.body = item.text;
    delete item.text;
  }
}

/** Only compiled: what the types allow, and what they refuse. */
export async function typed(notes: Repository<Note>): Promise<string> {
  // @ts-expect-error a note's key is its id
  await notes.get({ wrong: 1 });
  // @ts-expect-error the id is a string
  await notes.get({ id: 1 });
  const note: Note = await notes.getOrFail({ id: 'n-1' });
  return note.body;
}

const client = new DynamoDBClient({
  endpoint: 'http://localhost:8000',
  region: 'local',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
});
const mapper = new Mapper({ client, entities: [Note] });
assert.ok(mapper.repository(Note));
await mapper.close();
client.destroy();

const upgraded = upgradeItem(Note, { id: 'n-1', text: 'hello' });
assert.equal(upgraded.body, 'hello');
assert.ok(!('text' in upgraded));
console.log(JSON.stringify(upgraded));
