import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Mapper, type Repository, type WireItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored } from '../support/raw-requests.js';
import type { NewSession, OldSession, Peer, PeerTable } from './peers/peer.js';

const old: readonly OldSession[] = [
  { sessionId: 's-1', title: 'Hello', state: 'open', lastSeen: new Date('2026-01-31T12:00:00.250Z'), notes: 'ä' },
  { sessionId: 's-2', title: '#{x}$ "Ünïcode" 🙂', state: 'closed' },
];

/** Declares the tests of a table that another library has written, and that both use. */
export function describeAdoptedTable({ Session, begin, keyOf, marks, name, table }: Peer): void {
  describe(`a table that ${name} has written`, () => {
    let engine: EmbeddedEngine;
    let theirs: PeerTable;
    let pinned: Repository<NewSession>;
    let unpinned: Repository<NewSession>;
    beforeAll(async () => {
      engine = await startEmbeddedEngine();
      theirs = await begin(engine);
      const { client } = engine;
      pinned = new Mapper({ client, entities: [Session], writeVersion: () => 1 }).repository(Session);
      unpinned = new Mapper({ client, entities: [Session] }).repository(Session);
    });
    afterAll(() => engine.close());

    const stored = (sessionId: string) => readStored(engine.endpoint, table, keyOf(sessionId));
    const versionOf = (item: WireItem | undefined) => item?.['schema_version'];

    /** A session that the library has stored just now, under an id of its own. */
    async function given(sessionId: string, session = old[0] as OldSession): Promise<OldSession> {
      const own = { ...session, sessionId };
      await theirs.put(own);
      return own;
    }

    test('is one that the ported class fits', async () => {
      const mapper = new Mapper({ client: engine.client, entities: [Session] });
      expect(await mapper.verifyTables()).toEqual([]);
    });

    test.each(old)('is read in the new shape: $title', async (session) => {
      await theirs.put(session);
      expect(versionOf(await stored(session.sessionId))).toBeUndefined();
      const { lastSeen, sessionId, state, title } = session;
      const expected = { sessionId, title, sessionState: state, blueprint: 'devassist', ...(lastSeen && { lastSeen }) };
      expect(await pinned.getOrFail({ sessionId })).toMatchObject(expected);
    });

    test('can be read by it after a save under a pin, with what the ported class does not know', async () => {
      const session = await given('saved');
      const read = await pinned.getOrFail({ sessionId: 'saved' });
      read.sessionState = 'closed';
      await pinned.save(read);
      expect(await theirs.get('saved')).toEqual({ ...session, state: 'closed' });
    });

    test('can be read by it after an update, an insert and a put under a pin', async () => {
      const session = await given('updated');
      await pinned.update({ sessionId: 'updated' }, { set: { title: 'Ours' } });
      expect(await theirs.get('updated')).toEqual({ ...session, title: 'Ours' });

      const lastSeen = new Date('2026-02-01T00:00:00Z');
      await pinned.insert(pinned.create({ sessionId: 'inserted', title: 'New', lastSeen }));
      expect(await theirs.get('inserted')).toEqual({ sessionId: 'inserted', title: 'New', state: 'open', lastSeen });
      for (const mark of marks) expect(await stored('inserted')).toHaveProperty([mark]);

      const read = await pinned.getOrFail({ sessionId: 'updated' });
      read.title = 'Put';
      await pinned.put(read);
      expect(await theirs.get('updated')).toEqual({ ...session, title: 'Put' });
    });

    test('shows what it changes while both write, and neither loses the change of the other', async () => {
      const session = await given('both');
      const read = await pinned.getOrFail({ sessionId: 'both' });
      await theirs.rename('both', 'Theirs');
      read.sessionState = 'closed';
      await pinned.save(read);
      expect(await theirs.get('both')).toEqual({ ...session, title: 'Theirs', state: 'closed' });
      expect(versionOf(await stored('both'))).toEqual({ N: '1' });
      const again = await pinned.getOrFail({ sessionId: 'both' });
      expect(again).toMatchObject({ title: 'Theirs', sessionState: 'closed' });
    });

    test('counts as version 1 where it has replaced a whole item, and as its own version after an update', async () => {
      await given('replaced');
      await pinned.update({ sessionId: 'replaced' }, { set: { title: 'Ours' } });
      await theirs.rename('replaced', 'Theirs');
      expect(versionOf(await stored('replaced'))).toEqual({ N: '1' });
      await given('replaced', old[1]);
      expect(versionOf(await stored('replaced'))).toBeUndefined();
      expect(await pinned.getOrFail({ sessionId: 'replaced' })).toMatchObject({ sessionState: 'closed' });
    });

    test('is brought up by a sweep once the library is gone, with its marks and what nobody declares', async () => {
      await given('swept');
      const before = (await stored('swept')) as WireItem;
      await unpinned.sweep().result;
      const { state, ...others } = before;
      const expected = { ...others, sessionState: state, blueprint: { S: 'devassist' }, schema_version: { N: '2' } };
      expect(await stored('swept')).toEqual(expected);
      expect((await unpinned.census()).versions.map(({ version }) => version)).toEqual([2]);
    });
  });
}
