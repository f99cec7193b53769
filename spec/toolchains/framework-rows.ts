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

/** A route of Next, which says what an old item becomes, once the program has ended. */
const nextFiles = {
  // the packages stand beside the project
  'next.config.mjs': `
    import { dirname } from 'node:path';
    export default { serverExternalPackages: ['dynalite'], turbopack: { root: dirname(import.meta.dirname) } };
  `,
  'app/layout.tsx': `
    import type { ReactNode } from 'react';
    export default function Layout({ children }: { children: ReactNode }) {
      return <html lang="en"><body>{children}</body></html>;
    }
  `,
  'app/session/route.ts': `
    import { Mapper } from 'dynamo-evolve';
    import { startEmbeddedEngine } from 'dynamo-evolve/testing';
    import { done, Session } from '../../app';

    export const dynamic = 'force-dynamic';
    export async function GET() {
      await done;
      const engine = await startEmbeddedEngine();
      const sessions = new Mapper({ client: engine.client, entities: [Session] }).repository(Session);
      const session = sessions.hydrate({ session_id: { S: 'abc-123' }, state: { S: 'open' } });
      await engine.close();
      return Response.json(session);
    }
  `,
  'serve.mjs': `
    import { spawn } from 'node:child_process';
    const [next] = process.argv.slice(2);
    const server = spawn(process.execPath, [next, 'start', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const address = await new Promise((found, lost) => {
      let said = '';
      server.stdout.on('data', (text) => {
        const [url] = /http:\\/\\/localhost:\\d+/.exec((said += text)) ?? [];
        if (url) found(url);
      });
      server.on('exit', () => lost(new Error(said)));
    });
    console.log('in Next', await (await fetch(address + '/session')).text());
    server.kill();
  `,
};

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
  {
    title: 'Next 16, a route that is built and served',
    compilerOptions: { module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx' },
    files: nextFiles,
    commands: () => [
      'NEXT_TELEMETRY_DISABLED=1 $bin/next build',
      'NEXT_TELEMETRY_DISABLED=1 node serve.mjs $tools/next/dist/bin/next',
    ],
    prints: /in Next \{"session_id":"abc-123","session_state":"open","blueprint":"devassist"\}/,
    // its SWC tells standard decorators what an old proposal said
    impossible: { standard: /A class\.constructor can't have @PartitionKey: it belongs on a member of the class/ },
  },
];
