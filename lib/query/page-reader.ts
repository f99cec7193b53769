import { requestItem, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { isMapperError } from '../errors.js';
import { isStale } from '../filter/across-versions.js';
import { batchGet } from '../store/batch-get.js';
import type { ReadOutput } from '../store/body-taking.js';
import { indexKeys, type IndexProjection, indexProjection } from '../store/index-projection.js';
import { type PageParams, selecting } from '../store/page-request.js';
import type { TableSchema } from '../store/table.js';
import { failedWith } from '../store/table-description.js';
import type { CursorCodec } from './cursor.js';
import { type EnginePage, type PageItem, type PageRequest, pagesInTurn, pagesOfSegments } from './pages-in-turn.js';
import type { EntityContext } from '../read/entity-context.js';
import type { EntitySelection, Found } from './entity-filter.js';
import { keyText } from '../keys/key-codec.js';
import type { ReadOptions, Segments } from './query-options.js';

/** What results are wanted for: to be handed out, or just to be counted. */
export type Purpose = 'entities' | 'count';

/** One query or scan, checked and ready to be sent. */
export interface PagePlan {
  readonly call: 'query()' | 'scan()';
  readonly params: PageParams;
  readonly context: EntityContext<object>;
  readonly selections: readonly EntitySelection<object>[];
  readonly filter: WireCondition | undefined;
  /** The stored names of all that a projection needs; `undefined` where whole items are wanted. */
  readonly projection: readonly string[] | undefined;
  /** The same for entities without any attribute. */
  readonly countProjection: readonly string[];
  readonly segments: Segments | undefined;
  readonly options: ReadOptions;
  /** What cursors are made with; `undefined` where there is no one place to go on from. */
  readonly cursors: CursorCodec | undefined;
}

/** The codes of errors that `onUpgradeFailure` covers. */
const upgradeFailures = ['UPGRADE_FAILED', 'INVALID_VERSION', 'NEWER_VERSION', 'TOO_OLD_VERSION'] as const;

/** The largest `Limit` that engines take: 32 bits with a sign. */
const largestLimit = 2_147_483_647;

/** What is known of the indexes of a table that don't hold whole items. */
const projections = new WeakMap<TableSchema, Map<string, IndexProjection>>();

/** Reads the pages of one query or scan, and finds the wanted entities on them. */
export class PageSource<T> {
  readonly #plan: PagePlan;
  /** Whether only items of other versions need a look: then the engine counts the rest. */
  readonly #isTally: boolean;
  readonly #projection: readonly string[] | undefined;
  #hasSeenOthers = false;

  constructor(plan: PagePlan, purpose: Purpose) {
    const isCount = purpose === 'count';
    // where nothing can be stale, a look at the version will do: that it is so
    const canBeStale = plan.selections.some((one) => one.canBeStale);
    this.#plan = plan;
    const needsAll = plan.filter !== undefined || plan.selections.some((one) => one.writesBackNewest);
    this.#isTally = isCount && !needsAll;
    if (!isCount) this.#projection = plan.projection;
    else this.#projection = this.#isTally || canBeStale ? undefined : plan.countProjection;
  }

  get cursors(): CursorCodec | undefined {
    return this.#plan.cursors;
  }

  /** The engine's pages behind a key; `left` says how many results are still wanted. */
  pages(from: WireItem | undefined, left: () => number): AsyncIterable<EnginePage> {
    const { context, filter, options, segments } = this.#plan;
    // items may be left out: then as many as are wanted are too few to ask for
    const isSparse = filter !== undefined || context.onUpgradeFailure !== 'throw';
    const size = () => options.pageSize ?? (isSparse || !Number.isFinite(left()) ? undefined : left());
    const fetch = (request: PageRequest) => this.#fetch(request);
    if (!segments) return pagesInTurn(fetch, from, size);
    if (segments.to - segments.from > 1) return pagesOfSegments(fetch, segments, size);
    return pagesInTurn((request) => fetch({ ...request, segment: segments.from }), from, size);
  }

  /** The wanted entity of an item. Throws what reads throw; the error carries the cursor that goes on after the item. */
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
    await Promise.all(writtenBack);
    return count;
  }

  #counted(item: PageItem): Found<undefined> | undefined {
    try {
      return this.#ownerOf(item)?.count(item);
    } catch (error) {
      return this.#leaveOut(item, error);
    }
  }

  /** Which of the classes an item is of. */
  #ownerOf({ wire }: PageItem): EntitySelection<object> | undefined {
    for (const selection of this.#plan.selections) if (selection.owns(wire)) return selection;
    return undefined;
  }

  /** What becomes of an item that could not be read: nothing, where that is wanted. */
  #leaveOut({ position }: PageItem, error: unknown): undefined {
    const { context, cursors } = this.#plan;
    if (!isMapperError(error)) throw error;
    if (cursors) error.cursor = cursors.encode(position);
    const { onUpgradeFailure: policy } = context;
    const isCovered = upgradeFailures.some((code) => code === error.code);
    if (policy === 'throw' || !isCovered) throw error;
    if (typeof policy === 'function') policy(error);
  }

  async #fetch(request: PageRequest): Promise<EnginePage> {
    const { call, context, cursors, options } = this.#plan;
    const signals = [options.signal, request.signal].filter((one) => one !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    signal?.throwIfAborted();
    try {
      context.assertOpen(call);
      return await this.#read(request, signal);
    } catch (error) {
      // what came before it has been read: the same page is what to go on with
      if (isMapperError(error) && cursors && request.start) error.cursor = cursors.encode(request.start);
      throw error;
    }
  }

  async #read(request: PageRequest, signal: AbortSignal | undefined): Promise<EnginePage> {
    const { context, filter, options, params, selections } = this.#plan;
    const { index } = options;
    // only a projection needs to know before: where whole items are wanted, the engine refuses what holds none
    const held = index === undefined ? undefined : await this.#held(index, this.#projection !== undefined);
    if (held && !this.#projection?.every((name) => held.has(name))) {
      const output = await this.#send(selecting(params, { attributes: this.#keyNames() }), request, signal);
      return pageOf(output, await this.#readAgain(output.Items ?? [], signal));
    }
    const attributes = this.#projection;
    const isWholeWanted = index !== undefined && !attributes;
    const select = this.#isTally && !this.#hasSeenOthers ? 'COUNT' : isWholeWanted ? 'ALL_ATTRIBUTES' : undefined;
    const asked = this.#isTally ? isStale(context.model) : filter;
    let output: ReadOutput;
    try {
      output = await this.#send(selecting(params, { filter: asked, attributes, select }), request, signal);
    } catch (error) {
      const isRefused = select === 'ALL_ATTRIBUTES' && failedWith(error, 'ValidationException');
      if (isRefused && (await this.#held(index as string, true))) return this.#read(request, signal);
      throw error;
    }
    if (select === 'COUNT' && output.Count) {
      // the same page once more, with the items that need a look
      this.#hasSeenOthers = true;
      return this.#read(request, signal);
    }
    const wires = output.Items ?? [];
    if (!attributes) return pageOf(output, wires.map(asRead), this.#isTally);
    const isPart = (wire: WireItem) =>
      selections.some((one) => one.owns(wire) && one.canBeStale && !one.isCurrent(wire));
    const again = await this.#readAgain(wires.filter(isPart), signal);
    const byPosition = new Map(again.map((item) => [item.position, item]));
    const items = wires.map((wire) => (isPart(wire) ? byPosition.get(wire) : asRead(wire)));
    return pageOf(
      output,
      items.filter((item) => item !== undefined),
    );
  }

  #send(params: PageParams, request: PageRequest, signal: AbortSignal | undefined): Promise<ReadOutput> {
    const { call, context, segments } = this.#plan;
    const { start, size, segment } = request;
    const input = {
      ...params,
      ...(start && { ExclusiveStartKey: this.#keyOf(start) as never }),
      ...(size !== undefined && { Limit: Math.min(size, largestLimit) }),
      ...(segment !== undefined && { Segment: segment, TotalSegments: segments?.total }),
    };
    return call === 'query()' ? context.connection.query(input, signal) : context.connection.scan(input, signal);
  }

  /** The whole items behind those of a page, by their keys; without those that are gone. */
  async #readAgain(wires: readonly WireItem[], signal: AbortSignal | undefined): Promise<PageItem[]> {
    const { context, options } = this.#plan;
    const { connection, schema } = context;
    const keyOf = (wire: WireItem) =>
      Object.fromEntries(schema.keys.map(({ name }) => [name, wire[name]])) as unknown as WireItem;
    const found = await batchGet(connection, schema.name, wires.map(keyOf), { consistent: options.consistent, signal });
    const byKey = new Map(found.map((wire) => [keyText(wire, schema.keys), wire]));
    return wires.flatMap((position) => {
      const wire = byKey.get(keyText(position, schema.keys));
      return wire ? [{ position, wire, isReadAgain: true }] : [];
    });
  }

  /** What the index holds, as far as it is known; asked for at most once. */
  async #held(index: string, isAsked: boolean): Promise<IndexProjection> {
    const { connection, schema } = this.#plan.context;
    const known = projections.get(schema) ?? new Map<string, IndexProjection>();
    if (known.has(index) || !isAsked) return known.get(index);
    let held: IndexProjection;
    try {
      held = await indexProjection(connection, schema, index);
    } catch (error) {
      // who may not ask takes it for whole, and the engine refuses what it doesn't hold
      if (!isMapperError(error, 'REQUEST_FAILED')) throw error;
    }
    projections.set(schema, known.set(index, held));
    return held;
  }

  /** The keys of an item, as far as the engine needs them to go on after it. */
  #keyOf(position: WireItem): WireItem {
    const keys = this.#keyNames().map((name) => [name, position[name]] as const);
    return requestItem(Object.fromEntries(keys) as unknown as WireItem);
  }

  #keyNames(): readonly string[] {
    const { context, options } = this.#plan;
    const keys = [...context.schema.keys, ...indexKeys(context.schema, options.index)];
    return [...new Set(keys.map((key) => key.name))];
  }
}

function pageOf(output: ReadOutput, items: readonly PageItem[], isTally = false): EnginePage {
  const { Count: count = items.length, ScannedCount: scanned = count, LastEvaluatedKey: next } = output;
  return { items, unseen: isTally ? scanned - count : 0, next };
}

function asRead(wire: WireItem): PageItem {
  return { position: wire, wire, isReadAgain: false };
}
