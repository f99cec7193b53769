import { setMaxListeners } from 'node:events';
import type { WireItem } from '../codec/wire.js';
import type { PagePosition } from '../store/page-request.js';
import type { Segments } from './query-options.js';

/** One page of the engine, its items ready to be read. */
export interface EnginePage {
  readonly items: readonly PageItem[];
  /** How many more items there are on the page, of which nothing needs to be known to count them. */
  readonly unseen: number;
  /** Where the next page starts; `undefined` if there is none. */
  readonly next: WireItem | undefined;
}

/** An item of a page. */
export interface PageItem {
  /** The item as the page had it: with the keys that a cursor needs. */
  readonly position: WireItem;
  /** What to read. */
  readonly wire: WireItem;
  /** Whether it was read by its key, after the page: then nothing is known of it yet. */
  readonly isReadAgain: boolean;
}

export type FetchPage = (position: PagePosition, signal: AbortSignal | undefined) => Promise<EnginePage>;

/** What is read page by page. */
export interface PageSequence {
  readonly fetch: FetchPage;
  /** The key behind which it starts. */
  readonly from: WireItem | undefined;
  /** The segments that are read; `undefined` where nothing is split. */
  readonly segments: Segments | undefined;
  /** How many items to ask for now. */
  readonly size: () => number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** How many segments are read side by side: as many pages are held at most, beside the one that is being read. */
const mostSegmentsAtOnce = 32;

/** The engine's pages until it says that there are no more: short and empty pages don't say so. */
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

/** The pages of several segments as they come. Each segment is a page ahead of what is being read, and no more. */
async function* pagesOfSegments(
  { fetch, signal, size }: PageSequence,
  { from, to, total }: Segments,
): AsyncGenerator<EnginePage, void> {
  const controller = new AbortController();
  // every request listens to it, and Node warns of more than ten listeners
  setMaxListeners(Infinity, controller.signal);
  const abort = () => controller.abort(signal?.reason);
  // not AbortSignal.any, of which a signal that lives long keeps a trace for good
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  // not Promise.race, of which a segment that hangs keeps a trace for each page
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
    // one that fails while another's page is read is thrown in its turn, and not before
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
