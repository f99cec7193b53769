import { types } from 'node:util';
import { MapperError } from '../errors.js';
import { ownValue } from '../item/own-value.js';
import type { KeyPart, UpgradeChain } from './chain.js';
import type { VersionStep } from './version-step.js';
import type { Item } from '../item/item.js';

/** The names of what no step may change. */
export type ProtectedNames = Pick<UpgradeChain, 'keyParts' | 'protectedAttributes' | 'versionAttribute'>;

const noParts: readonly KeyPart[] = [];

/** Remembers what no step may change (keys and discriminator) and checks it after each step. */
export class ItemGuard {
  readonly #protected: readonly string[];
  readonly #parts: readonly KeyPart[];
  readonly #before: readonly unknown[];
  readonly #partsBefore: readonly unknown[];

  constructor(item: Item, { keyParts = noParts, protectedAttributes }: ProtectedNames) {
    this.#protected = protectedAttributes;
    this.#parts = keyParts;
    this.#before = snapshotsOf(item, protectedAttributes);
    this.#partsBefore = keyParts.length === 0 ? noParts : keyParts.map(({ attribute }) => ownValue(item, attribute));
  }

  /** Throws `PROTECTED_ATTRIBUTE` if one of the attributes has changed. */
  check(item: Item, step: VersionStep): void {
    for (let at = 0; at < this.#protected.length; at++) {
      const attribute = this.#protected[at] as string;
      if (!isUnchanged(this.#before[at], item[attribute])) throw touched(step, attribute);
    }
    this.checkParts(item, step);
  }

  /** Throws `PROTECTED_ATTRIBUTE` if a part of a key has changed to something that the key doesn't contain. */
  checkParts(item: Item, step: VersionStep): void {
    for (let at = 0; at < this.#parts.length; at++) {
      const { agrees, attribute } = this.#parts[at] as KeyPart;
      const after = ownValue(item, attribute);
      if (after !== this.#partsBefore[at] && after !== undefined && !agrees(item)) throw touched(step, attribute);
    }
  }
}

/** The current values of attributes. Called for every item that is read. */
function snapshotsOf(item: Item, attributes: readonly string[]): readonly unknown[] {
  // oxlint-disable-next-line unicorn/no-new-array -- an array that grows is slower, and so is a copy of a frozen one
  const snapshots = new Array<unknown>(attributes.length);
  for (let at = 0; at < snapshots.length; at++) snapshots[at] = snapshotOf(item[attributes[at] as string]);
  return snapshots;
}

/** A value to compare with later. Bytes are copied, because a step could change them in place. */
function snapshotOf(value: unknown): unknown {
  return types.isUint8Array(value) ? Buffer.from(value) : value;
}

function isUnchanged(snapshot: unknown, value: unknown): boolean {
  return value === snapshot || (Buffer.isBuffer(snapshot) && types.isUint8Array(value) && snapshot.equals(value));
}

/** The error of a step that changed a protected attribute. */
export function touched({ method }: VersionStep, attribute: string): MapperError {
  return new MapperError('PROTECTED_ATTRIBUTE', { method, attribute });
}
