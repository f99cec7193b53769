// Runs the conformance suite with the oldest release of the AWS SDK that package.json allows: `npm run test:oldest-sdk`.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  peerDependencies: Record<string, string>;
};
const names = ['@aws-sdk/client-dynamodb', '@aws-sdk/util-dynamodb'];
const version = oldest(names[0] as string);
// the specs write some items with the document client, which the package doesn't need
const packages = [...names.map((name) => `${name}@${oldest(name)}`), `@aws-sdk/lib-dynamodb@${version}`];
const folder = join(process.cwd(), 'build/engines', `sdk-${version}`);
const done = join(folder, 'complete');

if (!existsSync(done)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  execFileSync('npm', ['install', ...options, ...packages], { stdio: 'inherit', shell: process.platform === 'win32' });
  mkdirSync(done);
}
const installed = JSON.parse(
  readFileSync(join(folder, 'node_modules', names[0] as string, 'package.json'), 'utf8'),
) as {
  version: string;
};
console.log(`AWS SDK ${installed.version}`);

const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = ['node_modules/jest/bin/jest.js', '--config', 'tools/tests/other-sdk.config.js'];
const env = { ...process.env, SDK_FOLDER: folder };
const tests = spawn(process.execPath, [...flags, ...jest, ...process.argv.slice(2)], { env, stdio: 'inherit' });
tests.on('exit', (code) => (process.exitCode = code ?? 1));
// whoever ends us ends the tests
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tests.kill(signal));

/** The first release in the range of a peer, such as 3.445.0 for ^3.445.0. */
function oldest(name: string): string {
  const range = peerDependencies[name];
  if (!range?.startsWith('^')) throw new Error(`the range of ${name} should begin with ^, but is ${range}`);
  return range.slice(1);
}
