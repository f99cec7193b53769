import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Screen } from './screen.js';

interface Recording {
  /** What is typed when the output ends with a text. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Whether the screen is the one to keep; without it, the last one is. */
  readonly isWanted?: (text: string) => boolean;
}

/** Runs a command of the shell on a terminal of its own (`script` of util-linux), and resolves to a screen of it. */
export async function record(command: string, { answers = {}, isWanted }: Recording = {}): Promise<Screen> {
  const sized = `stty cols 110 rows 40 2>/dev/null; ${command}`;
  const terminal = spawn('script', ['-qec', sized, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color', FORCE_COLOR: '1', NO_COLOR: undefined },
  });
  const screen = new Screen();
  let wanted: Screen | undefined;
  let output = '';
  const waiting = new Map(Object.entries(answers));
  terminal.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    screen.write(chunk);
    for (const [question, answer] of waiting) {
      if (!screen.text().trimEnd().endsWith(question)) continue;
      waiting.delete(question);
      terminal.stdin.write(`${answer}\n`);
    }
    if (wanted || !isWanted?.(screen.text())) return;
    wanted = new Screen();
    wanted.write(output);
  });
  await once(terminal, 'close');
  if (isWanted && !wanted) throw new Error(`${command} never showed what is wanted:\n${screen.text()}`);
  return wanted ?? screen;
}
