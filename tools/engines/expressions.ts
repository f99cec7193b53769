import type { WireItem, WireValue } from 'dynamo-evolve';
import { compareDecimals } from './decimals.js';
import { canonicalText, type Place, valueAt } from './wire-places.js';

/** What an expression is evaluated on. */
export interface Scope {
  readonly item: WireItem | undefined;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, WireValue>>;
}

/** One action of an update expression. */
export interface Action {
  readonly clause: 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
  readonly place: (scope: Scope) => Place;
  readonly value: (scope: Scope) => WireValue | undefined;
}

type Test = (scope: Scope) => boolean;
type Operand = (scope: Scope) => WireValue | undefined;

const tokenPattern = /<>|<=|>=|[=<>(),]|:\w+|#?\w+(?:\.#?\w+|\[\d+\])*/g;
const comparisons: Record<string, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Compiles each expression once. */
export const compileCondition = remembered((text) => {
  const parser = new Parser(text);
  const test = parser.or();
  parser.end();
  return test;
});

/** Compiles each expression once. */
export const compileUpdate = remembered((text) => new Parser(text).actions());

function remembered<Result>(compile: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const found = known.get(text) ?? compile(text);
    known.set(text, found);
    return found;
  };
}

/** Reads the grammar of condition and update expressions, as far as the product uses it. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(tokenPattern) ?? [];
    // whatever the pattern doesn't know would be skipped in silence
    if (this.#tokens.join('') !== text.replaceAll(/\s/g, '')) throw new SyntaxError(`unknown token in ${text}`);
  }

  or(): Test {
    const tests = [this.#and()];
    while (this.#take('OR')) tests.push(this.#and());
    return tests.length === 1 ? (tests[0] as Test) : (scope) => tests.some((test) => test(scope));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new SyntaxError(`unexpected ${this.#tokens[this.#at]} in ${this.#text}`);
  }

  actions(): Action[] {
    const actions: Action[] = [];
    while (this.#at < this.#tokens.length) {
      const clause = this.#next().toUpperCase() as Action['clause'];
      do actions.push(this.#action(clause));
      while (this.#take(','));
    }
    return actions;
  }

  #action(clause: Action['clause']): Action {
    const place = placeOf(this.#next());
    if (clause === 'REMOVE') return { clause, place, value: () => undefined };
    if (clause === 'SET') this.#expect('=');
    return { clause, place, value: this.#operand() };
  }

  #and(): Test {
    const tests = [this.#not()];
    while (this.#take('AND')) tests.push(this.#not());
    return tests.length === 1 ? (tests[0] as Test) : (scope) => tests.every((test) => test(scope));
  }

  #not(): Test {
    if (this.#take('NOT')) {
      const test = this.#not();
      return (scope) => !test(scope);
    }
    if (!this.#take('(')) return this.#comparison();
    const test = this.or();
    this.#expect(')');
    return test;
  }

  #comparison(): Test {
    const name = this.#tokens[this.#at] as string;
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      const [operand] = this.#arguments();
      const isWanted = name === 'attribute_exists';
      return (scope) => (operand?.(scope) !== undefined) === isWanted;
    }
    if (name === 'attribute_type') {
      const [operand, type] = this.#arguments();
      return (scope) => typeOf(operand?.(scope)) === textOf(type?.(scope));
    }
    if (name === 'begins_with' || name === 'contains') {
      const [operand, part] = this.#arguments();
      const holds = name === 'contains' ? contains : beginsWith;
      return (scope) => holds(operand?.(scope), part?.(scope));
    }
    const left = this.#operand();
    const operator = this.#next().toUpperCase();
    if (operator === 'BETWEEN') {
      const from = this.#operand();
      this.#expect('AND');
      const to = this.#operand();
      return (scope) =>
        isInOrder(orderOf(from(scope), left(scope)), '<=') && isInOrder(orderOf(left(scope), to(scope)), '<=');
    }
    if (operator === 'IN') {
      const members = this.#list();
      return (scope) => members.some((member) => isEqual(left(scope), member(scope)));
    }
    const right = this.#operand();
    if (operator === '=') return (scope) => isEqual(left(scope), right(scope));
    if (operator === '<>') return (scope) => !isEqual(left(scope), right(scope));
    if (!comparisons[operator]) throw new SyntaxError(`unknown operator ${operator} in ${this.#text}`);
    return (scope) => isInOrder(orderOf(left(scope), right(scope)), operator);
  }

  #operand(): Operand {
    if (this.#tokens[this.#at] === 'size') {
      const [operand] = this.#arguments();
      return (scope) => sizeOf(operand?.(scope));
    }
    const token = this.#next();
    if (token.startsWith(':')) return ({ values }) => values[token];
    const place = placeOf(token);
    return (scope) => valueAt(scope.item, place(scope));
  }

  /** The arguments of the function whose name comes next. */
  #arguments(): Operand[] {
    this.#next();
    return this.#list();
  }

  #list(): Operand[] {
    this.#expect('(');
    const operands = [this.#operand()];
    while (this.#take(',')) operands.push(this.#operand());
    this.#expect(')');
    return operands;
  }

  #take(token: string): boolean {
    // keywords are not case-sensitive
    if (this.#tokens[this.#at]?.toUpperCase() !== token) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError(`${this.#text} ends too early`);
    return token;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found.toUpperCase() !== token) throw new SyntaxError(`${found} instead of ${token} in ${this.#text}`);
  }
}

function placeOf(token: string): (scope: Scope) => Place {
  const parts = token.match(/#?\w+/g) ?? [];
  const positions = new Set([...token.matchAll(/\[(\d+)\]/g)].map(({ index }) => index + 1));
  const starts = [...token.matchAll(/#?\w+/g)].map(({ index }) => index);
  return ({ names }) =>
    parts.map((part, at) => {
      if (positions.has(starts[at] as number)) return Number(part);
      return part.startsWith('#') ? (names[part] as string) : part;
    });
}

function typeOf(value: WireValue | undefined): string | undefined {
  return value && Object.keys(value)[0];
}

function textOf(value: WireValue | undefined): string {
  return value && 'S' in value ? value.S : '';
}

function isEqual(a: WireValue | undefined, b: WireValue | undefined): boolean {
  return a !== undefined && b !== undefined && canonicalText(a) === canonicalText(b);
}

/** How two values of one type compare: below, at or above 0; `undefined` if they can't be compared. */
export function orderOf(a: WireValue | undefined, b: WireValue | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if ('N' in a && 'N' in b) return compareDecimals(a.N, b.N);
  if ('S' in a && 'S' in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('B' in a && 'B' in b) return Buffer.compare(bytesOf(a.B), bytesOf(b.B));
  return undefined;
}

function isInOrder(order: number | undefined, operator: string): boolean {
  return order !== undefined && comparisons[operator]?.(order) === true;
}

function beginsWith(value: WireValue | undefined, part: WireValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value && 'S' in part) return value.S.startsWith(part.S);
  return 'B' in value && 'B' in part && bytesOf(value.B).indexOf(bytesOf(part.B)) === 0;
}

function contains(value: WireValue | undefined, part: WireValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && bytesOf(value.B).includes(bytesOf(part.B));
  if ('L' in value) return value.L.some((one) => isEqual(one, part));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  return 'BS' in value && 'B' in part && value.BS.some((one) => bytesOf(one).equals(bytesOf(part.B)));
}

/** Bytes as the SDK has them, or in base64 as they come over the wire. */
function bytesOf(value: Uint8Array | string): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(value);
}

function sizeOf(value: WireValue | undefined): WireValue | undefined {
  if (value === undefined) return undefined;
  if ('B' in value) return { N: String(bytesOf(value.B).length) };
  if ('S' in value) return { N: String(Buffer.byteLength(value.S)) };
  const [content] = Object.values(value) as unknown[];
  if (Array.isArray(content)) return { N: String(content.length) };
  return 'M' in value ? { N: String(Object.keys(value.M).length) } : undefined;
}
