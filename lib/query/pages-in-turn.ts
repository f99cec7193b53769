import { setMaxListeners } from 'node:events';
import { Row, type StoredItem } from '../codec/row.js';
import type { WireItem } from '../codec/wire.js';
import type { PagePosition } from '../store/page-request.js';
import type { Segments } from './query-options.js';

/** One page of the engine, with its items ready to read. */
export interface EnginePage {
  readonly items: readonly PageItem[];
  /** The number of further items on the page, which are counted without being read. */
  readonly unseen: number;
  /** Where the next page starts; `undefined` if there is none. */
  readonly next: WireItem | undefined;
}

/** An item of a page. */
export type PageItem = Row | WirePageItem;

interface WirePageItem {
  /** The item as it was on the page, with the keys that a cursor needs. */
  readonly position: WireItem;
  /** The item to read. */
  readonly stored: StoredItem;
  /** Whether it was read by its key after the page, so that nothing is known about it yet. */
  readonly isReadAgain: boolean;
}

/** The item to read. */
export function storedItem(item: PageItem): StoredItem {
  return item instanceof Row ? item : item.stored;
}

/** The item as it was on the page, with the keys that a cursor needs. */
export function positionOf(item: PageItem): WireItem {
  return item instanceof Row ? item.wire : item.position;
}

/** Whether an item was read by its key after the page, so that nothing is known about it yet. */
export function isReadAgain(item: PageItem): boolean {
  return !(item instanceof Row) && item.isReadAgain;
}

export type FetchPage = (position: PagePosition, signal: AbortSignal | undefined) => Promise<EnginePage>;

/** What is read page by page. */
export interface PageSequence {
  readonly fetch: FetchPage;
  /** The key after which it starts. */
  readonly from: WireItem | undefined;
  /** The segments to read; `undefined` if the scan isn't split. */
  readonly segments: Segments | undefined;
  /** How many items to request now. */
  readonly size: () => number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * How many segments are read in parallel. At most as many pages are held, in addition to the one that is being read.
 */
const mostSegmentsAtOnce = 32;

/** The engine's pages until there are no more, short and empty ones included. */
export function enginePages(sequence: PageSequence): AsyncGenerator<EnginePage, void> {
  const { segments } = sequence;
  return segments && segments.to - segments.from > 1 ? pagesOfSegments(sequence, segments) : pagesInTurn(sequence);
}

/** One page after the other. */
async function* pagesInTurn({ fetch, from, segments, signal, size }: PageSequence): AsyncGenerator<EnginePage, void> {
  const segment = segments && { number: segments.from, total: segments.total };
  let start = from;
  do {
    const page = await fetch({ start, size: size(), segment }, signal);
    yield page;
    start = page.next;
  } while (start !== undefined);
}

/** How a request for a page of a segment ended. */
interface Arrival {
  readonly segment: number;
  readonly page: Promise<EnginePage>;
}

/** The pages of several segments, as they arrive. Each segment is at most one page ahead of what is being read. */
async function* pagesOfSegments(
  { fetch, signal, size }: PageSequence,
  { from, to, total }: Segments,
): AsyncGenerator<EnginePage, void> {
  const controller = new AbortController();
  // each request adds a listener, and Node warns about more than ten
  setMaxListeners(Infinity, controller.signal);
  const abort = () => controller.abort(signal?.reason);
  // not AbortSignal.any, which leaks memory on a signal that lives long
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  // not Promise.race, which leaks memory for each page while a segment hangs
  const arrived: Arrival[] = [];
  let wake: (() => void) | undefined;
  const pending = new Set<number>();
  const ask = (segment: number, start: WireItem | undefined) => {
    pending.add(segment);
    const page = fetch({ start, size: size(), segment: { number: segment, total } }, controller.signal);
    const arrive = () => {
      arrived.push({ segment, page });
      wake?.();
    };
    // a failure while another page is read is thrown in its turn, not before
    page.then(arrive, arrive);
  };
  let untouched = from;
  try {
    for (;;) {
      while (untouched < to && pending.size < mostSegmentsAtOnce) ask(untouched++, undefined);
      if (pending.size === 0) return;
      if (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const next = arrived.shift() as Arrival;
      pending.delete(next.segment);
      const page = await next.page;
      if (page.next !== undefined) ask(next.segment, page.next);
      yield page;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    controller.abort();
  }
}
