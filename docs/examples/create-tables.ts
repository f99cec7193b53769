// Creates the tables of the chat application at ALTERNATOR_ENDPOINT, and prints how they differ from what the entities
// need.
import { Mapper } from 'dynamo-evolve';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';
import { startEngine } from './engine.js';

const engine = await startEngine();
const mapper = new Mapper({ client: engine.client, entities: [Session, Message] });
try {
  for (const { table, created } of await mapper.createTables()) {
    console.log(`${table} ${created ? 'created' : 'was there'} at ${engine.title}`);
  }
  const added = await mapper.addIndexes();
  for (const index of added) console.log(`${index} added`);
  const differences = await mapper.verifyTables();
  for (const { message } of differences) console.log(message);
  process.exitCode = differences.length === 0 ? 0 : 1;
} finally {
  await mapper.close();
  await engine.close();
}
