import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Mapper, type WireItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { MessageRepository } from '../../entities/message-repository.js';
import { Attachment, Message } from '../../entities/message.js';
import { readRaw, storeRaw } from '../support/raw-requests.js';
import { sampleDocument, sampleDocuments } from '../support/sample-documents.js';

const samples = sampleDocuments('message');
const text = (wire: WireItem, attribute: string) => (wire[attribute] as { S: string } | undefined)?.S;
const keyOf = (wire: WireItem) => ({
  session_id: text(wire, 'session_id') as string,
  message_id: text(wire, 'message_id') as string,
});
const sessionIds = [...new Set(samples.map(({ wire }) => keyOf(wire).session_id))];

interface StoredAttachment {
  readonly M: { readonly name: { S: string }; readonly media_type: { S: string }; readonly bytes: { N: string } };
}

/** What a document says, read by its version, without any upgrade. */
function meaningOf(wire: WireItem, version: number): object {
  const { attachments, tokens } = wire as { attachments?: { L: StoredAttachment[] }; tokens?: { N: string } };
  const roles: Record<string, string> = { human: 'user', bot: 'assistant' };
  const author = text(wire, 'author') as string;
  return {
    ...keyOf(wire),
    role: version === 1 ? (roles[author] ?? author) : text(wire, 'role'),
    content: text(wire, version === 1 ? 'text' : 'content'),
    attachments: attachments?.L.map(({ M: { name, media_type: type, bytes } }) => ({
      name: name.S,
      media_type: type.S,
      bytes: Number(bytes.N),
    })),
    tokens: tokens && Number(tokens.N),
    created_at: new Date(text(wire, 'created_at') as string),
  };
}

let engine: EmbeddedEngine;
let mapper: Mapper;
let messages: MessageRepository;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Message] });
  await mapper.createTables();
  messages = new MessageRepository(mapper);
  for (const { text: json } of samples) await storeRaw(engine.endpoint, 'chat_messages', json);
});
afterAll(async () => {
  await mapper.close();
  await engine.close();
});

test('there are documents of every version', () => {
  expect(new Set(samples.map((one) => one.version))).toEqual(new Set([1, 2]));
  expect(sessionIds.length).toBeGreaterThan(3);
});

describe.each(samples)('the stored message $file', ({ wire, version }) => {
  test('is read as a Message of today, and stays stored as it is', async () => {
    const { session_id: session, message_id: id } = keyOf(wire);
    const stored = { session_id: { S: session }, message_id: { S: id } };
    const before = await readRaw(engine.endpoint, 'chat_messages', stored);
    const message = await messages.getOrFail(keyOf(wire));
    expect(message).toBeInstanceOf(Message);
    expect(message).toEqual(meaningOf(wire, version));
    for (const attachment of message.attachments ?? []) expect(attachment).toBeInstanceOf(Attachment);
    expect(await readRaw(engine.endpoint, 'chat_messages', stored)).toBe(before);
  });

  test('is hydrated to the same, without an engine', async () => {
    expect(messages.hydrate(wire)).toEqual(await messages.getOrFail(keyOf(wire)));
  });
});

test.each<[string, object]>([
  ['v1-0001-hello', { role: 'user' }],
  ['v1-0002-greeting', { role: 'assistant', tokens: 31 }],
  ['v1-0008-system-upgrade-notice', { role: 'system' }],
  ['v1-0018-boto3-exponent-tokens', { tokens: 100, created_at: new Date('2024-03-01T09:15:07.000Z') }],
  ['v1-0005-empty-text', { content: '' }],
  ['v2-0030-zero-tokens', { tokens: 0 }],
])('%s says what it should', (file, expected) => {
  expect(messages.hydrate(sampleDocument(`message/${file}`).wire)).toMatchObject(expected);
});

test('attachments know what they are', () => {
  const images = messages.hydrate(sampleDocument('message/v1-0005-empty-text').wire).attachments;
  expect(images?.map((one) => one.isImage)).toEqual([true, true]);
  const log = messages.hydrate(sampleDocument('message/v1-0003-long-log').wire).attachments;
  expect(log?.map((one) => one.isImage)).toEqual([false]);
});

test.each(sessionIds)('the messages of session %s come in the order in which they were sent', async (id) => {
  const expected = samples.map(({ wire }) => keyOf(wire)).filter((key) => key.session_id === id);
  const ids = expected.map((key) => key.message_id).toSorted();
  const seen: string[] = [];
  for await (const message of messages.ofSession(id)) seen.push(message.message_id);
  expect(seen).toEqual(ids);
  const latest = await messages.latest(id, 3);
  expect(latest.map((message) => message.message_id)).toEqual(ids.toReversed().slice(0, 3));
});

test('messages of all versions come by their keys, in the order of the keys', async () => {
  const keys = samples.map(({ wire }) => keyOf(wire)).toReversed();
  const found = await messages.getMany(keys);
  expect(found).toMatchObject(keys);
});

test('a message with an attachment is stored and read again', async () => {
  const attachment = Object.assign(new Attachment(), { name: 'a.png', media_type: 'image/png', bytes: 7 });
  const message = messages.create({
    session_id: 'new',
    message_id: '2024-09-01T00:00:00.000Z#0001',
    role: 'user',
    content: 'Look',
    attachments: [attachment],
  });
  await messages.insert(message);
  const again = await messages.getOrFail(message);
  expect(again).toEqual(message);
  expect(again.attachments?.[0]?.isImage).toBe(true);
});
