import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Change, Mapper } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import * as fc from 'fast-check';
import { Unread, UnreadCounters } from '../../docs/examples/unread-counters.js';
import { Message } from '../../entities/message.js';
import { cases } from '../support/effort.js';

let engine: EmbeddedEngine;
let mapper: Mapper;
let counters: UnreadCounters;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Message, Unread] });
  await mapper.createTables();
  counters = new UnreadCounters(mapper);
});
afterAll(() => engine.close());

let sessions = 0;
const newSession = () => `session-${++sessions}`;

function change(session: string, id: string, kind: 'insert' | 'remove', author = 'bot'): Change {
  const Keys = { session_id: { S: session }, message_id: { S: id } };
  const image = { ...Keys, author: { S: author }, text: { S: 'Hello' }, created_at: { S: '2024-03-01T09:15:00.000Z' } };
  return mapper.change({ dynamodb: { Keys, [kind === 'insert' ? 'NewImage' : 'OldImage']: image } }) as Change;
}

test("the user's own messages aren't counted, and neither are those of other classes", async () => {
  const session = newSession();
  await counters.take(change(session, '1', 'insert', 'human'));
  await counters.take({ ...change(session, '1', 'insert'), entity: Unread });
  expect(await counters.count(session)).toBe(0);
  await counters.take(change(session, '2', 'insert'));
  expect(await counters.count(session)).toBe(1);
});

test('the count is that of the messages which are there and unread, however often changes come again', async () => {
  const message = fc.record({ isRemoved: fc.boolean(), isOfUser: fc.boolean() });
  const restarts = fc.array(fc.tuple(fc.nat(20), fc.nat(6)), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 8 }),
      restarts,
      fc.nat(20),
      fc.nat(8),
      async (all, again, at, to) => {
        const session = newSession();
        const idOf = (nth: number) => `2024-03-01T09:15:0${nth}`;
        const changes = all.flatMap(({ isOfUser, isRemoved }, nth) => [
          change(session, idOf(nth), 'insert', isOfUser ? 'human' : 'bot'),
          ...(isRemoved ? [change(session, idOf(nth), 'remove')] : []),
        ]);
        // after a crash, some of the last changes come again
        const order = changes.map((_, nth) => nth);
        for (const [behind, back] of again) order.splice(behind, 0, ...order.slice(Math.max(0, behind - back), behind));
        for (const [nth, which] of order.entries()) {
          if (nth === at) await counters.markRead(session, idOf(to));
          await counters.take(changes[which] as Change);
        }
        const isRead = (nth: number) => at < order.length && nth <= to;
        const unread = all.filter(({ isOfUser, isRemoved }, nth) => !isOfUser && !isRemoved && !isRead(nth));
        expect(await counters.count(session)).toBe(unread.length);
      },
    ),
    { numRuns: cases(300) },
  );
}, 120_000);

test('the page about streams shows the example', () => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const example = read('docs/examples/unread-counters.ts').replaceAll(`'../../entities/`, `'./entities/`);
  expect(read('docs/consumers.md')).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});
