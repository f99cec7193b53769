import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../item/item.js';
import type { WireItem } from '../codec/wire.js';
import { type CallName, isMapperError, MapperError } from '../errors.js';
import { type WriteBackOutcome, writeBackChannel } from '../telemetry.js';
import { copyPlain } from '../item/copy.js';
import { dropUnstorable } from '../upgrade/run.js';
import { type ItemContext, type WriteBack, type WriteBackMode, writeBackModes } from '../read/entity-context.js';
import type { Examined } from '../read/entity-reader.js';
import { isExpiring } from './expiry.js';
import { onlyVersion, planPinned } from './plan-pinned.js';
import { type VersionedWire, track, trackedOf } from '../read/tracked-item.js';
import { planUpgrade } from './plan-upgrade.js';
import { applyChanges, isCertain, type RewritePlan } from './rewrite-plan.js';
import { rewriteParams } from './rewrite-in-table.js';
import type { WriteBackQueue } from './write-back-queue.js';

interface Ending {
  readonly outcome: WriteBackOutcome;
  readonly cause?: unknown;
}

/** A write-back to do. */
interface Due<T> {
  readonly entity: T;
  readonly read: VersionedWire;
  /** What the chain made of the item for the read, if it was stale. */
  readonly expected: Item | undefined;
}

/** When the items of one class are written back by default, and by which queue. */
export interface WriteBackSettings {
  readonly mode: WriteBackMode;
  readonly queue: WriteBackQueue;
}

/** An item, and the version to bring it to. */
interface Target {
  readonly read: VersionedWire;
  readonly version: number;
}

/**
 * Stores upgraded items after they were read. Writes only what the chain assigned, and only if everything that the
 * chain looked at is unchanged, so that readers see no change but that of the version. Never fails the read.
 */
export class QueuedWriteBack<T extends object> implements WriteBack<T> {
  readonly #context: ItemContext<T>;
  readonly #settings: WriteBackSettings;

  constructor(context: ItemContext<T>, settings: WriteBackSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  assertMode(call: CallName, asked: WriteBackMode | undefined): void {
    if (asked === undefined || asked === 'off') return;
    if (!writeBackModes.includes(asked)) {
      const problem = `isn't a mode; expected ${writeBackModes.join(', ')}`;
      throw new MapperError('INVALID_ARGUMENT', { call, argument: 'writeBack', problem });
    }
    if (!this.#context.isFenced) throw new MapperError('FENCE_REQUIRED', { call, with: 'write-back' });
  }

  concerns(version: number, asked: WriteBackMode | undefined): boolean {
    if (!this.#isOn(asked)) return false;
    try {
      return this.#context.writeVersion() !== version;
    } catch {
      // the read reports it
      return true;
    }
  }

  afterRead(entity: T, examined: Examined, asked?: WriteBackMode): Promise<void> | undefined {
    return this.#isOn(asked) ? this.#begin(entity, examined, asked) : undefined;
  }

  #begin(entity: T, { tracked: read, upgraded }: Examined, asked?: WriteBackMode): Promise<void> | undefined {
    const version = this.#dueVersion(read);
    if (version === undefined) return undefined;
    const { queue } = this.#settings;
    const mode = asked ?? this.#settings.mode;
    // a copy: the application may change the entity before its turn comes
    const expected = mode === 'background' && upgraded ? copyPlain(upgraded) : upgraded;
    if (expected) dropUnstorable(expected);
    const run = () => this.#run({ entity, read, expected });
    const partition = this.#partitionOf(read.wire);
    if (mode === 'inline') return this.#runAwaited(partition, run, { read, version });
    if (!queue.add(partition, run)) this.#publish({ read, version }, { outcome: 'queue full' });
    return undefined;
  }

  #isOn(asked: WriteBackMode | undefined): boolean {
    const { mode, queue } = this.#settings;
    return (asked ?? mode) !== 'off' && !queue.isClosed;
  }

  /**
   * The version to which an item must be brought; `undefined` if it has that version, or if `writeVersion` throws,
   * which must not fail a read.
   */
  #dueVersion(read: VersionedWire): number | undefined {
    const { model, writeVersion } = this.#context;
    try {
      const version = writeVersion();
      return version === read.version ? undefined : version;
    } catch (cause) {
      this.#publish({ read, version: model.version }, { outcome: 'failed', cause });
      return undefined;
    }
  }

  async #runAwaited(partition: string, run: () => Promise<void>, target: Target): Promise<void> {
    const hasRun = await this.#settings.queue.addAwaited(partition, run);
    if (!hasRun) this.#publish(target, { outcome: 'budget' });
  }

  async #run(due: Due<T>): Promise<void> {
    // asked again: another version may have been pinned while it waited
    const version = this.#dueVersion(due.read);
    if (version === undefined) return;
    let ending: Ending;
    try {
      ending = { outcome: await this.#store(due, version) };
    } catch (cause) {
      ending = isMapperError(cause, 'DOWNGRADE_LOSES') ? { outcome: 'loses' } : { outcome: 'failed', cause };
    }
    this.#publish({ read: due.read, version }, ending);
  }

  async #store({ entity, expected, read }: Due<T>, version: number): Promise<WriteBackOutcome> {
    const { keys, model, table } = this.#context;
    if (isExpiring(this.#context, read.wire)) return 'expiring';
    const plan = this.#plan(read, version, expected);
    if (!plan) return 'untraceable';
    const upgraded = applyChanges(read.wire, plan.changes);
    if (isExpiring(this.#context, upgraded)) return 'expiring';
    if (!isCertain(model, read, plan)) return 'dynamic';
    const params = rewriteParams(this.#context, read, plan);
    if (!params) return 'too large';
    const outcome = await table.update(keys.keyOf(read.wire), params);
    if (!outcome.done) return 'lost race';
    // unless it was saved meanwhile, the entity knows what is stored now
    if (trackedOf(entity, table.name)?.wire === read.wire) {
      track(entity, table.name, { wire: upgraded, version });
    }
    return 'applied';
  }

  #plan(read: VersionedWire, version: number, expected: Item | undefined): RewritePlan | undefined {
    const { model, reader } = this.#context;
    const isPinned = version < model.version;
    if (!isPinned) return expected && planUpgrade(model, read, expected);
    const isPure = !expected || isDeepStrictEqual(reader.newestItem(read.wire, read.version), expected);
    return isPure ? planPinned(this.#context, read, onlyVersion(version)) : undefined;
  }

  #partitionOf(wire: WireItem): string {
    const { keys, table } = this.#context;
    return table.name + keys.partitionOf(wire);
  }

  #publish({ read, version }: Target, ending: Ending): void {
    if (!writeBackChannel.hasSubscribers) return;
    const identity = this.#context.reader.identify(read.wire);
    writeBackChannel.publish({
      entity: identity.entity,
      key: identity.key(),
      from: read.version,
      to: version,
      ...ending,
    });
  }
}
