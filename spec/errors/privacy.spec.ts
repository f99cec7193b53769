import { describe, expect, test } from '@jest/globals';
import { Attribute, Entity, errorCodes, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { rejected } from './caught.js';
import { leakIn, secret } from './leaks.js';
import { answering, storing, useEngines } from './privacy/engines.js';
import { errorOf, families, useTelemetry } from './privacy/provoke.js';
import { client, Note, note, repository, stored } from './privacy/secret-notes.js';

useEngines();
const telemetry = useTelemetry();

test('every code of the catalogue is provoked by a spec of privacy/', () => {
  expect(Object.values(families).flat()).toEqual(errorCodes);
});

describe('telemetry', () => {
  test('tells no stored value of what goes well, either', async () => {
    const notes = storing().notes;
    await notes.put(note({ id: 'well' }));
    const found = await notes.getOrFail({ id: 'well' });
    await notes.put(found);
    await notes.query({ index: 'by_body', partition: secret }).all();
    repository().hydrate(stored({ schema_version: { N: '2' } }));
    expect(found.body).toBe(secret);
    // an answer that the client hands out itself
    const answers = { Item: stored(), Items: [stored({ schema_version: { N: '2' } })] };
    const mocked = new Mapper({ client: { send: () => Promise.resolve(answers) } as never, entities: [Note] });
    expect(await mocked.repository(Note).getOrFail({ id: 'a' })).toMatchObject({ body: secret });
    expect(await mocked.repository(Note).scan().all()).toMatchObject([{ body: secret }]);

    expect(telemetry.current.names).toContain('dynamo-evolve:upgrade');
    expect(telemetry.current.names).toContain('tracing:dynamo-evolve:request:start');
    expect(telemetry.current.names).toContain('tracing:dynamo-evolve:request:asyncEnd');
    expect(telemetry.current.leaks).toEqual([]);
  });

  test('tells failures', async () => {
    await rejected('REQUEST_FAILED', answering(`${secret} is no JSON`).get({ id: 'a' }));
    expect(telemetry.current.names).toContain('tracing:dynamo-evolve:request:error');
    expect(telemetry.current.leaks).toEqual([]);
  });
});

describe('what the application itself throws is the cause, as it is', () => {
  const thrown = new Error(`cannot read ${secret}`);

  @Entity({ table: 'telling' })
  @Versioned(2)
  class Telling {
    @PartitionKey() id!: string;
    @Attribute() get body(): string {
      return '';
    }
    set body(_body: string) {
      throw thrown;
    }
    @Upgrade(1, 2)
    static failing(): void {
      throw thrown;
    }
  }
  const telling = () => new Mapper({ client, entities: [Telling] }).repository(Telling);

  test.each([
    ['UPGRADE_FAILED', { N: '1' }],
    ['HYDRATION_FAILED', { N: '2' }],
  ] as const)('%s', async (code, version) => {
    const item = { id: { S: 'a' }, body: { S: secret }, schema_version: version };
    const error = await errorOf(code, () => telling().hydrate(item));
    expect(error.cause).toBe(thrown);
    // and nowhere else
    expect(leakIn({ message: error.message, details: error.details, json: JSON.stringify(error) })).toBeUndefined();
  });
});
