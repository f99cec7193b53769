import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLock } from '../../lib/schema/schema-lock.js';
import { caught } from '../errors/caught.js';
import { earlierSource, lockOf, removeProjects, source } from './notes-project.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamo-evolve-lock-'));
afterAll(() => {
  removeProjects();
  rmSync(folder, { recursive: true, force: true });
});

describe('a lock', () => {
  test('says for each entity its table, keys, steps, and by version its attributes and indexes, a line for each', async () => {
    const text = await lockOf(source, await lockOf(earlierSource));
    expect(text).toContain('"keys": [\n');
    for (const line of [
      '"notes": {',
      '{ "attribute": "notebook_id", "type": "string" },',
      '{ "description": "renamed name to title", "from": 1, "pointOfNoReturn": true, "to": 2 },',
      '"2": {',
      '"tags": { "optional": true, "type": "array" },',
      '"3": {',
      '"tags": { "optional": true, "type": "set" },',
      '"stage": { "default": true, "type": "string" },',
      '"files": { "converter": "class", "optional": true, "type": "array" },',
      '"created_at": { "role": "created at", "type": "date" },',
      '"initialVersion": 1,',
      '"versionAttribute": "schema_version",',
      '"events, kind closed": {',
      '"discriminator": { "attribute": "kind", "default": true, "value": "closed" },',
    ]) {
      expect(text.split('\n').map((one) => one.trim())).toContain(line);
    }
    expect(text.endsWith('}\n')).toBe(true);
    expect(text.match(/"fingerprint": "[0-9a-f]{32}"/g)).toHaveLength(5);
  });

  test('is the same when it is made again', async () => {
    const text = await lockOf(source);
    expect(await lockOf(source, text)).toBe(text);
    expect(await lockOf(source)).toBe(text);
  });

  test('keeps the steps that the class has no more', async () => {
    const locked = await lockOf(source);
    const raised = source
      .replace('@Versioned(3, {', '@Versioned(3, { floor: 2,')
      .replace(/ {2}\/\*\* v1 → v2[^]*?\n {2}}\n/, '');
    const { entities } = JSON.parse(await lockOf(raised, locked)) as { entities: { notes: { upgrades: object[] } } };
    expect(entities.notes.upgrades).toMatchObject([
      { from: 1, to: 2, description: 'renamed name to title' },
      { from: 2, to: 3 },
    ]);
  });
});

describe('a lock that can not be read', () => {
  test.each([
    ['merge marks', '<<<<<<< HEAD\n{}', "isn't valid JSON"],
    ['a list', '[]', "isn't a schema lock"],
    ['null', 'null', "isn't a schema lock"],
    ['another file', '{ "lockfileVersion": 3 }', "isn't a schema lock"],
    ['no entities', '{ "format": 1 }', 'lacks parts of a schema lock'],
    ['entities of nothing', '{ "format": 1, "entities": { "a": {} } }', 'lacks parts of a schema lock'],
    [
      'versions of nothing',
      '{ "format": 1, "entities": { "a": { "table": "a", "keys": [], "upgrades": [], "versions": { "1": {} } } } }',
      'lacks parts of a schema lock',
    ],
  ])('is refused: %s', (_what, text, problem) => {
    const file = join(folder, 'schema.lock.json');
    writeFileSync(file, text);
    const fix =
      'Restore the committed file; after a merge conflict, take one of the two sides. Then run: npx dynamo-evolve lock';
    expect(caught('INVALID_SCHEMA_LOCK', () => readLock(file)).details).toEqual({ file, problem, fix });
  });

  test('is refused: a newer format, which nothing but a newer dynamo-evolve can read', () => {
    const file = join(folder, 'schema.lock.json');
    writeFileSync(file, '{ "format": 2 }');
    const { message } = caught('INVALID_SCHEMA_LOCK', () => readLock(file));
    expect(message).toContain(
      'has the format 2, but this version of dynamo-evolve knows 1. It was written by a newer version of dynamo-evolve: install',
    );
    expect(message).not.toContain('as it was committed');
  });

  test('is refused: a folder', () => {
    expect(caught('INVALID_SCHEMA_LOCK', () => readLock(folder)).details.problem).toBe("can't be read (EISDIR)");
  });

  test('is not there at all', () => {
    expect(readLock(join(folder, 'nothing.json'))).toBeUndefined();
  });
});
