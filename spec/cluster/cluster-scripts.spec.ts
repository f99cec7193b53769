import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'cluster-scripts-'));
  mkdirSync(join(work, 'bin'));
});
afterEach(() => rmSync(work, { recursive: true }));

/** Puts a command of that name before the real one; it notes how it was called, and does what is given. */
function fake(name: string, does = ''): void {
  const file = join(work, 'bin', name);
  writeFileSync(file, `#!/usr/bin/env bash\necho "${name} $*" >>"$CALLS"\n${does}\n`);
  chmodSync(file, 0o755);
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const calls = join(work, 'calls');
  writeFileSync(calls, '');
  const { status, stdout } = spawnSync(join(process.cwd(), command), args, {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(work, 'bin')}:${process.env['PATH']}`, CALLS: calls, TMPDIR: work, ...env },
  });
  return { status, stdout, calls: readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
}

describe('starting ScyllaDB in containers', () => {
  const start = (nodes: string, version: string) =>
    run('tools/cluster/start-scylla.sh', nodes === '' ? [] : [nodes], { SCYLLA_VERSION: version });
  const containers = (calls: readonly string[]) => calls.filter((call) => call.startsWith('docker run'));

  beforeEach(() => {
    fake('docker');
    fake('sleep');
    fake('curl', 'echo "healthy: $4"');
  });

  test('starts as many nodes as asked, each with an address and a rack of its own, one after the other', () => {
    const { calls, status } = start('3', '2026.1');
    expect(status).toBe(0);
    const nodes = containers(calls);
    expect(nodes).toHaveLength(3);
    for (const [at, call] of nodes.entries()) {
      expect(call).toContain(`--ip 172.28.0.${11 + at} `);
      expect(call).toContain('scylladb/scylla:2026.1 ');
      expect(call).toContain('--seeds 172.28.0.11 ');
      expect(call).toContain('--alternator-write-isolation always');
      const [, rack = ''] = /--volume (\S+):\/etc/.exec(call) ?? [];
      expect(readFileSync(rack, 'utf8')).toBe(`dc=dc1\nrack=rack${at + 1}\n`);
    }
    const order = calls.filter((call) => /^(docker run|curl)/.test(call)).map((call) => call.split(' ')[0]);
    expect(order).toEqual(['docker', 'curl', 'docker', 'curl', 'docker', 'curl']);
  });

  test('lets 2025.4 have indexes on tablets, and takes the latest version if none is named', () => {
    expect(containers(start('1', '2025.4').calls)[0]).toContain('--rf-rack-valid-keyspaces 1');
    expect(containers(start('1', '2025.1').calls)[0]).not.toContain('rf-rack');
    expect(containers(start('1', '').calls)[0]).toContain('scylladb/scylla:latest ');
  });

  test('gives up on a node that is not healthy after five minutes, and shows its log', () => {
    fake('curl', 'exit 7');
    const { calls, status } = start('3', '2026.1');
    expect(status).toBe(1);
    expect(containers(calls)).toHaveLength(1);
    expect(calls.at(-1)).toBe('docker logs --tail 50 scylla-1');
    expect(calls.filter((call) => call === 'sleep 5')).toHaveLength(60);
  });

  test('fails where Docker does, and without a number of nodes', () => {
    fake('docker', 'exit 1');
    expect(start('1', '2026.1').status).toBe(1);
    expect(start('', '2026.1').status).not.toBe(0);
  });
});

describe("building ScyllaDB's load-balancing client", () => {
  test('clones, builds, packs and installs it, without a line in package.json', () => {
    fake('git');
    fake('npm', '[[ $1 != pack ]] || echo client-1.0.0.tgz');
    const { calls, status } = run('tools/cluster/install-client.sh', []);
    expect(status).toBe(0);
    expect(calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'git clone',
      'npm ci',
      'npm run',
      'npm pack',
      'npm install',
    ]);
    expect(calls.at(-1)).toMatch(/ --no-save .*\/client-1\.0\.0\.tgz$/);
  });

  test('fails where its build does', () => {
    fake('git');
    fake('npm', '[[ $1 != run ]] || exit 1');
    expect(run('tools/cluster/install-client.sh', []).status).toBe(1);
  });
});
