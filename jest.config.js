import { readFileSync } from 'node:fs';

// the SDK's advice on versions of Node, once for each process: workers and what the tests start inherit this
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { leftOut } = JSON.parse(readFileSync(new URL('spec/effort.json', import.meta.url), 'utf8'));
const isFull = process.env.EFFORT === 'full';
const named = process.argv.slice(2).filter((argument) => /^[^-].*[a-z]/i.test(argument));

/** What `npm test` leaves to `npm run test:all`, unless the command names it. */
const ignored = Object.keys(leftOut).filter(
  (suite) => !isFull && !named.some((path) => `${suite}.spec.ts`.includes(path)),
);

export default {
  testEnvironment: '<rootDir>/tools/tests/environment.js',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...ignored.map((suite) => `<rootDir>/${suite}\\.spec\\.ts$`)],
  // Jest leaves a core for itself, which is half of two
  maxWorkers: '100%',
  // a busy machine is no defect
  testTimeout: 30_000,
  reporters: ['<rootDir>/tools/tests/quiet-reporter.js'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^dynamo-evolve$': '<rootDir>/lib/index.ts',
    '^dynamo-evolve/alternator$': '<rootDir>/lib/alternator/index.ts',
    '^dynamo-evolve/lambda$': '<rootDir>/lib/lambda/index.ts',
    '^dynamo-evolve/testing$': '<rootDir>/lib/testing/index.ts',
    '^dynamo-evolve/nestjs$': '<rootDir>/lib/nestjs/index.ts',
    '^dynamo-evolve/toolbox$': '<rootDir>/lib/toolbox/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
