import { expect, test } from '@jest/globals';
import { Mapper, type MapperOptions } from 'dynamo-evolve';
import { caught } from '../errors/caught.js';
import { readPage } from './markdown.js';

test('the page about setting up lists every option of the mapper', () => {
  const [, section = ''] = readPage('docs/setup.md').split('\n## Make a mapper\n');
  const [table = ''] = section.split('\n## ');
  const listed = [...table.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name!);
  const { message } = caught('INVALID_ARGUMENT', () => new Mapper({ nothing: true } as unknown as MapperOptions));
  const known = /the options are ([\w, ]+)\./.exec(message)?.[1]?.split(', ') ?? [];
  expect(listed.toSorted()).toEqual(known.toSorted());
});
