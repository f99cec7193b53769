import { Body, ConflictException, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { MessageRepository } from '../../../entities/message-repository.js';
import { SessionRepository } from '../../../entities/session-repository.js';
import { Id, Paging, PostMessage } from './requests.js';

@Controller('sessions/:session_id/messages')
export class MessagesController {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly messages: MessageRepository,
  ) {}

  @Post()
  async post(
    @Param('session_id', { schema: Id }) session_id: string,
    @Body({ schema: PostMessage }) body: PostMessage,
  ) {
    const { session_state } = await this.sessions.getOrFail({ session_id });
    if (session_state === 'closed') throw new ConflictException(`The session ${session_id} is closed.`);
    return this.messages.post(session_id, body);
  }

  /** The messages of a session, in the order in which they were sent. */
  @Get()
  async list(@Param('session_id', { schema: Id }) session_id: string, @Query({ schema: Paging }) paging: Paging) {
    await this.sessions.getOrFail({ session_id });
    return this.messages.ofSession(session_id, paging).page();
  }
}
