import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { scratchProject, type ScratchProject } from '../support/built-package.js';
import { ask } from '../studio/ask-studio.js';

// builds the package and starts processes
jest.setTimeout(120_000);

const config = `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Entity, PartitionKey, Versioned } from 'dynamo-evolve';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id: string;
}

export default { client: () => new DynamoDBClient({ region: 'local' }), entities: [Note] };
`;

let project: ScratchProject;
let engine: EmbeddedEngine;
beforeAll(async () => {
  [project, engine] = await Promise.all([scratchProject('studio'), startEmbeddedEngine()]);
  await project.write({ 'dynamo-evolve.config.ts': config });
});
afterAll(async () => {
  await Promise.all([project.remove(), engine.close()]);
});

const command = (...args: string[]) => [
  '--disable-warning=Warning',
  'dist/cli/main.js',
  'studio',
  '--endpoint',
  engine.endpoint,
  ...args,
];

test.each([
  [[], false, 'It only reads. End it with Ctrl-C.'],
  [['--write'], true, 'It may start sweeps. End it with Ctrl-C.'],
] as const)('serves the studio until Ctrl-C, with %j', async (flags, mayWrite, said) => {
  const studio = spawn(process.execPath, command(...flags), { cwd: project.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: studio.stdout })) {
    lines.push(line);
    if (lines.length === 2) break;
  }
  const [, url = ''] = /^The studio is at (http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/)$/.exec(lines[0] ?? '') ?? [];
  expect(lines[1]).toBe(said);
  expect(await ask(url, 'info', {})).toMatchObject({ mayWrite, entities: [{ name: 'Note', table: 'notes' }] });
  studio.kill('SIGINT');
  expect(await once(studio, 'exit')).toEqual([0, null]);
  await expect(ask(url, 'info', {})).rejects.toThrow('ECONNREFUSED');
});

test('says that a port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, stderr, stdout } = await project.run(command('--port', String(port)));
  taken.close();
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`--port is ${port}, which another program uses. Choose another one, or leave --port out`);
});

test.each(['0', 'x', '65536', '1.5'])('refuses the port %s', async (port) => {
  const { code } = await project.run(command('--port', port));
  expect(code).toBe(2);
});
