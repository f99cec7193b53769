import { posix } from 'node:path';
import { parseSync } from '@swc/core';

/** The rooms of `lib` and their ranks: a file imports from lower ranks and from its own room, from nowhere else. */
export const ranks: Readonly<Record<string, number>> = {
  'error-messages.ts': 0,
  'telemetry.ts': 0,
  'errors.ts': 1,
  item: 1,
  codec: 2,
  upgrade: 3,
  model: 4,
  filter: 5,
  hydration: 5,
  store: 5,
  keys: 6,
  read: 7,
  rewrite: 8,
  query: 9,
  write: 9,
  operations: 10,
  changes: 11,
  'repository.ts': 11,
  'mapper-options.ts': 11,
  'tables-options.ts': 11,
  'mapper.ts': 12,
  schema: 12,
  'index.ts': 13,
  alternator: 13,
  lambda: 13,
  nestjs: 13,
  studio: 13,
  testing: 13,
  toolbox: 13,
  cli: 14,
};

interface PackageRule {
  package: string;
  /** The rooms that may import the package. */
  rooms: readonly string[];
  /** Names that further rooms may import, as types only. */
  types?: { names: readonly string[]; rooms: readonly string[] };
  /** Set where a single file of `lib` may import the package, declarations aside. */
  oneFile?: true;
}

/** Who in `lib` may import which package; a package that isn't listed is free. */
const packageRules: readonly PackageRule[] = [
  {
    package: '@aws-sdk/client-dynamodb',
    rooms: ['store'],
    types: { names: ['DynamoDBClient'], rooms: ['mapper.ts', 'testing', 'toolbox', 'alternator'] },
  },
  { package: '@aws-sdk/lib-dynamodb', rooms: ['toolbox'] },
  { package: '@aws-sdk/util-dynamodb', rooms: ['store', 'codec'] },
  { package: 'dynamodb-toolbox', rooms: ['toolbox'] },
  { package: 'class-transformer', rooms: ['hydration'], oneFile: true },
];

/** The folders that use the package as an application would, and the names they know it by. */
const applicationFolders = ['entities/', 'upgrades/', 'docs/examples/'];
const publicNames = [
  'dynamo-evolve',
  'dynamo-evolve/testing',
  'dynamo-evolve/lambda',
  'dynamo-evolve/alternator',
  'dynamo-evolve/nestjs',
  'dynamo-evolve/toolbox',
];

const longestFile = 400;

/** The file that imports what a user names: the configuration of the command line. */
const userImporter = 'lib/cli/config.ts';

type Rule = 'rank' | 'cycle' | 'barrel' | 'length' | 'package' | 'public-name' | 'unresolved' | 'unreadable';

interface Violation {
  rule: Rule;
  file: string;
  detail: string;
}

/** One import of any form; `names` are what it takes, `*` where that is everything. */
interface ImportReference {
  specifier: string | undefined;
  typeOnly: boolean;
  names: readonly string[];
}

/** Every breach of the layering in a tree of sources, keyed by their paths from the root of the project. */
export function findViolations(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = [];
  const graph = new Map<string, string[]>();
  const importers = new Map<string, string[]>();

  for (const [file, source] of files) {
    const report = (rule: Rule, detail: string) => violations.push({ rule, file, detail });
    const inLib = file.startsWith('lib/');
    if (inLib) checkFile(file, source, report);
    const targets: string[] = [];
    graph.set(file, targets);

    for (const reference of importsOf(source, file)) {
      const { specifier } = reference;
      if (specifier === undefined) {
        if (file !== userImporter) report('unreadable', 'imports by an expression that only a run can resolve');
        continue;
      }
      const target = specifier.startsWith('.') ? resolve(file, specifier, files) : undefined;
      if (specifier.startsWith('.') && target === undefined) report('unresolved', `imports ${specifier}: no such file`);
      if (target !== undefined) targets.push(target);

      if (!inLib) checkApplicationImport(specifier, target, report);
      else if (target !== undefined) checkLibImport(file, target, report);
      else checkPackageImport(file, reference, importers, report);
    }
  }

  for (const { package: name, oneFile } of packageRules) {
    const [first, ...others] = importers.get(name) ?? [];
    if (!oneFile) continue;
    for (const file of others) violations.push({ rule: 'package', file, detail: `${name} is ${first}'s alone` });
  }
  for (const cycle of findCycles(graph)) {
    violations.push({ rule: 'cycle', file: cycle[0]!, detail: cycle.join(' -> ') });
  }
  return violations;
}

type Report = (rule: Rule, detail: string) => void;

function checkFile(file: string, source: string, report: Report): void {
  const lines = source.split('\n').length - (source.endsWith('\n') ? 1 : 0);
  if (lines > longestFile) report('length', `${lines} lines, ${longestFile} at most`);
  if (ranks[roomOf(file)] === undefined) report('rank', `the room ${roomOf(file)} has no rank`);
}

function checkLibImport(file: string, target: string, report: Report): void {
  if (posix.basename(target) === 'index.ts') report('barrel', `imports the barrel ${target}`);
  if (!target.startsWith('lib/')) return report('rank', `imports ${target}, outside lib`);
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to) return;
  const [fromRank, toRank] = [ranks[from], ranks[to]];
  if (fromRank === undefined || toRank === undefined) return;
  if (toRank >= fromRank) report('rank', `${from} (rank ${fromRank}) imports ${target} (rank ${toRank})`);
}

function checkPackageImport(
  file: string,
  { specifier, typeOnly, names }: ImportReference,
  importers: Map<string, string[]>,
  report: Report,
): void {
  const name = packageOf(specifier!);
  if (name === 'dynamo-evolve') return report('barrel', `imports its own package as ${specifier}`);
  const rule = packageRules.find((candidate) => candidate.package === name);
  if (rule === undefined) return;
  const room = roomOf(file);
  if (rule.rooms.includes(room)) {
    const known = importers.get(name) ?? [];
    // a declaration only describes the package to the compiler
    if (!known.includes(file) && !file.endsWith('.d.ts')) importers.set(name, [...known, file]);
    return;
  }
  const { types } = rule;
  if (types?.rooms.includes(room)) {
    if (typeOnly && names.every((taken) => types.names.includes(taken))) return;
    return report('package', `imports more of ${specifier} than the types ${types.names.join(', ')}`);
  }
  report('package', `imports ${specifier}, which is for ${rule.rooms.join(', ')}`);
}

function checkApplicationImport(specifier: string, target: string | undefined, report: Report): void {
  if (packageOf(specifier) === 'dynamo-evolve' && !publicNames.includes(specifier)) {
    report('public-name', `imports ${specifier}; the public names are ${publicNames.join(', ')}`);
  }
  if (target !== undefined && !applicationFolders.some((folder) => target.startsWith(folder))) {
    report('public-name', `imports ${target} by its path`);
  }
}

/** `codec` of lib/codec/numbers.ts, `mapper.ts` of lib/mapper.ts. */
function roomOf(file: string): string {
  return file.split('/')[1] ?? file;
}

/** `@aws-sdk/client-dynamodb` of every path into it. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * The source that a relative specifier means, as nodenext resolves it; a file outside the tree if the path leads there.
 */
function resolve(file: string, specifier: string, files: ReadonlyMap<string, string>): string | undefined {
  const path = posix.join(posix.dirname(file), specifier);
  const source = path.replace(/\.([cm]?)js$/, '.$1ts');
  const outside = !['lib/', ...applicationFolders].some((folder) => source.startsWith(folder));
  // a style is for the bundler to find
  if (outside || files.has(source) || path.endsWith('.css')) return source;
  const component = source.replace(/\.ts$/, '.tsx');
  return files.has(component) ? component : undefined;
}

/** A cycle of every knot in the graph, as the path that closes it. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of new Set(graph.get(file))) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}

interface SyntaxNode {
  type: string;
  [field: string]: unknown;
}

/**
 * Every import of a source, in whatever form: statements, `export … from`, `import()` as call and as type, `require`.
 */
export function importsOf(source: string, file = 'source.ts'): ImportReference[] {
  const references: ImportReference[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    if ('type' in value) {
      const reference = referenceOf(value as SyntaxNode);
      if (reference !== undefined) references.push(reference);
    }
    Object.values(value).forEach(walk);
  };
  try {
    walk(
      parseSync(source, { syntax: 'typescript', decorators: true, target: 'es2022', tsx: file.endsWith('.tsx') }).body,
    );
  } catch (cause) {
    throw new Error(`${file} does not parse`, { cause });
  }
  return references;
}

function referenceOf(node: SyntaxNode): ImportReference | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const specifier = literalOf(node.source);
      if (specifier === undefined) return undefined;
      const taken = (node.specifiers as SyntaxNode[] | undefined) ?? [{ type: 'ExportNamespaceSpecifier' }];
      const typeOnly = node.typeOnly === true || (taken.length > 0 && taken.every((one) => one.isTypeOnly === true));
      return { specifier, typeOnly, names: taken.map(nameTaken) };
    }
    case 'TsExternalModuleReference':
      return { specifier: literalOf(node.expression), typeOnly: false, names: ['*'] };
    case 'TsImportType': {
      let name = node.qualifier as SyntaxNode | null;
      while (name?.type === 'TsQualifiedName') name = name.left as SyntaxNode;
      return { specifier: literalOf(node.argument), typeOnly: true, names: [textOf(name) ?? '*'] };
    }
    case 'CallExpression': {
      const callee = node.callee as SyntaxNode;
      const isRequire = callee.type === 'Identifier' && callee.value === 'require';
      if (callee.type !== 'Import' && !isRequire) return undefined;
      const [first] = node.arguments as { expression: unknown }[];
      return { specifier: literalOf(first?.expression), typeOnly: false, names: ['*'] };
    }
    default:
      return undefined;
  }
}

function nameTaken(specifier: SyntaxNode): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  if (specifier.type.includes('Namespace')) return '*';
  const name = (specifier.imported ?? specifier.orig ?? specifier.local) as SyntaxNode | undefined;
  return textOf(name) ?? '*';
}

/** The text of an identifier or a string. */
function textOf(node: SyntaxNode | null | undefined): string | undefined {
  return typeof node?.value === 'string' ? node.value : undefined;
}

function literalOf(value: unknown): string | undefined {
  const node = value as SyntaxNode | null | undefined;
  if (node?.type === 'StringLiteral') return textOf(node);
  if (node?.type !== 'TemplateLiteral' || (node.expressions as unknown[]).length > 0) return undefined;
  return (node.quasis as { cooked: string }[])[0]?.cooked;
}
