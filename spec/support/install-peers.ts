import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../docs/markdown.js';

/** Where TypeDORM is: the versions of other packages that it wants beside itself conflict with ours. */
export const peersFolder = join(root, 'tools/bench/node_modules');

/** Installs what the benchmarks compare with, unless it is there. */
export async function installPeers(): Promise<void> {
  if (existsSync(join(peersFolder, '@typedorm/core'))) return;
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: join(peersFolder, '..') });
}
