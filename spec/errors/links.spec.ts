import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { MapperError } from 'dynamo-evolve';
import { helpOn, homepage } from '../../lib/errors.js';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly files: readonly string[];
  readonly homepage?: string;
};

describe('the link of an error', () => {
  test('leads to the homepage that package.json names', () => {
    expect(homepage).toBe(manifest.homepage);
  });

  test.each(['https://example.com/dynamo-evolve', 'https://example.com/dynamo-evolve/'])(
    'is an address on %s',
    (site) => {
      const address = 'https://example.com/dynamo-evolve/errors.html#too_large';
      expect(helpOn('TOO_LARGE', site)).toEqual({ help: address, link: address });
    },
  );

  test('leads into the installed package as long as there is no site', () => {
    const { help, link } = helpOn('TOO_LARGE', undefined);
    expect(help).toBe('docs/errors.md#too_large');
    expect(link).toBe(`node_modules/${manifest.name}/${help}`);
    expect(manifest.files).toContain('docs/*.md');
  });

  test('stands in the message, and where programs find it', () => {
    const error = new MapperError('EMPTY_SET', { path: 'tags' });
    const { help, link } = helpOn('EMPTY_SET', homepage);
    expect(error.help).toBe(help);
    expect(error.message).toContain(`[EMPTY_SET, ${link}]`);
  });
});
