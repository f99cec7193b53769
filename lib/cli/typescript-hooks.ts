/** These hooks run in the thread in which Node resolves and loads modules. */
import { statSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createPathsMatcher, getTsconfig, type TsConfigResult } from 'get-tsconfig';
import { compileTypeScript } from './compile-typescript.js';
import { NamedTypes } from './named-types.js';

/** What the main thread passes to the hooks. */
export interface HookData {
  /** The configuration file; its nearest tsconfig.json applies. */
  readonly file: string;
  /** The folder of this copy of the package, as a URL. */
  readonly packageFolder: string;
}

let ownFolder: string;
let tsconfig: TsConfigResult | null;
let matchPaths: ((specifier: string) => string[]) | null;

export const initialize: InitializeHook<HookData> = ({ file, packageFolder }) => {
  ownFolder = packageFolder;
  tsconfig = getTsconfig(file);
  matchPaths = tsconfig && createPathsMatcher(tsconfig);
};

const isTypeScript = (url: string) => /\.(?:ts|mts|tsx)$/.test(url);

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const [isOwn, entry = ''] = /^dynamo-evolve(\/[a-z]+)?$/.exec(specifier) ?? [];
  if (isOwn !== undefined) return { url: new URL(`.${entry}/index.js`, ownFolder).href, shortCircuit: true };
  const { parentURL } = context;
  const found = parentURL !== undefined && isTypeScript(parentURL) && findFile(specifier, parentURL);
  return found ? { url: pathToFileURL(found).href, shortCircuit: true } : nextResolve(specifier, context);
};

/** The file that an import in a TypeScript module means; `undefined` for a package. */
function findFile(specifier: string, importer: string): string | undefined {
  const isRelative = /^\.{1,2}\//.test(specifier);
  const paths = isRelative ? [fileURLToPath(new URL(specifier, importer))] : (matchPaths?.(specifier) ?? []);
  return paths.flatMap(sourcesOf).find(isFile);
}

const types = new NamedTypes((specifier, importer) => {
  const file = findFile(specifier, pathToFileURL(importer).href);
  return file !== undefined && isTypeScript(file) ? file : undefined;
});

/** The files that a path can mean, in the order in which the TypeScript compiler looks for them. */
function sourcesOf(path: string): string[] {
  const source = path.replace(/\.(m?)js(x?)$/, '.$1ts$2');
  return [...(source === path ? [] : [source]), path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!isTypeScript(url)) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const source = await compileTypeScript(file, types, tsconfig?.config && (tsconfig.config.compilerOptions ?? {}));
  return { format: 'module', source, shortCircuit: true };
};
