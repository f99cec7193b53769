import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { buildPackage } from '../support/build.js';
import { compile, makeApplication } from '../../tools/types-cost/applications.js';

jest.setTimeout(120_000);

/** What one more entity, with its service, may take: a little more than it took when this was written. */
const bounds = {
  experimental: { Types: 340, Instantiations: 1420, 'Memory allocs': 4300 },
  standard: { Types: 440, Instantiations: 1600, 'Memory allocs': 5700 },
};

describe('what the compiler does for an application stays within bounds', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await buildPackage('types-cost');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(['experimental', 'standard'] as const)('for one more entity with %s decorators', (kind) => {
    const declarations = join(folder, 'dist');
    const [few, many] = [10, 30].map((entities) => compile(makeApplication(folder, kind, { declarations, entities })));
    for (const [count, most] of Object.entries(bounds[kind])) {
      expect((many![count]! - few![count]!) / 20).toBeLessThan(most);
    }
  });

  test('and so do the declarations that are loaded, none of them those of class-transformer', () => {
    const [plain, ours] = ['interfaces', 'experimental'].map((kind) =>
      compile(makeApplication(folder, kind, { declarations: join(folder, 'dist'), entities: 1 })),
    );
    expect(ours!['Files']! - plain!['Files']!).toBeLessThan(90);
  });
});
