import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Mapper, rename, setDefault, steps } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { defineEntity, upgrade } from 'dynamo-evolve/toolbox';
import { item, string } from 'dynamodb-toolbox';

const sessionState = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));
export const Session = defineEntity({
  name: 'Session',
  table: 'chat_sessions',
  version: 2,
  schema: item({ session_id: string().key(), session_state: string(), blueprint: string() }),
  upgrades: [upgrade(1, 2, 'renamed state to session_state, added blueprint', sessionState)],
});

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
