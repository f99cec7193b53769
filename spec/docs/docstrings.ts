import { readdirSync } from 'node:fs';
import { type Page, readPage, root } from './markdown.js';
import { join } from 'node:path';

/** The source files of the package, by their paths from the root. */
export function sourceNames(): string[] {
  return readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => `lib/${name.replaceAll('\\', '/')}`)
    .toSorted();
}

/** A source file with the `@example`s of its doc comments as blocks. */
export function parseExamples(name: string, source = readPage(name)): Page {
  const blocks = [];
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at++) {
    if (!/^\s*\* @example\s*$/.test(lines[at]!)) continue;
    const line = at + 1;
    const text = [];
    while (!/^\s*(\*\/|\* @)/.test(lines[at + 1]!)) text.push(lines[++at]!.replace(/^\s*\* ?/, ''));
    blocks.push({ line, language: 'ts', text: text.join('\n') });
  }
  return { name, blocks };
}
