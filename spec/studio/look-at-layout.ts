import type { Page } from 'playwright-core';

/** What of a page doesn't fit: it is cut off, or a word is broken in its middle. */
export async function misfits(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${String(findMisfits)})()`);
}

// runs in the page, from its text: it may use nothing from outside
function findMisfits(): string[] {
  interface Box {
    readonly top: number;
    readonly left: number;
    readonly right: number;
    readonly width: number;
  }
  interface Found {
    readonly tagName: string;
    readonly className: unknown;
    readonly textContent: string | null;
    readonly scrollWidth: number;
    readonly clientWidth: number;
    readonly parentElement: Found | null;
    closest(selector: string): Found | null;
    getClientRects(): ArrayLike<Box>;
  }
  interface TextFound {
    readonly data: string;
    readonly parentElement: Found | null;
  }
  const { document, innerWidth } = globalThis as unknown as {
    readonly innerWidth: number;
    readonly document: {
      readonly body: object;
      querySelectorAll(selector: string): Iterable<Found>;
      createTreeWalker(root: object, show: number): { nextNode(): TextFound | null };
      createRange(): { setStart(at: object, to: number): void; setEnd(at: object, to: number): void } & Found;
    };
  };
  const found: string[] = [];
  for (const element of document.querySelectorAll('main *')) {
    // a field shows what fits, and an expression scrolls
    if (element.closest('.unseen, .expression, textarea, input, select, svg')) continue;
    if (element.closest('thead')) continue;
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      found.push(`cut off: ${element.tagName} ${String(element.className)} ${element.textContent?.slice(0, 60)}`);
  }
  const walker = document.createTreeWalker(document.body, 4);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (
      !parent ||
      parent.closest('.unseen, .theme-text, .list thead, .expression, textarea, option, svg, noscript, script')
    )
      continue;
    for (const match of text.data.matchAll(/[\p{L}\p{N}_]+/gu)) {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const boxes = Array.from(range.getClientRects()).filter(({ width }) => width > 0);
      const [first] = boxes;
      if (!first) continue;
      // a word longer than a line has to be broken somewhere
      const line = parent.closest('li, td, th, p, pre, dd, div')?.clientWidth ?? innerWidth;
      const isTooLong = boxes.reduce((sum, { width }) => sum + width, 0) > 0.8 * line;
      if (!isTooLong && boxes.some(({ top }) => Math.abs(top - first.top) > 4)) found.push(`broken: ${match[0]}`);
      if (boxes.some(({ left, right }) => right > innerWidth + 1 || left < -1)) found.push(`outside: ${match[0]}`);
    }
  }
  return found;
}
