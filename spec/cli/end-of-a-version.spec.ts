import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../docs/markdown.js';
import { scratchProject, type ScratchProject } from '../support/built-package.js';
import { storeRaw } from '../support/raw-requests.js';

// a worker that was killed keeps its segments for half a minute
jest.setTimeout(300_000);

const paths = ['entities', 'upgrades', 'spec/samples', 'dynamo-evolve.config.ts', 'schema.lock.json', 'tsconfig.json'];

let project: ScratchProject;
let engine: EmbeddedEngine;
beforeAll(async () => {
  [project, engine] = await Promise.all([scratchProject('end'), startEmbeddedEngine()]);
  for (const path of paths) await cp(join(root, path), join(project.folder, path), { recursive: true });
});
afterAll(async () => {
  await Promise.all([project.remove(), engine.close()]);
});

const command = `'${process.execPath}' --disable-warning=Warning dist/cli/main.js`;
const run = (words: string) => project.runShell(`${command} ${words}`, { DYNAMODB_ENDPOINT: engine.endpoint });
/** Runs a command that gets SIGKILL after some seconds. */
const killedAfter = (seconds: number, words: string) =>
  project.runShell(`timeout --signal KILL ${seconds} ${command} ${words}`, { DYNAMODB_ENDPOINT: engine.endpoint });

async function store(table: string, sample: string, count: number): Promise<void> {
  const item = JSON.parse(await readFile(join(root, 'spec/samples', sample), 'utf8')) as object;
  for (let at = 0; at < count; at++)
    await storeRaw(engine.endpoint, table, { ...item, session_id: { S: `${sample} ${at}` } });
}

async function edit(path: string, ...edits: readonly (readonly [RegExp | string, string])[]): Promise<void> {
  let text = await readFile(join(project.folder, path), 'utf8');
  for (const [from, to] of edits) {
    const before = text;
    text = text.replace(from, to);
    expect(text).not.toBe(before);
  }
  await project.write({ [path]: text });
}

test('the worked example goes from three versions to one, and what only the old ones needed is deleted', async () => {
  await run('tables create');
  await store('chat_sessions', 'session/v1-abc-123.json', 120);
  await store('chat_sessions', 'session/v2-plain.json', 80);
  await store('chat_messages', 'message/v1-0001-hello.json', 60);

  // two terminals, each killed on the way
  const sweep = 'sweep Session Message --job first';
  const killed = await Promise.all([killedAfter(4, `${sweep} --rate 10`), killedAfter(7, `${sweep} --rate 10`)]);
  expect(killed.map(({ code }) => code)).toEqual([137, 137]);
  const half = await run(`${sweep} --status`);
  expect(half.code).toBe(2); // nobody has begun the messages
  expect((await run('sweep Session --job first --status')).code).toBe(3);
  expect((await run('census Session')).stdout).toMatch(/version 1: .*\n.*version 2: .*\n.*version 3: /);

  const done = await Promise.all([run(sweep), run(sweep)]);
  expect(done.map(({ code }) => code)).toEqual([0, 0]);
  expect((await run('census Session')).stdout).toMatch(/\(chat_sessions\)\n {2}version 3: 200 items/);
  expect((await run('census Message')).stdout).toMatch(/\(chat_messages\)\n {2}version 2: 60 items/);

  const floors = [
    ['entities/session.ts', ['@Versioned(3, { upgrades: SessionUpgrades })', '@Versioned(3, { floor: 3 })']],
    ['entities/message.ts', ['@Versioned(2, { upgrades: MessageUpgrades })', '@Versioned(2, { floor: 2 })']],
  ] as const;
  for (const [path, floor] of floors) await edit(path, floor, [/import \{ \w+Upgrades \}.*\n/, '']);
  const refused = await run('check');
  expect(refused.code).toBe(1);
  expect(refused.stdout.match(/FLOOR_RAISED/g)).toHaveLength(2);

  for (const [name, below] of Object.entries({ Session: 3, Message: 2 })) {
    const retired = await run(`retire ${name} --below ${below} --last-old-writer 2024-03-01T12:00:00Z`);
    expect(retired).toMatchObject({ code: 0, stdout: expect.stringContaining('Noted in schema.lock.json') });
  }
  const checked = await run('check');
  expect(checked).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('can be deleted: the sample v1-abc-123.json'),
  });
  expect((await run('lock')).code).toBe(0);
});
