import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../../lib/cli/command-line.js';
import { root } from './markdown.js';

/** What a spec makes of a command that a page shows. */
export type Verdict =
  | { readonly checked: string }
  /** Not run, for a reason that people can judge. */
  | { readonly exempt: string }
  | { readonly problem: string };

interface Rule {
  readonly pattern: RegExp;
  readonly verdict: (match: RegExpExecArray) => Verdict;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

const rules: readonly Rule[] = [
  { pattern: /^npm ci$/, verdict: () => file('package-lock.json') },
  { pattern: /^npm (?:run )?(test|[\w:-]+)(?: -- (\S+))?$/, verdict: ([, name, path]) => script(name!, path) },
  { pattern: /^npx dynamo-evolve (.+)$/, verdict: ([, given]) => ours(given!.split(' ')) },
  { pattern: /^npx ([\w-]+)(?: |$)/, verdict: ([, name]) => binary(name!) },
  { pattern: /^npm (?:init -y|pkg set type=module)$/, verdict: () => file('spec/package/newcomer.spec.ts') },
  { pattern: /^npm install (?:--save-dev )?(.+)$/, verdict: ([, names]) => packages(names!.split(' ')) },
  { pattern: /^curl -s .*localhost:3000\//, verdict: () => ({ checked: 'spec/examples/chat-api.spec.ts runs it' }) },
  { pattern: /^docker compose -f (\S+) /, verdict: ([, name]) => file(name!) },
];

const exemptions: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /^docker run /, reason: 'it needs Docker and downloads an image' },
  { pattern: /^curl http:\/\/localhost:8000\//, reason: 'it asks a ScyllaDB that only the reader has started' },
];

/** The commands of an `sh` block, without comments and variables before them. */
export function commandsOf(text: string): string[] {
  return text
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .flatMap((line) => line.split(/ && | \| /))
    .map((command) => command.trim().replace(/^(?:[A-Z_]+=\S+ )+/, ''));
}

/** Checks a command as far as it can be: what it names must exist. */
export function checkCommand(command: string): Verdict {
  for (const { pattern, verdict } of rules) {
    const match = pattern.exec(command);
    if (match) return verdict(match);
  }
  const exemption = exemptions.find(({ pattern }) => pattern.test(command));
  return exemption ? { exempt: exemption.reason } : { problem: 'no rule knows it' };
}

function file(name: string): Verdict {
  return existsSync(join(root, name)) ? { checked: `${name} exists` } : { problem: `there is no ${name}` };
}

function script(name: string, path: string | undefined): Verdict {
  if (manifest.scripts?.[name] === undefined) return { problem: `there is no script ${name}` };
  if (path !== undefined && !existsSync(join(root, path))) return { problem: `there is no ${path}` };
  return { checked: `the script ${name} exists` };
}

function binary(name: string): Verdict {
  return existsSync(join(root, 'node_modules/.bin', name))
    ? { checked: `${name} is installed` }
    : { problem: `there is no ${name}` };
}

/** A command of our own has a name and options that it knows. */
function ours(words: readonly string[]): Verdict {
  let command = commandLine('', () => {});
  for (const word of words) {
    const inner = command.commands.find((one) => one.name() === word);
    const [flag] = /^--?[\w-]+/.exec(word) ?? [];
    const isUnknown = flag
      ? !command.options.some((one) => one.long === flag || one.short === flag)
      : !inner && command.commands.length > 0;
    if (isUnknown) return { problem: `dynamo-evolve has no ${word}` };
    command = inner ?? command;
  }
  return { checked: 'dynamo-evolve knows it' };
}

/** Packages that an application installs are this one, and those that it declares or is developed with. */
function packages(names: readonly string[]): Verdict {
  const { dependencies, devDependencies, peerDependencies } = manifest;
  const known = new Set([
    'dynamo-evolve',
    ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  ]);
  const unknown = names.filter((name) => !known.has(name));
  return unknown.length === 0
    ? { checked: 'the packages are declared' }
    : { problem: `${unknown.join(', ')}: not ours` };
}
