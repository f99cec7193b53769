import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { engineNames } from '../../tools/engines/engine-list.js';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      { readonly strategy?: { readonly matrix: object }; readonly steps: readonly { readonly run?: string }[] }
    >
  >;
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };

/** The scripts of the package that a workflow names, and its own programs. */
function namedIn({ jobs }: Workflow) {
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = '' }) => run));
  return {
    scripts: commands.flatMap((command) => /^npm run ([\w:-]+)/.exec(command)?.[1] ?? []),
    programs: commands.flatMap((command) => command.match(/\btools\/[\w/.-]+/g) ?? []),
  };
}

test("GitHub's workflow runs the conformance suite on every engine, and only scripts that there are", () => {
  const { jobs } = parse(readFileSync('.github/workflows/ci.yml', 'utf8')) as Workflow;
  expect(jobs['conformance']?.strategy?.matrix).toEqual({ engine: engineNames() });
  const { scripts: named } = namedIn({ jobs });
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('the nightly one runs both suites on every version, alone and as a cluster, with what there is', () => {
  const workflow = parse(readFileSync('.github/workflows/nightly.yml', 'utf8')) as Workflow;
  expect(workflow.jobs['scylla']?.strategy?.matrix).toEqual({
    version: ['2025.1', '2025.4', '2026.1', 'latest'],
    nodes: [1, 3],
  });
  const named = namedIn(workflow);
  expect(named.scripts).toEqual(expect.arrayContaining(['upstream:alternator', 'engine:dynamodb-local']));
  expect(named.scripts.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  expect(new Set(named.programs)).toEqual(
    new Set([
      'tools/upstream-alternator/fetch.sh',
      'tools/upstream-alternator/gather.sh',
      'tools/cluster/install-client.sh',
      'tools/cluster/start-scylla.sh',
    ]),
  );
  // they can be started, and bash can read them
  for (const program of named.programs) {
    expect(statSync(program).mode & 0o111).not.toBe(0);
    expect(spawnSync('bash', ['-n', program]).status).toBe(0);
  }
});
