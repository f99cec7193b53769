import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { StudioCalls } from '../../lib/studio/studio.js';

/** What a studio answered. */
export interface StudioAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request as it is sent, with any headers: also those that fetch sets itself. */
export interface StudioRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request as it stands. */
export function sendTo(url: string, { body, headers = {}, method = 'GET' }: StudioRequest = {}): Promise<StudioAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const { headers: answered, statusCode: status = 0 } = response;
      text(response).then((answer) => resolve({ status, headers: answered, text: answer }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The headers of the page's own requests. */
export function ownHeaders(url: string): Record<string, string> {
  return { origin: new URL(url).origin, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
}

/** Asks as the page does. Rejects with the problem that was answered. */
export async function ask<Name extends keyof StudioCalls>(
  url: string,
  name: Name,
  given: Parameters<StudioCalls[Name]>[0],
): Promise<Awaited<ReturnType<StudioCalls[Name]>>> {
  const sent = { method: 'POST', headers: ownHeaders(url), body: JSON.stringify(given) };
  const { status, text: answer } = await sendTo(`${url}api/${name}`, sent);
  const body = JSON.parse(answer) as { readonly problem?: { readonly code: string; readonly message: string } };
  if (status === 200) return body as Awaited<ReturnType<StudioCalls[Name]>>;
  throw Object.assign(new Error(body.problem?.message), { code: body.problem?.code });
}
