import { requestItem, type WireItem } from '../codec/wire.js';
import { isMapperError, MapperError } from '../errors.js';
import type { ReadOutput } from '../store/body-taking.js';
import type { UpgradeFailurePolicy } from './entity-context.js';
import type { CursorCodec } from './cursor.js';
import type { Loaded } from './entity-reader.js';

/** One page of a query's results. */
export interface Page<T> {
  readonly items: T[];
  /** Where the next page starts; absent only when there is nothing more. Pass it as the option `cursor`. */
  readonly cursor?: string;
}

/** How results are cut into pages. */
export interface PagingOptions {
  /** The most results there may be, of iteration, `all`, `first`, `count` or one `page`. */
  readonly limit?: number | undefined;
  /** The engine's `Limit`: how many items it reads for one of its pages. */
  readonly pageSize?: number | undefined;
  /** Where to start: the `cursor` of a page or an error of this very query. */
  readonly cursor?: string | undefined;
}

/** One query or scan, ready to be sent page by page. */
export interface PageSource<T> {
  /** Reads one page of the engine. */
  readonly fetch: (start: WireItem | undefined, size: number | undefined) => Promise<ReadOutput>;
  /** The entity of an item; `undefined` if it is another class's. */
  readonly read: (wire: WireItem) => Loaded<T> | undefined;
  /** Writes an upgraded item back, if that is wanted; what to wait for before the entity is handed out. */
  readonly afterRead: (loaded: Loaded<T>) => Promise<void> | undefined;
  /** Whether items may be left out: then as many items as results are wanted are too few to ask for. */
  readonly isSparse: boolean;
  readonly cursors: CursorCodec;
  readonly onUpgradeFailure: UpgradeFailurePolicy;
}

const upgradeFailures = ['UPGRADE_FAILED', 'INVALID_VERSION', 'NEWER_VERSION', 'TOO_OLD_VERSION'] as const;

/**
 * The results of a query or scan. Nothing is sent before they are asked for, and every way to ask runs the query anew.
 * Reads the engine's pages until it says that there are no more, short and empty ones included; leaving a loop early
 * stops the requests.
 *
 * @example
 * for await (const session of sessions.query({ index: 'by_user', partition: 'user-456' })) console.log(session.title);
 */
export class QueryResult<T> implements AsyncIterable<T> {
  readonly #prepare: () => PageSource<T>;
  readonly #paging: PagingOptions;

  /** `prepare` checks the query and makes what it is read with; it runs, and throws, when results are asked for. */
  constructor(prepare: () => PageSource<T>, paging: PagingOptions) {
    this.#prepare = prepare;
    this.#paging = paging ?? {};
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const source = this.#checkedSource();
    const { limit = Infinity } = this.#paging;
    let start = this.#start(source);
    let count = 0;
    do {
      const output = await this.#fetch(source, start, limit - count);
      for (const wire of output.Items ?? []) {
        const loaded = readItem(source, wire);
        if (loaded === undefined) continue;
        await source.afterRead(loaded);
        yield loaded.entity;
        if (++count >= limit) return;
      }
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
  }

  /** All results, at most `limit`. */
  async all(): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.#pages(this.#paging.limit ?? Infinity)) all.push(...page.items);
    return all;
  }

  /** The first result, if there is one. */
  async first(): Promise<T | undefined> {
    for await (const page of this.#pages(1)) if (page.items.length > 0) return page.items[0];
    return undefined;
  }

  /** How many results there are, at most `limit`. */
  async count(): Promise<number> {
    let count = 0;
    for await (const page of this.#pages(this.#paging.limit ?? Infinity)) count += page.items.length;
    return count;
  }

  /** One page: at most `limit` results, or without a limit those of one page of the engine, which can be none. */
  async page(): Promise<Page<T>> {
    const source = this.#checkedSource();
    return this.#page(source, this.#start(source));
  }

  /** Page after page, as `page` gives them, until there is nothing more. */
  async *pages(): AsyncIterableIterator<Page<T>> {
    const source = this.#checkedSource();
    let start = this.#start(source);
    do {
      const page = await this.#page(source, start);
      yield page;
      start = page.cursor === undefined ? undefined : source.cursors.decode(page.cursor);
    } while (start !== undefined);
  }

  async #page(source: PageSource<T>, from: WireItem | undefined): Promise<Page<T>> {
    const { limit } = this.#paging;
    // without a limit, a page is one of the engine's
    const wanted = limit ?? 0;
    const items: T[] = [];
    const writeBacks: Promise<void>[] = [];
    let start = from;
    do {
      const output = await this.#fetch(source, start, limit === undefined ? Infinity : limit - items.length);
      const wires = output.Items ?? [];
      for (const [at, wire] of wires.entries()) {
        const loaded = readItem(source, wire);
        if (loaded === undefined) continue;
        items.push(loaded.entity);
        const writeBack = source.afterRead(loaded);
        if (writeBack) writeBacks.push(writeBack);
        if (items.length === limit && at < wires.length - 1) {
          await Promise.all(writeBacks);
          return { items, cursor: source.cursors.encode(wire) };
        }
      }
      start = output.LastEvaluatedKey;
    } while (start !== undefined && items.length < wanted);
    await Promise.all(writeBacks);
    return start === undefined ? { items } : { items, cursor: source.cursors.encode(start) };
  }

  /** The engine's pages, cut off after a number of results. */
  async *#pages(limit: number): AsyncIterableIterator<Page<T>> {
    const source = this.#checkedSource();
    let start = this.#start(source);
    let left = limit;
    do {
      const output = await this.#fetch(source, start, left);
      const items: T[] = [];
      const writeBacks: Promise<void>[] = [];
      for (const wire of output.Items ?? []) {
        if (items.length >= left) break;
        const loaded = readItem(source, wire);
        if (loaded === undefined) continue;
        items.push(loaded.entity);
        const writeBack = source.afterRead(loaded);
        if (writeBack) writeBacks.push(writeBack);
      }
      await Promise.all(writeBacks);
      yield { items };
      left -= items.length;
      start = output.LastEvaluatedKey;
    } while (start !== undefined && left > 0);
  }

  #fetch(source: PageSource<T>, start: WireItem | undefined, left: number): Promise<ReadOutput> {
    const size = this.#paging.pageSize ?? (Number.isFinite(left) && !source.isSparse ? left : undefined);
    return source.fetch(start && requestItem(start), size);
  }

  #start(source: PageSource<T>): WireItem | undefined {
    const { cursor } = this.#paging;
    return cursor === undefined ? undefined : source.cursors.decode(cursor);
  }

  #checkedSource(): PageSource<T> {
    const source = this.#prepare();
    for (const option of ['limit', 'pageSize'] as const) {
      const value = this.#paging[option];
      if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
      throw new MapperError('INVALID_ARGUMENT', {
        call: 'query() or scan()',
        argument: option,
        problem: 'is no integer from 1',
      });
    }
    return source;
  }
}

/** The entity of an item, or what the policy makes of its error; an error carries the cursor that goes on after the item. */
function readItem<T>(source: PageSource<T>, wire: WireItem): Loaded<T> | undefined {
  try {
    return source.read(wire);
  } catch (error) {
    if (!isMapperError(error)) throw error;
    error.cursor = source.cursors.encode(wire);
    const { onUpgradeFailure: policy } = source;
    if ((policy !== 'skip' && typeof policy !== 'function') || !upgradeFailures.some((code) => code === error.code))
      throw error;
    if (typeof policy === 'function') policy(error);
    return undefined;
  }
}
