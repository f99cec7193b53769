import type { Middleware, SdkConfig, SdkContext, SdkRequest } from './sdk-parts.js';

type Headers = readonly (readonly [name: string, value: string])[];

/** What the SDK's middleware does: it sets headers, and counts features. */
interface Remembered {
  readonly dependencies: string;
  readonly headers: Headers;
  readonly features: object | undefined;
}

const headerNames = ['user-agent', 'x-amz-user-agent'];

/** Stands in for the SDK's `getUserAgentMiddleware`: remembers what it says for the same features. */
export function rememberedUserAgent(config: SdkConfig): (stock: Middleware) => Middleware {
  let known: Remembered | undefined;
  return (stock) => (next, context) => (args) => {
    const { headers } = args.request;
    if (headerNames.some((name) => name in headers)) return stock(next, context)(args);
    const dependencies = dependenciesOf(config, context);
    if (known?.dependencies === dependencies) {
      for (const [name, value] of known.headers) headers[name] = value;
      if (known.features) Object.assign(context, { __aws_sdk_context: { features: { ...known.features } } });
      return next(args);
    }
    const remember: typeof next = (after) => {
      const { __aws_sdk_context: aws } = context;
      known = { dependencies, headers: userAgentOf(after.request), features: aws?.features };
      return next(after);
    };
    return stock(remember, context)(args);
  };
}

function userAgentOf({ headers }: SdkRequest): Headers {
  return headerNames.filter((name) => name in headers).map((name) => [name, headers[name] as string] as const);
}

/** All that the headers depend on, as far as it changes from request to request. */
function dependenciesOf({ customUserAgent }: SdkConfig, context: SdkContext): string {
  const { __aws_sdk_context: aws, __smithy_context: smithy, endpointV2: endpoint, userAgent } = context;
  const { accountId, $source: source } = smithy.selectedHttpAuthScheme?.identity ?? {};
  const ofContext = [smithy.features, source, endpoint?.url.hostname, accountId === undefined];
  return JSON.stringify([ofContext, aws?.features, userAgent, customUserAgent]);
}
