import { styleText } from 'node:util';

/** Where a command writes: text for people, or JSON for programs. */
export interface Terminal {
  readonly isJson: boolean;
  /** Prints text for people; nothing where JSON is asked for. */
  readonly print: (text: string) => void;
  /** Prints JSON; nothing where text is asked for. */
  readonly printJson: (value: unknown) => void;
  /** Colours text where the terminal has colours and `NO_COLOR` is not set. */
  readonly paint: (style: Parameters<typeof styleText>[0], text: string) => string;
}

/** The process's standard output. */
export function standardOutput(isJson: boolean): Terminal {
  const { stdout } = process;
  const hasColours = stdout.isTTY && !process.env['NO_COLOR'];
  return {
    isJson,
    print: (text) => void (isJson || stdout.write(`${text}\n`)),
    printJson: (value) => void (isJson && stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)),
    paint: (style, text) => (hasColours ? styleText(style, text, { validateStream: false }) : text),
  };
}
