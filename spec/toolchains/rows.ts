import { frameworkRows } from './framework-rows.js';

/** The three ways to define an entity: decorators of two kinds, and none. */
export const forms = ['experimental', 'standard', 'defined'] as const;
/** `transformed` is a program with class-transformer's decorators, which bundles and several copies could lose. */
export type Form = (typeof forms)[number] | 'transformed';

/** What a tool chain makes of the quick start. */
export interface Row {
  readonly title: string;
  /** The `type` in package.json. Default: `module`. */
  readonly type?: 'module' | 'commonjs';
  /** In addition to those that every row has. */
  readonly compilerOptions?: object;
  /** Files beside `app.ts`. */
  readonly files?: Readonly<Record<string, string>> | ((form: Form) => Readonly<Record<string, string>>);
  /** What the program is, instead of the one of its form. */
  readonly edit?: (source: string) => string;
  /** Whether the project stands elsewhere and installs for itself, with the packages that the program imports. */
  readonly apart?: true;
  /**
   * The commands, in order; the last one runs the program. `$bin` is the folder of the tools' commands, `$tools` that of
   * their packages, and `$node24` Node 24.
   */
  readonly commands: (form: Form) => readonly string[];
  /** What the program prints, where that isn't what all of its form print. */
  readonly prints?: RegExp;
  /** The forms that are tried. Default: the three ways. */
  readonly forms?: readonly Form[];
  /** What stops it, by form: the exact words of the tool. The page on tool chains has the way out. */
  readonly impossible?: Partial<Record<Form, RegExp>>;
}

const withTransformer: readonly Form[] = [...forms, 'transformed'];
const all = (problem: RegExp) => ({ experimental: problem, standard: problem, defined: problem });

const tsc = (compiler: string) => `node $tools/${compiler}/bin/tsc -p .`;
const esbuild =
  '$bin/esbuild app.ts --bundle --minify --platform=node --target=node20 --external:dynalite --log-level=error';

const jestFiles = (options: object) => ({
  'app.test.ts': `const { done } = require('./app'); test('runs', () => done);`,
  'jest.config.json': JSON.stringify({
    testEnvironment: 'node',
    testMatch: ['**/app.test.ts'],
    transform: { '\\.[jt]s$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
    ...options,
  }),
});

/** Jest as Nest's default project has it, which loads CommonJS: the program stands in a test. */
const jest: Omit<Row, 'title'> = {
  type: 'commonjs',
  compilerOptions: { module: 'nodenext', isolatedModules: true, allowJs: true },
  commands: () => ['$bin/jest --config jest.config.json --silent=false'],
};

const vitest: Omit<Row, 'title'> = {
  files: {
    'app.test.ts': `import { test } from 'vitest'; test('runs', async () => (await import('./app.js')).done);`,
  },
  commands: () => ['$bin/vitest run --disable-console-intercept'],
};

const bun: Omit<Row, 'title'> = { commands: () => ['$bin/bun app.ts'] };

/** A program that states no types, because its compiler emits them. */
const emitted: Partial<Row> = {
  compilerOptions: { emitDecoratorMetadata: true },
  edit: (source) => source.replaceAll("{ type: 'string' }", ''),
  forms: ['experimental'],
};

const strictest = {
  useDefineForClassFields: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
};

/** The program with decorators, or `defineEntity`, of another copy of the package than its mapper. */
function splitCopies(source: string): string {
  return source
    .replace('Mapper, ', '')
    .replaceAll("'dynamo-evolve/toolbox'", "'dynamo-evolve-copy/toolbox'")
    .replace("'dynamo-evolve';", "'dynamo-evolve-copy';\nimport { Mapper } from 'dynamo-evolve';");
}

export const rows: readonly Row[] = [
  { title: 'tsc 5.4, ES modules', commands: () => [tsc('typescript-5.4'), 'node app.js'] },
  { title: 'tsc 5.9, ES modules', forms: withTransformer, commands: () => [tsc('typescript'), 'node app.js'] },
  { title: 'tsc 7, ES modules', commands: () => [tsc('typescript-7'), 'node app.js'] },
  { title: 'tsc 5.9, CommonJS by nodenext', type: 'commonjs', commands: () => [tsc('typescript'), 'node app.js'] },
  {
    title: 'tsc 5.9, CommonJS by node16',
    type: 'commonjs',
    compilerOptions: { module: 'node16' },
    commands: () => [tsc('typescript')],
    impossible: all(/TS1479: The current file is a CommonJS module whose imports will produce 'require' calls/),
  },
  {
    title: 'tsc 5.9, CommonJS by node10',
    type: 'commonjs',
    compilerOptions: { module: 'commonjs', moduleResolution: 'node10' },
    commands: () => [tsc('typescript')],
    impossible: all(/TS2307: Cannot find module 'dynamo-evolve' or its corresponding type declarations/),
  },
  {
    title: 'useDefineForClassFields on, and the strictest types',
    compilerOptions: { ...strictest, skipLibCheck: true },
    commands: () => [tsc('typescript'), 'node app.js'],
  },
  {
    title: 'the strictest types, without skipLibCheck',
    compilerOptions: { ...strictest, skipLibCheck: false },
    commands: () => [tsc('typescript'), 'node app.js'],
    impossible: { defined: /dynamodb-toolbox\/dist\/esm\/.*TS2416: Property 'schema' in type 'EntityDTO<ENTITY>'/ },
  },
  {
    title: 'useDefineForClassFields off',
    compilerOptions: { useDefineForClassFields: false },
    commands: () => [tsc('typescript'), 'node app.js'],
  },
  { title: 'tsx', commands: () => ['$bin/tsx app.ts'] },
  {
    title: 'esbuild, a minified bundle for Lambda',
    forms: withTransformer,
    commands: () => [`${esbuild} --format=cjs --outfile=out.cjs`, 'node out.cjs'],
  },
  {
    title: "esbuild, with packages' ES modules",
    forms: withTransformer,
    commands: () => [`${esbuild} --main-fields=module,main --format=esm --outfile=out.mjs`, 'node out.mjs'],
  },
  {
    title: 'webpack with ts-loader',
    files: {
      'webpack.config.cjs': `module.exports = {
        mode: 'production', target: 'node20', entry: './app.ts', externals: { dynalite: 'commonjs dynalite' },
        resolve: { extensions: ['.ts', '.js'] },
        module: { rules: [{ test: /\\.ts$/, loader: 'ts-loader', options: { compiler: 'typescript' } }] },
        output: { path: __dirname, filename: 'out.cjs' },
      };`,
    },
    forms: withTransformer,
    commands: () => ['$bin/webpack --config webpack.config.cjs', 'node out.cjs'],
  },
  {
    title: 'Vite, server-side rendering with everything bundled',
    files: {
      'vite.config.js': `export default {
        build: { ssr: 'app.ts', outDir: 'out' }, ssr: { noExternal: true, external: ['dynalite'] }, logLevel: 'warn',
      };`,
    },
    forms: withTransformer,
    commands: () => ['$bin/vite build', 'node out/app.js'],
    impossible: { standard: /SyntaxError: Invalid or unexpected token/ },
  },
  {
    title: 'Vitest',
    ...vitest,
    impossible: { standard: /SyntaxError.*Invalid or unexpected token/ },
  },
  {
    title: 'Vitest, with the types that it emits',
    ...vitest,
    ...emitted,
  },
  {
    title: "Node's type stripping",
    commands: () => ['$node24 app.ts'],
    impossible: {
      experimental: /SyntaxError: Invalid or unexpected token/,
      standard: /SyntaxError: Invalid or unexpected token/,
    },
  },
  { title: 'Bun', ...bun },
  { title: 'Bun, with the types that it emits', ...bun, ...emitted },
  {
    title: 'Deno',
    commands: (form) => [
      `$bin/deno run -A --node-modules-dir=manual ${form === 'experimental' ? '--config deno.json ' : ''}app.ts`,
    ],
    files: { 'deno.json': JSON.stringify({ compilerOptions: { experimentalDecorators: true } }) },
  },
  {
    title: 'Jest with ts-jest and CommonJS, as Nest 11 begins with',
    ...jest,
    files: jestFiles({}),
    impossible: all(/Must use import to load ES Module|Cannot use import statement outside a module/),
  },
  {
    title: 'Jest with ts-jest and CommonJS, and transformIgnorePatterns',
    ...jest,
    files: jestFiles({ transformIgnorePatterns: ['node_modules/(?!dynamo-evolve)'] }),
  },
  {
    title: "pnpm's strict layout",
    apart: true,
    forms: withTransformer,
    commands: () => [
      '$bin/pnpm install --prefer-offline --ignore-scripts --store-dir $store --reporter=append-only',
      'node_modules/.bin/tsc -p .',
      'node app.js',
    ],
  },
  {
    title: 'two copies of the package',
    edit: splitCopies,
    commands: () => [
      'mkdir node_modules && cp -r $tools/dynamo-evolve node_modules/dynamo-evolve-copy',
      tsc('typescript'),
      'node app.js',
    ],
  },
  {
    title: 'two copies of class-transformer',
    forms: ['transformed'],
    commands: () => [
      'mkdir node_modules && cp -r $tools/class-transformer node_modules/class-transformer',
      tsc('typescript'),
      'node app.js',
    ],
  },
  {
    title: 'two copies of class-transformer, CommonJS',
    type: 'commonjs',
    forms: ['transformed'],
    commands: () => [
      'mkdir node_modules && cp -r $tools/class-transformer node_modules/class-transformer',
      tsc('typescript'),
      'node app.js',
    ],
  },
  ...frameworkRows,
];
