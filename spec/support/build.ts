import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Compiles a project; resolves to what the compiler said, empty if nothing was wrong. */
export async function compile(project: string, ...args: string[]): Promise<string> {
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', project, '--pretty', 'false', ...args]);
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout || String(error);
  }
}

/** A new folder below `build/` in which the package, freshly compiled, is known by its name. */
export async function buildPackage(title: string): Promise<string> {
  await mkdir(join(root, 'build'), { recursive: true });
  // inside the repository, so that packages are found; named like our package, so that it is found by its name
  const folder = await mkdtemp(join(root, `build/${title}-`));
  const { name, type, imports, exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, type, imports, exports }));
  await compile(join(root, 'lib'), '--outDir', join(folder, 'dist'));
  return folder;
}
