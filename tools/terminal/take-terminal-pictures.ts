// Takes the pictures of the command line's check and sweep: npm run docs:terminals
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Mapper } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { storeRaw } from '../../docs/examples/stored-samples.js';
import { demoSessions } from '../../docs/examples/studio/demo-items.js';
import { Session } from '../../docs/examples/studio/session.js';
import { pictureOf } from './picture.js';
import { record } from './record.js';

const pictures = 'docs/public/pictures';
const command = `${process.execPath} --disable-warning=Warning dist/cli/main.js`;

await mkdir(pictures, { recursive: true });
await takeCheck();
await takeSweep();

/** An attribute that was renamed without a new version. */
async function takeCheck(): Promise<void> {
  const folder = 'build/checked-project';
  const config = join(folder, 'dynamo-evolve.config.ts');
  const write = (attribute: string) =>
    writeFile(
      config,
      `import { Attribute, Entity, PartitionKey, Versioned } from 'dynamo-evolve';

@Entity({ table: 'chat_sessions' })
@Versioned(1)
class Session {
  @PartitionKey() session_id!: string;
  @Attribute() title!: string;
  @Attribute() ${attribute}!: string;
}

export default { entities: [Session] };
`,
    );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await write('state');
  await record(`${command} lock --config ${config}`);
  await write('session_state');
  const screen = await record(`${command} check --config ${config}`);
  const description = 'The command finds that the stored shape of version 1 has changed, and says how to fix it';
  await writeFile(join(pictures, 'check.svg'), pictureOf('npx dynamo-evolve check', screen.lines(), description));
}

async function takeSweep(): Promise<void> {
  const engine = await startEmbeddedEngine();
  try {
    const mapper = new Mapper({ client: engine.client, entities: [Session] });
    await mapper.createTables();
    await storeRaw(engine.client, 'chat_sessions', demoSessions());
    await mapper.close();
    const config = 'docs/examples/studio/dynamo-evolve.config.ts';
    const options = `--config ${config} --endpoint ${engine.endpoint} --rate 12 --segments 64`;
    const screen = await record(`${command} sweep Session ${options}`, {
      answers: { 'Begin? [y/N]': 'y' },
      isWanted: (text) => /\b(3\d|4\d) of 64 segments/.test(text) && text.includes('left'),
    });
    const description = 'A sweep that is half done: a bar for each group of segments, the outcomes, and the time left';
    const shown = pictureOf('npx dynamo-evolve sweep Session --rate 12', screen.lines(), description);
    await writeFile(join(pictures, 'sweep-terminal.svg'), shown);
  } finally {
    await engine.close();
  }
}
