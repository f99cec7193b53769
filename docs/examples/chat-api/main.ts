// The chat API over HTTP. Run it with `npm run example:chat-api`; ALTERNATOR_ENDPOINT can name an engine of your own.
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { startEngine } from '../engine.js';
import { readSamples, storeRaw } from '../stored-samples.js';
import { AppModule } from './app.module.js';
import { MapperErrorFilter } from './mapper-error.filter.js';
import { ResponseInterceptor } from './response.interceptor.js';
import { readSettings } from './settings.js';

const settings = readSettings(process.env);
const engine = await startEngine();
const app = await NestFactory.create(AppModule.on(engine.client, settings), { logger: ['log', 'warn', 'error'] });
app.useGlobalPipes(new StandardSchemaValidationPipe());
app.useGlobalFilters(new MapperErrorFilter());
app.useGlobalInterceptors(new ResponseInterceptor());
app.enableShutdownHooks(); // on SIGTERM: no new requests, then the write-backs, then the end

if (engine.isEmbedded) {
  // some data: documents of every version, as older applications stored them
  await storeRaw(engine.client, 'chat_sessions', await readSamples('session'));
  await storeRaw(engine.client, 'chat_messages', await readSamples('message'));
}
await app.listen(settings.port, settings.host);
const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
console.log(`Chat API at http://${settings.host}:${port} on ${engine.title}`);
