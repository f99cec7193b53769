// Opens the studio on sessions and messages of every age, in an embedded engine: npm run demo:studio
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Mapper } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Message } from '../../../entities/message.js';
import { storeRaw } from '../stored-samples.js';
import { demoMessages, demoSessions } from './demo-items.js';
import { Session } from './session.js';

const engine = await startEmbeddedEngine();
const mapper = new Mapper({ client: engine.client, entities: [Session, Message] });
await mapper.createTables();
await storeRaw(engine.client, 'chat_sessions', demoSessions());
await storeRaw(engine.client, 'chat_messages', demoMessages());
await mapper.close();

const config = 'docs/examples/studio/dynamo-evolve.config.ts';
const words = ['dist/cli/main.js', 'studio', '--write', '--config', config, '--endpoint', engine.endpoint];
const studio = spawn(process.execPath, ['--disable-warning=Warning', ...words, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl-C reaches the studio, too, and this ends after it
process.on('SIGINT', () => {});
process.on('SIGTERM', () => studio.kill());
await once(studio, 'exit');
await engine.close();
