import { Agent } from 'undici';

/** What the SDK hands to a request handler. */
interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

interface SdkOptions {
  readonly abortSignal?: unknown;
  readonly requestTimeout?: number;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * A request handler for the SDK's clients on undici, which spends less on a request than Node's own HTTP client.
 *
 * @example
 * const client = new DynamoDBClient({ requestHandler: new UndiciHandler() });
 */
export class UndiciHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #agent: Agent;

  constructor(options: Agent.Options = {}) {
    this.#agent = new Agent({ connections: 50, keepAliveTimeout: 60_000, ...options });
  }

  handle(request: SdkRequest, options: SdkOptions = {}): Promise<{ response: SdkResponse }> {
    const { body, hostname, path, port, protocol } = request;
    // undici counts the bytes itself
    const { 'content-length': _, ...headers } = request.headers;
    const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
    const method = request.method as 'POST';
    const signal = options.abortSignal as AbortSignal | undefined;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted());
      const chunks: Buffer[] = [];
      let statusCode = 0;
      let received: Record<string, string> = {};
      let stopListening: (() => void) | undefined;
      this.#agent.dispatch(
        { origin, path, method, headers, body: body ?? null, headersTimeout: options.requestTimeout ?? 0 },
        {
          onRequestStart: (controller) => {
            const abort = () => controller.abort(aborted());
            signal?.addEventListener('abort', abort, { once: true });
            stopListening = () => signal?.removeEventListener('abort', abort);
          },
          onResponseStart: (_controller, status, responseHeaders) => {
            statusCode = status;
            received = Object.fromEntries(
              Object.entries(responseHeaders).map(([name, value]) => [name, String(value)]),
            );
          },
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => {
            stopListening?.();
            resolve({ response: { statusCode, headers: received, body: Buffer.concat(chunks) } });
          },
          onResponseError: (_controller, error) => {
            stopListening?.();
            reject(asSdkError(error));
          },
        },
      );
    });
  }

  // the SDK asks every handler for these
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): object {
    return {};
  }

  destroy(): void {
    void this.#agent.close();
  }
}

function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

/** The SDK retries what it knows by the codes and names of Node's own client. */
function asSdkError(error: Error): Error {
  const { code = '' } = error as { code?: string };
  if (/^UND_ERR_.*TIMEOUT$/.test(code)) return Object.assign(new Error(error.message), { name: 'TimeoutError' });
  if (code === 'UND_ERR_SOCKET') return Object.assign(new Error(error.message), { code: 'ECONNRESET' });
  return error;
}
