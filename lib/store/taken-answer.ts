import type { WireItem } from '../codec/wire.js';

/** Where the middleware leaves what it took: beside the client's output, since the client's logger copies all of that. */
export interface TakenAnswer {
  /** A successful answer, parsed from JSON as the engine sent it. */
  output?: object;
  /** The stored item that came with a refused condition. */
  refusedItem?: WireItem;
}

interface HttpAnswer {
  statusCode: number;
  body: unknown;
}

type Handler = (args: object) => Promise<{ response: unknown }>;

/** The part of a command's middleware stack that is used here; the SDK's own types differ from release to release. */
export interface CommandStack {
  add(middleware: (next: Handler) => Handler, options: object): void;
}

/**
 * Puts a middleware on a command that takes the body of an answer before the client's generic deserialiser spends its time on it,
 * or fails at a stored name such as `__proto__`. Signing, retries, endpoints and errors stay the client's. Bodies of a kind that
 * it can't read, and commands that it never runs for (a mocked client), leave `taken` empty: the client's own output counts then.
 */
export function takeAnswer(stack: CommandStack, taken: TakenAnswer): void {
  const middleware = (next: Handler) => async (args: object) => {
    const result = await next(args);
    const response = result.response as HttpAnswer | undefined;
    // a retry runs this again: nothing of an earlier attempt may remain
    delete taken.output;
    delete taken.refusedItem;
    if (!response || !isByteStream(response.body)) return result;
    if (response.statusCode === 200) {
      taken.output = parseBody(await collect(response.body));
      response.body = new Uint8Array();
    } else if (response.statusCode === 400) {
      response.body = withoutRefusedItem(await collect(response.body), taken);
    }
    return result;
  };
  // low priority in the last step: between the deserialiser and the socket
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'dynamoEvolveTakeAnswer' });
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

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parseBody(body: Buffer): object {
  try {
    return JSON.parse(body.toString('utf8')) as object;
  } catch {
    // without the parser's message, which quotes the body
    throw new SyntaxError(`the response body of ${body.length} bytes isn't JSON`);
  }
}
