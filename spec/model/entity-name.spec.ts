import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  channels,
  type Class,
  Entity,
  type EntityOptions,
  Mapper,
  PartitionKey,
  Upgrade,
  type UpgradeEvent,
  Versioned,
} from 'dynamo-evolve';
import { getRepositoryToken } from 'dynamo-evolve/nestjs';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { classesNamed } from '../../lib/cli/with-mapper.js';
import { compileModel } from '../../lib/model/entity-model.js';
import { checkSchema } from '../../lib/schema/check-schema.js';
import { caught, rejected } from '../errors/caught.js';
import { sendRaw, storeRaw } from '../support/raw-requests.js';

/** As a minifier leaves it. */
@Entity({ name: 'Session', table: 'sessions' })
@Versioned(2)
class a {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'number', optional: true }) score?: number;
  @Upgrade(1, 2) static first(this: void): void {}
}
class b extends a {}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [a] });
  await mapper.createTables({ jobs: true });
});
afterAll(async () => {
  await mapper.close();
  await engine.close();
});

describe('the name of an entity', () => {
  test('is the one that @Entity gives, not that of the class', () => {
    const model = compileModel(a);
    expect(model.name).toBe('Session');
    expect(model.chain.steps.map(({ method }) => method)).toEqual(['Session.first']);
    expect(compileModel(b).name).toBe('b');
    expect(getRepositoryToken(a).toString()).toBe('Symbol(Repository<Session>)');
  });

  test('is in errors', async () => {
    const sessions = mapper.repository(a);
    const missing = await rejected('NOT_FOUND', sessions.getOrFail({ id: 'nobody' }));
    expect(missing.details.entity).toBe('Session');
    const wrong = caught('ATTRIBUTE_TYPE', () => sessions.hydrate({ id: { S: 'x' }, score: { S: 'high' } }));
    expect(wrong.message).toContain('Session { id');
    expect(caught('UNKNOWN_ENTITY', () => mapper.repository(b)).details).toEqual({ class: 'b', known: ['Session'] });

    @Entity({ name: 'Note', table: 'notes' })
    @Versioned(1)
    class c {}
    expect(caught('MISSING_PARTITION_KEY', () => compileModel(c)).details.class).toBe('Note');
    expect(checkSchema({ classes: [c], lock: undefined, samplesOf: () => undefined })).toMatchObject([
      { entity: 'Note' },
    ]);
  });

  test('is in telemetry', async () => {
    const events: UpgradeEvent[] = [];
    const listen = (event: unknown) => void events.push(event as UpgradeEvent);
    subscribe(channels.upgrade, listen);
    mapper.repository(a).hydrate({ id: { S: 'x' } });
    unsubscribe(channels.upgrade, listen);
    expect(events.map(({ entity }) => entity)).toEqual(['Session']);
  });

  test('is in the records of jobs', async () => {
    await storeRaw(engine.endpoint, 'sessions', { id: { S: 's-1' } });
    await mapper.repository(a).sweep({ job: 'nightly' }).result;
    const { Items } = JSON.parse(await sendRaw(engine.endpoint, 'Scan', `{"TableName":"dynamo_evolve_jobs"}`)) as {
      Items: { entity?: { S: string } }[];
    };
    expect(Items.flatMap(({ entity }) => entity?.S ?? [])).toContain('Session');
  });

  test('is the one to say on the command line', () => {
    const config = { classes: [a, b] } as unknown as Parameters<typeof classesNamed>[0];
    expect(classesNamed(config, 'dynamo-evolve sweep', ['Session'])).toEqual([a]);
    const { message } = caught('INVALID_ARGUMENT', () => classesNamed(config, 'dynamo-evolve sweep', ['a']));
    expect(message).toContain("isn't a class of the configuration (Session, b)");
  });

  test.each([[''], [5], [null]])('is text: not %p', (name) => {
    class Note {}
    Entity({ name, table: 'notes' } as unknown as EntityOptions)(Note);
    Versioned(1)(Note);
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    expect(caught('INVALID_OPTION', () => compileModel(Note as Class)).details).toMatchObject({
      class: 'Note',
      option: 'name',
    });
  });
});
