import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { Mapper } from 'dynamo-evolve';
import {
  type EvolveAsyncOptions,
  EvolveModule,
  type EvolveOptions,
  type EvolveOptionsFactory,
  getMapperToken,
} from 'dynamo-evolve/nestjs';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { silent } from './silent-logger.js';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

const started: TestingModule[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});
const start = async (module: ReturnType<typeof EvolveModule.forRoot>) => {
  const application = await Test.createTestingModule({ imports: [module] })
    .setLogger(silent)
    .compile();
  started.push(application);
  return application;
};

@Injectable()
class Settings {
  readonly prefix = 'async_';
}
@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class OptionsFactory implements EvolveOptionsFactory {
  constructor(readonly settings: Settings) {}

  createEvolveOptions(): EvolveOptions {
    return { client: engine.client, entities: [Session], tablePrefix: this.settings.prefix };
  }
}
@Module({ imports: [SettingsModule], providers: [OptionsFactory], exports: [OptionsFactory] })
class FactoryModule {}

const useFactory = async (settings: Settings) => ({
  client: engine.client,
  entities: [Session],
  tablePrefix: settings.prefix,
});

describe('forRootAsync()', () => {
  test.each([
    ['a function', { imports: [SettingsModule], inject: [Settings], useFactory }],
    ['a class that the module makes', { imports: [SettingsModule], useClass: OptionsFactory }],
    ['a provider that is there already', { imports: [FactoryModule], useExisting: OptionsFactory }],
  ] satisfies [string, EvolveAsyncOptions][])('makes the options by %s', async (_what, options) => {
    const mapper = (await start(EvolveModule.forRootAsync(options))).get(Mapper);
    expect((await mapper.createTables()).map(({ table }) => table)).toEqual(['async_chat_sessions']);
  });

  test('gives the mapper a name', async () => {
    const options = { name: 'archive', useFactory: () => ({ client: engine.client, entities: [Session] }) };
    const application = await start(EvolveModule.forRootAsync(options));
    expect(application.get(getMapperToken('archive'))).toBeInstanceOf(Mapper);
    expect(() => application.get(Mapper)).toThrow(/Mapper/);
  });

  test.each([
    ['none of the ways', {}],
    ['two of them', { useClass: OptionsFactory, useExisting: OptionsFactory }],
  ])('refuses %s', (_what, options) => {
    const details = expect.objectContaining({ call: 'EvolveModule.forRootAsync()' });
    expect(() => EvolveModule.forRootAsync(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details }),
    );
  });

  test('passes on what the function throws', async () => {
    const useNothing = () => Promise.reject(new Error('no settings'));
    await expect(start(EvolveModule.forRootAsync({ useFactory: useNothing }))).rejects.toThrow('no settings');
  });

  test('refuses a function that gives none', async () => {
    const gives = () => undefined as unknown as EvolveOptions;
    const error = {
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^EvolveModule.forRootAsync\(\): the options are missing/),
    };
    await expect(start(EvolveModule.forRootAsync({ useFactory: gives }))).rejects.toMatchObject(error);
  });

  test('refuses options of a request, which would make a mapper for each', async () => {
    const ofRequest = () => ({ client: engine.client, entities: [Session] });
    const application = await start(EvolveModule.forRootAsync({ inject: [REQUEST], useFactory: ofRequest }));
    const error = {
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('must not name request-scoped providers'),
    };
    await expect(application.resolve(Mapper)).rejects.toMatchObject(error);
  });
});

describe('options', () => {
  const of = (options: object) => start(EvolveModule.forRoot(options));
  const entities = [Session, Message];

  test.each([
    ['neither a client nor its configuration', { entities }, 'either client or clientConfig'],
    ['both', () => ({ entities, client: engine.client, clientConfig: {} }), 'either client or clientConfig'],
    ['no entity', { clientConfig: {} }, 'entities must name at least one class'],
    ['an unknown view of streams', { entities, clientConfig: {}, streams: 'ALL' }, 'streams must be one of NEW_AND'],
    ['an unknown word for the tables', { entities, clientConfig: {}, tables: 'drop' }, 'tables must be'],
    ['a delay that is none', { entities, clientConfig: {}, retryDelay: -1 }, 'retryDelay must be an integer'],
    ['an option that the mapper does not know', { entities, clientConfig: {}, writeback: 'inline' }, 'writeback'],
  ])('that have %s are refused', async (_what, options, message) => {
    const given = typeof options === 'function' ? options() : options;
    const error = { code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) };
    await expect(of(given)).rejects.toMatchObject(error);
  });

  test('of the mapper reach it', async () => {
    const application = await of({ entities, client: engine.client, clock: () => new Date(0), tables: 'create' });
    const sessions = application.get(Mapper).repository(Session);
    const session = sessions.create({ session_id: 'first', user_id: 'user-1', title: 'First' });
    expect((await sessions.insert(session)).created_at).toEqual(new Date(0));
  });
});
