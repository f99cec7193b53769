import { isRow, type StoredItem, wireOf } from '../codec/row.js';
import type { WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { isMapperError } from '../errors.js';
import { isStale } from '../filter/across-versions.js';
import type { EntityContext } from '../read/entity-context.js';
import { untilAborted } from '../read/until-aborted.js';
import { indexKeys } from '../store/index-projection.js';
import { pageAt, type PageParams, type PagePosition, selecting } from '../store/page-request.js';
import { outputOf, type PageOutput } from '../store/transport.js';
import type { CursorCodec } from './cursor.js';
import { EntityFilter, type Found, type Wanted } from './entity-filter.js';
import { type EnginePage, enginePages, type PageItem, positionOf, storedItem } from './pages-in-turn.js';
import type { ReadOptions, Segments } from './query-options.js';

/** What results are read for: to be returned, or just to be counted. */
export type Purpose = 'entities' | 'count';

/** One query or scan, checked and ready to send. */
export interface PagePlan {
  readonly call: 'query()' | 'scan()';
  readonly params: PageParams;
  /** The classes whose entities are wanted. The context of the first one has the table. */
  readonly classes: readonly [WantedClass, ...WantedClass[]];
  readonly filter: WireCondition | undefined;
  /** Whether the engine answers more than what is wanted, or less than it reads. */
  readonly isSparse: boolean;
  /** The stored names that a projection needs; `undefined` if whole items are wanted. */
  readonly projection: readonly string[] | undefined;
  /** The same for entities without attributes. */
  readonly countProjection: readonly string[];
  readonly segments: Segments | undefined;
  readonly options: ReadOptions;
  /** Creates cursors; `undefined` for several segments, which have no common position. */
  readonly cursors: CursorCodec | undefined;
}

/** A class, and the filter for its entities. */
export interface WantedClass {
  readonly context: EntityContext<object>;
  readonly wanted: Wanted;
}

/** The codes of errors that `onUpgradeFailure` covers. */
const upgradeFailures = [
  'UPGRADE_FAILED',
  'INVALID_VERSION',
  'NEWER_VERSION',
  'TOO_OLD_VERSION',
  'KEY_MISMATCH',
] as const;

/** What one request selects from the items that it reads. */
type Selection = Parameters<typeof selecting>[1];

/** Reads the pages of one query or scan, and finds the wanted entities on them. */
export class PageReader<T> {
  readonly #plan: PagePlan;
  readonly #context: EntityContext<object>;
  readonly #filters: readonly EntityFilter<object>[];
  /** Whether only items of other versions must be examined. The engine then counts the rest. */
  readonly #isTally: boolean;
  readonly #projection: readonly string[] | undefined;
  #hasSeenOthers = false;

  constructor(plan: PagePlan, purpose: Purpose) {
    const isCount = purpose === 'count';
    this.#plan = plan;
    this.#context = plan.classes[0].context;
    this.#filters = plan.classes.map(({ context, wanted }) => new EntityFilter(context, wanted));
    // if nothing can be stale, the version is enough to see that
    const canBeStale = this.#filters.some((filter) => filter.canBeStale);
    const needsAll = plan.filter !== undefined || this.#filters.some((filter) => filter.needsEach);
    this.#isTally = isCount && !needsAll;
    if (!isCount) this.#projection = plan.projection;
    else this.#projection = this.#isTally || canBeStale ? undefined : plan.countProjection;
  }

  get cursors(): CursorCodec | undefined {
    return this.#plan.cursors;
  }

  get signal(): AbortSignal | undefined {
    return this.#plan.options.signal;
  }

  /** The engine's pages after a key. `left` returns how many results are still wanted. */
  pages(from: WireItem | undefined, left: () => number): AsyncIterable<EnginePage> {
    const { options, segments } = this.#plan;
    // items may be left out, so requesting just the wanted number would be too few
    const isSparse = this.#plan.isSparse || this.#context.onUpgradeFailure !== 'throw';
    const size = () => options.pageSize ?? (isSparse || !Number.isFinite(left()) ? undefined : left());
    const fetch = (position: PagePosition, signal: AbortSignal | undefined) => this.#fetch(position, signal);
    return enginePages({ fetch, from, segments, signal: options.signal, size });
  }

  /**
   * The entity for an item, if it is wanted. Throws what reads throw, with the cursor that continues after the item.
   */
  find(item: PageItem): Found<T> | undefined {
    const owner = this.#ownerOf(item);
    if (!owner) return undefined;
    try {
      return owner.find(item) as Found<T> | undefined;
    } catch (error) {
      return this.#leaveOut(item, error);
    }
  }

  /** How many of a page's items are wanted. Throws like `find`. */
  async count(page: EnginePage): Promise<number> {
    let count = page.unseen;
    const writtenBack: Promise<void>[] = [];
    for (const item of page.items) {
      const found = this.#counted(item);
      if (!found) continue;
      count++;
      if (found.writtenBack) writtenBack.push(found.writtenBack);
    }
    await untilAborted(Promise.all(writtenBack), this.signal);
    return count;
  }

  #counted(item: PageItem): Found<undefined> | undefined {
    try {
      return this.#ownerOf(item)?.count(item);
    } catch (error) {
      return this.#leaveOut(item, error);
    }
  }

  /** The class to which an item belongs. */
  #ownerOf(item: PageItem): EntityFilter<object> | undefined {
    for (const filter of this.#filters) if (filter.owns(storedItem(item))) return filter;
    return undefined;
  }

  /** Applies `onUpgradeFailure` to an item that couldn't be read. */
  #leaveOut(item: PageItem, error: unknown): undefined {
    const { cursors } = this.#plan;
    if (!isMapperError(error)) throw error;
    if (cursors) error.cursor = cursors.encode(positionOf(item));
    const { onUpgradeFailure: policy } = this.#context;
    const isCovered = upgradeFailures.some((code) => code === error.code);
    if (policy === 'throw' || !isCovered) throw error;
    if (typeof policy === 'function') policy(error);
  }

  async #fetch(position: PagePosition, signal: AbortSignal | undefined): Promise<EnginePage> {
    const { call, cursors } = this.#plan;
    signal?.throwIfAborted();
    try {
      this.#context.assertOpen(call);
      return await this.#read(position, signal);
    } catch (error) {
      // everything before it has been read, so the same page is where to continue
      if (isMapperError(error) && cursors && position.start) error.cursor = cursors.encode(position.start);
      throw error;
    }
  }

  async #read(position: PagePosition, signal: AbortSignal | undefined): Promise<EnginePage> {
    const { filter, options } = this.#plan;
    const { model, table } = this.#context;
    const { index } = options;
    const projection = this.#projection;
    // only a projection must know this in advance, because the engine refuses to read whole items from an index without
    // them
    let held = index === undefined ? undefined : await table.heldBy(index, projection !== undefined);
    for (;;) {
      if (held && !projection?.every((name) => held?.has(name))) return this.#readByKeys(position, signal);
      const isWholeWanted = index !== undefined && !projection;
      const select = this.#isTally && !this.#hasSeenOthers ? 'COUNT' : isWholeWanted ? 'ALL_ATTRIBUTES' : undefined;
      const asked = this.#isTally ? isStale(model) : filter;
      const answer = await this.#send({ filter: asked, attributes: projection, select }, position, signal);
      // the index lacks an attribute that is wanted or that the filter names
      if (!answer.done && answer.because === 'invalid' && index !== undefined && !held) {
        held = await table.heldBy(index, true);
        if (held) continue;
      }
      const output = outputOf(answer);
      if (select !== 'COUNT' || !output.Count) return this.#pageOf(output, signal);
      // the same page once more, with the items that must be examined
      this.#hasSeenOthers = true;
    }
  }

  /** A page of an index that lacks attributes that are wanted: reads its keys, then the items. */
  async #readByKeys(position: PagePosition, signal: AbortSignal | undefined): Promise<EnginePage> {
    const output = outputOf(await this.#send({ attributes: this.#keyNames() }, position, signal));
    return pageOf(output, await this.#readAgain((output.Items ?? []).map(wireOf), signal));
  }

  async #pageOf(output: PageOutput, signal: AbortSignal | undefined): Promise<EnginePage> {
    const stored = output.Items ?? [];
    if (!this.#projection) return pageOf(output, stored.map(asRead), this.#isTally);
    const wires = stored.map(wireOf);
    // a stale item can't be upgraded if parts of it are missing
    const isPart = (wire: WireItem) =>
      this.#filters.some((filter) => filter.owns(wire) && filter.canBeStale && !filter.isCurrent(wire));
    const again = await this.#readAgain(wires.filter(isPart), signal);
    const byPosition = new Map(again.map((item) => [positionOf(item), item]));
    const items = wires.map((wire) => (isPart(wire) ? byPosition.get(wire) : asRead(wire)));
    return pageOf(
      output,
      items.filter((item) => item !== undefined),
    );
  }

  #send(selection: Selection, position: PagePosition, signal: AbortSignal | undefined) {
    const start = position.start && this.#startKeyOf(position.start);
    const params = pageAt(selecting(this.#plan.params, selection), { ...position, start });
    return this.#context.table.readPage(params, signal);
  }

  /** The whole items for those of a page, by key; without those that were deleted. */
  async #readAgain(wires: readonly WireItem[], signal: AbortSignal | undefined): Promise<PageItem[]> {
    const { keys, table } = this.#context;
    const { consistent } = this.#plan.options;
    const found = await table.getMany(
      wires.map((wire) => keys.keyOf(wire)),
      { consistent, signal },
    );
    const byKey = new Map(found.map((stored) => [keys.textOf(stored), stored]));
    return wires.flatMap((position) => {
      const stored = byKey.get(keys.textOf(position));
      return stored ? [{ position, stored, isReadAgain: true }] : [];
    });
  }

  /** The keys of an item that the engine needs to continue after it. */
  #startKeyOf(position: WireItem): WireItem {
    return Object.fromEntries(this.#keyNames().map((name) => [name, position[name] as WireItem[string]]));
  }

  #keyNames(): readonly string[] {
    const { table } = this.#context;
    const keys = [...table.keys, ...indexKeys(table.schema, this.#plan.options.index)];
    return [...new Set(keys.map(({ name }) => name))];
  }
}

function pageOf(output: PageOutput, items: readonly PageItem[], isTally = false): EnginePage {
  const { Count: count = items.length, ScannedCount: scanned = count, LastEvaluatedKey: next } = output;
  return { items, unseen: isTally ? scanned - count : 0, next };
}

function asRead(item: StoredItem): PageItem {
  return isRow(item) ? item : { position: item, stored: item, isReadAgain: false };
}
