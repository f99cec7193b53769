import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * AWS's DynamoDB Local as npm has it. As a dependency the package brings 300 others; of its tarball we need one folder.
 */
export const dynamoDBLocalPackage = {
  name: 'amplify-dynamodb-simulator',
  version: '2.9.30',
  integrity: 'sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==',
} as const;

/** How to get it. */
export const prepareCommand = 'npm run engine:dynamodb-local';

const run = promisify(execFile);
const { name, version, integrity } = dynamoDBLocalPackage;

/** Where it is unpacked: a folder that git ignores. Commands and specs run at the top of the repository. */
export const emulatorFolder = join(process.cwd(), 'build/engines', `dynamodb-local-${version}`);

/** Why DynamoDB Local can't be started here; `undefined` if it can. */
export async function whyNoDynamoDBLocal(): Promise<string | undefined> {
  if (!existsSync(join(emulatorFolder, 'DynamoDBLocal.jar')))
    return `it is not prepared; \`${prepareCommand}\` does that`;
  const hasJava = await run('java', ['-version']).then(
    () => true,
    () => false,
  );
  return hasJava ? undefined : 'there is no Java runtime';
}

/** Puts the tarball into a folder; the signal gives that up. */
type Fetch = (folder: string, signal?: AbortSignal) => Promise<void>;

/**
 * Fetches and unpacks DynamoDB Local unless it is there; resolves to whether it had to. Rejects if the tarball is not
 * the one named above. Leaves nothing behind if it fails, or when the signal ends it.
 */
export async function prepareDynamoDBLocal(
  signal?: AbortSignal,
  folder = emulatorFolder,
  fetch: Fetch = fetchTarball,
): Promise<boolean> {
  if (existsSync(folder)) return false;
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'fetching-'));
  try {
    await fetch(work, signal);
    const tarball = join(work, `${name}-${version}.tgz`);
    await assertIntegrity(tarball, integrity);
    await run('tar', ['-xzf', tarball, '-C', work, 'package/emulator'], { signal });
    // in one step: nobody sees it half unpacked; whoever came second finds it there
    await rename(join(work, 'package/emulator'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    // what was just ended may write a last file meanwhile
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
  return true;
}

/** Fetches the tarball from npm. Rejects with what npm says. */
export async function fetchTarball(
  folder: string,
  signal?: AbortSignal,
  options: readonly string[] = [],
): Promise<void> {
  const args = ['pack', `${name}@${version}`, '--loglevel', 'error', '--pack-destination', folder, ...options];
  await run('npm', args, { signal }).catch((error: { readonly message: string; readonly stderr?: string }) => {
    throw new Error(`${name} ${version} could not be fetched from npm: ${error.stderr || error.message}`, {
      cause: error,
    });
  });
}

/** Rejects unless a file has the digest that npm writes as `sha512-…`. */
export async function assertIntegrity(file: string, expected: string): Promise<void> {
  const found = `sha512-${createHash('sha512')
    .update(await readFile(file))
    .digest('base64')}`;
  if (found !== expected) throw new Error(`${file} is not what was expected: ${found} instead of ${expected}`);
}
