// The demo: stored documents of several versions, read as entities of today's. Run it with `npm run demo`.
import { subscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { channels, Mapper, MapperError } from 'dynamo-evolve';
import type { RetireVerdict, UpgradeEvent, WireItem } from 'dynamo-evolve';
import { Message } from '../../entities/message.js';
import { MessageRepository } from '../../entities/message-repository.js';
import { Session } from '../../entities/session.js';
import { SessionRepository } from '../../entities/session-repository.js';
import { startEngine } from './engine.js';
import { PreviousSession } from './previous-session.js';
import { describeUpdate, tellUpdates } from './sent-updates.js';
import { readSamples, storeRaw } from './stored-samples.js';

const bold = (text: string) => (process.stdout.isTTY ? `\u001B[1m${text}\u001B[0m` : text);
const heading = (text: string) => console.log(`\n${bold(text)}`);
const indented = (text: string) => console.log(text.replaceAll(/^/gm, '    '));
const show = (value: unknown) => {
  indented(inspect(value, { colors: process.stdout.isTTY, depth: 4, breakLength: 100 }));
};
const versions = (items: readonly WireItem[]) => {
  const counts = new Map<string, number>();
  for (const { schema_version: version } of items) {
    const name = version && 'N' in version ? `v${version.N}` : 'v1 (no version attribute)';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts.keys()]
    .toSorted()
    .map((name) => `${counts.get(name)} × ${name}`)
    .join(', ');
};

const answer = ({ mayRetire, reasons }: RetireVerdict) =>
  mayRetire
    ? 'yes: raise the floor, and delete their upgrades'
    : `no. ${reasons.map(({ message }) => message).join(' ')}`;

const engine = await startEngine();
const updates: string[] = [];
const client = tellUpdates(engine.client, (input) => updates.push(describeUpdate(input)));
const mapper = new Mapper({ client, entities: [Session, Message], tablePrefix: 'demo_' });
const sessions = new SessionRepository(mapper);
const messages = new MessageRepository(mapper);
console.log(bold(`dynamo-evolve on ${engine.title}`));

try {
  heading('1. Tables, and documents as applications of several ages stored them');
  for (const { table, created } of await mapper.createTables()) {
    console.log(`  ${table} ${created ? 'created' : 'was there'}`);
  }
  const storedSessions = await readSamples('session');
  const storedMessages = await readSamples('message');
  await storeRaw(engine.client, 'demo_chat_sessions', storedSessions);
  await storeRaw(engine.client, 'demo_chat_messages', storedMessages);
  console.log(`  ${storedSessions.length} sessions: ${versions(storedSessions)}`);
  console.log(`  ${storedMessages.length} messages: ${versions(storedMessages)}`);

  heading('2. One of them, as it is stored and as it is read');
  const steps: string[] = [];
  subscribe(channels.upgrade, (event) => steps.push(...(event as UpgradeEvent).steps));
  const session = await sessions.getOrFail({ session_id: 'abc-123' });
  console.log(`  stored, version ${sessions.stored(session)?.version}:`);
  show(sessions.stored(session)?.item);
  console.log(`  read, upgraded in memory by ${steps.join(', then ')}:`);
  show(session);

  heading('3. A query by index: the sessions of user-456, the one used last first');
  for await (const one of sessions.ofUser('user-456')) {
    const day = one.updated_at.toISOString().slice(0, 10);
    console.log(`  ${day}  stored v${sessions.stored(one)?.version}  ${one.session_state.padEnd(6)}  ${one.title}`);
  }

  heading('4. The last messages of that session, upgraded likewise');
  for (const { role, content } of await messages.latest('abc-123', 2)) {
    console.log(`  ${role}: ${content.trim().split('\n', 1)[0]}`);
  }

  heading('5. A session that newer code has stored is refused, never misread');
  const newer = { session_id: { S: 'from-the-future' }, schema_version: { N: '4' } };
  await storeRaw(engine.client, 'demo_chat_sessions', [newer]);
  try {
    await sessions.get({ session_id: 'from-the-future' });
  } catch (error) {
    if (!(error instanceof MapperError)) throw error;
    console.log(`  ${error.message}`);
  }
  await sessions.delete({ session_id: 'from-the-future' });

  heading('6. Everything that is stored, read as one shape');
  const all = await sessions.scan().all();
  const defaulted = all.filter((one) => one.blueprint === 'devassist').length;
  console.log(`  ${all.length} sessions of version 3, ${defaulted} of them with the blueprint devassist`);
  console.log('  So far no stored document was changed; no migration ran.');

  heading('7. One of them read twice, and written back');
  const first = await sessions.getOrFail({ session_id: 'abc-123' }, { writeBack: 'inline' });
  console.log('  stored v1, read as v3; this was sent:');
  for (const update of updates.splice(0)) indented(update);
  const second = await sessions.getOrFail({ session_id: 'abc-123' }, { writeBack: 'inline' });
  console.log(`  read again: stored v${sessions.stored(second)?.version}; ${updates.length || 'nothing'} was sent`);

  heading('8. A save of the first one: only what was changed');
  first.title = 'Build fails on CI only: solved';
  await sessions.save(first);
  for (const update of updates.splice(0)) indented(update);
  const left = (await sessions.scan().all()).filter((one) => (sessions.stored(one)?.version ?? 0) < 3);
  console.log(`  ${left.length} sessions are stored as old as they were: documents change where it was asked for.`);

  heading("9. A rollout: today's code writes the version before, until no instance of the previous release is left");
  const key = { session_id: 'abc-123' };
  const flags: { writeVersion?: number } = { writeVersion: 2 };
  const pinned = new Mapper({
    client: engine.client,
    entities: [Session],
    tablePrefix: 'demo_',
    writeVersion: () => flags.writeVersion,
  });
  const previous = new Mapper({ client: engine.client, entities: [PreviousSession], tablePrefix: 'demo_' });
  const today = pinned.repository(Session);
  const before = previous.repository(PreviousSession);
  const seen = async () => {
    try {
      const { session_state: state, tags } = await before.getOrFail(key);
      return `reads ${state}, ${inspect(tags)}`;
    } catch (error) {
      return `refuses it: ${error instanceof MapperError ? error.code : inspect(error)}`;
    }
  };
  await today.update(key, { set: { session_state: 'closed' } });
  console.log(`  pinned to 2:   today's code closes the session, the previous release ${await seen()}`);
  delete flags.writeVersion;
  await today.update(key, { set: { tags: new Set(['build', 'solved']) } });
  console.log(`  unpinned:      today's code sets the tags, the previous release ${await seen()}`);
  flags.writeVersion = 2;
  await today.sweep().result;
  console.log(`  rolled back:   pinned again and swept, the previous release ${await seen()}`);
  for (const { version, count } of (await today.census()).versions)
    console.log(`                 ${count} × v${version}`);
  await Promise.all([pinned.close(), previous.close()]);

  heading('10. The end of a version, on a copy of the documents: sweep, then retire');
  const copies = new Mapper({ client: engine.client, entities: [Session], tablePrefix: 'copy_' });
  await copies.createTables();
  await storeRaw(engine.client, 'copy_chat_sessions', storedSessions);
  const copied = copies.repository(Session);
  const lastOldWriter = new Date();
  const early = await copied.retire({ below: 3, lastOldWriter });
  console.log(`  may versions below 3 be forgotten? ${answer(early)}`);
  const swept = await copied.sweep({ job: `demo ${lastOldWriter.toISOString()}` }).result;
  console.log(`  swept: ${swept.rewritten} rewritten, ${swept.alreadyThere} already there, ${swept.examined} in all`);
  console.log(`  and now? ${answer(await copied.retire({ below: 3, lastOldWriter }))}`);
  await copies.close();
} finally {
  await mapper.close();
  await engine.close();
}
