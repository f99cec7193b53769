import type { WireItem } from '../codec/wire.js';
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

/** What is asked of the engine for one page. */
export interface PageRequest {
  readonly start: WireItem | undefined;
  readonly size: number | undefined;
  readonly segment?: number;
  readonly signal?: AbortSignal | undefined;
}

export type FetchPage = (request: PageRequest) => Promise<EnginePage>;

/** How many segments are read side by side: as many pages are held at most, beside the one that is being read. */
const mostSegmentsAtOnce = 32;

/** One page after the other, until the engine says that there are no more: short and empty ones don't. */
export async function* pagesInTurn(
  fetch: FetchPage,
  from: WireItem | undefined,
  size: () => number | undefined,
): AsyncGenerator<EnginePage, void> {
  let start = from;
  do {
    const page = await fetch({ start, size: size() });
    yield page;
    start = page.next;
  } while (start !== undefined);
}

/** The pages of several segments as they come. Each segment is a page ahead of what is being read, and no more. */
export async function* pagesOfSegments(
  fetch: FetchPage,
  { from, to }: Segments,
  size: () => number | undefined,
): AsyncGenerator<EnginePage, void> {
  const { signal, abort } = stopper();
  const pending = new Map<number, Promise<{ segment: number; page: EnginePage }>>();
  let untouched = from;
  const ask = (segment: number, start: WireItem | undefined) => {
    const asked = fetch({ start, size: size(), segment, signal }).then((page) => ({ segment, page }));
    // one that fails while another's page is read is thrown in its turn, and not before
    asked.catch(() => {});
    pending.set(segment, asked);
  };
  try {
    for (;;) {
      while (untouched < to && pending.size < mostSegmentsAtOnce) ask(untouched++, undefined);
      if (pending.size === 0) return;
      const { segment, page } = await Promise.race(pending.values());
      pending.delete(segment);
      if (page.next !== undefined) ask(segment, page.next);
      yield page;
    }
  } finally {
    abort();
  }
}

function stopper(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
