import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Class, EngineClient } from 'dynamo-evolve';
import { EvolveModule } from 'dynamo-evolve/nestjs';
import { Message } from '../../../entities/message.js';
import { MessageRepository } from '../../../entities/message-repository.js';
import { Session } from '../../../entities/session.js';
import { SessionRepository } from '../../../entities/session-repository.js';
import { HealthController } from './health.controller.js';
import { MessagesController } from './messages.controller.js';
import { SessionsController } from './sessions.controller.js';
import type { Settings } from './settings.js';

/** The chat API: sessions and messages over HTTP. */
@Module({})
export class AppModule {
  /** The application on an engine. Tables that are missing are created. */
  static on(client: EngineClient, { cursorSecret, sessionWriteVersion }: Settings): DynamicModule {
    const writeVersion = (entity: Class) => (entity === Session ? sessionWriteVersion : undefined);
    return {
      module: AppModule,
      imports: [
        EvolveModule.forRoot({ client, cursorSecret, writeVersion, tables: 'create', writeBack: 'background' }),
        EvolveModule.forFeature([Session, SessionRepository, Message, MessageRepository]),
        TerminusModule,
      ],
      controllers: [SessionsController, MessagesController, HealthController],
    };
  }
}
