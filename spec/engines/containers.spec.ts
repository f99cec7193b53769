import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { localStackImage, scyllaService, whyNoContainers } from '../../tools/engines/containers.js';

describe('containers', () => {
  test('are started with the image and the flags of the Compose file', () => {
    const { image, command } = scyllaService();
    expect(image).toMatch(/^scylladb\/scylla:[\d.]+$/);
    expect(command).toEqual(
      expect.arrayContaining(['--alternator-port=8000', '--alternator-write-isolation=always', '--developer-mode=1']),
    );
  });

  test('are started on the page about ScyllaDB as in the Compose file', () => {
    const { image, command } = scyllaService();
    const [run = ''] = /^docker run (?:.*\\\n)*.*$/m.exec(readFileSync('docs/scylladb.md', 'utf8')) ?? [];
    const [, flags = ''] = run.replaceAll(/\s+\\\n\s+/g, ' ').split(`${image} `);
    expect(flags.split(/ (?=--)/).map((flag) => flag.replace(' ', '='))).toEqual(command);
  });

  test('of LocalStack are of a version that runs without an account', () => {
    const [, major, minor] = /:(\d+)\.(\d+)\.\d+$/.exec(localStackImage) ?? [];
    expect([Number(major), Number(minor)]).toEqual([4, 14]);
  });

  test('can be had where a Docker daemon answers', async () => {
    await expect(whyNoContainers(async () => 'a client')).resolves.toBeUndefined();
  });

  test('are left out with one line where none does', async () => {
    const none = async () => {
      throw new Error('Could not find a working container runtime strategy\nand what was tried');
    };
    await expect(whyNoContainers(none)).resolves.toBe(
      'no Docker daemon answers: Could not find a working container runtime strategy',
    );
  });

  test('come from packages that load here', async () => {
    const [testcontainers, localstack] = await Promise.all([
      import('testcontainers'),
      import('@testcontainers/localstack'),
    ]);
    expect(typeof testcontainers.GenericContainer).toBe('function');
    expect(typeof localstack.LocalstackContainer).toBe('function');
  });
});
