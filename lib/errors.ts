import { type CallName, type ErrorKey, errorMessages, formatKeyValue, escapeControls } from './error-messages.js';

export type { CallName, ErrorKey };

/** The stable name of an error. Codes are never renamed, and never reused for something else. */
export type ErrorCode = keyof typeof errorMessages;

/**
 * The details of each error, by its code; `docs/errors.md` lists them. They hold no stored values but keys and
 * versions.
 */
export type ErrorDetails = {
  readonly [Code in ErrorCode]: (typeof errorMessages)[Code] extends (details: infer Details) => string
    ? { readonly [Name in keyof Details]: Details[Name] }
    : never;
};

const messages: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => string } = errorMessages;

/**
 * Where the site of the documentation is, once there is one: the `homepage` of package.json. It isn't read at run time,
 * because bundles don't contain that file.
 */
export const homepage: string | undefined = undefined;

/**
 * An error's section of the documentation: on the site, else in the package. `link` is for people, who look from their
 * project.
 */
export function helpOn(code: string, site: string | undefined): { readonly help: string; readonly link: string } {
  const section = code.toLowerCase();
  if (site !== undefined) {
    const help = `${site.replace(/\/$/, '')}/errors.html#${section}`;
    return { help, link: help };
  }
  const help = `docs/errors.md#${section}`;
  return { help, link: `node_modules/dynamo-evolve/${help}` };
}

/** Every error code, in the order of `docs/errors.md`. */
export const errorCodes = Object.keys(messages) as readonly ErrorCode[];

/**
 * The class of all errors that dynamo-evolve throws.
 *
 * The stable `code` tells errors apart and determines the type of `details`. The message says what was found, what was
 * expected and what to do, and `help` is the section of the documentation. Messages, details and causes hold no stored
 * values except keys and versions, so errors can be logged. (The cause of an `UPGRADE_FAILED` or `HYDRATION_FAILED` may
 * be an error that your own code threw.)
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
  /** The error's section of the documentation: its path in the package, or its address once the package has a site. */
  readonly help: string;
  /**
   * The position after the item that failed, if a query or scan threw. Pass it as the option `cursor` to go on there.
   */
  cursor?: string;
  /**
   * `true` where the write that was asked for has been done although the call rejects: its answer, or what is stored
   * now, can't be read. Don't repeat it.
   */
  done?: true;
  #readCurrent: (() => unknown) | undefined;

  constructor(code: Code, details: ErrorDetails[Code], options?: { cause?: unknown }) {
    const { help, link } = helpOn(code, homepage);
    super(`${escapeControls(messages[code](details))} [${code}, ${link}]`, options);
    this.code = code;
    this.details = details;
    this.help = help;
  }

  /**
   * The entity that is stored now, for a `CONFLICT` or `CONDITION_FAILED`; `undefined` if the item no longer exists,
   * and for all other errors. It is a method because errors hold no stored values. Throws what any read can throw.
   */
  current(): unknown {
    return this.#readCurrent?.();
  }

  /** @internal */
  withCurrent(read: () => unknown): this {
    this.#readCurrent = read;
    return this;
  }

  /** The error for `JSON.stringify`: includes the message, and writes bigints and bytes in keys as text. */
  toJSON(): object {
    const { name, code, message, help, cursor, done } = this;
    const { key } = this.details as { readonly key?: ErrorKey };
    const details = key === undefined ? this.details : { ...this.details, key: jsonKey(key) };
    return { name, code, message, details, help, ...(cursor !== undefined && { cursor }), ...(done && { done }) };
  }
}

/** Whether a caught value is a `MapperError` and, if a code is given, has that code. */
export function isMapperError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is MapperError<Code> {
  // by name, not by class, because two copies of the package may be loaded
  return (
    error instanceof Error &&
    error.name === 'MapperError' &&
    (code === undefined || ('code' in error && error.code === code))
  );
}

/** The message of an error and of its cause, for logs and terminals that don't print causes. */
export function messageWithCause({ cause, message }: Error): string {
  if (!(cause instanceof Error)) return message;
  // Node tries a connection at several addresses, each with an error of its own
  const [first] = cause instanceof AggregateError && cause.message === '' ? (cause.errors as Error[]) : [];
  return `${message}\n  caused by ${(first ?? cause).toString()}`;
}

function jsonKey(key: ErrorKey): ErrorKey {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, jsonKeyValue(value)]));
}

function jsonKeyValue(value: unknown): unknown {
  return typeof value === 'bigint' || value instanceof Uint8Array ? formatKeyValue(value) : value;
}
