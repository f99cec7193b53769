import { styleText } from 'node:util';

/** The output of a command: text for people, or JSON for programs. */
export interface Terminal {
  readonly isJson: boolean;
  /** Prints text; does nothing with `--json`. */
  readonly print: (text: string) => void;
  /** Prints a value as JSON; does nothing without `--json`. */
  readonly printJson: (value: unknown) => void;
  /** Prints a value as one line of JSON; does nothing without `--json`. */
  readonly printRecord: (value: unknown) => void;
  /** Colours text if the output is a terminal and `NO_COLOR` isn't set. */
  readonly paint: (style: Parameters<typeof styleText>[0], text: string) => string;
}

/** Writes to the standard output of the process. */
export function standardOutput(isJson: boolean): Terminal {
  const { stdout } = process;
  const hasColours = stdout.isTTY && !process.env['NO_COLOR'];
  return {
    isJson,
    print: (text) => void (isJson || stdout.write(`${text}\n`)),
    printRecord: (value) => void (isJson && stdout.write(`${JSON.stringify(value)}\n`)),
    printJson: (value) => void (isJson && stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)),
    paint: (style, text) => (hasColours ? styleText(style, text, { validateStream: false }) : text),
  };
}
