import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const execute = promisify(execFile);

/**
 * A project in a folder of its own, which finds the package, built from this tree, and every package that this one has.
 */
export interface ScratchProject {
  readonly folder: string;
  /** Writes files, by their paths in the project. */
  write(files: Record<string, string>): Promise<void>;
  /** Runs Node in the project. */
  run(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<ProcessResult>;
  /** Runs a command of the shell in the project. */
  runShell(command: string, environment?: NodeJS.ProcessEnv): Promise<ProcessResult>;
  remove(): Promise<void>;
}

/** How a process ended. */
export interface ProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Makes a project under `build`, where packages are found, called like our package, so that it is found by its name,
 * and builds the package there.
 */
export async function scratchProject(name: string): Promise<ScratchProject> {
  await mkdir(join(root, 'build'), { recursive: true });
  const folder = await mkdtemp(join(root, `build/${name}-`));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { exports, imports, name: packageName, type, version } = manifest;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: packageName, type, version, imports, exports }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const built = await finished(process.execPath, [compiler, '-p', join(root, 'lib'), '--outDir', join(folder, 'dist')]);
  if (built.code !== 0) throw new Error(`the package can't be built:\n${built.stdout}`);
  return {
    folder,
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
    },
    run: (args, environment) => finished(process.execPath, args, folder, environment),
    runShell: (command, environment) => finished('sh', ['-c', command], folder, environment),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function finished(
  command: string,
  args: readonly string[],
  cwd = root,
  environment: NodeJS.ProcessEnv = {},
): Promise<ProcessResult> {
  const { CI: _ci, FORCE_COLOR: _colour, JEST_WORKER_ID: _worker, NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', ...environment };
  try {
    const { stderr, stdout } = await execute(command, args, { cwd, env, timeout: 120_000, maxBuffer: 16_000_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stderr = '', stdout = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}
