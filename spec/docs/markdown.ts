import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A fenced block of a page, or an example of a doc comment. */
export interface Block {
  /** The line of its fence, counted from 1; the text starts on the next one. */
  readonly line: number;
  /** The first word behind the fence: `ts`, `sh`, `json` … */
  readonly language: string;
  /** The words after it. */
  readonly marks?: readonly string[];
  readonly text: string;
}

/** A page of the documentation, or a source file with examples. */
export interface Page {
  /** The path from the root of the repository. */
  readonly name: string;
  readonly blocks: readonly Block[];
}

/** A link of a page. */
export interface Link {
  readonly line: number;
  readonly target: string;
}

/** Every Markdown page that users or contributors read, by its path from the root. */
export function pageNames(): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`);
  return [...top, ...docs, 'spec/README.md'].toSorted();
}

/** The text of a page. */
export function readPage(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

/** A page with its fenced blocks. Throws for a fence that nobody closes. */
export function parsePage(name: string, markdown = readPage(name)): Page {
  const blocks: Block[] = [];
  let open: { line: number; fence: string; indent: string; info: string[]; text: string[] } | undefined;
  for (const [at, line] of markdown.split('\n').entries()) {
    if (open === undefined) {
      const [, indent = '', fence, info = ''] = /^( *)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
      if (fence === undefined) continue;
      open = { line: at + 1, fence, indent, info: info.trim().split(/\s+/), text: [] };
    } else if (line.trim() === open.fence) {
      const [language = '', ...marks] = open.info;
      blocks.push({ line: open.line, language, ...(marks.length > 0 && { marks }), text: open.text.join('\n') });
      open = undefined;
    } else {
      open.text.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) throw new Error(`${name}:${open.line}: the fence is not closed`);
  return { name, blocks };
}

/** Whether a block is part of a walk through a project of its own, which `spec/package/newcomer.spec.ts` follows. */
export function isWalked({ marks }: Block): boolean {
  return marks?.includes('walk') === true;
}

/** Whether a block shows a file of this repository, whose name stands above it; `pages.spec.ts` holds them equal. */
export function isFile({ marks }: Block): boolean {
  return marks?.includes('file') === true;
}

/** The name of a file that stands in the line above a block, alone. */
export function fileAbove(markdown: string, { line }: Block): string | undefined {
  return /^`([^`]+)`:$/.exec(markdown.split('\n')[line - 3] ?? '')?.[1];
}

/** The anchors of a page: those that GitHub makes of its headings, and its own, `<a id="…">`. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const own = proseOf(markdown).flatMap((line) => [...line.matchAll(/<a id="([^"]+)">/g)]);
  const anchors = new Set<string>(own.map(([, id]) => id!));
  for (const { title } of headingsOf(markdown)) {
    const slug = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[`*]/g, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** The headings of a page, in order. */
export function headingsOf(
  markdown: string,
): { readonly level: number; readonly title: string; readonly line: number }[] {
  return proseOf(markdown).flatMap((text, at) => {
    const [, hashes, title] = /^(#{1,6}) +(.*?)\s*$/.exec(text) ?? [];
    return hashes === undefined ? [] : [{ level: hashes.length, title: title ?? '', line: at + 1 }];
  });
}

/** The links of a page, inline and by reference. */
export function linksOf(markdown: string): Link[] {
  return proseOf(markdown).flatMap((text, at) => {
    const prose = text.replaceAll(/`[^`]*`/g, '');
    const targets = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g), ...prose.matchAll(/^\[[^\]]+\]: *(\S+)/g)];
    return targets.map(([, target]) => ({ line: at + 1, target: target! }));
  });
}

/** The lines of a page; those of code blocks are empty. */
function proseOf(markdown: string): string[] {
  const lines = markdown.split('\n');
  for (const { line, text } of parsePage('page', markdown).blocks) {
    lines.fill('', line - 1, line + text.split('\n').length + 1);
  }
  return lines;
}

/** What is wrong with a page's links: the target, and what it lacks. Links to the web are not followed. */
export function brokenLinks(name: string, markdown = readPage(name)): string[] {
  return linksOf(markdown).flatMap(({ line, target }) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? name : join(dirname(name), path);
    const text = path === '' ? markdown : undefined;
    if (text === undefined && !existsSync(join(root, file))) return [`${name}:${line}: ${target}: there is no ${file}`];
    if (anchor === undefined || !file.endsWith('.md')) return [];
    return anchorsOf(text ?? readPage(file)).has(anchor) ? [] : [`${name}:${line}: ${target}: no such heading`];
  });
}
