import { type ErrorCode, type ErrorKey, isMapperError, type MapperError } from '../errors.js';
import type { EntityContext } from '../read/entity-context.js';
import { keyOfError } from './error-key.js';
import { problemOf } from './problem.js';
import type { ShownItem } from './shown-value.js';

/** An item that can't be read. */
export interface BrokenItem {
  /** As the item's page takes it; absent if it can't be told. */
  readonly key: ShownItem | undefined;
  readonly label: string;
  readonly code: ErrorCode;
  readonly version: number | undefined;
  /** The step that fails, if it is one. */
  readonly step?: { readonly from: number; readonly to: number };
  /** Why, without the item's name; absent where only the code is known. */
  readonly reason?: string;
}

/** What is known of an item that failed. */
interface Failure {
  readonly key: ErrorKey;
  readonly code: ErrorCode;
  readonly version: number | undefined;
}

/** An item that can't be read, with the key by which the page asks for it. */
export function brokenItem(
  context: EntityContext<object>,
  { code, key, version }: Failure,
  error?: MapperError,
): BrokenItem {
  const { key: asked, label } = keyOfError(context, key);
  const about = { key: asked, label, code, version };
  if (!error) return about;
  const { message, reason = message } = problemOf(error);
  if (!isMapperError(error, 'UPGRADE_FAILED')) return { ...about, reason };
  const { from, to } = error.details;
  return { ...about, reason, step: { from, to } };
}
