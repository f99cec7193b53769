import { describeUpgrades } from 'dynamo-evolve/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../lib/cli/config.js';
import { readSample } from '../../../lib/schema/sample.js';
import { readLock } from '../../../lib/schema/schema-lock.js';
import { secret } from '../leaks.js';
import { specifyPrivacy } from './provoke.js';
import { Note } from './secret-notes.js';

specifyPrivacy('tools', {
  INVALID_SAMPLE: [
    () => describeUpgrades(Note, { samples: 'spec/nothing' }),
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'dynamo-evolve-privacy-'));
      const path = join(folder, 'v1-broken.json');
      writeFileSync(path, `{ "body": ${secret} }`);
      try {
        return readSample(path);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  ],
  INVALID_SCHEMA_LOCK: [() => readLock('README.md')],
  INVALID_CONFIG: [() => loadConfig('spec', undefined)],
});
