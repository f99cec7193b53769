import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Global, Inject, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import { Attribute, type Class, Entity, Mapper, PartitionKey, Repository, Versioned } from 'dynamo-evolve';
import { EvolveModule, getMapperToken, getRepositoryToken, InjectMapper, InjectRepository } from 'dynamo-evolve/nestjs';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { silent } from './silent-logger.js';
import { Message } from '../../entities/message.js';
import { MessageRepository } from '../../entities/message-repository.js';
import { Session } from '../../entities/session.js';
import { SessionRepository } from '../../entities/session-repository.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

const started: TestingModule[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

/** An application of these modules; Nest tells nothing of errors that a test expects. */
async function start(
  metadata: ModuleMetadata,
  change = (builder: TestingModuleBuilder) => builder,
): Promise<TestingModule> {
  const application = await change(Test.createTestingModule(metadata).setLogger(silent)).compile();
  await application.init();
  started.push(application);
  return application;
}

const root = (options: object = {}) => EvolveModule.forRoot({ client: engine.client, ...options });

@Injectable()
class ChatService {
  constructor(
    @InjectRepository(Session) readonly sessions: Repository<Session>,
    readonly custom: SessionRepository,
    readonly mapper: Mapper,
    @InjectMapper() readonly sameMapper: Mapper,
  ) {}
}

describe('forFeature()', () => {
  const chat = () => ({ imports: [EvolveModule.forFeature([Session, SessionRepository])], providers: [ChatService] });

  test('makes repositories injectable, of entities and as themselves', async () => {
    const imports = [root(), EvolveModule.forFeature([Session, SessionRepository])];
    const service = (await start({ imports, providers: [ChatService] })).get(ChatService);
    expect(service.sessions).toBe(service.mapper.repository(Session));
    expect(service.custom).toBeInstanceOf(SessionRepository);
    expect(service.sameMapper).toBe(service.mapper);
  });

  test('registers entities with the mapper, whatever the order of the modules', async () => {
    @Module(chat())
    class ChatModule {}
    @Module({ imports: [EvolveModule.forFeature([Message, MessageRepository])] })
    class MessagesModule {}
    const application = await start({ imports: [ChatModule, root(), MessagesModule] });
    const mapper = application.get(Mapper);
    expect(application.get(ChatService).mapper).toBe(mapper);
    expect(application.get<unknown>(getRepositoryToken(Message))).toBe(mapper.repository(Message));
    expect(application.get(MessageRepository)).toBeInstanceOf(MessageRepository);
  });

  test('adds to the entities that are listed, and lists each once', async () => {
    const imports = [root({ entities: [Message] }), EvolveModule.forFeature([Session, Message])];
    const mapper = (await start({ imports })).get(Mapper);
    expect(mapper.repository(Session)).toBeInstanceOf(Repository);
    expect(mapper.repository(Message)).toBeInstanceOf(Repository);
  });

  test('registers nothing with autoLoadEntities: false', async () => {
    const imports = [root({ entities: [Message], autoLoadEntities: false }), EvolveModule.forFeature([Session])];
    await expect(start({ imports })).rejects.toMatchObject({ code: 'UNKNOWN_ENTITY' });
  });

  test('belongs to one application: another one knows nothing of its entities', async () => {
    await start({ imports: [root(), EvolveModule.forFeature([Session])] });
    const other = await start({ imports: [root(), EvolveModule.forFeature([Message])] });
    expect(() => other.get(Mapper).repository(Session)).toThrow(expect.objectContaining({ code: 'UNKNOWN_ENTITY' }));
  });

  test('says which class a circular import left undefined', () => {
    const undefinedClass = undefined as unknown as Class;
    const error = { code: 'UNDEFINED_CLASS', message: expect.stringContaining('forFeature(): classes[1]') };
    expect(() => EvolveModule.forFeature([Session, undefinedClass])).toThrow(expect.objectContaining(error));
    expect(() => InjectRepository(undefinedClass)).toThrow(expect.objectContaining({ code: 'UNDEFINED_CLASS' }));
    expect(() => getRepositoryToken(undefinedClass)).toThrow(/circular import/);
  });

  test("refuses a class that isn't an entity with the error that says so", async () => {
    class Nothing {}
    const imports = [root(), EvolveModule.forFeature([Nothing])];
    await expect(start({ imports })).rejects.toMatchObject({ code: 'NOT_AN_ENTITY' });
  });
});

describe('tokens', () => {
  const noteOf = (table: string) => {
    @Entity({ table })
    @Versioned(1)
    class Note {
      @PartitionKey() id!: string;
      @Attribute({ optional: true }) text?: string;
    }
    return Note;
  };

  test('tell classes of one name apart', async () => {
    const [first, second] = [noteOf('notes_1'), noteOf('notes_2')];
    expect(getRepositoryToken(first)).not.toBe(getRepositoryToken(second));
    const application = await start({ imports: [root(), EvolveModule.forFeature([first, second])] });
    const mapper = application.get(Mapper);
    expect(application.get<unknown>(getRepositoryToken(first))).toBe(mapper.repository(first));
    expect(application.get<unknown>(getRepositoryToken(second))).toBe(mapper.repository(second));
  });

  test('tell a class from one that extends it', () => {
    class Special extends Session {}
    expect(getRepositoryToken(Session)).toBe(getRepositoryToken(Session));
    expect(getRepositoryToken(Special)).not.toBe(getRepositoryToken(Session));
    expect(getRepositoryToken(Session, 'archive')).not.toBe(getRepositoryToken(Session));
  });

  test('are the class itself for a custom repository, and Mapper for the mapper', () => {
    expect(getRepositoryToken(SessionRepository)).toBe(SessionRepository);
    expect(getRepositoryToken(SessionRepository, 'archive')).toEqual(expect.any(Symbol));
    expect(getMapperToken()).toBe(Mapper);
    expect(getMapperToken('archive')).toBe(getMapperToken('archive'));
  });
});

describe('a custom repository', () => {
  const clock = Symbol('clock');
  const atNoon = () => 12;

  @Injectable()
  class TimedSessions extends Repository<Session> {
    constructor(
      readonly mapper: Mapper,
      @Inject(clock) readonly now: () => number,
    ) {
      super(mapper, Session);
    }
  }

  @Module({ providers: [{ provide: clock, useValue: atNoon }], exports: [clock] })
  class ClockModule {}
  @Global()
  @Module({ imports: [ClockModule], exports: [ClockModule] })
  class GlobalClockModule {}

  test('has further dependencies from global modules', async () => {
    const imports = [root(), GlobalClockModule, EvolveModule.forFeature([Session, TimedSessions])];
    expect((await start({ imports })).get(TimedSessions).now).toBe(atNoon);
  });

  test('has further dependencies from modules that are named', async () => {
    const features = EvolveModule.forFeature([Session, TimedSessions], { imports: [ClockModule] });
    expect((await start({ imports: [root(), features] })).get(TimedSessions).now).toBe(atNoon);
  });

  test('can be a provider like any other', async () => {
    const imports = [root({ entities: [Session] }), ClockModule];
    const repository = (await start({ imports, providers: [TimedSessions] })).get(TimedSessions);
    expect(repository.now).toBe(atNoon);
  });

  test('gets the mapper that it was registered for', async () => {
    const imports = [
      root(),
      root({ name: 'archive', tablePrefix: 'archive_' }),
      EvolveModule.forFeature([Session, SessionRepository]),
      EvolveModule.forFeature([Session, SessionRepository, TimedSessions], { name: 'archive', imports: [ClockModule] }),
    ];
    const application = await start({ imports });
    const archive = application.get<Mapper>(getMapperToken('archive'));
    expect(application.get<TimedSessions>(getRepositoryToken(TimedSessions, 'archive')).mapper).toBe(archive);
    await Promise.all([application.get(Mapper).createTables(), archive.createTables()]);
    const archived = application.get<SessionRepository>(getRepositoryToken(SessionRepository, 'archive'));
    const current = application.get(SessionRepository);
    await archived.insert(archived.create({ session_id: 'old', user_id: 'user-1', title: 'Archived' }));
    expect(await current.get({ session_id: 'old' })).toBeUndefined();
    expect(await archive.repository(Session).get({ session_id: 'old' })).toMatchObject({ title: 'Archived' });
  });
});

describe('several mappers', () => {
  @Injectable()
  class ArchiveService {
    constructor(
      readonly mapper: Mapper,
      @InjectMapper('archive') readonly archive: Mapper,
      @InjectRepository(Session) readonly sessions: Repository<Session>,
      @InjectRepository(Session, 'archive') readonly archived: Repository<Session>,
    ) {}
  }

  test('are told apart by their names', async () => {
    const imports = [
      root(),
      root({ name: 'archive' }),
      EvolveModule.forFeature([Session]),
      EvolveModule.forFeature([Session, Message], 'archive'),
    ];
    const service = (await start({ imports, providers: [ArchiveService] })).get(ArchiveService);
    expect(service.mapper).not.toBe(service.archive);
    expect(service.sessions).toBe(service.mapper.repository(Session));
    expect(service.archived).toBe(service.archive.repository(Session));
    expect(() => service.mapper.repository(Message)).toThrow(expect.objectContaining({ code: 'UNKNOWN_ENTITY' }));
  });

  test.each([{}, { name: 'archive' }])('of one name are refused: %j', async (named) => {
    const imports = [root({ entities: [Session], ...named }), root({ entities: [Message], ...named })];
    const error = {
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^EvolveModule\.forRoot\(\): .* in two modules/),
    };
    await expect(start({ imports })).rejects.toMatchObject(error);
  });
});

describe('in tests', () => {
  test('overrideProvider() replaces the repository of an entity', async () => {
    const fake = { get: async () => ({ title: 'Faked' }) };
    const imports = [root(), EvolveModule.forFeature([Session, SessionRepository])];
    const application = await start({ imports, providers: [ChatService] }, (builder) =>
      builder.overrideProvider(getRepositoryToken(Session)).useValue(fake),
    );
    expect(application.get(ChatService).sessions).toBe(fake);
  });

  test('overrideProvider() replaces a custom repository, and the mapper', async () => {
    const [fake, mapper] = [{}, { repository: () => 'the repository' }];
    const imports = [root(), EvolveModule.forFeature([Session, SessionRepository])];
    const application = await start({ imports, providers: [ChatService] }, (builder) =>
      builder.overrideProvider(SessionRepository).useValue(fake).overrideProvider(getMapperToken()).useValue(mapper),
    );
    const service = application.get(ChatService);
    expect([service.custom, service.mapper, service.sessions]).toEqual([fake, mapper, 'the repository']);
  });
});
