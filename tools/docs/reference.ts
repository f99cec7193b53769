/**
 * Makes docs/reference.md of the declarations that the compiler emits: names, signatures, and what their comments say.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCodes } from 'dynamo-evolve';

/** The entries of the package, each with its module of declarations. */
const entries = [
  ['dynamo-evolve', 'index.d.ts'],
  ['dynamo-evolve/alternator', 'alternator/index.d.ts'],
  ['dynamo-evolve/lambda', 'lambda/index.d.ts'],
  ['dynamo-evolve/nestjs', 'nestjs/index.d.ts'],
  ['dynamo-evolve/testing', 'testing/index.d.ts'],
  ['dynamo-evolve/toolbox', 'toolbox/index.d.ts'],
] as const;

interface Declaration {
  readonly name: string;
  readonly comment: string;
  readonly kind: string;
  readonly signatures: readonly string[];
  readonly members: readonly Member[];
}

interface Member {
  readonly signature: string;
  readonly comment: string;
}

/** The page, of the folder that the package was built into. */
export function referencePage(dist: string): string {
  const sections = entries.map(([entry, file]) => section(entry, join(dist, file)));
  return [
    '# Reference',
    '',
    'Every public name, with what its doc comment says. This page is made of the sources by',
    '`UPDATE_REFERENCE=1 npm test -- spec/docs/reference`. The [guide](guide.md) has all of it by task.',
    '',
    ...sections,
    'Next: [Errors](errors.md) · [all pages](README.md)',
    '',
  ].join('\n');
}

function section(entry: string, file: string): string {
  const declarations = exportsOf(file);
  const values = declarations.filter(({ kind }) => kind !== 'interface' && kind !== 'type');
  const types = declarations.filter((one) => !values.includes(one));
  const contents = [...values, ...types].map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(', ');
  return [`## ${entry}`, contents, ...[...values, ...types].map(describe)].join('\n\n') + '\n';
}

function describe({ comment, kind, members, name, signatures }: Declaration): string {
  const head = kind === 'class' || kind === 'interface' ? [] : signatures.map((one) => `${code(one)}  `);
  const list = members.map((one) => `- ${code(one.signature)}${one.comment === '' ? '' : `: ${one.comment}`}`);
  return [`### ${name}`, head.join('\n'), comment, list.join('\n')].filter((part) => part !== '').join('\n\n');
}

/** The declarations that a module exports from others, in their order. */
function exportsOf(file: string): Declaration[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '(.*)\.js';$/gm)].flatMap(([, names, from]) => {
    const module = readFileSync(join(dirname(file), `${from}.d.ts`), 'utf8');
    const all = names!.split(',').map((one) => one.trim().replace(/^type /, ''));
    return all.filter((one) => one !== '').map((name) => declarationOf(module, name, file));
  });
}

function declarationOf(module: string, name: string, file: string): Declaration {
  const pattern = new RegExp(
    `^export (?:declare )?(?:abstract )?(class|function|interface|type|const) ${name}\\b`,
    'gm',
  );
  const found = [...module.matchAll(pattern)];
  const [first] = found;
  if (first === undefined) throw new Error(`${file} exports ${name}, which is not where it says`);
  const kind = first[1]!;
  const signatures = found.map(({ index }) => statementAt(module, index));
  const isBlock = kind === 'class' || kind === 'interface';
  return {
    name,
    kind,
    signatures,
    comment: commentBefore(module, first.index),
    members: isBlock ? membersOf(signatures[0]!) : [],
  };
}

/**
 * A declaration from its start to the line that ends it: one with a semicolon or brace, before a line that isn't
 * indented.
 */
function statementAt(module: string, start: number): string {
  const lines = module.slice(start).split('\n');
  const end = lines.findIndex((line, at) => /[;}]$/.test(line) && !/^[ }]/.test(lines[at + 1] ?? ''));
  return lines.slice(0, end + 1).join('\n');
}

/** The public members of a class or interface. */
function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let comment: string[] = [];
  let signature: string[] = [];
  for (const line of text.split('\n').slice(1, -1)) {
    const trimmed = line.trim();
    const isInComment = trimmed.startsWith('/**') || (comment.length > 0 && !comment.at(-1)!.endsWith('*/'));
    if (signature.length === 0 && isInComment) {
      comment.push(trimmed);
      continue;
    }
    signature.push(trimmed);
    // deeper lines belong to the member that began before them
    if (!trimmed.endsWith(';') || line.startsWith('     ')) continue;
    const member = { signature: signature.join(' '), comment: comment.join('\n') };
    const isPublic =
      !/^(#private|private |protected |\[)/.test(member.signature) && !member.comment.includes('@internal');
    if (isPublic) members.push({ ...member, comment: prose(member.comment) });
    comment = [];
    signature = [];
  }
  return members;
}

function commentBefore(module: string, at: number): string {
  const before = module.slice(0, at);
  if (!before.endsWith('*/\n')) return '';
  return prose(before.slice(before.lastIndexOf('/**')));
}

/** A doc comment as prose, without its tags; error codes lead to their sections. */
function prose(comment: string): string {
  const lines = comment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const tag = lines.findIndex((line) => line.trimStart().startsWith('@'));
  const text = (tag < 0 ? lines : lines.slice(0, tag)).join('\n').trim();
  const paragraphs = text.split(/\n{2,}/).map((one) => one.replaceAll('\n', ' ').trim());
  return paragraphs
    .join(' ')
    .replaceAll(/`([A-Z_]+)`/g, (all, name: string) =>
      isCode(name) ? `[${all}](errors.md#${name.toLowerCase()})` : all,
    );
}

function isCode(name: string): boolean {
  return errorCodes.some((one) => one === name);
}

/** A signature as code in a line. */
function code(signature: string): string {
  const text = signature
    .replaceAll(/\/\*\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^export (declare )?/, '')
    .trim()
    .replace(/;$/, '');
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
