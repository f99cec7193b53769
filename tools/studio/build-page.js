// Builds the page of the studio into a folder, dist/studio/page unless one is given: its script, its style, its fonts,
// and the licences of what is in them.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outdir = process.argv[2] ?? join(root, 'dist/studio/page');
const parts = ['preact', 'uplot', '@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'];

await build({
  entryPoints: [join(root, 'lib/studio/page/main.tsx')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.woff2': 'file' },
  assetNames: '[name]',
  entryNames: 'page',
  outdir,
  logLevel: 'warning',
});
const licences = await Promise.all(
  parts.map(async (name) => `${name}\n\n${await readFile(join(root, 'node_modules', name, 'LICENSE'), 'utf8')}`),
);
await writeFile(join(outdir, 'LICENSES.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));
