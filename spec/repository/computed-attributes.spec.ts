import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Index, Mapper, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'parcels' })
@Versioned(1)
@Index('by_place', { partitionKey: 'place' })
class Parcel {
  @PartitionKey() id!: string;
  @Attribute() country!: string;
  @Attribute() town!: string;
  @Attribute({ optional: true }) note?: string;
  @Attribute({ template: 'PLACE#{country}#{town}' }) place!: string;
}

let engine: EmbeddedEngine;
let parcels: Repository<Parcel>;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Parcel] });
  await mapper.createTables();
  parcels = mapper.repository(Parcel);
});
afterAll(() => engine.close());

const stored = () => readStored(engine.endpoint, 'parcels', { id: { S: 'a' } });
const found = async (place: string) =>
  (await parcels.query({ index: 'by_place', partition: place }).all()).map(({ id }) => id);
const base = { id: { S: 'a' }, country: { S: 'fr' }, town: { S: 'lyon' } };

describe.each([
  ['that the table lacks', {}],
  ['that the table has otherwise', { place: { S: 'FR/LYON' } }],
])('a computed attribute %s', (_, place) => {
  const load = async () => {
    await storeRaw(engine.endpoint, 'parcels', { ...base, ...place });
    return parcels.getOrFail({ id: 'a' });
  };

  test.each(['save', 'put'] as const)('is stored by the next %s, although nothing else changed', async (call) => {
    const parcel = await load();
    await parcels[call](parcel);
    expect(parcel.place).toBe('PLACE#fr#lyon');
    expect(await stored()).toMatchObject({ place: { S: 'PLACE#fr#lyon' }, schema_version: { N: '1' } });
    expect(await found('PLACE#fr#lyon')).toEqual(['a']);
  });

  test('is stored along with other changes, and follows its parts', async () => {
    const parcel = await load();
    parcel.note = 'n';
    await parcels.save(parcel);
    expect(await stored()).toMatchObject({ place: { S: 'PLACE#fr#lyon' }, note: { S: 'n' } });
    parcel.town = 'nice';
    await parcels.save(parcel);
    expect(parcel.place).toBe('PLACE#fr#nice');
    expect(await stored()).toMatchObject({ place: { S: 'PLACE#fr#nice' } });
    expect(await found('PLACE#fr#nice')).toEqual(['a']);
    expect(await found('PLACE#fr#lyon')).toEqual([]);
  });
});

test('a computed attribute that is stored as it is computed makes no write', async () => {
  await storeRaw(engine.endpoint, 'parcels', { ...base, place: { S: 'PLACE#fr#lyon' } });
  await parcels.save(await parcels.getOrFail({ id: 'a' }));
  // nothing was sent: a write would have stored the version
  expect(await stored()).not.toHaveProperty('schema_version');
});
