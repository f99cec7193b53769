import type { CallName, MapperError } from '../errors.js';
import type { Hydrator } from '../hydration/hydrator.js';
import type { EntityModel } from '../model/entity-model.js';
import type { Class } from '../model/class.js';
import type { KeyCodec } from '../keys/key-codec.js';
import type { Table } from '../store/table.js';
import type { EntityReader, Examined } from './entity-reader.js';

/**
 * What a query or scan does with an item that can't be upgraded, or whose version can't be read: throw its error,
 * leave the item out, or call a function with the error and, unless that throws, leave the item out.
 */
export type UpgradeFailurePolicy = 'throw' | 'skip' | ((error: MapperError) => void);

/**
 * When a stale item that was read is stored upgraded: never (`'off'`), before the read ends (`'inline'`), or some time
 * later (`'background'`).
 */
export type WriteBackMode = (typeof writeBackModes)[number];

export const writeBackModes = ['off', 'inline', 'background'] as const;

/** What stores upgraded items after they were read. */
export interface WriteBack<T extends object> {
  /** Checks what a read asks for, before anything is sent. Throws `INVALID_ARGUMENT` or `FENCE_REQUIRED`. */
  assertMode(call: CallName, asked: WriteBackMode | undefined): void;
  /** Whether an item of a version, once read, may have to be written back. */
  concerns(version: number, asked: WriteBackMode | undefined): boolean;
  /** A promise for which the read must wait, if any. */
  afterRead(entity: T, examined: Examined, asked?: WriteBackMode): Promise<void> | undefined;
}

/** What is needed to read and write the items of one class. */
export interface ItemContext<T extends object> {
  readonly model: EntityModel<T>;
  readonly hydrator: Hydrator<T>;
  readonly reader: EntityReader<T>;
  readonly keys: KeyCodec;
  readonly table: Table;
  /** Whether writes are conditional: not with `fence: false`. */
  readonly isFenced: boolean;
  /** Whether what is written is judged by the schema of the class, if it has one. */
  readonly validatesWrites: boolean;
  /** The version to store now; read once for each write. Throws `INVALID_WRITE_VERSION` or `POINT_OF_NO_RETURN`. */
  readonly writeVersion: () => number;
  readonly now: () => Date;
}

/** Everything that a repository needs from its mapper for one class. */
export interface EntityContext<T extends object> extends ItemContext<T> {
  readonly writeBack: WriteBack<T>;
  readonly onUpgradeFailure: UpgradeFailurePolicy;
  readonly cursorSecret: string | Uint8Array | undefined;
  /** Throws `MAPPER_CLOSED` after `close()`. */
  readonly assertOpen: (call: CallName) => void;
}

/** Where a repository finds the context of its class. A symbol keeps it out of the mapper's public members. */
export const contextFor: unique symbol = Symbol('contextFor');

/** What the constructor of a repository takes: a `Mapper`. */
export interface RepositoryHost {
  [contextFor]<T extends object>(target: Class<T>): EntityContext<T>;
}
