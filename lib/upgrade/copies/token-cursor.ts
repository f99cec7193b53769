import type { Token } from './tokens.js';

/** Thrown where the text isn't understood for certain. */
export class Unproven extends Error {}
export const unproven = new Unproven('the text leaves it open');

/** Words that can't be variables, and `arguments` and `eval`, by which variables can be reached. */
const reserved = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends finally for function if implements import in instanceof interface let new package private protected ' +
    'public return static super switch throw try typeof var void while with yield null this true false'
  ).split(' '),
);

/** Reads the tokens of a function one after the other. Throws `unproven` at a token that isn't expected. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  protected at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  protected get token(): Token {
    return this.#tokens[this.at] as Token;
  }

  protected tokenAt(position: number): Token | undefined {
    return this.#tokens[position];
  }

  protected is(sign: string): boolean {
    return isSign(this.token, sign);
  }

  protected isNext(sign: string): boolean {
    return isSign(this.tokenAt(this.at + 1), sign);
  }

  protected isWord(word: string): boolean {
    const { kind, value } = this.token;
    return kind === 'name' && value === word;
  }

  protected skip(sign: string): boolean {
    const isThere = this.is(sign);
    if (isThere) this.at++;
    return isThere;
  }

  protected skipWord(word: string): boolean {
    const isThere = this.isWord(word);
    if (isThere) this.at++;
    return isThere;
  }

  protected expect(sign: string): void {
    if (!this.skip(sign)) throw unproven;
  }

  protected word(): string {
    const { kind, value } = this.token;
    if (kind !== 'name') throw unproven;
    this.at++;
    return value;
  }

  protected variable(): string {
    const word = this.word();
    if (reserved.has(word)) throw unproven;
    return word;
  }

  /** The name of a member in a literal or a pattern. */
  protected memberName(): string {
    const { kind, value } = this.token;
    if (kind !== 'name' && kind !== 'text' && !(kind === 'number' && isInteger(value))) throw unproven;
    this.at++;
    return value;
  }

  /** Calls `read` for each element of a list that is separated by commas, up to a closing bracket. */
  protected each(end: string, read: () => void): void {
    while (!this.skip(end)) {
      read();
      if (!this.is(end)) this.expect(',');
    }
  }

  protected isArrow(): boolean {
    const { kind, partner } = this.token;
    if (kind === 'name') return this.isNext('=>');
    return this.is('(') && isSign(this.tokenAt(partner + 1), '=>');
  }
}

export function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.value === sign;
}

/** Whether a number is written like the name of a list's element. */
export function isInteger(digits: string): boolean {
  return /^(?:0|[1-9]\d{0,14})$/.test(digits);
}
