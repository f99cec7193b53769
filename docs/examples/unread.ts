// Posts messages, and lets a consumer of the stream of messages count those that are unread. It needs an engine that has
// streams: ALTERNATOR_ENDPOINT=http://localhost:8000 npm run example:unread
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import { Mapper } from 'dynamo-evolve';
import { Message } from '../../entities/message.js';
import { MessageRepository } from '../../entities/message-repository.js';
import { startEngine } from './engine.js';
import { keepUnreadCounters, Unread, UnreadCounters } from './unread-counters.js';

const engine = await startEngine();
if (engine.isEmbedded) throw new Error('The embedded engine has no streams: set ALTERNATOR_ENDPOINT.');
const mapper = new Mapper({ client: engine.client, entities: [Message, Unread], tablePrefix: 'demo_' });
await mapper.createTables({ streams: 'NEW_AND_OLD_IMAGES', jobs: true });

const { credentials, endpoint, region } = engine.client.config;
const { hostname, path, port, protocol } = await endpoint!();
const address = `${protocol}//${hostname}${port ? `:${port}` : ''}${path}`;
const streams = new DynamoDBStreams({ credentials, endpoint: address, region });
const stopping = new AbortController();
const keeping = keepUnreadCounters(mapper, streams, stopping.signal);

const messages = new MessageRepository(mapper);
const counters = new UnreadCounters(mapper);
const session = randomUUID();
/** A consumer is some moments late. */
const expectCount = async (count: number) => {
  while ((await counters.count(session)) !== count) await Promise.race([sleep(100), keeping]);
  console.log(`${count} unread`);
};
try {
  await messages.post(session, { role: 'user', content: 'Hello' });
  const first = await messages.post(session, { role: 'assistant', content: 'Hello! What can I do for you?' });
  await messages.post(session, { role: 'assistant', content: 'I can write code, for instance.' });
  await expectCount(2);
  await counters.markRead(session, first.message_id);
  await expectCount(1);
} finally {
  stopping.abort();
  await keeping;
  await mapper.close();
  streams.destroy();
  await engine.close();
}
