import { Signature, signatureDate } from './signature.js';
import type { Identity, RequestClass, SdkConfig, SdkRequest, SdkSigner, SigningProperties } from './sdk-parts.js';
import { hasStockSignature } from './stock-client.js';

/** What the SDK's signer notes for its handlers, which correct the clock. */
const notes = [
  '_disableClockSkewCorrection',
  '_preRequestSystemClockOffset',
  '_requestSentAt',
  '_skipClockSkewSampling',
];

/**
 * Signs in place of the SDK's signer, to the same letter. The first request is signed by both: where the results
 * differ, be it that the SDK has changed or that a client signs in its own way, the SDK's signer goes on alone. Clocks
 * are corrected by the SDK's signer.
 */
export class LeanSigner implements SdkSigner {
  readonly #stock: SdkSigner;
  readonly #config: SdkConfig;
  readonly #Request: RequestClass;
  /** What signs; `undefined` before the first request, and `null` if only the SDK's signer can. */
  #signature: Signature | undefined | null;

  constructor(stock: SdkSigner, config: SdkConfig, Request: RequestClass) {
    this.#Request = Request;
    this.#stock = stock;
    this.#config = config;
  }

  async sign(request: SdkRequest, identity: Identity, properties: SigningProperties): Promise<SdkRequest> {
    if (!this.#signature || !isPlain(request)) return this.#signByStock(request, identity, properties);
    // as the SDK's signer does: a retry may find newer credentials
    const current = await this.#config.credentials();
    const { systemClockOffset: offset } = this.#config;
    const now = Date.now();
    properties['_disableClockSkewCorrection'] = false;
    properties['_skipClockSkewSampling'] = false;
    properties['_preRequestSystemClockOffset'] = offset;
    properties['_requestSentAt'] = now;
    // a copy: a retry signs the request as it was
    const signed = new this.#Request(request);
    signed.headers = this.#signature.headers(request, current, signatureDate(now + offset));
    return signed;
  }

  // the SDK takes the handlers off the signer
  readonly errorHandler = (properties: SigningProperties): ((error: unknown) => never) => {
    return (error) => {
      this.#stock.errorHandler?.(properties)(error);
      throw error;
    };
  };

  readonly successHandler = (response: unknown, properties: SigningProperties): void => {
    this.#stock.successHandler?.(response, properties);
  };

  async #signByStock(request: SdkRequest, identity: Identity, properties: SigningProperties): Promise<SdkRequest> {
    const before = Object.keys(properties);
    const signed = await this.#stock.sign(request, identity, properties);
    if (this.#signature === undefined && isPlain(request)) {
      const added = Object.keys(properties).filter((name) => !before.includes(name));
      const isKnown = added.toSorted().join() === notes.join() && (await hasStockSignature(this.#config));
      this.#signature = isKnown ? sameSignature(request, signed, await this.#config.credentials()) : null;
    }
    return signed;
  }
}

/** A signature that signs a request as it was signed, if there is one. */
function sameSignature(request: SdkRequest, signed: SdkRequest, identity: Identity): Signature | null {
  const { authorization = '', 'x-amz-date': date = '' } = signed.headers;
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  const signature = new Signature({ region, service });
  return isSame(signature.headers(request, identity, date), signed.headers) ? signature : null;
}

function isSame(headers: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(headers);
  return names.length === Object.keys(others).length && names.every((name) => headers[name] === others[name]);
}

/** Whether nothing but its headers and its body must be signed, and the body not for a hash that it brings along. */
function isPlain({ body, headers, method, path, query }: SdkRequest): boolean {
  return (
    method === 'POST' &&
    path === '/' &&
    Object.keys(query).length === 0 &&
    body instanceof Uint8Array &&
    headers['x-amz-content-sha256'] === undefined
  );
}
