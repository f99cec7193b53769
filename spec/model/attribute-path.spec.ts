import { describe, expect, test } from '@jest/globals';
import { pathParts } from '../../lib/model/attribute-path.js';

describe('a path', () => {
  test.each<[string, (string | number)[]]>([
    ['title', ['title']],
    ['settings.theme', ['settings', 'theme']],
    ['list[2]', ['list', 2]],
    ['list[2][10].x', ['list', 2, 10, 'x']],
    ["map['name.with.dots'].y", ['map', 'name.with.dots', 'y']],
    ["map['a[0]']", ['map', 'a[0]']],
    ['map.größe', ['map', 'größe']],
    ['map.two words', ['map', 'two words']],
    ["map['two\nlines'].x\n.y", ['map', 'two\nlines', 'x\n', 'y']],
    ['map.constructor.__proto__', ['map', 'constructor', '__proto__']],
  ])('%s leads through its parts', (path, parts) => {
    expect(pathParts(path)).toEqual(parts);
  });

  test.each(['a..b', '.a', 'a.', 'a[', 'a]', 'a[x]', 'a[-1]', "a['']", "a['b", 'a[0]b', 'a[9999999999999999]'])(
    'is not %s',
    (path) => {
      expect(pathParts(path)).toBeUndefined();
    },
  );
});
