// `npm run test:oldest-sdk`: the conformance suite, with the SDK in the folder SDK_FOLDER, by both ways of reading
import { join } from 'node:path';

const { default: config } = await import('../../jest.config.js');
const folder = process.env.SDK_FOLDER;
if (!folder) throw new Error('SDK_FOLDER is missing; run `npm run test:oldest-sdk`');

const rootDir = join(import.meta.dirname, '../..');
const { reporters, maxWorkers, testTimeout, ...project } = config;
const suite = {
  ...project,
  rootDir,
  testMatch: ['<rootDir>/spec/integration/embedded.spec.ts'],
  moduleNameMapper: {
    ...project.moduleNameMapper,
    '^@aws-sdk/(client|lib|util)-dynamodb$': join(folder, 'node_modules/@aws-sdk/$1-dynamodb'),
  },
};

export default {
  rootDir,
  reporters,
  maxWorkers,
  testTimeout,
  projects: [
    { ...suite, displayName: 'as it is' },
    { ...suite, displayName: "the client's own deserialiser", setupFiles: ['<rootDir>/spec/support/plain-path.ts'] },
  ],
};
