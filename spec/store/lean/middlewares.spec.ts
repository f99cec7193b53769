import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { clientBy, type Way, type WayClient, ways } from '../../support/request-ways.js';

const steps = ['initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize'] as const;
const stockNames = [
  'loggerMiddleware',
  'httpAuthSchemeMiddleware',
  'endpointV2Middleware',
  'serializerMiddleware',
  'contentLengthMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'getUserAgentMiddleware',
  'retryMiddleware',
  'httpSigningMiddleware',
  'deserializerMiddleware',
];

interface Args {
  readonly input: Readonly<Record<string, unknown>>;
  readonly request?: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown };
}
interface Result {
  readonly output: object;
  readonly response: { readonly statusCode: number; readonly headers: object };
}
interface Context {
  readonly commandName: string;
  readonly __smithy_context: { readonly selectedHttpAuthScheme?: { readonly httpAuthOption: object } };
}
type Next = (args: Args) => Promise<Result>;

/** What a middleware sees, without what is different each time. */
function sights(name: string, { input, request }: Args, context: Context) {
  const { __smithy_context: smithy, commandName } = context;
  return {
    name,
    input,
    commandName,
    members: Object.keys(context).toSorted(),
    smithy: Object.keys(smithy).toSorted(),
    auth: Object.keys(smithy.selectedHttpAuthScheme?.httpAuthOption ?? {}).toSorted(),
    headers: Object.keys(request?.headers ?? {}).toSorted(),
    isBytes: request?.body instanceof Uint8Array,
  };
}

/** A middleware that notes what it sees, on its way in and out. */
function noting(name: string, seen: unknown[]): never {
  return ((next: Next, context: Context) => async (args: Args) => {
    seen.push(structuredClone(sights(name, args, context)));
    const result = await next(args);
    const { output, response } = result;
    seen.push({ name, output: Object.keys(output ?? {}), response: response.statusCode });
    return result;
  }) as never;
}

/** Puts a middleware everywhere: in each step with each priority, and around each of the SDK's. */
function putEverywhere({ client: { middlewareStack: stack } }: WayClient, seen: unknown[]): void {
  for (const step of steps) {
    for (const priority of ['low', 'high', 'normal'] as const) {
      const name = `${step} ${priority}`;
      stack.add(noting(name, seen), { step, priority, name } as never);
    }
  }
  // the endpoint's comes with each command
  for (const toMiddleware of stockNames.filter((name) => name !== 'endpointV2Middleware')) {
    for (const relation of ['before', 'after'] as const) {
      for (const name of [`first ${relation} ${toMiddleware}`, `second ${relation} ${toMiddleware}`]) {
        stack.addRelativeTo(noting(name, seen), { relation, toMiddleware, name });
      }
    }
  }
  // takes the place of an earlier one, and stands last
  stack.add(noting('build high', seen), { step: 'build', priority: 'high', name: 'build high', override: true });
}

async function seenBy(way: Way): Promise<unknown[]> {
  const seen: unknown[] = [];
  // one request needs two attempts
  const made = clientBy(way, {}, (_request, at) => ({ status: at === 4 ? 500 : 200 }));
  putEverywhere(made, seen);
  for (let at = 0; at < 4; at++) {
    await made.transport.send('GetItem', { TableName: 'notes', Key: { id: { B: 'AQI=' } } });
    await made.transport.send('PutItem', { TableName: 'notes', Item: { id: { S: 'a' } } });
  }
  expect(made.stockRequests()).toBe(way === 'lean' ? 0 : 8);
  return seen;
}

test('an application’s middlewares see the same in the same order, wherever they stand', async () => {
  const [lean, stock] = [await seenBy('lean'), await seenBy('stock')];
  // 15 in steps and 40 around others, each on the way in and out, eight times, and some a second time
  expect(stock.length).toBeGreaterThan(55 * 2 * 8);
  expect(lean).toEqual(stock);
});

test('headers that a middleware sets before the SDK are treated alike', async () => {
  const headersBy = async (way: Way) => {
    const made = clientBy(way);
    let at = 0;
    made.client.middlewareStack.add(
      ((next: Next) => (args: { request: { headers: Record<string, string> } }) => {
        const { headers } = args.request;
        const more = [
          {},
          {},
          {},
          { 'user-agent': 'u', 'x-amz-user-agent': 'x' },
          { Traceparent: 't', Baggage: 'b' },
          {},
        ];
        Object.assign(headers, more[at++]);
        return next(args as never);
      }) as never,
      { step: 'serialize', priority: 'low' },
    );
    for (let count = 0; count < 6; count++) await made.transport.send('Scan', { TableName: 'notes' });
    const chance = new Set(['amz-sdk-invocation-id', 'authorization', 'x-amz-date']);
    return made.requests.map(({ headers }) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !chance.has(name))),
    );
  };
  const [lean, stock] = [await headersBy('lean'), await headersBy('stock')];
  expect(lean).toEqual(stock);
  expect(stock[4]).toMatchObject({ traceparent: 't', baggage: 'b' });
});

describe('in AWS Lambda', () => {
  const before = { ...process.env };
  afterEach(() => void (process.env = { ...before }));

  test.each(ways)('the invocation is passed on, on the %s way', async (way) => {
    process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'function';
    const made = clientBy(way);
    for (const trace of ['Root=1', 'Root=2', 'Root=3']) {
      process.env['_X_AMZN_TRACE_ID'] = trace;
      await made.transport.send('Scan', { TableName: 'notes' });
    }
    expect(made.requests.map(({ headers }) => headers['X-Amzn-Trace-Id'])).toEqual(['Root=1', 'Root=2', 'Root=3']);
    expect(made.stockRequests()).toBe(way === 'lean' ? 0 : 3);
  });
});

describe.each(ways)('on the %s way', (way) => {
  const get = (made: WayClient) => made.transport.send('GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } });

  test('a middleware that is added, replaced or removed later is seen at once', async () => {
    const made = clientBy(way);
    const { middlewareStack: stack } = made.client;
    const counts: Record<string, number> = { added: 0, replacing: 0 };
    const counting = (name: 'added' | 'replacing') =>
      ((next: Next) => (args: Args) => {
        counts[name] = (counts[name] ?? 0) + 1;
        return next(args);
      }) as never;
    await get(made);
    await get(made);
    stack.add(counting('added'), { step: 'build', name: 'counter' });
    await get(made);
    expect(counts).toEqual({ added: 1, replacing: 0 });
    stack.add(counting('replacing'), { step: 'build', name: 'counter', override: true });
    await get(made);
    expect(counts).toEqual({ added: 1, replacing: 1 });
    stack.remove('counter');
    await get(made);
    expect(counts).toEqual({ added: 1, replacing: 1 });
    expect(made.stockRequests()).toBe(way === 'lean' ? 0 : 5);
  });

  test('a middleware that moves to another step runs there', async () => {
    const made = clientBy(way);
    const hasRequest: boolean[] = [];
    const middleware = ((next: Next) => (args: Args) => {
      hasRequest.push(args.request !== undefined);
      return next(args);
    }) as never;
    for (const step of ['initialize', 'build'] as const) {
      made.client.middlewareStack.remove(middleware);
      made.client.middlewareStack.add(middleware, { step: step as never });
      await get(made);
    }
    expect(hasRequest).toEqual([false, true]);
  });

  test('each request has a context of its own', async () => {
    const made = clientBy(way, { cacheMiddleware: true });
    const contexts = new Set<unknown>();
    made.client.middlewareStack.add(
      ((next: Next, context: Record<string, unknown>) => (args: Args) => {
        expect(context['mark']).toBeUndefined();
        context['mark'] = true;
        contexts.add(context);
        return next(args);
      }) as never,
      { step: 'initialize' },
    );
    await Promise.all(Array.from({ length: 5 }, () => get(made)));
    expect(contexts.size).toBe(5);
  });

  test('nothing of the first request’s options remains in the contexts of later ones', async () => {
    const made = clientBy(way);
    const signals: unknown[] = [];
    const commands = new Set<unknown>();
    const note = ((next: Next, context: Context) => (args: Args) => {
      const { __smithy_context: smithy } = context;
      const { abortSignal, commandInstance } = smithy as Readonly<Record<string, unknown>>;
      signals.push(abortSignal);
      commands.add(commandInstance);
      return next(args);
    }) as never;
    made.client.middlewareStack.add(note, { step: 'initialize' });
    const [first, third] = [new AbortController().signal, new AbortController().signal];
    for (const signal of [first, undefined, third, undefined]) {
      await made.transport.send('GetItem', { TableName: 'lean', Key: { id: { S: '1' } } }, signal);
    }
    expect(signals).toEqual([first, undefined, third, undefined]);
    expect(signals[0]).toBe(first);
    expect(signals[2]).toBe(third);
    expect(commands.size).toBe(4);
  });

  test('what a middleware changes is sent', async () => {
    const made = clientBy(way);
    const { middlewareStack: stack } = made.client;
    stack.add(
      ((next: Next) => (args: Args) =>
        next({
          ...args,
          input: { ...args.input, TableName: 'moved', ReturnConsumedCapacity: 'TOTAL', IndexName: null },
        })) as never,
      { step: 'initialize' },
    );
    stack.add(
      ((next: Next) => (args: { request: { headers: Record<string, string>; hostname: string } }) => {
        args.request.headers['X-Custom'] = '  two   words ';
        args.request.headers['user-agent'] = 'replaced';
        args.request.hostname = 'proxy.example.com';
        return next(args as never);
      }) as never,
      { step: 'build', priority: 'low' },
    );
    for (let at = 0; at < 4; at++) await get(made);
    for (const { body, headers, hostname } of made.requests) {
      expect(hostname).toBe('proxy.example.com');
      expect(headers).toMatchObject({ 'X-Custom': '  two   words ', 'user-agent': 'replaced' });
      expect(headers['authorization']).toContain('x-custom');
      const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
      expect(JSON.parse(text)).toEqual({
        TableName: 'moved',
        Key: { id: { S: 'a' } },
        ReturnConsumedCapacity: 'TOTAL',
      });
    }
  });

  test('functions around the methods of a stack see every request, as instrumentations need', async () => {
    const made = clientBy(way);
    await get(made);
    const spans: unknown[] = [];
    interface Stack {
      resolve(handler: unknown, context: Context): Next;
      concat(from: unknown): Stack;
    }
    const instrument = (stack: Stack): Stack => {
      const { concat, resolve } = stack;
      stack.concat = (from) => instrument(concat(from));
      stack.resolve = (handler, context) => {
        const inner = resolve(handler, context);
        return async (args) => {
          const result = await inner(args);
          spans.push([context.commandName, args.input, (result.output as { Count?: number }).Count]);
          return result;
        };
      };
      return stack;
    };
    instrument(made.client.middlewareStack as unknown as Stack);
    await get(made);
    await get(made);
    const input = { TableName: 'notes', Key: { id: { S: 'a' } } };
    expect(spans).toEqual(Array.from({ length: 2 }, () => ['GetItemCommand', input, undefined]));
    expect(made.stockRequests()).toBe(way === 'lean' ? 0 : 3);
  });
});

describe('the stock way is taken', () => {
  const get = (made: WayClient) => made.transport.send('GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } });
  const pass = ((next: unknown) => next) as never;

  test('when one of the SDK’s middlewares is missing', async () => {
    const made = clientBy('lean');
    made.client.middlewareStack.remove('getUserAgentMiddleware');
    expect((await get(made)).done).toBe(true);
    expect(made.requests[0]?.headers).not.toHaveProperty('user-agent');
    expect(made.stockRequests()).toBe(1);
  });

  test('when another middleware has the name of one of the SDK’s', async () => {
    const made = clientBy('lean');
    const options = { name: 'getUserAgentMiddleware', step: 'build', priority: 'low', override: true } as const;
    made.client.middlewareStack.add(pass, options);
    expect((await get(made)).done).toBe(true);
    expect(made.requests[0]?.headers).not.toHaveProperty('user-agent');
    expect(made.stockRequests()).toBe(1);
  });

  test('when the client speaks another protocol', async () => {
    const made = clientBy('lean');
    Object.defineProperty(made.client.config.protocol, 'getShapeId', { value: () => 'smithy.protocols#rpcv2Cbor' });
    expect((await get(made)).done).toBe(true);
    expect(made.stockRequests()).toBe(1);
  });

  test('when the stack is to be printed', async () => {
    const made = clientBy('lean');
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    made.client.middlewareStack.identifyOnResolve(true);
    await get(made);
    expect(made.stockRequests()).toBe(1);
    expect(log).toHaveBeenCalledTimes(1);
    made.client.middlewareStack.identifyOnResolve(false);
    await get(made);
    expect(made.stockRequests()).toBe(1);
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  test('for operations on tables', async () => {
    const made = clientBy('lean', {}, () => ({ body: { Table: { TableName: 'notes', CreationDateTime: 1 } } }));
    const answer = await made.transport.send('DescribeTable', { TableName: 'notes' });
    expect(answer).toMatchObject({ done: true, output: { Table: { CreationDateTime: new Date(1000) } } });
    expect(made.stockRequests()).toBe(1);
  });
});
