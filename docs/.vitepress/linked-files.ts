import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

interface Folders {
  /** The repository. */
  readonly root: string;
  /** The pages. */
  readonly docs: string;
}

/**
 * Links of pages to files that aren't pages, such as sources: on a forge they lead to the file. The site gets a copy of
 * it, as text, and its links lead there. Throws for a link to a file that doesn't exist.
 */
export function linkedFiles({ root, docs }: Folders) {
  const linked = new Set<string>();

  function rewriteLinks(markdown: MarkdownRenderer): void {
    const { link_open: before } = markdown.renderer.rules;
    markdown.renderer.rules.link_open = (tokens, at, options, env: { path?: string }, renderer) => {
      const token = tokens[at];
      const target = token && env.path ? sourceOf(token.attrGet('href') ?? '', env.path) : undefined;
      if (token && target) {
        linked.add(target);
        token.attrSet('href', `/files/${target}.txt`);
        token.attrSet('target', '_self');
      }
      return before ? before(tokens, at, options, env, renderer) : renderer.renderToken(tokens, at, options);
    };
  }

  /** The file that a link leads to, from the root; `undefined` for pages, anchors and other sites. */
  function sourceOf(href: string, page: string): string | undefined {
    if (/^(?:[a-z]+:|#|\/)/.test(href)) return undefined;
    const [path = ''] = href.split('#');
    const file = resolve(dirname(page), path);
    const isPage = file.startsWith(docs) && file.endsWith('.md') && !relative(docs, file).startsWith('examples');
    if (isPage) return undefined;
    if (!existsSync(file)) throw new Error(`${relative(root, page)} links to ${path}, which doesn't exist`);
    return statSync(file).isFile() ? relative(root, file) : undefined;
  }

  function copy({ outDir }: { readonly outDir: string }): void {
    for (const file of linked) {
      const target = join(outDir, 'files', `${file}.txt`);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(root, file), target);
    }
  }

  return { rewriteLinks, copy };
}
