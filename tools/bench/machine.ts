import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** What figures depend on. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** This machine, and the versions of packages that are installed in a folder. */
export function describeMachine(folder: string, root: string): Machine {
  const manifest = manifestOf(folder) as { dependencies: Record<string, string> };
  const versions: Record<string, string> = { 'dynamo-evolve': String(manifestOf(root).version) };
  for (const name of Object.keys(manifest.dependencies)) {
    const installed = join(folder, 'node_modules', name);
    versions[name] = existsSync(installed) ? String(manifestOf(installed).version) : 'not installed';
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    versions,
  };
}

function manifestOf(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
}
