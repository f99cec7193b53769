/** What the examples of `lib/nestjs` see: apart, since Nest takes its time to load. */
export { Module } from '@nestjs/common';
export {
  EvolveHealthIndicator,
  EvolveModule,
  getMapperToken,
  getRepositoryToken,
  InjectMapper,
  InjectRepository,
} from 'dynamo-evolve/nestjs';
export { afterAll, beforeEach, client, Mapper, Message, Repository, Session } from './prelude.js';
