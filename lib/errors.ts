import { type ErrorKey, errorMessages, formatKeyValue } from './error-messages.js';

export type { ErrorKey };

/** The stable name of an error. Codes are never renamed and never used again for something else. */
export type ErrorCode = keyof typeof errorMessages;

/** The details of each error, by its code; `docs/errors.md` lists them. Of what is stored they hold keys and versions alone. */
export type ErrorDetails = {
  readonly [Code in ErrorCode]: (typeof errorMessages)[Code] extends (details: infer Details) => string
    ? { readonly [Name in keyof Details]: Details[Name] }
    : never;
};

const messages: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => string } = errorMessages;

/** Every error code, in the order of `docs/errors.md`. */
export const errorCodes = Object.keys(messages) as readonly ErrorCode[];

/**
 * The one class of all errors that dynamo-evolve throws.
 *
 * `code` is stable and tells errors apart; `details` are typed by it; the message says what was found, what was expected
 * and what to do; `help` is the section of the documentation. Messages, details and causes name keys, attributes and versions, never
 * other values, so errors can be logged. (The cause of an `UPGRADE_FAILED` is what the upgrade itself threw, that of a
 * `HYDRATION_FAILED` what the class did.)
 *
 * @example
 * try {
 *   upgradeItem(Session, { session_id: 'abc-123', schema_version: 99 });
 * } catch (error) {
 *   if (isMapperError(error, 'NEWER_VERSION')) console.log(error.details.version); // → 99
 * }
 */
export class MapperError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'MapperError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  /** The section of the documentation about this error, relative to the package. */
  readonly help: string;
  /** Where a query or scan goes on after the item that failed; pass it as the option `cursor`. */
  cursor?: string;
  /**
   * `true` where the write that was asked for has been done although the call rejects: its answer, or what is stored now, can't be
   * read. Don't repeat it.
   */
  done?: true;
  #readCurrent: (() => unknown) | undefined;

  constructor(code: Code, details: ErrorDetails[Code], options?: { cause?: unknown }) {
    const help = `docs/errors.md#${code.toLowerCase()}`;
    super(`${messages[code](details)} [${code}, ${help}]`, options);
    this.code = code;
    this.details = details;
    this.help = help;
  }

  /**
   * The entity that is stored now, of a `CONFLICT` or `CONDITION_FAILED`: `undefined` if there is none any more, and for every other error. A method,
   * since errors hold no stored values; throws like every read.
   */
  current(): unknown {
    return this.#readCurrent?.();
  }

  /** @internal */
  withCurrent(read: () => unknown): this {
    this.#readCurrent = read;
    return this;
  }

  /** What `JSON.stringify` makes of it: with the message, and with keys that are bigints or bytes as text. */
  toJSON(): object {
    const { name, code, message, help, cursor, done } = this;
    const { key } = this.details as { readonly key?: ErrorKey };
    const details = key === undefined ? this.details : { ...this.details, key: jsonKey(key) };
    return { name, code, message, details, help, ...(cursor !== undefined && { cursor }), ...(done && { done }) };
  }
}

/** Whether a caught value is a `MapperError`, and, if a code is given, the one with that code. */
export function isMapperError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is MapperError<Code> {
  // by name, not by class: two copies of the package may be loaded
  return (
    error instanceof Error &&
    error.name === 'MapperError' &&
    (code === undefined || ('code' in error && error.code === code))
  );
}

/** An error's message and what its cause says: for logs and terminals, which print no causes. */
export function messageWithCause({ cause, message }: Error): string {
  if (!(cause instanceof Error)) return message;
  // of a connection that was tried at several addresses: each has its own
  const [first] = cause instanceof AggregateError && cause.message === '' ? (cause.errors as Error[]) : [];
  return `${message}\n  caused by ${(first ?? cause).toString()}`;
}

function jsonKey(key: ErrorKey): ErrorKey {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, jsonKeyValue(value)]));
}

function jsonKeyValue(value: unknown): unknown {
  return typeof value === 'bigint' || value instanceof Uint8Array ? formatKeyValue(value) : value;
}
