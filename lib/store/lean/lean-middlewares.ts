import { ownResponse, readAnswer, showAnswer, type TakenAnswer } from '../taken-answer.js';
import { requestBody } from './request-body.js';
import type { Middleware, RequestClass, SdkConfig, SdkContext, SdkResponse } from './sdk-parts.js';
import { isSilent } from './stock-client.js';
import { Targets } from './targets.js';
import { rememberedUserAgent } from './user-agent.js';

/** Where the context of a request says what we know of it. A symbol: nobody else finds it by chance. */
const ours = Symbol('dynamo-evolve');

interface LeanContext extends SdkContext {
  [ours]?: LeanRequest;
}

interface LeanRequest {
  readonly operation: string;
  readonly taken: TakenAnswer;
}

/** Tells the middlewares below which request they are working on. */
export function setRequest(context: SdkContext, request: LeanRequest): void {
  (context as LeanContext)[ours] = request;
}

function requestOf(context: SdkContext): LeanRequest {
  return (context as LeanContext)[ours] as LeanRequest;
}

/**
 * Makes a middleware that does what the SDK's own one does, which it is given, and remembers what that finds out again
 * and again.
 */
type Replace = (stock: Middleware) => Middleware;

/** By the names of the SDK's middlewares: what stands in for them. */
export interface LeanMiddlewares {
  readonly httpAuthSchemeMiddleware: Replace;
  readonly endpointV2Middleware: Replace;
  readonly serializerMiddleware: Replace;
  readonly recursionDetectionMiddleware: Replace;
  readonly getUserAgentMiddleware: Replace;
  readonly deserializerMiddleware: Replace;
  readonly loggerMiddleware: Replace;
}

export function leanMiddlewares(config: SdkConfig): LeanMiddlewares {
  const Request = config.protocol.getRequestType();
  const targets = new Targets(config, Request);
  const silentLogger = isSilent(config.logger) ? config.logger : undefined;
  return {
    httpAuthSchemeMiddleware: (stock) => targets.authentication(stock),
    endpointV2Middleware: (stock) => targets.endpoint(stock),
    serializerMiddleware: serializer(Request),
    recursionDetectionMiddleware: traceHeaders(),
    getUserAgentMiddleware: rememberedUserAgent(config),
    deserializerMiddleware: deserializer,
    loggerMiddleware: (stock) => (next, context) => (context.logger === silentLogger ? next : stock(next, context)),
  };
}

function serializer(Request: RequestClass): Replace {
  return (stock) => (next, context) => async (args) => {
    const url = context.endpointV2?.url;
    // what no engine's endpoint has
    if (!url || url.search || url.hash || url.username) return stock(next, context)(args);
    const headers: Record<string, string> = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${requestOf(context).operation}`,
    };
    for (const [name, values] of Object.entries(context.endpointV2?.headers ?? {})) {
      headers[name.toLowerCase()] = values.join(', ');
    }
    const request = new Request({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      port: url.port === '' ? undefined : Number(url.port),
      path: url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`,
      query: {},
      headers,
      body: requestBody(args.input),
    });
    return next({ ...args, request });
  };
}

const traceHeader = /^(?:x-amzn-trace-id|traceparent|tracestate|baggage)$/i;

/**
 * The SDK's middleware passes on which invocation of AWS Lambda a request belongs to: elsewhere there is nothing to do.
 */
function traceHeaders(): Replace {
  const isLambda = process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined;
  return (stock) => (next, context) => {
    if (isLambda) return stock(next, context);
    return (args) => {
      const isTraced = Object.keys(args.request.headers).some((name) => traceHeader.test(name));
      return (isTraced ? stock(next, context) : next)(args);
    };
  };
}

/** Reads successful answers as they came, and leaves all else to the client. */
function deserializer(stock: Middleware): Middleware {
  return (next, context) => async (args) => {
    const { taken } = requestOf(context);
    const result = ownResponse(await next(args));
    const { response } = result;
    await readAnswer(response, taken);
    if (taken.output === undefined) return stock(async () => result, context)(args);
    const output = { $metadata: metadataOf(response) };
    showAnswer(output, taken);
    return { response, output };
  };
}

function metadataOf({ headers, statusCode }: SdkResponse): object {
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (lower === name) continue;
    headers[lower] = headers[name] as string;
    delete headers[name];
  }
  return {
    httpStatusCode: statusCode,
    requestId: headers['x-amzn-requestid'] ?? headers['x-amzn-request-id'] ?? headers['x-amz-request-id'],
    extendedRequestId: headers['x-amz-id-2'],
    cfId: headers['x-amz-cf-id'],
  };
}
