// A process that answers requests as an engine would, from answers made beforehand: its own time must not count.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireItem } from '../../lib/index.js';
import { contenders } from './contenders.js';
import { currentPrefix, currentSession } from './documents.js';

/** The least size of a page. Engines end one at 1 MB. */
const pageSize = 1_000_000;
/** How many items a scan goes through, and a segment of one that is split. */
const scannedItems = Number(process.env.BENCH_SCANNED ?? 1_000_000);
const segmentItems = 2_500;

interface Request {
  readonly TableName: string;
  readonly Key?: WireItem;
  readonly ExclusiveStartKey?: WireItem;
  readonly ReturnValues?: string;
  readonly Limit?: number;
  readonly TotalSegments?: number;
  /** Of a BatchGetItem. */
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly WireItem[] }>>;
}

/** What is stored in a table, ready to be sent. */
interface Canned {
  readonly item: WireItem;
  readonly page: string;
  readonly pageCount: number;
  /** The same with so many items. */
  readonly limited: (count: number) => Omit<Canned, 'limited'>;
}

const tables = new Map<string, (at: number) => WireItem>();
for (const { load } of contenders) {
  // one that isn't installed asks for nothing either
  const contender = await load().catch(() => undefined);
  if (contender) tables.set(contender.table, contender.stored);
}

tables.set(`${currentPrefix}sessions`, currentSession);

const made = new Map<string, Canned>();

function cannedFor(table: string): Canned {
  const known = made.get(table);
  if (known) return known;
  const stored = tables.get(table);
  if (!stored) throw new Error(`there is no table ${table}`);
  const items: string[] = [];
  for (let length = 0; length < pageSize; length += items.at(-1)?.length ?? 0) {
    items.push(JSON.stringify(stored(items.length)));
  }
  const item = stored(0);
  const limits = new Map<number, Omit<Canned, 'limited'>>();
  const limited = (count: number) => {
    const page = limits.get(count) ?? {
      item,
      page: items.slice(0, count).join(','),
      pageCount: Math.min(count, items.length),
    };
    limits.set(count, page);
    return page;
  };
  const canned = { item, page: items.join(','), pageCount: items.length, limited };
  made.set(table, canned);
  return canned;
}

const answers: Readonly<Record<string, (request: Request) => string>> = {
  // under the key that was asked for
  GetItem: ({ TableName: table, Key: key }) => JSON.stringify({ Item: { ...cannedFor(table).item, ...key } }),
  Query: ({ TableName: table }) => pageAnswer(cannedFor(table), ''),
  Scan: ({ ExclusiveStartKey: start, Limit: limit, TableName: table, TotalSegments: total }) => {
    const canned = limit === undefined ? cannedFor(table) : cannedFor(table).limited(limit);
    const items = total === undefined ? scannedItems : segmentItems;
    const [{ S: before = '0' } = { S: '0' }] = Object.values(start ?? {}) as { S?: string }[];
    const count = Number(before) + canned.pageCount;
    return pageAnswer(canned, count < items ? `,"LastEvaluatedKey":{"session_id":{"S":"${count}"}}` : '');
  },
  BatchGetItem: ({ RequestItems: asked = {} }) => {
    const items = Object.entries(asked).map(([table, { Keys: keys }]) => {
      return [table, keys.map((key) => ({ ...cannedFor(table).item, ...key }))];
    });
    return JSON.stringify({ Responses: Object.fromEntries(items), UnprocessedKeys: {} });
  },
  BatchWriteItem: () => '{"UnprocessedItems":{}}',
  PutItem: () => '{}',
  UpdateItem: ({ TableName: table, ReturnValues: wanted }) =>
    wanted === 'ALL_NEW' ? JSON.stringify({ Attributes: cannedFor(table).item }) : '{}',
};

function pageAnswer({ page, pageCount }: Omit<Canned, 'limited'>, rest: string): string {
  return `{"Count":${pageCount},"ScannedCount":${pageCount},"Items":[${page}]${rest}}`;
}

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const request = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Request;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(answers[operation]?.(request) ?? '{}');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on('disconnect', () => process.exit());
