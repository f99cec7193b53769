import type { Problem } from '../problem.js';
import type { StudioCalls } from '../studio.js';

type Given<Name extends keyof StudioCalls> = Parameters<StudioCalls[Name]>[0];
type Answer<Name extends keyof StudioCalls> = Awaited<ReturnType<StudioCalls[Name]>>;

/** What a call was refused with, or why no answer came. */
class CallError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

const gone: Problem = {
  code: 'STUDIO_ENDED',
  message: 'The studio no longer answers. Start it again, and open the address that it prints.',
};

/** Asks the server. Rejects with a `CallError`. */
export async function callServer<Name extends keyof StudioCalls>(
  name: Name,
  given: Given<Name>,
  signal?: AbortSignal,
): Promise<Answer<Name>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(given),
      ...(signal && { signal }),
    });
    body = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError(gone);
  }
  if (response.ok) return body as Answer<Name>;
  throw new CallError((body as { readonly problem?: Problem }).problem ?? gone);
}

/** What went wrong, of what a call rejects with. */
export function problemIn(error: unknown): Problem {
  return error instanceof CallError ? error.problem : { code: 'UNEXPECTED', message: String(error) };
}
