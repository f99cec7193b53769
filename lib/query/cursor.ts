import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalNumber } from '../codec/number.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { MapperError } from '../errors.js';
import { isTrueOf } from '../filter/evaluate.js';
import { engineKeyTypes, type KeyAttribute } from '../store/table-schema.js';

/** Creates and checks the cursors of one query. */
export interface CursorCodec {
  /** The cursor that continues after a key. */
  encode(key: WireItem): string;
  /** The key after which a cursor continues. Throws `INVALID_CURSOR`. */
  decode(cursor: string): WireItem;
}

/** What the cursors of one query are made of. */
export interface CursorScope {
  /** Everything that distinguishes the query from others. */
  readonly query: object;
  /** The key attributes that a cursor contains. */
  readonly keys: readonly KeyAttribute[];
  /** Whether a key can belong to the query: that of a forged cursor may not. */
  readonly within: WireCondition | undefined;
  readonly secret: string | Uint8Array | undefined;
}

/**
 * Creates cursors that are URL-safe, bound to one query by a fingerprint of its parameters, and signed if there is a
 * secret.
 */
export function cursorCodec({ keys, query, secret, within }: CursorScope): CursorCodec {
  const fingerprint = createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 22);
  const sign = (text: string) =>
    secret === undefined ? '' : createHmac('sha256', secret).update(text).digest('base64url');

  return {
    encode(key) {
      const values = keys.map(({ name, type }) => textOf(key[name], type));
      const payload = Buffer.from(JSON.stringify([fingerprint, ...values])).toString('base64url');
      return secret === undefined ? payload : `${payload}.${sign(payload)}`;
    },
    decode(cursor) {
      if (typeof cursor !== 'string') throw invalid("isn't a string");
      const [payload = '', signature = '', ...rest] = cursor.split('.');
      if (rest.length > 0 || !isSame(signature, sign(payload))) throw invalid('has a wrong signature');
      const [found, ...values] = parse(payload);
      if (found !== fingerprint) throw invalid('belongs to another query');
      if (values.length !== keys.length) throw invalid('is malformed');
      const key = Object.fromEntries(keys.map(({ name, type }, at) => [name, wireOf(values[at], type)]));
      if (within && !isTrueOf(within, (name) => valueAt(key, name))) throw invalid('stands outside the query');
      return key;
    },
  };
}

function textOf(value: unknown, type: KeyAttribute['type']): string {
  const text = (value as Readonly<Record<string, unknown>> | undefined)?.[engineKeyTypes[type]];
  return typeof text === 'string' ? text : Buffer.from(text as Uint8Array).toString('base64');
}

function wireOf(text: unknown, type: KeyAttribute['type']): WireItem[string] {
  if (typeof text !== 'string' || text === '') throw invalid('is malformed');
  const isValue =
    type === 'string' ||
    (type === 'number' ? canonicalNumber(text) !== undefined : Buffer.from(text, 'base64').toString('base64') === text);
  if (!isValue) throw invalid('is malformed');
  return { [engineKeyTypes[type]]: text } as unknown as WireItem[string];
}

function parse(payload: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // reported below, without the parser's message, which quotes the cursor
  }
  throw invalid('is malformed');
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function invalid(problem: string): MapperError {
  return new MapperError('INVALID_CURSOR', { problem });
}
