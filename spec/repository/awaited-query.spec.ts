import { expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { rejected } from '../errors/caught.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() body!: string;
}
const client = { send: () => Promise.reject(new Error('nothing is sent')) };
const mapper = new Mapper({ client, entities: [Note] });
const notes = mapper.repository(Note);

test.each([
  ['query()', () => notes.query({ partition: 'a' })],
  ['scan()', () => notes.scan()],
  ['query()', () => mapper.query({ entities: [Note], partition: 'a' })],
] as const)(
  '%s that is awaited itself, or returned from an async function, says what to await',
  async (call, query) => {
    const awaited: () => Promise<unknown> = async () => {
      const found: unknown = query();
      return found;
    };
    const { details, message } = await rejected('AWAITED_QUERY', awaited());
    expect(details).toEqual({ call });
    expect(message).toContain('call all(), first()');
    await expect(Promise.resolve<unknown>(query())).rejects.toMatchObject({ code: 'AWAITED_QUERY' });
  },
);
