import { type Condition, type QueryOptions, ref, type ScanOptions } from 'dynamo-evolve';
import fc from 'fast-check';
import { cities, labels, owners, type Parcel, seals, seconds, shops, states, totals } from './parcel.js';

/** A way to ask for results. */
export const ways = [
  'all',
  'iteration',
  'first',
  'count',
  'pages',
  'page by page',
  'page by page, other sizes',
] as const;
export type Way = (typeof ways)[number];

/** One random question. */
export interface Question {
  readonly source: { readonly query: QueryOptions<Parcel> } | { readonly scan: ScanOptions<Parcel> };
  readonly filter: Condition<Parcel> | undefined;
  readonly attributes: readonly (keyof Omit<Parcel, symbol>)[] | undefined;
  readonly limit: number | undefined;
  readonly pageSize: number | undefined;
  readonly way: Way;
  readonly isWrittenBack: boolean;
}

const one = <T>(values: readonly T[]) => fc.constantFrom(...values);
const moments = seconds.map((second) => new Date(second * 1000));
const bytes = seals.map((seal) => new Uint8Array(seal));

function comparisons(values: readonly unknown[]): fc.Arbitrary<object> {
  const sorted = fc.tuple(fc.nat(values.length - 1), fc.nat(values.length - 1));
  return fc.oneof(
    ...['eq', 'ne', 'lt', 'lte', 'gt', 'gte'].map((operator) => one(values).map((value) => ({ [operator]: value }))),
    fc.subarray([...values], { minLength: 1 }).map((some) => ({ in: some })),
    sorted.map(([a, b]) => ({ between: [values[Math.min(a, b)], values[Math.max(a, b)]] })),
  );
}

const anything = fc.oneof(
  fc.boolean().map((exists) => ({ exists })),
  one(['S', 'N', 'M', 'L', 'SS', 'B', 'BOOL', 'NULL'] as const).map((type) => ({ type })),
);
const sizes = fc.oneof(...['eq', 'ne', 'lt', 'gte'].map((operator) => fc.nat(6).map((size) => ({ [operator]: size }))));

const on = (attr: string, predicate: fc.Arbitrary<object>) => predicate.map((given) => ({ attr, ...given }));
const sorted = (values: readonly string[]) => values.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** A condition of any operator on any attribute; of attributes with each other, too, whether they are there or not. */
const predicate: fc.Arbitrary<object> = fc.oneof(
  on('status', comparisons(sorted(states))),
  on(
    'status',
    one(['o', 'ö', 'lost']).map((start) => ({ beginsWith: start })),
  ),
  on(
    'status',
    one(['pe', 'lo', 'O']).map((part) => ({ contains: part })),
  ),
  on('total', comparisons(totals)),
  on(
    'total',
    one(['lt', 'gte', 'eq', 'ne']).map((operator) => ({ [operator]: ref('units') })),
  ),
  on(
    'units',
    one<object>([{ lte: ref('total') }, { in: [ref('total'), 2] }, { between: [0, ref('total')] }]).map(
      (given) => given,
    ),
  ),
  on(
    'status',
    one(['eq', 'ne', 'gt', 'beginsWith', 'contains']).map((operator) => ({ [operator]: ref('place.city') })),
  ),
  on('place.city', comparisons(sorted(cities))),
  on(
    "place['zip.code']",
    one(['0150', '1010']).map((zip) => ({ eq: zip })),
  ),
  on('place.floors[1]', comparisons([1, 2])),
  on(
    'place.floors',
    one([1, 2]).map((floor) => ({ contains: floor })),
  ),
  on(
    'tags',
    one(labels).map((label) => ({ contains: label })),
  ),
  on('sent', comparisons(moments)),
  on(
    'sent',
    one(['2023', '2024-03']).map((start) => ({ beginsWith: start })),
  ),
  on(
    'seal',
    one(['eq', 'ne', 'lt', 'gte']).chain((operator) => one(bytes).map((seal) => ({ [operator]: seal }))),
  ),
  on('note', fc.constantFrom<object>({ eq: 'x' }, { ne: 7 }, { eq: null }, { eq: true }, { contains: 'x' }, { lt: 8 })),
  ...['status', 'total', 'place', 'place.city', 'tags', 'sent', 'seal', 'note', 'owner'].map((attr) =>
    on(attr, anything),
  ),
  ...['status', 'place', 'tags', 'seal', 'note', 'place.floors'].map((size) =>
    sizes.map((given) => ({ size, ...given })),
  ),
);

const { filter } = fc.letrec<{ filter: object }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: predicate },
    { weight: 1, arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })) },
    { weight: 1, arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })) },
    { weight: 1, arbitrary: tie('filter').map((not) => ({ not })) },
  ),
}));

const ranges = fc.oneof(
  fc.constant(undefined),
  ...['lt', 'lte', 'gt', 'gte'].map((operator) => fc.nat(25).map((at) => ({ [operator]: at }))),
  fc.tuple(fc.nat(12), fc.nat(12)).map(([from, more]) => ({ between: [from, from + more] })),
);
const source = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ partition: one(shops), range: ranges, reverse: fc.boolean() }).map((query) => ({ query })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ index: fc.constant('by_owner'), partition: one(owners), range: ranges, reverse: fc.boolean() })
      .map((query) => ({ query })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ index: fc.constant('by_rank'), partition: one(shops), range: ranges, reverse: fc.boolean() })
      .map((query) => ({ query })),
  },
  { weight: 2, arbitrary: fc.constant({ scan: {} }) },
  { weight: 1, arbitrary: fc.constant({ scan: { index: 'by_owner' } }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map((segments) => ({ scan: { segments } })) },
);

const properties = [
  'shop',
  'at',
  'owner',
  'rank',
  'units',
  'status',
  'total',
  'place',
  'tags',
  'sent',
  'seal',
  'note',
] as const;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Random questions: what to read, which of it, what of that, in which portions, how asked. */
export const arbitraryQuestion: fc.Arbitrary<Question> = fc.record({
  source,
  filter: fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 6, arbitrary: filter }),
  attributes: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.subarray([...properties], { minLength: 1, maxLength: 4 }) },
  ),
  // small portions are many requests
  limit: maybe(
    fc.oneof({ weight: 1, arbitrary: fc.constant(1) }, { weight: 9, arbitrary: fc.integer({ min: 2, max: 9 }) }),
  ),
  pageSize: maybe(
    fc.oneof({ weight: 1, arbitrary: fc.constant(1) }, { weight: 9, arbitrary: fc.integer({ min: 3, max: 14 }) }),
  ),
  way: one(ways),
  isWrittenBack: fc.integer({ min: 0, max: 19 }).map((draw) => draw === 0),
}) as fc.Arbitrary<Question>;
