import { Readable } from 'node:stream';
import { readRows } from '../codec/page-rows.js';
import { type StoredItem, wireOf } from '../codec/row.js';
import { requestItem, type WireItem } from '../codec/wire.js';

/**
 * Where the middleware leaves what it took: beside the client's output, since the client's logger copies all of that.
 */
export interface TakenAnswer {
  /** A successful answer, parsed from JSON as the engine sent it; the items of a page or batch can be rows. */
  output?: object | undefined;
  /** The stored item that came with a refused condition. */
  refusedItem?: WireItem | undefined;
  /** What was left in place of the body. */
  leftBody?: Uint8Array;
  /** Whether a middleware has looked at items, and may have changed them: then what it left counts. */
  isSeen?: boolean;
}

interface HttpAnswer {
  readonly statusCode: number;
  body: unknown;
}

type Handler = (args: object) => Promise<{ response: unknown }>;

/** The part of a command's middleware stack that is used here; the SDK's own types differ from release to release. */
export interface CommandStack {
  add(middleware: (next: Handler) => Handler, options: object): void;
}

/**
 * Puts a middleware on a command that takes the body of an answer before the client's generic deserialiser spends its
 * time on it, or fails at a stored name such as `__proto__`. Signing, retries, endpoints and errors stay the client's.
 * Bodies of a kind that it can't read, and commands that it never runs for (a mocked client), leave `taken` empty: the
 * client's own output counts then.
 */
export function takeAnswer(stack: CommandStack, taken: TakenAnswer): void {
  const middleware = (next: Handler) => async (args: object) => {
    const result = ownResponse(await next(args));
    await readAnswer(result.response as HttpAnswer | undefined, taken);
    return result;
  };
  // low priority in the last step: between the deserialiser and the socket
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'dynamoEvolveTakeAnswer' });
  const shows = (next: Handler) => async (args: object) => {
    const result = (await next(args)) as { response: unknown; output?: unknown };
    const { body } = (result.response ?? {}) as Partial<HttpAnswer>;
    // an application's middleware has put another body there, which counts
    if (taken.output && body !== taken.leftBody) taken.output = undefined;
    showAnswer(result.output, taken);
    return result;
  };
  // above the deserialiser, and below whatever an application puts around it
  stack.add(shows, { step: 'deserialize', priority: 'high', name: 'dynamoEvolveShowAnswer' });
}

/**
 * A result whose response can be changed: a handler may give a response whose body is bytes, which no reading uses up,
 * more than once.
 */
export function ownResponse<R extends { response: unknown }>(result: R): R {
  const { response } = result as { readonly response: HttpAnswer | undefined };
  if (!(response?.body instanceof Uint8Array)) return result;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(response) as object) as object, response);
  return { ...result, response: copy };
}

/**
 * Takes a successful answer, or the stored item that came with a refused condition; leaves no answer of an earlier
 * attempt.
 */
export async function readAnswer(response: HttpAnswer | undefined, taken: TakenAnswer): Promise<void> {
  taken.output = taken.refusedItem = undefined;
  taken.isSeen = false;
  const body = response?.body;
  if (!response || !isReadable(body)) return;
  // the client knows what an answer without a body says
  if (body instanceof Uint8Array && body.length === 0) return;
  if (response.statusCode === 200) {
    taken.output = parseBody(await collect(body));
    response.body = taken.leftBody = new Uint8Array();
  } else if (response.statusCode === 400) {
    response.body = withoutRefusedItem(await collect(body), taken);
  }
}

/**
 * Lets middlewares see what they expect in the client's output: counts, capacities and items, these decoded when
 * somebody looks. Nothing of it can be enumerated: loggers, which copy every member, cost nothing and see no items.
 */
export function showAnswer(output: unknown, taken: TakenAnswer): void {
  if (!isObject(taken.output) || !isObject(output)) return;
  for (const [member, raw] of Object.entries(taken.output)) show(output, member, raw, taken);
}

function show(output: object, member: string, raw: unknown, taken: TakenAnswer): void {
  let shown: unknown = raw;
  let isRaw = Object.hasOwn(clientForms, member);
  Object.defineProperty(output, member, {
    configurable: true,
    enumerable: false,
    get() {
      if (isRaw) {
        shown = clientForms[member]?.(raw);
        isRaw = false;
        taken.isSeen = true;
      }
      return shown;
    },
    set(value: unknown) {
      shown = value;
      isRaw = false;
      taken.isSeen = true;
    },
  });
}

/** By member: as the client hands it out, with bytes for base64 text. */
const clientForms: Readonly<Record<string, (raw: unknown) => unknown>> = {
  Item: (item) => requestItem(item as WireItem),
  Items: (items) => (items as readonly StoredItem[]).map((item) => requestItem(wireOf(item))),
  Attributes: (item) => requestItem(item as WireItem),
  LastEvaluatedKey: (key) => requestItem(key as WireItem),
  Responses: (tables) =>
    Object.fromEntries(
      Object.entries(tables as Readonly<Record<string, readonly StoredItem[]>>).map(([table, items]) => [
        table,
        items.map((item) => requestItem(wireOf(item))),
      ]),
    ),
};

/** What a request answered: what was taken, with what middlewares made of it. */
export function answerOf(output: unknown, taken: TakenAnswer): unknown {
  if (taken.output === undefined || !isObject(output)) return output;
  const given = Object.entries(output).filter(([name]) => name !== '$metadata');
  if (!isObject(taken.output)) return given.length === 0 ? taken.output : output;
  if (given.length === 0 && !taken.isSeen) return taken.output;
  const seen = Object.keys(taken.output).map((member) => {
    const isShown = Object.hasOwn(output, member);
    return [member, ((isShown ? output : taken.output) as Readonly<Record<string, unknown>>)[member]] as const;
  });
  return Object.fromEntries([...seen, ...given]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body of a refused request for the client's deserialiser: as it came, but for a stored item, which is taken. */
function withoutRefusedItem(body: Buffer, taken: TakenAnswer): Uint8Array {
  let refusal: Readonly<Record<string, unknown>> | null;
  try {
    refusal = JSON.parse(body.toString('utf8')) as typeof refusal;
  } catch {
    return body;
  }
  const { Item: item, ...rest } = refusal ?? {};
  const { __type: type } = rest;
  const isRefused = typeof type === 'string' && type.endsWith('ConditionalCheckFailedException');
  if (!isRefused || typeof item !== 'object' || item === null) return body;
  taken.refusedItem = item as WireItem;
  return Buffer.from(JSON.stringify(rest));
}

/** A body as request handlers give it: a stream, or all of its bytes. */
type Body = AsyncIterable<Uint8Array> | Uint8Array;

function isReadable(body: unknown): body is Body {
  return body instanceof Uint8Array || (typeof body === 'object' && body !== null && Symbol.asyncIterator in body);
}

async function collect(body: Body): Promise<Buffer> {
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : received(body);
}

async function received(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const isUnread = stream instanceof Readable && !stream.destroyed && !stream.readableEnded;
  const chunks = isUnread ? await chunksOf(stream) : await all(stream);
  const [first] = chunks;
  return chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(chunks);
}

async function all(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** By events, which take a third of an iterator's time. */
function chunksOf(stream: Readable): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.once('end', () => resolve(chunks));
    stream.once('error', reject);
    // an iterator says so, too
    const code = 'ERR_STREAM_PREMATURE_CLOSE';
    stream.once('close', () => reject(Object.assign(new Error('Premature close'), { code })));
  });
}

function parseBody(body: Buffer): object {
  try {
    return readRows(body) ?? (JSON.parse(body.toString('utf8')) as object);
  } catch {
    // without the parser's message, which quotes the body
    throw new SyntaxError(`the response body of ${body.length} bytes isn't JSON`);
  }
}
