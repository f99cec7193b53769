import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** AWS's DynamoDB Local as npm has it. As a dependency the package brings 300 others; of its tarball we need one folder. */
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

/** Fetches and unpacks DynamoDB Local unless it is there; resolves to whether it had to. Rejects if the tarball is not the one named above. */
export async function prepareDynamoDBLocal(): Promise<boolean> {
  if (existsSync(emulatorFolder)) return false;
  const parent = join(emulatorFolder, '..');
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'fetching-'));
  try {
    await run('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', work]);
    const tarball = join(work, `${name}-${version}.tgz`);
    await assertIntegrity(tarball, integrity);
    await run('tar', ['-xzf', tarball, '-C', work, 'package/emulator']);
    // in one step: nobody sees it half unpacked; whoever came second finds it there
    await rename(join(work, 'package/emulator'), emulatorFolder).catch((error: unknown) => {
      if (!existsSync(emulatorFolder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

/** Rejects unless a file has the digest that npm writes as `sha512-…`. */
export async function assertIntegrity(file: string, expected: string): Promise<void> {
  const found = `sha512-${createHash('sha512')
    .update(await readFile(file))
    .digest('base64')}`;
  if (found !== expected) throw new Error(`${file} is not what was expected: ${found} instead of ${expected}`);
}
