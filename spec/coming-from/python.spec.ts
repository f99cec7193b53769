import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import {
  Attribute,
  Entity,
  type key,
  Mapper,
  PartitionKey,
  rename,
  type Repository,
  Revision,
  setDefault,
  steps,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { parsePage } from '../docs/markdown.js';
import { python, whyNoPython } from '../support/python.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { testUnless } from '../support/test-unless.js';

jest.setTimeout(60_000);

@Entity({ table: 'chat_sessions' })
@Versioned(2)
class Session {
  @PartitionKey() session_id!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'open' }) session_state!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) cost?: number;
  @Revision() revision!: string;
  declare readonly [key]?: 'session_id';

  @Upgrade(1, 2)
  static sessionState = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));
}

/** The program that the guide shows, as a program. */
function programOf(endpoint: string, call: string): string {
  const block = parsePage('docs/coming-from/python.md').blocks.find(({ language }) => language === 'text');
  return `
import uuid
import boto3
from boto3.dynamodb.conditions import Attr

${block?.text}

resource = boto3.resource("dynamodb", endpoint_url="${endpoint}", region_name="local",
                          aws_access_key_id="none", aws_secret_access_key="none")
table = resource.Table("chat_sessions")
${call}
`;
}

describe('the program in Python that the guide shows', () => {
  let engine: EmbeddedEngine;
  let sessions: Repository<Session>;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    const mapper = new Mapper({ client: engine.client, entities: [Session] });
    await mapper.createTables();
    sessions = mapper.repository(Session);
  });
  afterAll(() => engine.close());

  const run = (call: string) =>
    promisify(execFile)(python as string, ['-c', programOf(engine.endpoint, call)]).then(({ stdout }) => stdout.trim());
  const give = (id: string) =>
    storeRaw(engine.endpoint, 'chat_sessions', {
      session_id: { S: id },
      title: { S: 'Hello' },
      state: { S: 'open' },
      cost: { N: '0.10' },
    });

  testUnless(whyNoPython, 'stores what the ported class reads as its newest version', async () => {
    await give('a');
    await run('close_session(table, "a")');
    expect(await readStored(engine.endpoint, 'chat_sessions', { session_id: { S: 'a' } })).toMatchObject({
      schema_version: { N: '2' },
      cost: { N: expect.stringMatching(/^0\.10?$/) },
    });
    const session = await sessions.getOrFail({ session_id: 'a' });
    expect(session).toMatchObject({ session_state: 'closed', blueprint: 'devassist', cost: 0.1 });
  });

  testUnless(
    whyNoPython,
    'reads what the ported class has stored, and is not overwritten by what was read before',
    async () => {
      await give('b');
      const session = await sessions.getOrFail({ session_id: 'b' });
      session.title = 'Ours';
      await sessions.save(session);
      await run('close_session(table, "b")');
      expect(await sessions.getOrFail({ session_id: 'b' })).toMatchObject({ title: 'Ours', session_state: 'closed' });
      // the program renews the revision, so what was read before is refused
      session.title = 'Later';
      await expect(sessions.save(session)).rejects.toMatchObject({ code: 'CONFLICT' });
    },
  );
});
