/**
 * Makes docs/reference.md of the declarations that the compiler emits: names, signatures, and what their comments say.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ErrorCode, errorCodes } from 'dynamo-evolve';
import { helpOn } from '../../lib/errors.js';

/** The entries of the package, each with its module of declarations. */
const entries = [
  ['dynamo-evolve', 'index.d.ts'],
  ['dynamo-evolve/alternator', 'alternator/index.d.ts'],
  ['dynamo-evolve/lambda', 'lambda/index.d.ts'],
  ['dynamo-evolve/nestjs', 'nestjs/index.d.ts'],
  ['dynamo-evolve/testing', 'testing/index.d.ts'],
  ['dynamo-evolve/toolbox', 'toolbox/index.d.ts'],
] as const;

/** The contents of the largest entry: tasks, each with the modules whose names belong to it. The first that fits counts. */
const tasks: readonly (readonly [string, RegExp])[] = [
  ['Mapper and repositories', /^(mapper|mapper-options|repository|store\/client-transport|read\/entity-context)$/],
  ['Streams', /^(changes\/|store\/(streams|table-stream)$)/],
  ['Tables', /^(tables-options$|store\/(create-table|tablets|verify-table|write-isolation)$)/],
  ['Change a schema', /^(upgrade\/|read\/upgrade-item$|model\/write-version$)/],
  ['Define a class', /^model\//],
  ['Read', /^(query|read|filter)\/|^store\/table-schema$/],
  ['Write', /^write\//],
  ['Census, sweep and retire', /^operations\//],
  ['Values', /^(codec|hydration|item)\//],
  ['Errors and telemetry', /^(errors|error-messages|telemetry)$/],
];

interface Declaration {
  readonly name: string;
  /** The module that it stands in, from the entry's folder. */
  readonly module: string;
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
    '`UPDATE_REFERENCE=1 npm test -- spec/docs/reference`. [All pages](README.md) have it by task.',
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
  const all = [...values, ...types];
  const contents = entry === 'dynamo-evolve' ? contentsByTask(all) : linksTo(all);
  return [`## ${entry}`, contents, ...all.map(describe)].join('\n\n') + '\n';
}

function contentsByTask(declarations: readonly Declaration[]): string {
  const taskOf = ({ module, name }: Declaration) => {
    const task = tasks.find(([, modules]) => modules.test(module));
    if (task === undefined) throw new Error(`${name} of ${module} belongs to no task of the contents`);
    return task;
  };
  const withTask = declarations.map((one) => ({ one, task: taskOf(one) }));
  const namesOf = (task: unknown) => linksTo(withTask.filter((each) => each.task === task).map(({ one }) => one));
  return tasks.map((task) => `- **${task[0]}**: ${namesOf(task)}`).join('\n');
}

function linksTo(declarations: readonly Declaration[]): string {
  return declarations.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(', ');
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
    const declared = all.filter((one) => one !== '').map((name) => declarationOf(module, name, file));
    return declared.map((one) => ({ ...one, module: from!.replace('./', '') }));
  });
}

function declarationOf(module: string, name: string, file: string): Omit<Declaration, 'module'> {
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
      isCode(name) ? `[${all}](${helpOn(name, undefined).help.replace('docs/', '')})` : all,
    );
}

function isCode(name: string): name is ErrorCode {
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
