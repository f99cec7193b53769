import type { WireItem } from '../codec/wire.js';
import type { CursorCodec } from './cursor.js';
import type { PageReader, Purpose } from './page-reader.js';
import { positionOf } from './pages-in-turn.js';
import { untilAborted } from '../read/until-aborted.js';
import { type CallName, MapperError } from '../errors.js';
import type { Misuse } from '../model/decorator-types.js';
import { invalidArgument, type ReadOptions } from './query-options.js';

/** One page of a query's results. */
export interface Page<T> {
  readonly items: T[];
  /** Where the next page starts; absent only if there are no more results. Pass it as the option `cursor`. */
  readonly cursor?: string;
}

type Paging = Pick<ReadOptions, 'cursor' | 'limit' | 'signal'>;

/** Results, and where to continue after them. */
interface Collected<T> {
  readonly items: T[];
  readonly next: WireItem | undefined;
}

/**
 * The results of a query or scan. Nothing is sent until results are requested, and each request for results runs the
 * query again. Reads the engine's pages, short and empty ones included, until there are no more. Leaving a loop early
 * stops the requests.
 *
 * @example
 * for await (const session of sessions.query({ index: 'by_user', partition: 'user-456' })) console.log(session.title);
 */
export class QueryResult<T> implements AsyncIterable<T> {
  readonly #call: CallName;
  readonly #paging: Paging;
  readonly #prepare: (purpose: Purpose) => PageReader<T>;

  /** `prepare` checks the query and creates its reader. It runs, and throws, when results are requested. */
  constructor(call: CallName, paging: Paging, prepare: (purpose: Purpose) => PageReader<T>) {
    this.#call = call;
    this.#paging = paging ?? {};
    this.#prepare = prepare;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const source = this.#prepare('entities');
    let left = this.#limit;
    const { signal } = this.#paging;
    for await (const page of source.pages(this.#start(source), () => left)) {
      for (const item of page.items) {
        const found = source.find(item);
        if (found === undefined) continue;
        if (found.writtenBack) await untilAborted(found.writtenBack, signal);
        yield found.entity;
        if (--left === 0) return;
        // after an abort, the rest of the page isn't wanted either
        signal?.throwIfAborted();
      }
    }
  }

  /** All results, at most `limit`. */
  async all(): Promise<T[]> {
    const source = this.#prepare('entities');
    const { items } = await collect(source, this.#start(source), this.#limit);
    return items;
  }

  /** The first result, if there is one. */
  async first(): Promise<T | undefined> {
    const source = this.#prepare('entities');
    const { items } = await collect(source, this.#start(source), 1);
    return items[0];
  }

  /**
   * The number of results, at most `limit`. Creates no entities: if every stored item counts, the engine counts them,
   * whatever their versions.
   */
  async count(): Promise<number> {
    const source = this.#prepare('count');
    let count = 0;
    for await (const page of source.pages(this.#start(source), () => this.#limit - count)) {
      count += await source.count(page);
      if (count >= this.#limit) return this.#limit;
    }
    return count;
  }

  /** One page: at most `limit` results or, without a limit, those on one page of the engine, which can be none. */
  async page(): Promise<Page<T>> {
    const source = this.#prepare('entities');
    const cursors = cursorsOf(source);
    return pageOf(await this.#page(source, this.#start(source)), cursors);
  }

  /** All pages, each like that of `page`. */
  async *pages(): AsyncIterableIterator<Page<T>> {
    const source = this.#prepare('entities');
    const cursors = cursorsOf(source);
    let start = this.#start(source);
    do {
      const collected = await this.#page(source, start);
      yield pageOf(collected, cursors);
      start = collected.next;
    } while (start !== undefined);
  }

  /**
   * Not for use. To await a query would do nothing, so it is a compile error, and throws `AWAITED_QUERY`. So is
   * returning one from an async function. Await its results instead: `all()`, `first()`, `count()` or `page()`.
   */
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is against
  then(_awaited: Misuse<'await the results of a query: all(), first(), count(), page()'>): never {
    throw new MapperError('AWAITED_QUERY', { call: this.#call });
  }

  #page(source: PageReader<T>, from: WireItem | undefined): Promise<Collected<T>> {
    return collect(source, from, this.#limit, this.#paging.limit === undefined ? 1 : Infinity);
  }

  get #limit(): number {
    return this.#paging.limit ?? Infinity;
  }

  #start(source: PageReader<T>): WireItem | undefined {
    const { cursor } = this.#paging;
    return cursor === undefined ? undefined : cursorsOf(source).decode(cursor);
  }
}

/** Results up to a number of them, or of engine pages. */
async function collect<T>(
  source: PageReader<T>,
  from: WireItem | undefined,
  limit: number,
  mostPages = Infinity,
): Promise<Collected<T>> {
  const items: T[] = [];
  const writtenBack: Promise<void>[] = [];
  let next = from;
  let pages = 0;
  for await (const page of source.pages(from, () => limit - items.length)) {
    ({ next } = page);
    const last = page.items.at(-1);
    for (const item of page.items) {
      const found = source.find(item);
      if (found === undefined) continue;
      items.push(found.entity);
      if (found.writtenBack) writtenBack.push(found.writtenBack);
      if (items.length < limit) continue;
      if (item !== last) next = positionOf(item);
      break;
    }
    if (items.length >= limit || ++pages >= mostPages) break;
  }
  await untilAborted(Promise.all(writtenBack), source.signal);
  return { items, next };
}

function pageOf<T>({ items, next }: Collected<T>, cursors: CursorCodec): Page<T> {
  return next === undefined ? { items } : { items, cursor: cursors.encode(next) };
}

function cursorsOf(source: PageReader<unknown>): CursorCodec {
  if (source.cursors) return source.cursors;
  const problem = 'have no common place to go on from: page(), pages() and cursor take one segment at most';
  throw invalidArgument('scan()', 'segments', problem);
}
