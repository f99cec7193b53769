import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { MapperError } from 'dynamo-evolve';
import { SessionRepository } from '../../../entities/session-repository.js';
import { Id, OpenSession, Paging, RenameSession } from './requests.js';

@Controller()
export class SessionsController {
  constructor(private readonly sessions: SessionRepository) {}

  @Post('sessions')
  open(@Body({ schema: OpenSession }) body: OpenSession) {
    return this.sessions.open(body);
  }

  @Get('sessions/:session_id')
  get(@Param('session_id', { schema: Id }) session_id: string) {
    return this.sessions.getOrFail({ session_id });
  }

  /** The sessions of a user, the last used first. */
  @Get('users/:user_id/sessions')
  list(@Param('user_id', { schema: Id }) user_id: string, @Query({ schema: Paging }) paging: Paging) {
    return this.sessions.ofUser(user_id, paging).page();
  }

  @Patch('sessions/:session_id')
  async rename(
    @Param('session_id', { schema: Id }) session_id: string,
    @Body({ schema: RenameSession }) { revision, title }: RenameSession,
  ) {
    if (revision === undefined) return this.sessions.update({ session_id }, { set: { title } });
    const session = await this.sessions.getOrFail({ session_id }, { consistent: true });
    if (session.revision !== revision) throw new MapperError('CONFLICT', { entity: 'Session', key: { session_id } });
    session.title = title;
    return this.sessions.save(session); // fails with CONFLICT if the revision changes before it is stored
  }

  @Post('sessions/:session_id/close')
  @HttpCode(200)
  close(@Param('session_id', { schema: Id }) session_id: string) {
    return this.sessions.update({ session_id }, { set: { session_state: 'closed' } });
  }
}
