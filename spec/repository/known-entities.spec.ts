import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'badges' })
@Versioned(1)
class Badge {
  @PartitionKey() id!: string;
  @Attribute() label!: string;
  @Attribute({ optional: true }) picture?: Uint8Array;
}

let engine: EmbeddedEngine;
let first: Repository<Badge>;
let second: Repository<Badge>;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mappers = ['', 'archive-'].map(
    (tablePrefix) => new Mapper({ client: engine.client, entities: [Badge], tablePrefix }),
  ) as [Mapper, Mapper];
  for (const mapper of mappers) await mapper.createTables();
  [first, second] = [mappers[0].repository(Badge), mappers[1].repository(Badge)];
});
afterAll(() => engine.close());

const item = () => ({ id: { S: 'a' }, label: { S: 'old' }, foreign: { M: { of: { S: 'others' } } } });
const stored = (table = 'badges') => readStored(engine.endpoint, table, { id: { S: 'a' } });

describe('an entity that was read is never taken for a new one', () => {
  test.each(['put', 'save', 'insert'] as const)('after a %s into a second table', async (call) => {
    await second.delete({ id: 'a' });
    await storeRaw(engine.endpoint, 'badges', item());
    const badge = await first.getOrFail({ id: 'a' });
    await second[call](badge);
    badge.label = 'new';
    await first.put(badge);
    expect(await stored()).toMatchObject({ label: { S: 'new' }, foreign: item().foreign });
    await second.save(badge);
    expect(await stored('archive-badges')).toMatchObject({ label: { S: 'new' } });
    badge.label = 'newer';
    await first.save(badge);
    expect(await stored()).toMatchObject({ label: { S: 'newer' }, foreign: item().foreign });
  });

  test.each(['put', 'save', 'putMany', 'putMany of batches'] as const)(
    'behind a Proxy: %s refuses it',
    async (call) => {
      await storeRaw(engine.endpoint, 'badges', item());
      const proxy = new Proxy(await first.getOrFail({ id: 'a' }), {});
      proxy.label = 'new';
      const isBatched = call === 'putMany of batches';
      const [result] = await (call === 'put' || call === 'save'
        ? Promise.allSettled([first[call](proxy)])
        : first.putMany([proxy], isBatched ? { unconditional: true } : {}));
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_ARGUMENT' } });
      expect(await stored()).toMatchObject({ label: { S: 'old' }, foreign: item().foreign });
    },
  );

  test('frozen, sealed or not extensible', async () => {
    for (const close of [Object.freeze, Object.seal, Object.preventExtensions]) {
      await storeRaw(engine.endpoint, 'badges', item());
      const badge = close(await first.getOrFail({ id: 'a' }));
      await first.put(badge);
      expect(first.stored(badge)?.item).toMatchObject({ foreign: { of: 'others' } });
      expect(await stored()).toMatchObject({ foreign: item().foreign });
      const created = close(first.create({ id: 'a', label: 'created' }));
      await first.put(created);
      expect(first.stored(created)?.item).toMatchObject({ label: 'created' });
      await first.save(created);
      expect(await stored()).toMatchObject({ label: { S: 'created' } });
    }
  });

  test.each([
    [
      'scrubbed',
      (record: ReturnType<typeof withPicture>) => {
        for (const name of Object.keys(record)) Reflect.deleteProperty(record, name);
      },
    ],
    [
      'changed in depth',
      (record: ReturnType<typeof withPicture>) => {
        record.foreign.M.of.S = 'changed';
        record.label.S = 'new';
        record.picture.B.fill(9);
      },
    ],
  ])('whose record from outside was %s after hydrate', async (_, change) => {
    const record = withPicture();
    await storeRaw(engine.endpoint, 'badges', { ...item(), picture: { B: 'AQID' } });
    const badge = first.hydrate(record);
    change(record);
    expect(first.stored(badge)?.item).toMatchObject({ label: 'old', foreign: { of: 'others' } });
    expect([...(badge.picture ?? [])]).toEqual([1, 2, 3]);
    badge.label = 'new';
    await first.save(badge);
    await first.put(badge);
    expect(await stored()).toMatchObject({ label: { S: 'new' }, foreign: item().foreign, picture: { B: 'AQID' } });
  });
});

function withPicture() {
  return { ...item(), picture: { B: new Uint8Array([1, 2, 3]) } };
}
