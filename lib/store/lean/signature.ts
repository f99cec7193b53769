import { createHmac, hash } from 'node:crypto';
import type { Identity, SdkRequest } from './sdk-parts.js';

/** What a signature is valid for. */
export interface Scope {
  readonly region: string;
  readonly service: string;
}

type Headers = Readonly<Record<string, string>>;

/** Headers that proxies change, and those that an earlier attempt left. */
const unsigned = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);
const replaced = new Set(['authorization', 'x-amz-date', 'date']);

interface Key {
  readonly secret: string;
  readonly day: string;
  readonly bytes: Buffer;
}

/** Makes the signatures, version 4, of requests to the root of an endpoint. */
export class Signature {
  readonly #scope: Scope;
  #key: Key | undefined;
  /** The same from request to request, as is the key. */
  #order = orderOf([]);

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The headers of a request with its signature. `date` is of the form `20250131T235959Z`. */
  headers({ body, headers }: SdkRequest, identity: Identity, date: string): Record<string, string> {
    const { accessKeyId, secretAccessKey, sessionToken } = identity;
    const signed: Record<string, string> = {};
    for (const name of Object.keys(headers)) {
      if (!replaced.has(name.toLowerCase())) signed[name] = headers[name] as string;
    }
    signed['x-amz-date'] = date;
    if (sessionToken) signed['x-amz-security-token'] = sessionToken;
    const bodyHash = sha256(body as Uint8Array);
    signed['x-amz-content-sha256'] = bodyHash;

    const names = Object.keys(signed);
    if (!isSameOrder(this.#order.all, names)) this.#order = orderOf(names);
    const { list } = this.#order;
    const day = date.slice(0, 8);
    const scope = `${day}/${this.#scope.region}/${this.#scope.service}/aws4_request`;
    const request = sha256(`POST\n/\n\n${linesOf(signed, this.#order)}\n${list}\n${bodyHash}`);
    const signature = createHmac('sha256', this.#keyOf(secretAccessKey, day))
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${request}`)
      .digest('hex');
    signed['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
    return signed;
  }

  #keyOf(secret: string, day: string): Buffer {
    if (this.#key?.secret !== secret || this.#key.day !== day) {
      const { region, service } = this.#scope;
      const bytes = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`) as Buffer;
      this.#key = { secret, day, bytes };
    }
    return this.#key.bytes;
  }
}

/** Which of some headers are signed, and in which order. */
interface HeaderOrder {
  /** The names of all, as they came. */
  readonly all: readonly string[];
  readonly signed: readonly { readonly name: string; readonly lower: string }[];
  readonly list: string;
}

function orderOf(all: readonly string[]): HeaderOrder {
  const signed = all
    .map((name) => ({ name, lower: name.toLowerCase() }))
    .filter(({ lower }) => !unsigned.has(lower) && !/^(?:proxy|sec)-/.test(lower))
    .toSorted((a, b) => (a.lower < b.lower ? -1 : 1));
  return { all, signed, list: signed.map(({ lower }) => lower).join(';') };
}

function isSameOrder(all: readonly string[], names: readonly string[]): boolean {
  return all.length === names.length && all.every((name, at) => name === names[at]);
}

/** The headers that are signed, a line each. */
function linesOf(headers: Headers, { signed }: HeaderOrder): string {
  let lines = '';
  for (const { lower, name } of signed) lines += `${lower}:${withoutExtraSpace(headers[name] as string)}\n`;
  return lines;
}

function withoutExtraSpace(value: string): string {
  if (!/^ | $|[\t\r\n]| {2}/.test(value)) return value;
  return value
    .replaceAll(/[\r\n]/g, ' ')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/^ | $/g, '');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(content: string | Uint8Array): string {
  return hash('sha256', content);
}

let last = { second: Number.NaN, text: '' };

/** The time as signatures have it: `20250131T235959Z`. */
export function signatureDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== last.second) {
    last = { second, text: `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z` };
  }
  return last.text;
}
