import { parseSync } from '@swc/core';
import type { Assertion } from './assertions.js';
import type { Block } from './markdown.js';

/** A name that a block declares for those after it. */
interface Declared {
  readonly name: string;
  readonly isType: boolean;
  readonly isExported: boolean;
}

/** Names that earlier blocks of a page declared, each with the specifier of the module that has it. */
export type Visible = Map<string, { readonly module: string; readonly isType: boolean }>;

/** A block as a module. */
export interface BlockSource {
  /** Line n of it is line n of the page. */
  readonly code: string;
  readonly assertions: readonly Assertion[];
  /** What is wrong with the block itself. */
  readonly problems: readonly string[];
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [field: string]: unknown;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Makes a module of a block: it imports what earlier blocks of its page declared, asserts what its comments say, and
 * exports what it declares, which then is visible to later blocks.
 */
export function blockSource(page: string, block: Block, module: string, visible: Visible): BlockSource {
  const bytes = Buffer.from(`;${block.text}\n`);
  const { nodes, span } = parse(bytes.toString());
  // spans count bytes from wherever the parser is; the semicolon stands at the first
  const offset = (position: number) => position - span.start;
  const declared = declaredIn(nodes);
  const statements = expressionStatements(nodes);

  const edits: Edit[] = [];
  const assertions: Assertion[] = [];
  const problems: string[] = [];
  let comments = 0;
  for (const statement of statements) {
    const line = block.line + bytes.subarray(0, offset(statement.span.start)).toString().split('\n').length;
    const at = `${page}:${line}`;
    const found = assertionAfter(bytes.subarray(offset(statement.span.end)).toString());
    if (found === undefined) {
      if (isBareValue(statement.expression as Node))
        problems.push(`${at}: a value that nothing checks; say it with // →`);
      continue;
    }
    comments += found.comments;
    assertions.push({ at, expected: found.expected });
    edits.push(...assertionEdits(statement.expression as Node, at, found.expected, offset));
  }
  const written = block.text.split(/\/\/ →/).length - 1;
  if (written > comments)
    problems.push(`${page}:${block.line}: ${written - comments} of the // → follow no expression`);

  const text = applyEdits(bytes, edits).subarray(1).toString();
  const isTyped = block.language !== 'js';
  const own = new Set(declared.map(({ name }) => name));
  const before = [
    `import { assertion as $assertion } from './spec/docs/assertions.js';`,
    ...importsFrom(visible, own, isTyped).map((line) => `${line};`),
  ];
  const code = `${'\n'.repeat(block.line - 1)}${before.join(' ')}\n${text}${exportsOf(declared, isTyped)}\n`;
  for (const { name, isType } of declared) visible.set(name, { module, isType });
  return { code, assertions, problems };
}

/** What a block declares. A type that shares its name with a value goes wherever the value goes. */
function declaredIn(nodes: readonly Node[]): readonly Declared[] {
  const declared = nodes.flatMap(declaredBy);
  const values = new Set(declared.filter(({ isType }) => !isType).map(({ name }) => name));
  return declared.filter(({ isType, name }) => !isType || !values.has(name));
}

/** Makes what a module exports visible to the blocks of a page. */
export function showExports(source: string, module: string, visible: Visible): void {
  for (const { isExported, isType, name } of parse(source).nodes.flatMap(declaredBy)) {
    if (isExported) visible.set(name, { module, isType });
  }
}

function parse(source: string): { readonly nodes: readonly Node[]; readonly span: Node['span'] } {
  const { body, span } = parseSync(source, { syntax: 'typescript', decorators: true, target: 'es2022' });
  return { nodes: body as unknown as readonly Node[], span };
}

function importsFrom(visible: Visible, own: ReadonlySet<string>, isTyped: boolean): string[] {
  const byModule = new Map<string, string[]>();
  for (const [name, { module, isType }] of visible) {
    if (own.has(name) || (isType && !isTyped)) continue;
    byModule.set(module, [...(byModule.get(module) ?? []), isType ? `type ${name}` : name]);
  }
  return [...byModule].map(([module, names]) => `import { ${names.join(', ')} } from '${module}'`);
}

function exportsOf(declared: readonly Declared[], isTyped: boolean): string {
  const names = declared
    .filter(({ isExported, isType }) => !isExported && (isTyped || !isType))
    .map(({ name, isType }) => (isType ? `type ${name}` : name));
  return `export { ${[...new Set(names)].join(', ')} };`;
}

function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  let result = bytes;
  for (const { start, end, text } of edits.toSorted((a, b) => b.start - a.start)) {
    result = Buffer.concat([result.subarray(0, start), Buffer.from(text), result.subarray(end)]);
  }
  return result;
}

/** The assertion that follows a statement: on its line, or on the lines after it. */
function assertionAfter(rest: string): { readonly expected: string; readonly comments: number } | undefined {
  const [all] = /^[ \t]*\n?[ \t]*\/\/ →.*(?:\n[ \t]*\/\/(?: →| {2}).*)*/.exec(rest) ?? [];
  if (all === undefined) return undefined;
  const lines = all.trim().split('\n');
  const expected = lines.map((line) => line.replace(/^\s*\/\/(?: →)? ?/, '')).join('\n');
  return { expected, comments: lines.filter((line) => /\/\/ →/.test(line)).length };
}

function assertionEdits(expression: Node, at: string, expected: string, offset: (position: number) => number): Edit[] {
  const start = offset(expression.span.start);
  const end = offset(expression.span.end);
  const place = JSON.stringify(at);
  if (/^throws\b/.test(expected)) {
    return [
      { start, end: start, text: `await $assertion.throws(${place}, async () => (` },
      { start: end, end, text: '))' },
    ];
  }
  const logged = loggingCallee(expression);
  if (logged) {
    return [{ start: offset(logged.span.start), end: offset(logged.span.end), text: `$assertion.prints(${place})` }];
  }
  return [
    { start, end: start, text: `$assertion.is(${place}, (` },
    { start: end, end, text: '))' },
  ];
}

/** `console.log` of a call of it. */
function loggingCallee(expression: Node): Node | undefined {
  if (expression.type !== 'CallExpression') return undefined;
  const callee = expression.callee as Node;
  if (callee.type !== 'MemberExpression') return undefined;
  const { object, property } = callee as unknown as { object: Node; property: Node };
  return object.value === 'console' && property.value === 'log' ? callee : undefined;
}

const acting = ['Await', 'Assignment', 'Call', 'New', 'OptionalChaining', 'Unary', 'Update', 'Yield'];

/** Whether an expression does nothing, so that it can only stand there to show its value. */
function isBareValue({ type }: Node): boolean {
  return !acting.some((one) => type === `${one}Expression`);
}

function expressionStatements(nodes: readonly Node[]): Node[] {
  const found: Node[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    if ((value as Node).type === 'ExpressionStatement') found.push(value as Node);
    Object.values(value).forEach(walk);
  };
  walk(nodes);
  return found;
}

/** The names that a statement at the top of a module declares. */
function declaredBy(node: Node): Declared[] {
  const value = (name: unknown, isType = false): Declared => ({ name: String(name), isType, isExported: false });
  switch (node.type) {
    case 'ImportDeclaration':
      return (node.specifiers as Node[]).map((one) => {
        return value((one.local as Node).value, node.typeOnly === true || one.isTypeOnly === true);
      });
    case 'ExportNamedDeclaration':
      return (node.specifiers as Node[]).map((one) => {
        const { value: name } = (one.exported ?? one.orig) as Node;
        return { name: String(name), isType: node.typeOnly === true || one.isTypeOnly === true, isExported: true };
      });
    case 'ExportDeclaration':
      return declaredBy(node.declaration as Node).map((one) => ({ ...one, isExported: true }));
    case 'ClassDeclaration':
    case 'FunctionDeclaration':
      return [value((node.identifier as Node).value)];
    case 'TsEnumDeclaration':
      return [value((node.id as Node).value)];
    case 'TsInterfaceDeclaration':
    case 'TsTypeAliasDeclaration':
      return [value((node.id as Node).value, true)];
    case 'VariableDeclaration':
      return (node.declarations as Node[]).flatMap((one) => boundBy(one.id as Node)).map((name) => value(name));
    default:
      return [];
  }
}

/** The names that a pattern binds. */
function boundBy(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [String(pattern.value)];
    case 'ArrayPattern':
      return (pattern.elements as (Node | null)[]).flatMap(boundBy);
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap(boundBy);
    case 'KeyValuePatternProperty':
      return boundBy(pattern.value as Node);
    case 'AssignmentPatternProperty':
      return boundBy(pattern.key as Node);
    case 'AssignmentPattern':
      return boundBy(pattern.left as Node);
    case 'RestElement':
      return boundBy(pattern.argument as Node);
    default:
      return [];
  }
}
