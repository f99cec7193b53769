import type { WireItem } from '../codec/wire.js';

/** A read operation's answer, parsed from JSON as the engine sent it, or as the SDK's client hands it out. */
export interface ReadOutput {
  readonly Item?: WireItem;
  readonly Items?: readonly WireItem[];
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly LastEvaluatedKey?: WireItem;
  readonly Responses?: Readonly<Record<string, readonly WireItem[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly WireItem[] }>>;
}

/** Where the middleware leaves the body: beside the client's output, since the client's logger copies all of that. */
export interface TakenBody {
  output?: ReadOutput;
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
 * Puts a middleware on a command that takes the body of a successful answer before the client's generic deserialiser
 * spends its time on it. Signing, retries, endpoints and errors stay the client's. Bodies of a kind that it can't read, and
 * commands that it never runs for (a mocked client), leave `taken` empty: the client's own output counts then.
 */
export function takeBody(stack: CommandStack, taken: TakenBody): void {
  const middleware = (next: Handler) => async (args: object) => {
    const result = await next(args);
    const response = result.response as HttpAnswer;
    // a retry runs this again: nothing of an earlier attempt may remain
    delete taken.output;
    if (isSuccess(response) && isByteStream(response.body)) {
      taken.output = parseBody(await collect(response.body));
      response.body = new Uint8Array();
    }
    return result;
  };
  // low priority in the last step: between the deserialiser and the socket
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'dynamoEvolveTakeBody' });
}

function isSuccess(response: HttpAnswer | undefined): response is HttpAnswer {
  return response?.statusCode === 200;
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): ReadOutput {
  try {
    return text === '' ? {} : (JSON.parse(text) as ReadOutput);
  } catch {
    // without the parser's message, which quotes the body
    throw new SyntaxError(`the response body of ${text.length} characters is no JSON`);
  }
}
