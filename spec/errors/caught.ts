import { type ErrorCode, MapperError } from '../../lib/errors.js';

/** The error of a code that a call throws; fails where it throws another, or none. */
export function caught<Code extends ErrorCode>(code: Code, call: () => unknown): MapperError<Code> {
  try {
    call();
  } catch (error) {
    return asMapperError(code, error);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

/** The error of a code that a promise rejects with; fails where it rejects with another, or resolves. */
export async function rejected<Code extends ErrorCode>(
  code: Code,
  promise: Promise<unknown>,
): Promise<MapperError<Code>> {
  try {
    await promise;
  } catch (error) {
    return asMapperError(code, error);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

function asMapperError<Code extends ErrorCode>(code: Code, error: unknown): MapperError<Code> {
  if (error instanceof MapperError && error.code === code) return error as MapperError<Code>;
  throw new Error(`expected ${code}, but something else was thrown`, { cause: error });
}
