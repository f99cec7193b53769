import { readFile } from 'node:fs/promises';

/** The title, and where the parts of the page are. */
const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>dynamo-evolve studio</title>
    <link rel="icon" href="icon.svg" />
    <link rel="stylesheet" href="page.css" />
    <script type="module" src="page.js"></script>
  </head>
  <body>
    <div id="studio"></div>
    <noscript>The studio needs JavaScript.</noscript>
  </body>
</html>
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f46e5"/><path d="M8 22h4.500v-4.500H17V13h4.500V8.500H25" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly body: string | Buffer;
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
};

/** Where the build puts the page: the same place beside every folder of the built package. */
export const builtPage = new URL('../studio/page/', import.meta.url);

/** A file of the page, if it has one of this name. */
export async function pageFile(name: string, folder: URL): Promise<PageFile | undefined> {
  if (name === '') return { type: 'text/html; charset=utf-8', body: html };
  if (name === 'icon.svg') return { type: 'image/svg+xml', body: icon };
  const [, extension = ''] = /^[\w-]+\.(js|css|woff2)$/.exec(name) ?? [];
  const type = types[extension];
  if (type === undefined) return undefined;
  try {
    return { type, body: await readFile(new URL(name, folder)) };
  } catch {
    return undefined;
  }
}
