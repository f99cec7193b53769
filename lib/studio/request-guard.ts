import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request may be about: what follows the token in its address; `undefined` for a request that gets nothing. */
export function guardedPath(request: IncomingMessage, token: string, port: number): string | undefined {
  const { headers, method, url = '' } = request;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  // another name for this address: somebody's page has it resolved to us
  if (!hosts.includes(headers.host ?? '')) return undefined;
  const origins = hosts.map((host) => `http://${host}`);
  const { origin } = headers;
  if (origin !== undefined && !origins.includes(origin)) return undefined;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return undefined;
  const [, given = '', ...rest] = (url.split('?', 1)[0] as string).split('/');
  if (!isSame(given, token)) return undefined;
  if (method === 'GET') return rest.join('/');
  if (method !== 'POST' || origin === undefined) return undefined;
  // a form of another page can't send this type
  return headers['content-type'] === 'application/json' ? rest.join('/') : undefined;
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
