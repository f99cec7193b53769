import { spawn } from 'node:child_process';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { withMapper } from './with-mapper.js';

export interface StudioArguments {
  readonly port?: number;
  readonly open?: boolean;
  readonly write?: boolean;
  readonly endpoint?: string;
}

/** Serves the studio until Ctrl-C. */
export function runStudio(config: Config, given: StudioArguments, terminal: Terminal): Promise<number> {
  return withMapper(config, given.endpoint, async (mapper) => {
    // loaded where it is used: no other command needs it
    const { startStudio } = await import('../studio/start-studio.js');
    const { classes, lockFile, samplesOf } = config;
    const { open = false, port, write = false } = given;
    const studio = await startStudio({ mapper, classes, lockFile, samplesOf, port, mayWrite: write });
    terminal.print(`The studio is at ${studio.url}`);
    terminal.print(write ? 'It may start sweeps. End it with Ctrl-C.' : 'It only reads. End it with Ctrl-C.');
    terminal.printRecord({ url: studio.url, mayWrite: write });
    if (open) openBrowser(studio.url);
    await interrupted();
    await studio.close();
    return 0;
  });
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** Opens an address with what the system opens addresses with; whoever has nothing like that reads it above. */
function openBrowser(url: string): void {
  const [command, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
        : ['xdg-open', [url]];
  const opener = spawn(command, args, { stdio: 'ignore', detached: true });
  opener.once('error', () => {});
  opener.unref();
}
