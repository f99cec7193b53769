import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Middleware, SdkConfig, SdkStack } from './sdk-parts.js';
import { entriesOf } from './stack-entries.js';

/** What an untouched client has: to tell the SDK's own parts from others that stand in their place. */
interface StockClient {
  readonly middlewares: ReadonlyMap<string, Middleware>;
  readonly config: SdkConfig;
  /** What makes signatures, behind the signer of the authentication scheme. */
  readonly signature: Promise<object>;
}

let known: StockClient | undefined;

function stockClient(): StockClient {
  if (known) return known;
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new DynamoDBClient({ endpoint: 'http://localhost', region: 'none', credentials });
  const { config, middlewareStack } = client as unknown as { config: SdkConfig; middlewareStack: SdkStack };
  const middlewares = new Map<string, Middleware>();
  for (const { name = '', middleware } of entriesOf(middlewareStack)) middlewares.set(name, middleware);
  known = { middlewares, config, signature: config.signer({}) };
  return known;
}

/** Whether a middleware of a client is the SDK's own one of that name, which has the same code in every client. */
export function isStockMiddleware(name: string, middleware: Middleware): boolean {
  return String(middleware) === String(stockClient().middlewares.get(name));
}

/** Whether a client's logger is the one that does nothing, which it has unless it is given another. */
export function isSilent(logger: object | undefined): boolean {
  return logger !== undefined && isLike(logger, stockClient().config.logger);
}

/** Whether a client authenticates in the SDK's way. */
export function hasStockAuth(config: SdkConfig): boolean {
  const { config: stock } = stockClient();
  const [scheme] = config.httpAuthSchemes;
  const [stockScheme] = stock.httpAuthSchemes;
  return (
    config.httpAuthSchemes.length === 1 &&
    String(config.httpAuthSchemeProvider) === String(stock.httpAuthSchemeProvider) &&
    String(scheme?.identityProvider) === String(stockScheme?.identityProvider) &&
    isLike(scheme?.signer, stockScheme?.signer)
  );
}

/** Whether a client makes signatures in the SDK's way, with its own credentials. */
export async function hasStockSignature(config: SdkConfig): Promise<boolean> {
  const signature = (await config.signer({})) as { readonly credentialProvider?: unknown };
  return isLike(signature, await stockClient().signature) && signature.credentialProvider === config.credentials;
}

/**
 * Whether two objects are of the same class, be it of two copies of the SDK, and the first has no methods of its own.
 */
function isLike(value: object | undefined, stock: object | undefined): boolean {
  if (!value || !stock) return false;
  const methods = Object.values(value).filter((member) => typeof member === 'function').length;
  const stockMethods = Object.values(stock).filter((member) => typeof member === 'function').length;
  return String(value.constructor) === String(stock.constructor) && methods === stockMethods;
}
