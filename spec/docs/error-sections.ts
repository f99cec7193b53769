import { type Block, headingsOf, pageNames, parsePage, readPage } from './markdown.js';

/** The section of an error code. */
export interface ErrorSection {
  readonly page: string;
  readonly code: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const listed = readPage('docs/errors.md').matchAll(/\]\((errors\/\w+\.md)#/g);

/** The pages of the errors, in the order of `docs/errors.md`. */
export const errorPages = [...new Set([...listed].map(([, name]) => `docs/${name}`))];

/** The pages that are there. */
export const storedErrorPages = pageNames().filter((name) => name.startsWith('docs/errors/'));

/** The sections of all codes, in the order of the pages. */
export function errorSections(): ErrorSection[] {
  return errorPages.flatMap((page) => {
    const markdown = readPage(page);
    const lines = markdown.split('\n');
    const headings = headingsOf(markdown).filter(({ level }) => level === 2);
    return headings.map(({ line, title }, at) => {
      const end = headings[at + 1]?.line ?? lines.length + 1;
      const blocks = parsePage(page).blocks.filter((block) => block.line > line && block.line < end);
      return { page, code: title, text: lines.slice(line, end - 1).join('\n'), blocks };
    });
  });
}
