import { MapperError } from './errors.js';
import type { TypeMismatchPolicy } from './hydration/hydrator.js';
import type { Class, ClassReference } from './model/class.js';
import type { WriteVersions } from './model/write-version.js';
import { assertOptions } from './query/query-options.js';
import { type UpgradeFailurePolicy, type WriteBackMode, writeBackModes } from './read/entity-context.js';
import type { InvalidPolicy } from './read/invalid-policy.js';
import type { EngineClient } from './store/client-transport.js';
import type { StreamView } from './store/table-stream.js';
import type { TurnLimits } from './store/partition-turns.js';

/** The options of `new Mapper()`. */
export interface MapperOptions {
  /** The AWS SDK's `DynamoDBClient`, a subclass of it, or anything with its `send`. `close()` doesn't destroy it. */
  readonly client: EngineClient;
  /**
   * Whether the mapper takes answers raw, before the client decodes them, which is much faster (`'raw'`, the default),
   * or as the client returns them (`'client'`). Middlewares of the client see counts, capacities and items either way.
   * Those that replace the bytes of an answer, or read `response.body`, need `'client'`, which also sends requests the
   * client's usual way (see docs/performance.md).
   */
  readonly reads?: 'raw' | 'client' | undefined;
  /**
   * Whether the mapper may generate code for your classes, which makes entities of items several times as fast: one
   * function for each class, made with `new Function`. Without it, and in programs that forbid it
   * (`--disallow-code-generation-from-strings`), entities are made by code that isn't generated, with equal results.
   * Default: true.
   */
  readonly generatedCode?: boolean | undefined;
  /** The entity classes, or functions that return them. */
  readonly entities: readonly ClassReference[];
  /** A prefix for the name of every table. */
  readonly tablePrefix?: string | undefined;
  /** Whether upgraded items are stored after they were read, and how. Default: `'off'`. */
  readonly writeBack?: WriteBackMode | WriteBackOptions | undefined;
  /**
   * How conditional writes to one partition wait for each other. By default one runs at a time, because on ScyllaDB
   * those that run at the same time make each other fail. See docs/scylladb.md.
   */
  readonly conditionalWrites?: ConditionalWriteOptions | undefined;
  /**
   * The version to store instead of the newest one, so that code of that version can read what this code writes: a Map
   * by class, or a function that is called before each write. Entities have the newest version nevertheless. See
   * docs/rollouts.md.
   */
  readonly writeVersion?: WriteVersions | undefined;
  /**
   * `false` gives up conditional writes, for tables whose isolation forbids them (`forbid_rmw`). Old code can then
   * overwrite newer items, and others' changes can get lost. `insert`, `add` and write-back are refused
   * (`FENCE_REQUIRED`). Default: true.
   */
  readonly fence?: boolean | undefined;
  /** What queries and scans do with an item that can't be upgraded. Default: `'throw'`. */
  readonly onUpgradeFailure?: UpgradeFailurePolicy | undefined;
  /** What happens to a value that doesn't have its declared type. Default: `'throw'`. */
  readonly onTypeMismatch?: TypeMismatchPolicy | undefined;
  /**
   * What reads do with an entity that the `schema` of its class refuses. Default: entities that are read aren't judged.
   */
  readonly onInvalid?: InvalidPolicy | undefined;
  /** Whether the `schema` of a class judges what is written, and `INVALID_ENTITY` refuses it. Default: true. */
  readonly validateWrites?: boolean | undefined;
  /** The secret with which cursors are signed, so that clients can't forge them. Default: cursors aren't signed. */
  readonly cursorSecret?: string | Uint8Array | undefined;
  /** Returns the current time, for `@CreatedAt` and `@UpdatedAt`. Default: the system's clock. */
  readonly clock?: (() => Date) | undefined;
}

/**
 * What `dynamo-evolve.config.ts` exports: the options of a mapper. The client may be a function, which is called if a
 * command uses it; commands that don't need an engine work without one.
 */
export interface CommandLineConfig extends Omit<MapperOptions, 'client'> {
  readonly client?: (EngineClient | (() => EngineClient)) | undefined;
  /**
   * The view of the tables' streams, which `tables create` turns on and `tables verify` looks for. Default: streams are
   * neither turned on nor looked at. `--streams` takes precedence.
   */
  readonly streams?: StreamView | undefined;
}

/** How upgraded items are stored after they were read. */
export interface WriteBackOptions {
  /**
   * When an item is stored: never (`'off'`, the default), before the read ends (`'inline'`), or some time later
   * (`'background'`).
   */
  readonly mode?: WriteBackMode | undefined;
  /** The modes of single classes. */
  readonly entities?: ReadonlyMap<Class, WriteBackMode> | undefined;
  /** How many write-backs run at the same time. Default: 8. */
  readonly concurrency?: number | undefined;
  /** How many write-backs start in a second. Default: no limit. More wait in the background, and are skipped inline. */
  readonly perSecond?: number | undefined;
  /**
   * How many write-backs may wait in the background. Default: 1,000. More are skipped; a later read writes the item
   * back.
   */
  readonly queueSize?: number | undefined;
}

/** How conditional writes to one partition wait for each other. Almost all writes are conditional. */
export interface ConditionalWriteOptions {
  /**
   * How many conditional writes of this mapper to one partition run at the same time. Default: 1. More are faster on
   * DynamoDB, where only writes to the same item get in each other's way; `Infinity` lets all run at once.
   */
  readonly perPartition?: number | undefined;
  /** How many may wait for one partition. More reject with `WRITE_QUEUE_FULL`. Default: 10,000. */
  readonly queueSize?: number | undefined;
  /**
   * After how many milliseconds without an answer a write no longer holds up the others of its partition. Default:
   * 5,000.
   */
  readonly longestTurn?: number | undefined;
}

export const mapperOptions = [
  'writeBack',
  'conditionalWrites',
  'writeVersion',
  'fence',
  'client',
  'reads',
  'generatedCode',
  'entities',
  'tablePrefix',
  'onUpgradeFailure',
  'onTypeMismatch',
  'onInvalid',
  'validateWrites',
  'cursorSecret',
  'clock',
];

/** What is asked of write-backs, a mode alone included. */
export function writeBackOptions({ writeBack }: MapperOptions): WriteBackOptions {
  if (writeBack === undefined || writeBack === null) return {};
  return typeof writeBack === 'string' ? { mode: writeBack } : writeBack;
}

/** The limits of conditional writes to one partition. */
export function turnLimits({ conditionalWrites = {} }: MapperOptions): TurnLimits {
  const { longestTurn = 5_000, perPartition = 1, queueSize = 10_000 } = conditionalWrites;
  return { longestTurn, perPartition, queueSize };
}

function checkPolicies(options: MapperOptions): void {
  const { clock, fence = true, onTypeMismatch = 'throw', onUpgradeFailure = 'throw', tablePrefix = '' } = options;
  if (typeof onUpgradeFailure !== 'function' && !['throw', 'skip'].includes(onUpgradeFailure)) {
    throw invalid('onUpgradeFailure', "is neither 'throw' nor 'skip' nor a function");
  }
  if (!['raw', 'client'].includes(options.reads ?? 'raw')) throw invalid('reads', "is neither 'raw' nor 'client'");
  if (!['throw', 'keep'].includes(onTypeMismatch)) throw invalid('onTypeMismatch', "is neither 'throw' nor 'keep'");
  const { onInvalid = 'throw', validateWrites = true } = options;
  if (typeof onInvalid !== 'function' && !['throw', 'report'].includes(onInvalid)) {
    throw invalid('onInvalid', "is neither 'throw' nor 'report' nor a function");
  }
  if (typeof validateWrites !== 'boolean') throw invalid('validateWrites', 'is neither true nor false');
  const { generatedCode = true } = options;
  if (typeof generatedCode !== 'boolean') throw invalid('generatedCode', 'is neither true nor false');
  const { writeVersion = new Map() } = options;
  if (!(writeVersion instanceof Map) && typeof writeVersion !== 'function') {
    throw invalid('writeVersion', 'is neither a Map from classes to versions nor a function');
  }
  if (typeof fence !== 'boolean') throw invalid('fence', 'is neither true nor false');
  if (typeof tablePrefix !== 'string') throw invalid('tablePrefix', "isn't a string");
  if (clock !== undefined && typeof clock !== 'function') throw invalid('clock', "isn't a function");
}

function checkWriteBack(options: MapperOptions): void {
  const given = writeBackOptions(options);
  assertOptions('new Mapper()', given, ['mode', 'entities', 'concurrency', 'perSecond', 'queueSize']);
  const { mode = 'off', entities, ...limits } = given;
  if (entities !== undefined && !(entities instanceof Map))
    throw invalid('writeBack.entities', "isn't a Map from classes to modes");
  const asked = [mode, ...(entities?.values() ?? [])];
  const unknown = asked.find((wanted) => !writeBackModes.includes(wanted));
  if (unknown !== undefined)
    throw invalid('writeBack', "has a mode that is none; expected 'off', 'inline' or 'background'");
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 1)) {
      throw invalid(`writeBack.${name}`, "isn't a number from 1");
    }
  }
  if (options.fence === false && asked.some((wanted) => wanted !== 'off')) {
    throw new MapperError('FENCE_REQUIRED', { call: 'new Mapper()', with: 'write-back' });
  }
}

function checkConditionalWrites({ conditionalWrites: given = {} }: MapperOptions): void {
  if (typeof given !== 'object' || given === null) throw invalid('conditionalWrites', "isn't an object");
  assertOptions('new Mapper()', given, ['perPartition', 'queueSize', 'longestTurn']);
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 1)) {
      throw invalid(`conditionalWrites.${name}`, "isn't a number from 1");
    }
  }
}

/** Refuses options that can't be meant. Throws `INVALID_ARGUMENT` or `FENCE_REQUIRED`. */
export function checkOptions(options: MapperOptions): void {
  if (typeof options !== 'object' || options === null) throw invalid('the options', "aren't an object");
  assertOptions('new Mapper()', options, mapperOptions);
  if (typeof options.client?.send !== 'function') throw invalid('client', 'has no send(); pass a DynamoDBClient');
  if (!Array.isArray(options.entities) || options.entities.length === 0) {
    throw invalid('entities', "isn't an array of entity classes");
  }
  checkWriteBack(options);
  checkConditionalWrites(options);
  checkPolicies(options);
  const { cursorSecret } = options;
  const isSecret = typeof cursorSecret === 'string' || cursorSecret instanceof Uint8Array;
  if (cursorSecret !== undefined && !(isSecret && cursorSecret.length > 0)) {
    throw invalid('cursorSecret', "isn't a string or bytes of at least one");
  }
}

/** The error for an option of a mapper. */
export function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'new Mapper()', argument, problem });
}
