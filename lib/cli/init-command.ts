import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapperError } from '../errors.js';
import { configNames } from './config.js';
import type { Terminal } from './terminal.js';

const config = (isTypeScript: boolean) => `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
${isTypeScript ? "import type { Class, CommandLineConfig } from 'dynamo-evolve';\n" : ''}// import { Session } from './entities/session.js';

export default {
  // only the commands that need an engine call it
  client: () =>
    new DynamoDBClient({
      endpoint: process.env['DYNAMODB_ENDPOINT'] ?? 'http://localhost:8000',
      region: 'local',
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    }),
  entities: [
    // Session,
  ],
}${isTypeScript ? ' satisfies CommandLineConfig' : ''};

/** Stored documents of every version: the folder with those of each class. */
export const samples = new Map${isTypeScript ? '<Class, string>' : ''}([
  // [Session, 'samples/session'],
]);
`;

/** Writes a configuration to begin with. Returns the exit code. Throws `INVALID_CONFIG` if there is one. */
export function runInit(folder: string, terminal: Terminal): number {
  const existing = configNames.find((name) => existsSync(join(folder, name)));
  if (existing !== undefined) {
    throw new MapperError('INVALID_CONFIG', { file: join(folder, existing), problem: 'exists already' });
  }
  const isTypeScript = existsSync(join(folder, 'tsconfig.json'));
  const name = isTypeScript ? 'dynamo-evolve.config.ts' : 'dynamo-evolve.config.mjs';
  const file = join(folder, name);
  writeFileSync(file, config(isTypeScript));
  terminal.print(`Wrote ${name}. Name your entity classes in it, then lock their schemas: npx dynamo-evolve lock`);
  if (isTypeScript) terminal.print('The command loads TypeScript by @swc/core: npm install --save-dev @swc/core');
  terminal.printJson({ file, written: true });
  return 0;
}
