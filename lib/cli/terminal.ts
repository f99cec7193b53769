import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** The output of a command: text for people, or JSON for programs. */
export interface Terminal {
  readonly isJson: boolean;
  /** Whether a person sees the output and can answer: both standard streams are terminals, and it isn't JSON. */
  readonly isInteractive: boolean;
  /** Prints text; does nothing with `--json`. */
  readonly print: (text: string) => void;
  /** Prints a value as JSON; does nothing without `--json`. */
  readonly printJson: (value: unknown) => void;
  /** Prints a value as one line of JSON; does nothing without `--json`. */
  readonly printRecord: (value: unknown) => void;
  /** Colours text if the output is a terminal and `NO_COLOR` isn't set. */
  readonly paint: (style: Parameters<typeof styleText>[0], text: string) => string;
  /** Asks a question, whose answer is no unless somebody says yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** A place for text that changes. */
  readonly live: () => Promise<LiveText>;
}

/** Text on a terminal that is written over. */
export interface LiveText {
  show(text: string): void;
  /** Removes the text. */
  clear(): void;
}

/** Writes to the standard output of the process. */
export function standardOutput(isJson: boolean): Terminal {
  const { stdin, stdout } = process;
  const hasColours = stdout.isTTY && !process.env['NO_COLOR'];
  return {
    isJson,
    isInteractive: !isJson && stdin.isTTY && stdout.isTTY,
    print: (text) => void (isJson || stdout.write(`${text}\n`)),
    printRecord: (value) => void (isJson && stdout.write(`${JSON.stringify(value)}\n`)),
    printJson: (value) => void (isJson && stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)),
    paint: (style, text) => (hasColours ? styleText(style, text, { validateStream: false }) : text),
    confirm: (question) => confirmed(question),
    live: async () => {
      // loaded where it is used: most commands run without it
      const { createLogUpdate } = await import('log-update');
      const update = createLogUpdate(stdout);
      return {
        show: (text) => update(text),
        clear: () => {
          update.clear();
          // shows the cursor again
          update.done();
        },
      };
    },
  };
}

async function confirmed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    // the end of the input, and Ctrl-C, are no answer
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
