import { execFile } from 'node:child_process';
import { cp, readdir, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What a command printed; a failure says all that it printed. */
export async function printed(command: string, args: string[], cwd: string, timeout = 120_000): Promise<string> {
  try {
    return (await run(command, args, { cwd, timeout })).stdout.trim();
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}\n${stderr}`, { cause });
  }
}

/** The tarball, made in a folder from a copy, so that the tree and its dist stay as they are. */
export async function pack(folder: string): Promise<string> {
  const copy = join(folder, 'source');
  const left = new Set(['node_modules', '.git', 'dist', 'build', 'spec']);
  await cp(root, copy, { recursive: true, filter: (path) => dirname(path) !== root || !left.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  await printed('npm', ['pack', '--pack-destination', folder], copy);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  return join(folder, tarball!);
}
