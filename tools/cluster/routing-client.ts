import { createHash } from 'node:crypto';
import { gzipSync, gunzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** The options of ScyllaDB's client that this one knows. */
export interface RoutingClientConfig extends Omit<DynamoDBClientConfig, 'endpoint'> {
  readonly seeds: readonly [string, ...string[]];
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly keyRouteAffinity?:
    | false
    | {
        readonly mode?: 'read-before-write' | 'any-write';
        readonly partitionKeys?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
        readonly autoDiscoverPartitionKeys?: boolean;
      };
  readonly compression?: { readonly request?: object; readonly response?: object };
  readonly headerOptimization?: boolean;
  readonly discovery?: { readonly refreshIntervalMs?: number };
}

type WireKey = Readonly<Record<string, unknown>>;

/** What of a request this client looks at. */
interface Input {
  readonly TableName?: string;
  readonly Item?: WireKey;
  readonly Key?: WireKey;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
}

interface HttpRequest {
  protocol: string;
  hostname: string;
  port: number;
  body: unknown;
  headers: Record<string, string>;
}

interface HttpResponse {
  headers: Record<string, string>;
  body: Readable;
}

interface Context {
  readonly commandName?: string;
  plan?: string[];
}

interface Args {
  readonly input: Input;
  readonly request: HttpRequest;
}

interface Handler {
  handle(...args: unknown[]): Promise<{ readonly response: HttpResponse }>;
}

type Next = (args: Args) => Promise<{ readonly response: HttpResponse }>;

const writes = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand']);
const keptHeaders = new Set(['host', 'x-amz-target', 'content-length', 'accept-encoding', 'content-encoding']);

/**
 * A client of the same shape as ScyllaDB's `@scylladb/alternator-client`, which isn't in the registry: a subclass of the
 * SDK's client that finds the nodes by `/localnodes`, sends each attempt of a request to the next node of a plan, with
 * affinity always to the same first node for one partition key, compresses requests and answers and sends only some
 * headers. Written from its documentation; nothing of its code is in it.
 */
export class AlternatorDynamoDBClient extends DynamoDBClient {
  /** What it was made with, for tests. */
  readonly given: RoutingClientConfig;
  #hosts: readonly string[];
  #timer: NodeJS.Timeout | undefined;

  constructor(given: RoutingClientConfig) {
    const {
      compression,
      discovery,
      headerOptimization,
      keyRouteAffinity: _affinity,
      port = 8080,
      scheme = 'http',
      seeds,
      ...config
    } = given;
    super({
      region: 'us-east-1',
      credentials: { accessKeyId: 'alternator', secretAccessKey: 'alternator' },
      ...config,
      endpoint: `${scheme}://${seeds[0]}:${port}`,
    });
    this.given = given;
    this.#hosts = [...seeds];
    const { refreshIntervalMs = 60_000 } = discovery ?? {};
    this.#timer = setInterval(() => void this.refreshNodes().catch(() => {}), refreshIntervalMs);
    this.#timer.unref();
    // where answers come in, before anything reads them
    const { requestHandler: handler } = this.config as unknown as { requestHandler: Handler };
    const handle = handler.handle.bind(handler);
    handler.handle = async (...args) => {
      const result = await handle(...args);
      await decompress(result.response);
      return result;
    };
    const signing = { toMiddleware: 'httpSigningMiddleware', override: true } as const;
    this.middlewareStack.addRelativeTo(
      ((next: Next, context: Context) => (args: Args) => {
        const { request } = args;
        const node = this.#nextNode(context, args.input);
        Object.assign(request, { protocol: `${scheme}:`, hostname: node, port });
        request.headers.host = `${node}:${port}`;
        if (compression?.request) compress(request);
        if (headerOptimization) request.headers = keep(request.headers);
        return next(args);
      }) as never,
      { relation: 'before', name: 'routing', ...signing },
    );
    this.middlewareStack.addRelativeTo(
      ((next: Next) => (args: Args) => {
        const { request } = args;
        if (compression?.response) request.headers['accept-encoding'] = 'gzip';
        if (headerOptimization) request.headers = keep(request.headers);
        return next(args);
      }) as never,
      { relation: 'after', name: 'afterSigning', ...signing },
    );
  }

  /** Asks the seeds for the nodes that are alive. */
  async refreshNodes(): Promise<readonly string[]> {
    const { port = 8080, scheme = 'http', seeds } = this.given;
    for (const seed of [...this.#hosts, ...seeds]) {
      try {
        const answer = await fetch(`${scheme}://${seed}:${port}/localnodes`, { signal: AbortSignal.timeout(1_000) });
        this.#hosts = (await answer.json()) as string[];
        break;
      } catch {
        // the next one may know
      }
    }
    return this.#hosts;
  }

  override destroy(): void {
    clearInterval(this.#timer);
    super.destroy();
  }

  #nextNode(context: Context, input: Input): string {
    if (!context.plan?.length) context.plan = this.#plan(context.commandName, input);
    return context.plan.shift() as string;
  }

  #plan(command: string | undefined, input: Input): string[] {
    const nodes = this.#hosts.toSorted();
    const seed = this.#affinityOf(command, input);
    const random = seed === undefined ? Math.random : numbersFrom(seed);
    return nodes
      .map((node) => ({ node, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ node }) => node);
  }

  /** Text that decides on the order of the nodes. */
  #affinityOf(command = '', { ConditionExpression: condition, Item: item, Key: key = item, ...input }: Input) {
    const { keyRouteAffinity: affinity } = this.given;
    if (!affinity || !writes.has(command) || !key) return undefined;
    const readsFirst = condition !== undefined || input.UpdateExpression !== undefined;
    if ((affinity.mode ?? 'read-before-write') === 'read-before-write' && !readsFirst) return undefined;
    const { partitionKeys = {} } = affinity;
    const names = new Map(partitionKeys instanceof Map ? partitionKeys : Object.entries(partitionKeys));
    const name = names.get(input.TableName ?? '');
    return name === undefined ? undefined : JSON.stringify(key[name]);
  }
}

/** Numbers that look random, and are the same for the same seed. */
function numbersFrom(seed: string): () => number {
  let count = 0;
  return () => createHash('md5').update(`${seed} ${count++}`).digest().readUInt32BE() / 2 ** 32;
}

function compress(request: HttpRequest): void {
  if (request.headers['content-encoding'] || typeof request.body === 'undefined') return;
  const body = gzipSync(request.body as string);
  request.headers['content-encoding'] = 'gzip';
  request.headers['content-length'] = String(body.length);
  request.body = body;
}

async function decompress(response: HttpResponse): Promise<void> {
  if (response.headers['content-encoding'] !== 'gzip') return;
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk as Buffer);
  response.body = Readable.from([gunzipSync(Buffer.concat(chunks))]);
  delete response.headers['content-encoding'];
  delete response.headers['content-length'];
}

function keep(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.has(name.toLowerCase())));
}
