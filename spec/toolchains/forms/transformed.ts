import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Transform, Type } from 'class-transformer';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';

class Cover {
  colour!: string;
}
const [sealing, opening] = [
  { groups: ['storage'], toPlainOnly: true },
  { groups: ['storage'], toClassOnly: true },
];

@Entity({ table: 'albums' })
@Versioned(1)
class Album {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'object' }) @Type(() => Cover) cover!: Cover;
  @Attribute({ type: 'string' })
  @Transform(({ value }) => `sealed ${value}`, sealing)
  @Transform(({ value }) => String(value).slice('sealed '.length), opening)
  secret!: string;
}

async function main(): Promise<void> {
  const engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Album] });
  await mapper.createTables();
  const albums = mapper.repository(Album);
  await albums.insert(albums.create({ id: 'a-1', cover: { colour: 'red' }, secret: 'hidden' }));
  const { cover, secret } = await albums.getOrFail({ id: 'a-1' });
  const stored = await engine.client.send(new GetItemCommand({ TableName: 'albums', Key: { id: { S: 'a-1' } } }));
  console.log(JSON.stringify([cover instanceof Cover, secret, stored.Item?.secret?.S]));
  await mapper.close();
  await engine.close();
}

export const done = main();
