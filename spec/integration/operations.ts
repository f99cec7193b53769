import { describe, expect } from '@jest/globals';
import { Happening, Parcel } from './entities.js';
import type { Suite } from './suite.js';

export function operationsConform(suite: Suite): void {
  const { testHere } = suite;
  const parcels = (writeVersion?: number) =>
    suite.mapper({ ...(writeVersion && { writeVersion: new Map([[Parcel, writeVersion]]) }) }).repository(Parcel);
  const { signal } = new AbortController();
  const [old, current] = [
    { version: 1, count: 12 },
    { version: 2, count: 12 },
  ];

  /** 24 parcels, half of them of version 1. */
  const fill = async () => {
    for (let id = 1; id <= 24; id++) {
      const shape =
        id % 2 === 0 ? { kilograms: { N: `${id}` } } : { grams: { N: `${id}000` }, schema_version: { N: '2' } };
      await suite.store('parcels', { id: { N: `${id}` }, city: { S: id <= 12 ? 'Rome' : 'Oslo' }, ...shape });
    }
  };

  describe('operations', () => {
    testHere('count items by their versions', async () => {
      await fill();
      let pages = 0;
      const onProgress = () => pages++;
      const whole = await parcels().census({ consistent: true, signal, onProgress });
      expect(whole).toMatchObject({ versions: [old, current], isProof: true, withoutVersion: 0 });
      expect(pages).toBeGreaterThan(0);
      const examined = await parcels().census({ segments: 3, examine: true });
      expect(examined).toMatchObject({ versions: [old, current], unreadable: { count: 0 } });
      const sampled = await parcels().census({ sample: 1 });
      expect(sampled).toMatchObject({ versions: [old, current], isProof: false, sample: { read: 32, total: 32 } });

      const all = await suite.mapper().census({ consistent: true, segments: 2, examine: true, signal, onProgress });
      expect(all.map(({ entity }) => entity)).toContain(Happening.name);
      expect(all.find(({ entity }) => entity === Parcel.name)).toMatchObject({ versions: [old, current] });
      await suite.mapper().census({ sample: 1 });
    });

    testHere('bring every item to the newest version, and prove it', async () => {
      await fill();
      const job = suite.name();
      await suite.mapper().createTables({ jobs: true });
      const plan = await parcels().planSweep({ sample: 1, rates: [12], signal });
      expect(plan).toMatchObject({ rewrites: { value: 12 }, seconds: new Map([[12, 1]]) });
      const before = await parcels().retire({ below: 2, lastOldWriter: new Date(0), segments: 2, signal });
      expect(before).toMatchObject({ mayRetire: false, reasons: [{ code: 'stored' }] });

      const sweep = parcels().sweep({ segments: 4, rate: { items: 1_000 }, canary: 4, signal });
      for await (const { state } of sweep) if (state === 'paused') break;
      expect(sweep.progress.rewritten).toBeLessThanOrEqual(4);
      sweep.resume();
      expect(await sweep.result).toMatchObject({ state: 'done', examined: 24, rewritten: 12, alreadyThere: 12 });
      expect(await parcels().sweep({ job, segments: 3, lease: 10_000 }).result).toMatchObject({ alreadyThere: 24 });
      expect(await parcels().sweep({ job, only: 'failed' }).result).toMatchObject({ examined: 24 });
      const onProgress = () => {};
      const after = await parcels().retire({ below: 2, lastOldWriter: new Date(0), onProgress });
      expect(after).toMatchObject({ mayRetire: true, reasons: [], census: { versions: [{ version: 2, count: 24 }] } });
      expect((await parcels().getOrFail({ id: 2 })).grams).toBe(2_000);
    });

    testHere('follow no stream once they are told to stop', async () => {
      const never = () => Promise.reject(new Error('nothing may be asked'));
      const changes = suite.mapper().changes({
        streams: { describeStream: never, getShardIterator: never, getRecords: never },
        entities: [Parcel],
        from: 'oldest',
        consumer: suite.name(),
        lease: 10_000,
        checkpointInterval: 0,
        unknown: 'throw',
        onUnreadable: 'throw',
        onTrimmed: 'throw',
        signal: AbortSignal.abort(new Error('stop')),
      });
      await expect(changes[Symbol.asyncIterator]().next()).rejects.toThrow('stop');
    });

    testHere('read a record of a stream', async () => {
      const Keys = { id: { N: '1' } };
      const record = { dynamodb: { Keys, NewImage: { ...Keys, city: { S: 'Rome' }, kilograms: { N: '2' } } } };
      const change = suite.mapper().change(record, { entities: [Parcel], unknown: 'throw' });
      expect(change).toMatchObject({ kind: 'insert', after: { grams: 2_000 }, versions: { after: 1 } });
    });
  });
}
