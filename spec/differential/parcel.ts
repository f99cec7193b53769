import {
  Attribute,
  Entity,
  Index,
  type Item,
  type key,
  PartitionKey,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import fc from 'fast-check';
import type { WireItem, WireValue } from '../../lib/codec/wire.js';

/** A class whose every version looked otherwise: renamed, nested, converted, computed and dropped attributes. */
@Entity({ table: 'parcels' })
@Versioned(4)
@Index('by_owner', { partitionKey: 'owner', sortKey: 'rank' })
@Index('by_rank', { sortKey: 'rank' })
export class Parcel {
  @PartitionKey() shop!: string;
  @SortKey() at!: number;
  @Attribute({ optional: true }) owner?: string;
  @Attribute() rank!: number;
  @Attribute() units!: number;
  @Attribute({ optional: true, name: 'current_status' }) status?: string;
  @Attribute({ optional: true }) total?: number;
  @Attribute({ optional: true, type: 'object' }) place?: { city?: string; 'zip.code'?: string; floors?: number[] };
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ optional: true, type: 'date' }) sent?: Date;
  @Attribute({ optional: true, type: 'bytes' }) seal?: Uint8Array;
  @Attribute({ optional: true, type: 'any' }) note?: unknown;
  declare readonly [key]?: 'shop' | 'at';

  @Upgrade(1, 2, 'renamed state, made a number of the price')
  static status(item: Item): void {
    if (item.state !== undefined) item.current_status = item.state;
    delete item.state;
    if (typeof item.price === 'string') item.total = Number(item.price);
    delete item.price;
  }

  @Upgrade(2, 3, 'put the address into a place, the labels into a set')
  static place(item: Item): Item {
    const { city, zip, labels, ...rest } = item;
    const place = {
      ...(city !== undefined && { city }),
      ...(zip !== undefined && { 'zip.code': zip }),
      floors: [1, 2],
    };
    const isPlaced = city !== undefined || zip !== undefined;
    return { ...rest, ...(isPlaced && { place }), ...(Array.isArray(labels) && { tags: new Set(labels) }) };
  }

  @Upgrade(3, 4, 'states in small letters, dates as text')
  static sent(item: Item): void {
    if (typeof item.current_status === 'string') item.current_status = item.current_status.toLowerCase();
    if (typeof item.sent === 'number') item.sent = new Date(item.sent * 1000).toISOString();
  }
}

export const shops = ['east', 'west'] as const;
export const owners = ['ada', 'bob'] as const;
export const states = ['open', 'closed', 'lost', 'öffen'] as const;
export const cities = ['Oslo', 'Ouagadougou', 'Łódź'] as const;
export const labels = ['a', 'b', 'ä'] as const;
export const seconds = [1_700_000_000, 1_700_086_400, 1_709_284_500] as const;
export const seals = [[1], [1, 200], [200]] as const;
export const totals = [-1, 0, 0.1, 2, 10, 12] as const;

const text = (values: readonly string[]) => fc.constantFrom(...values).map((S): WireValue => ({ S }));
const number = (values: readonly number[]) => fc.constantFrom(...values).map((N): WireValue => ({ N: `${N}` }));
const texts = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 });
const seal = fc.constantFrom(...seals).map((bytes): WireValue => ({ B: Buffer.from(bytes).toString('base64') }));
const note = fc.constantFrom<WireValue>(
  { S: 'x' },
  { N: '7' },
  { BOOL: true },
  { NULL: true },
  { SS: ['x'] },
  { L: [{ S: 'x' }] },
);
const inEveryVersion = { owner: text(owners), seal, note };

/** The attributes that items of a version have, present or not, but for keys and version. */
const shapes: readonly fc.Arbitrary<Partial<Record<string, WireValue>>>[] = [
  shape({
    state: text(states.map((one) => one.toUpperCase())),
    price: text(totals.map(String)),
    city: text(cities),
    labels: texts(labels).map((all) => ({ L: all.map((S) => ({ S })) })),
    sent: number(seconds),
  }),
  shape({
    current_status: text(states.map((one) => one.toUpperCase())),
    total: number(totals),
    city: text(cities),
    zip: text(['0150']),
    labels: texts(labels).map((all) => ({ L: all.map((S) => ({ S })) })),
    sent: number(seconds),
  }),
  shape({
    current_status: text(states.map((one) => one.toUpperCase())),
    total: number(totals),
    place: text(cities).map((city) => ({ M: { city } })),
    tags: texts(labels).map((SS) => ({ SS })),
    sent: number(seconds),
  }),
  shape({
    current_status: text(states),
    total: number(totals),
    place: text(cities).map((city) => ({ M: { city, 'zip.code': { S: '1010' }, floors: { L: [{ N: '2' }] } } })),
    tags: texts(labels).map((SS) => ({ SS })),
    sent: fc.constantFrom(...seconds).map((one) => ({ S: new Date(one * 1000).toISOString() })),
  }),
];

function shape(attributes: Record<string, fc.Arbitrary<WireValue>>) {
  return fc.record({ ...inEveryVersion, ...attributes }, { requiredKeys: [] });
}

const parcel: fc.Arbitrary<WireItem> = fc.integer({ min: 0, max: 4 }).chain((version) => {
  // the first version's items may say so, or say nothing
  const marked: WireItem = version === 0 ? {} : { schema_version: { N: `${version}` } };
  return (shapes[Math.max(version, 1) - 1] as (typeof shapes)[number]).map(
    (attributes) => ({ ...attributes, ...marked }) as WireItem,
  );
});

/**
 * A table of parcels of all versions, each with a rank of its own: what an engine makes of equal ones is its business.
 */
export const arbitraryTable: fc.Arbitrary<WireItem[]> = fc
  .array(parcel, { minLength: 12, maxLength: 25 })
  .map((parcels) => parcels.map((one, at) => ({ ...one, ...keysOf(at) })));

function keysOf(at: number): WireItem {
  return {
    shop: { S: shops[at % 3 === 0 ? 1 : 0] },
    at: { N: `${at}` },
    rank: { N: `${(at * 7) % 25}` },
    units: { N: `${at % 3}` },
  };
}
