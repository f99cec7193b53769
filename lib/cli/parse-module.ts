import { readFile } from 'node:fs/promises';

/** A node of swc's syntax tree. */
export interface SyntaxNode {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [member: string]: unknown;
}

/** The bytes from `start` up to, but not including, `end`. */
export type Range = readonly [start: number, end: number];

/** A parsed TypeScript module. */
export interface ParsedModule {
  readonly source: Buffer;
  readonly program: SyntaxNode;
  /** The bytes of a node in the source. */
  readonly rangeOf: (node: SyntaxNode) => Range;
}

/** The options of swc's parser for a file. */
export function syntaxOf(file: string) {
  return { syntax: 'typescript', decorators: true, tsx: file.endsWith('x') } as const;
}

/** Parses a module. Rejects with swc's error if the syntax is wrong. */
export async function parseModule(file: string): Promise<ParsedModule> {
  const { parse } = await import('@swc/core');
  const source = await readFile(file);
  // spans are relative to the first token, so put a semicolon at the very start
  const program = (await parse(`;${source.toString()}`, {
    ...syntaxOf(file),
    target: 'es2022',
  })) as unknown as SyntaxNode;
  const first = program.span.start + 1;
  return { source, program, rangeOf: ({ span }) => [span.start - first, span.end - first] };
}

/** All nodes of a tree, each before the nodes inside it. */
export function nodesOf(tree: unknown): SyntaxNode[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesOf);
  if (typeof tree !== 'object' || tree === null) return [];
  const inner = Object.values(tree).flatMap(nodesOf);
  return 'type' in tree ? [tree as SyntaxNode, ...inner] : inner;
}
