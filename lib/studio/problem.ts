import { inspect } from 'node:util';
import { isMapperError } from '../errors.js';
import { reasonOf } from './reason.js';

/** What went wrong, for people. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** What an upgrade, a class or the network threw. */
  readonly cause?: string;
  /** Why an item can't be read, in a clause that doesn't name the item. */
  readonly reason?: string;
  /** The section of the documentation. */
  readonly help?: string;
}

/** What went wrong, from what was thrown. */
export function problemOf(error: unknown): Problem {
  if (!isMapperError(error)) return { code: 'UNEXPECTED', message: String(error) };
  const message = error.message.replace(/ \[[A-Z_]+, [^\]]*\]$/, '');
  const { cause, code, help } = error;
  const reason = reasonOf(error);
  const about = { code, message, help, ...(reason !== undefined && { reason }) };
  if (cause === undefined) return about;
  // Node tries a connection at several addresses, each with an error of its own
  const [first] = cause instanceof AggregateError && cause.message === '' ? (cause.errors as unknown[]) : [];
  return { ...about, cause: textOf(first ?? cause) };
}

function textOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.toString() : inspect(thrown);
  return text.replace(/ \[[A-Z_]+, [^\]]*\]$/, '');
}
