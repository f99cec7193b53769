import type { Form, Row } from './rows.js';

/** What Nest's command line gives SWC. */
const swcOfNest = (form: Form) =>
  JSON.stringify({
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2021',
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform:
        form === 'standard'
          ? { decoratorVersion: '2022-03' }
          : { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
  });

/** A Nest application around the program's class. */
const nestApplication = `
  import { Injectable, Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { Repository } from 'dynamo-evolve';
  import { EvolveModule, InjectRepository } from 'dynamo-evolve/nestjs';
  import { startEmbeddedEngine } from 'dynamo-evolve/testing';
  import { done, Session } from './app';

  @Injectable()
  class ChatService {
    constructor(@InjectRepository(Session) readonly sessions: Repository<any>) {}
  }

  export async function main() {
    await done;
    const engine = await startEmbeddedEngine();
    @Module({
      imports: [EvolveModule.forRoot({ client: engine.client, tables: 'create' }), EvolveModule.forFeature([Session])],
      providers: [ChatService],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    const { sessions } = app.get(ChatService);
    const session = sessions.hydrate({ session_id: { S: 'abc-123' }, state: { S: 'open' } });
    console.log('in Nest', session.session_state);
    await app.close();
    await engine.close();
  }
  void main();
`;

/** Frameworks, each with the compiler that it brings. */
export const frameworkRows: readonly Row[] = [
  {
    title: 'Nest 11 with SWC, CommonJS',
    type: 'commonjs',
    files: (form) => ({ '.swcrc': swcOfNest(form), 'main.ts': nestApplication }),
    commands: () => ['$bin/swc app.ts main.ts -d out', 'node out/main.js'],
    prints: /in Nest open/,
    // decorators of parameters, which only experimental ones can be
    impossible: { standard: /SyntaxError: Invalid or unexpected token/ },
  },
  {
    title: 'Jest with @swc/jest and CommonJS, as Nest 11 with SWC has it',
    type: 'commonjs',
    files: (form) => ({
      '.swcrc': swcOfNest(form),
      'app.test.ts': `const { done } = require('./app'); test('runs', () => done);`,
      'jest.config.json': JSON.stringify({
        testEnvironment: 'node',
        testMatch: ['**/app.test.ts'],
        transform: { '\\.[jt]s$': '@swc/jest' },
        transformIgnorePatterns: ['node_modules/(?!dynamo-evolve)'],
      }),
    }),
    commands: () => ['$bin/jest --config jest.config.json --silent=false'],
  },
  {
    title: 'Babel 8 with its TypeScript plugin',
    files: (form) => ({
      'babel.config.json': JSON.stringify({
        plugins: [
          '@babel/plugin-transform-typescript',
          ['@babel/plugin-proposal-decorators', { version: form === 'standard' ? '2023-11' : 'legacy' }],
          ...(form === 'standard' ? [] : ['@babel/plugin-transform-class-properties']),
        ],
      }),
    }),
    commands: () => ['$bin/babel app.ts --out-file app.js', 'node app.js'],
  },
];
