import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Attribute, Entity, Mapper, PartitionKey, rename, setDefault, steps, Upgrade, Versioned } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';

@Entity({ table: 'chat_sessions' })
@Versioned(2)
export class Session {
  @PartitionKey({ type: 'string' }) session_id!: string;
  @Attribute({ type: 'string' }) session_state!: string;
  @Attribute({ type: 'string' }) blueprint!: string;

  @Upgrade(1, 2, 'renamed state to session_state, added blueprint')
  static sessionState = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));
}

async function main(): Promise<void> {
  const engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Session] });
  await mapper.createTables();
  const stored = { session_id: { S: 'abc-123' }, state: { S: 'open' } };
  await engine.client.send(new PutItemCommand({ TableName: 'chat_sessions', Item: stored }));
  const sessions = mapper.repository(Session);
  const session = await sessions.getOrFail({ session_id: 'abc-123' });
  session.session_state = 'closed';
  await sessions.save(session);
  console.log(JSON.stringify([session instanceof Session, sessions.stored(session)?.version, session]));
  await mapper.close();
  await engine.close();
}

export const done = main();
