import { MapperError } from './errors.js';
import type { TypeMismatchPolicy } from './hydration/hydrator.js';
import type { Class, ClassReference } from './model/class.js';
import type { WriteVersions } from './model/write-version.js';
import { assertOptions } from './query/query-options.js';
import { type UpgradeFailurePolicy, type WriteBackMode, writeBackModes } from './read/entity-context.js';
import type { EngineClient } from './store/client-transport.js';

export interface MapperOptions {
  /** The AWS SDK's `DynamoDBClient`, a subclass of it, or anything with its `send`. Stays yours: `close()` doesn't destroy it. */
  readonly client: EngineClient;
  /**
   * Whether answers are taken raw, before the client decodes them, which is much faster, or as the client hands them out. Middlewares of
   * the client see counts, capacities and items either way; those that replace the bytes of an answer, or read `response.body`, need
   * `'client'`. `'raw'` unless given.
   */
  readonly reads?: 'raw' | 'client';
  /** The entity classes, or functions that name them. */
  readonly entities: readonly ClassReference[];
  /** Stands before the name of every table. */
  readonly tablePrefix?: string;
  /** Whether upgraded items are stored after they were read, and how; `'off'` unless given. */
  readonly writeBack?: WriteBackMode | WriteBackOptions;
  /**
   * The version that is stored, where it is not the newest one, by class or by a function that is asked at each write: so that code of that
   * version can read all that this code writes. Entities are of the newest version all the same. See docs/rollouts.md.
   */
  readonly writeVersion?: WriteVersions;
  /**
   * `false` gives up conditional writes, for tables whose isolation forbids them (`forbid_rmw`): old code can overwrite newer items,
   * and others' changes get lost; `insert`, `add` and write-back are refused. True unless given.
   */
  readonly fence?: boolean;
  /** What queries and scans do with an item that can't be upgraded; `'throw'` unless given. */
  readonly onUpgradeFailure?: UpgradeFailurePolicy;
  /** What happens to a value that has not its declared type; `'throw'` unless given. */
  readonly onTypeMismatch?: TypeMismatchPolicy;
  /** Signs cursors, so that clients can't make their own. */
  readonly cursorSecret?: string | Uint8Array;
  /** Tells the time, for `@CreatedAt` and `@UpdatedAt`; the system's clock unless given. */
  readonly clock?: () => Date;
}

/** How upgraded items are stored after they were read. */
export interface WriteBackOptions {
  /** When: never, before the read ends, or some time after it; `'off'` unless given. */
  readonly mode?: WriteBackMode;
  /** Modes of single classes. */
  readonly entities?: ReadonlyMap<Class, WriteBackMode>;
  /** How many run at once; 8 unless given. */
  readonly concurrency?: number;
  /** How many start in a second; no limit unless given. In the background they wait, else they are left out. */
  readonly perSecond?: number;
  /** How many may wait in the background; 1,000 unless given. More are left out: the next read will do. */
  readonly queueSize?: number;
}

const mapperOptions = [
  'writeBack',
  'writeVersion',
  'fence',
  'client',
  'reads',
  'entities',
  'tablePrefix',
  'onUpgradeFailure',
  'onTypeMismatch',
  'cursorSecret',
  'clock',
];

/** What is asked of write-backs, a mode alone included. */
export function writeBackOptions({ writeBack }: MapperOptions): WriteBackOptions {
  if (writeBack === undefined || writeBack === null) return {};
  return typeof writeBack === 'string' ? { mode: writeBack } : writeBack;
}

function checkPolicies(options: MapperOptions): void {
  const { clock, fence = true, onTypeMismatch = 'throw', onUpgradeFailure = 'throw', tablePrefix = '' } = options;
  if (typeof onUpgradeFailure !== 'function' && !['throw', 'skip'].includes(onUpgradeFailure)) {
    throw invalid('onUpgradeFailure', "is neither 'throw' nor 'skip' nor a function");
  }
  if (!['raw', 'client'].includes(options.reads ?? 'raw')) throw invalid('reads', "is neither 'raw' nor 'client'");
  if (!['throw', 'keep'].includes(onTypeMismatch)) throw invalid('onTypeMismatch', "is neither 'throw' nor 'keep'");
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
  const unknown = asked.find((one) => !writeBackModes.includes(one));
  if (unknown !== undefined)
    throw invalid('writeBack', "has a mode that is none; expected 'off', 'inline' or 'background'");
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 1)) {
      throw invalid(`writeBack.${name}`, "isn't a number from 1");
    }
  }
  if (options.fence === false && asked.some((one) => one !== 'off')) {
    throw new MapperError('FENCE_REQUIRED', { call: 'write-back' });
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
