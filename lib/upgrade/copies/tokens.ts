/** A piece of a function's source text. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'literal' | 'sign' | 'end';
  /** A text without its quotes; empty for regular expressions and for texts with escapes. */
  readonly value: string;
  readonly isOnNewLine: boolean;
  /** The position of an opening bracket's partner. */
  partner: number;
}

/** The signs around a template. Its text is left out. */
export const templateStart = '`(';
export const templateEnd = '`)';

const space = /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)+/y;
const name = /[$_\p{ID_Start}][$\u200C\u200D\p{ID_Continue}]*/uy;
const number = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)n?/y;
const text = /'(?:[^'\\\n\r]|\\[^])*'|"(?:[^"\\\n\r]|\\[^])*"/y;
const regularExpression = /\/(?:[^/\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/\w*/y;
const templatePart = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y;
// the longest first
const signs = [
  ['>>>=', '...', '**=', '<<=', '>>=', '&&=', '||=', '??=', '===', '!==', '>>>'],
  ['=>', '**', '<<', '>>', '&&', '||', '??', '==', '!=', '<=', '>=', '++', '--'],
  ['-=', '+=', '*=', '/=', '%=', '&=', '|=', '^='],
].flat();
const escaped = signs.map((each) => each.replaceAll(/\W/g, String.raw`\$&`));
const sign = new RegExp(String.raw`${escaped.join('|')}|\?\.(?!\d)|[{}()[\];,<>+\-*/%&|^!~?:=.]`, 'y');

const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** Words that are followed by an operand: a slash after them begins a regular expression. */
const beforeOperands = new Set('return typeof instanceof in new delete void throw case do else'.split(' '));

/**
 * The tokens of a function's source text; the last has the kind `end`. `undefined` if the text can't be split for
 * certain. A slash after a closing bracket counts as a division. If it begins a regular expression, the reader of the
 * tokens will find that an operand is missing.
 */
export function tokensOf(source: string): readonly Token[] | undefined {
  // comments in scripts, but operators in modules
  if (source.includes('<!--') || source.includes('-->')) return undefined;
  const tokens: Token[] = [];
  const open: number[] = [];
  let at = 0;
  let isOnNewLine = false;

  function matched(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function add(kind: Token['kind'], value: string): void {
    tokens.push({ kind, value, isOnNewLine, partner: -1 });
    isOnNewLine = false;
  }

  function close(opener: string): boolean {
    const position = open.pop();
    const partner = position === undefined ? undefined : tokens[position];
    if (partner?.value !== opener) return false;
    partner.partner = tokens.length;
    return true;
  }

  /** Reads the text of a template up to its end or its next expression. */
  function addTemplatePart(): boolean {
    const part = matched(templatePart);
    if (part === undefined) return false;
    if (part.endsWith('`')) {
      if (!close(templateStart)) return false;
      add('sign', templateEnd);
    } else {
      open.push(tokens.length);
      add('sign', '${');
    }
    return true;
  }

  function addSign(): boolean {
    if (source[at] === '`') {
      at++;
      open.push(tokens.length);
      add('sign', templateStart);
      return addTemplatePart();
    }
    const found = matched(sign);
    if (found === undefined) return false;
    if (found === '}' && tokens[open.at(-1) ?? -1]?.value === '${') {
      if (!close('${')) return false;
      add('sign', found);
      return addTemplatePart();
    }
    const opener = openers[found];
    if (opener !== undefined && !close(opener)) return false;
    if (found === '(' || found === '[' || found === '{') open.push(tokens.length);
    add('sign', found);
    return true;
  }

  for (;;) {
    const skipped = matched(space);
    if (skipped !== undefined && /[\n\r\u2028\u2029]/.test(skipped)) isOnNewLine = true;
    if (at === source.length) break;
    const last = tokens.at(-1);
    const slashBegins = source[at] === '/' && !endsOperand(last) ? matched(regularExpression) : undefined;
    if (slashBegins !== undefined) {
      add('literal', '');
      continue;
    }
    const word = matched(name);
    if (word !== undefined) {
      add('name', word);
      continue;
    }
    const digits = matched(number);
    if (digits !== undefined) {
      add('number', digits);
      continue;
    }
    const quoted = matched(text);
    if (quoted !== undefined) {
      add(quoted.includes('\\') ? 'literal' : 'text', quoted.includes('\\') ? '' : quoted.slice(1, -1));
      continue;
    }
    if (!addSign()) return undefined;
  }
  if (open.length > 0) return undefined;
  add('end', '');
  return tokens;
}

function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind !== 'sign') return token.kind !== 'name' || !beforeOperands.has(token.value);
  return [')', ']', '}', templateEnd, '++', '--'].includes(token.value);
}
