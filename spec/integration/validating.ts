import { describe, expect } from '@jest/globals';
import { Attribute, Entity, type MapperOptions, PartitionKey, Versioned } from 'dynamo-evolve';
import { z } from 'zod';
import { errorOf } from '../support/notes.js';
import type { Suite } from './suite.js';

/** Parcels of version 2, which a schema judges. */
@Entity({
  table: 'parcels',
  schema: z.object({ id: z.number(), city: z.string().min(2), grams: z.number().positive() }),
})
@Versioned(2, { floor: 2, initial: 2 })
class JudgedParcel {
  @PartitionKey() id!: number;
  @Attribute() city!: string;
  @Attribute() grams!: number;
}

export function validatingConforms(suite: Suite): void {
  const { testHere } = suite;
  const parcels = (options: Partial<MapperOptions>) =>
    suite.mapper({ entities: [JudgedParcel], ...options }).repository(JudgedParcel);
  const invalid = { code: 'INVALID_ENTITY', details: { issues: [{ path: 'grams' }] } };

  describe('a schema', () => {
    testHere('judges what is written, and if asked what is read', async () => {
      const judged = parcels({ validateWrites: true, onInvalid: 'throw' });
      const parcel = judged.create({ id: 700, city: 'Rome', grams: 0 });
      expect(await errorOf(judged.insert(parcel))).toMatchObject(invalid);
      await parcels({ validateWrites: false }).insert(parcels({}).create({ id: 700, city: 'Rome', grams: 0 }));
      expect(await errorOf(judged.get({ id: 700 }, { consistent: true }))).toMatchObject(invalid);
      expect(await errorOf(judged.query({ partition: 700, consistent: true }).all())).toMatchObject(invalid);
      const found = await parcels({}).getOrFail({ id: 700 }, { consistent: true });
      expect(await errorOf(parcels({}).update({ id: 700 }, { set: { grams: -1 } }))).toMatchObject(invalid);
      expect(found.grams).toBe(0);
      await parcels({}).delete({ id: 700 });
    });
  });
}
