/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly colour?: string;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
}

interface Cell extends Omit<Span, 'text'> {
  readonly sign: string;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const escape = '\u001B';
const sequence = /\[([?\d;]*)([A-Za-z])/y;

/**
 * What a terminal shows after a program has written to it: lines, colours, and what live views need to write over
 * themselves. Other sequences are ignored.
 */
export class Screen {
  readonly #lines: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #style: Omit<Span, 'text'> = {};

  write(output: string): void {
    for (let at = 0; at < output.length;) {
      sequence.lastIndex = at + 1;
      const found = output[at] === escape ? sequence.exec(output) : null;
      if (found) {
        this.#control(found[2] ?? '', found[1] ?? '');
        at = sequence.lastIndex;
        continue;
      }
      const sign = String.fromCodePoint(output.codePointAt(at) ?? 0);
      this.#put(sign);
      at += sign.length;
    }
  }

  /** The lines from the top, without empty ones at the end. */
  lines(): Span[][] {
    const lines = this.#lines.map(spansOf);
    while (lines.at(-1)?.length === 0) lines.pop();
    return lines;
  }

  text(): string {
    return this.lines()
      .map((spans) => spans.map(({ text }) => text).join(''))
      .join('\n');
  }

  #put(sign: string): void {
    if (sign === '\r') this.#column = 0;
    else if (sign === '\n') this.#moveTo(this.#row + 1);
    else if (sign >= ' ') {
      const line = this.#line();
      while (line.length < this.#column) line.push({ sign: ' ' });
      line[this.#column++] = { sign, ...this.#style };
    }
  }

  #control(kind: string, argument: string): void {
    const count = Number(argument) || 1;
    if (kind === 'A') this.#moveTo(Math.max(0, this.#row - count));
    else if (kind === 'B') this.#moveTo(this.#row + count);
    else if (kind === 'G') this.#column = count - 1;
    else if (kind === 'K') this.#line().splice(argument === '2' ? 0 : this.#column);
    else if (kind === 'J') this.#lines.splice(this.#row + 1);
    else if (kind === 'm') for (const code of argument.split(';')) this.#paint(Number(code));
  }

  #paint(code: number): void {
    if (code === 0) this.#style = {};
    else if (code === 1) this.#style = { ...this.#style, isBold: true };
    else if (code === 2) this.#style = { ...this.#style, isDim: true };
    else if (code === 22) this.#style = this.#style.colour === undefined ? {} : { colour: this.#style.colour };
    else if (code === 39) this.#style = withoutColour(this.#style);
    else {
      const colour = colours[code >= 90 ? code - 90 : code - 30];
      if (colour !== undefined) this.#style = { ...this.#style, colour };
    }
  }

  #moveTo(row: number): void {
    this.#row = row;
    while (this.#lines.length <= row) this.#lines.push([]);
  }

  #line(): Cell[] {
    return this.#lines[this.#row] as Cell[];
  }
}

function withoutColour({ colour: _colour, ...style }: Omit<Span, 'text'>): Omit<Span, 'text'> {
  return style;
}

function spansOf(cells: readonly Cell[]): Span[] {
  const spans: Span[] = [];
  for (const { sign, ...style } of cells) {
    const last = spans.at(-1);
    const isSame = last && last.colour === style.colour && last.isBold === style.isBold && last.isDim === style.isDim;
    if (isSame) spans[spans.length - 1] = { ...last, text: last.text + sign };
    else spans.push({ text: sign, ...style });
  }
  return spans;
}
