// Runs the tests with the newest LTS of Node, whatever version runs this: `npm run test:node-24 -- spec/codec`.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The npm package `node` of this version; its install script fetches the package of the platform, which we fetch
 * ourselves.
 */
const version = '24.21.0';

const isWindows = process.platform === 'win32';
const isAppleSilicon = process.platform === 'darwin' && process.arch === 'arm64';
const runtime = [isAppleSilicon ? 'node-bin' : 'node', isWindows ? 'win' : process.platform, process.arch].join('-');
const folder = join(process.cwd(), 'build/engines', `node-${version}`);
const binaries = join(folder, 'node_modules', runtime, 'bin');
const node = join(binaries, isWindows ? 'node.exe' : 'node');

if (!isComplete()) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  const args = ['install', '--prefix', folder, ...options, `${runtime}@${version}`];
  execFileSync('npm', args, { stdio: 'inherit', shell: isWindows });
}
console.log(`Node ${answer()}`);

const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = join('node_modules/jest/bin/jest.js');
// first on the path: what the tests start runs with it, too
const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` };
const tests = spawn(node, [...flags, jest, ...process.argv.slice(2)], { env, stdio: 'inherit' });
tests.on('exit', (code) => (process.exitCode = code ?? 1));
// whoever ends us ends the tests
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tests.kill(signal));

function answer(): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}

/** Whether the runtime is there, and not the part of it that an interrupted command left. */
function isComplete(): boolean {
  try {
    return answer() === `v${version}`;
  } catch {
    return false;
  }
}
