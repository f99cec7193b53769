import { copy, either, ExpressionFollower, type Kind, plain, theItem } from './expression-follower.js';
import { unproven, type Unproven } from './token-cursor.js';
import { tokensOf } from './tokens.js';

const answers = new WeakMap<object, ReadonlySet<string> | Unproven>();

/**
 * The names by which a step can access the copies of its item that it makes by `...`, rest properties and
 * `Object.assign`.
 *
 * Copies are plain objects, so nothing records their accesses. This function reads the step's source text instead. It
 * returns `undefined` unless the text proves that copies are only accessed by names in the text, spread, assigned and
 * returned, and that neither they nor the item are passed to other code, enumerated or accessed by a computed name. It
 * understands the part of JavaScript that most upgrades are written in, and gives up at everything else.
 */
export function namesAskedOfCopies(step: (...parameters: never[]) => unknown): ReadonlySet<string> | undefined {
  const answer = answers.get(step) ?? namesIn(Function.prototype.toString.call(step));
  answers.set(step, answer);
  return answer instanceof Error ? undefined : answer;
}

function namesIn(source: string): ReadonlySet<string> | Unproven {
  const tokens = tokensOf(source);
  if (tokens === undefined) return unproven;
  const variables = new Map<string, Kind>();
  try {
    // repeated until it is known what each variable can hold, because it can be used before the text assigns it
    for (;;) {
      const known = JSON.stringify([...variables]);
      const names = new StepFollower(tokens, variables).follow();
      if (JSON.stringify([...variables]) === known) return names;
    }
  } catch (error) {
    if (error === unproven) return unproven;
    throw error;
  }
}

/** Reads a function: its parameters, statements and what they declare. */
class StepFollower extends ExpressionFollower {
  /** How many functions within the step surround the current token. */
  #depth = 0;

  follow(): ReadonlySet<string> {
    if (this.isArrow()) this.#arrow(theItem);
    else this.#method();
    if (this.token.kind !== 'end') throw unproven;
    return this.names;
  }

  protected override innerArrow(): void {
    this.#depth++;
    this.#arrow(plain);
    this.#depth--;
  }

  #method(): void {
    if (this.skipWord('function')) {
      if (!this.is('(')) this.variable();
    } else if (this.is('[')) this.at = this.token.partner + 1;
    else this.memberName();
    this.#parameters(theItem);
    this.#block();
  }

  #arrow(first: Kind): void {
    if (this.is('(')) this.#parameters(first);
    else this.declare(this.variable(), first);
    this.expect('=>');
    if (this.is('{')) this.#block();
    else this.#returned(this.assignment().kind);
  }

  #parameters(first: Kind): void {
    let kind = first;
    this.expect('(');
    this.each(')', () => {
      this.#targetWithDefault(kind);
      kind = plain;
    });
  }

  /** Other code calls the functions within the step, and must not receive a copy from them. */
  #returned(kind: Kind): void {
    if (this.#depth > 0 && kind !== plain) throw unproven;
  }

  /** Reads a declared variable or pattern after its default or initial value. */
  #targetWithDefault(kind: Kind): void {
    const start = this.at;
    const end = this.is('{') || this.is('[') ? this.token.partner + 1 : start + 1;
    this.at = end;
    const given = this.skip('=') ? this.assignment().kind : plain;
    const after = this.at;
    this.at = start;
    this.#target(either(kind, given));
    if (this.at !== end) throw unproven;
    this.at = after;
  }

  #target(kind: Kind): void {
    if (this.skip('{')) this.each('}', () => this.#patternMember(kind));
    else if (this.skip('[')) this.#listPattern(kind);
    else this.declare(this.variable(), kind);
  }

  #patternMember(kind: Kind): void {
    if (this.skip('...')) return this.declare(this.variable(), kind === plain ? plain : copy);
    const isShort = this.token.kind === 'name' && !this.isNext(':');
    if (isShort) this.ask(kind, this.token.value);
    else {
      if (this.skip('[')) {
        this.askComputed(kind, this.sequence());
        this.expect(']');
      } else this.ask(kind, this.memberName());
      this.expect(':');
    }
    return this.#targetWithDefault(plain);
  }

  #listPattern(kind: Kind): void {
    if (kind !== plain) throw unproven;
    this.each(']', () => {
      if (this.is(',')) return;
      this.skip('...');
      this.#targetWithDefault(plain);
    });
  }

  #block(): void {
    this.expect('{');
    while (!this.skip('}')) this.#statement();
  }

  #statement(): void {
    if (this.is('{')) return this.#block();
    if (this.skip(';')) return undefined;
    if (this.skipWord('if')) return this.#ifStatement();
    if (this.skipWord('for')) return this.#forStatement();
    if (this.skipWord('switch')) return this.#switchStatement();
    if (this.skipWord('try')) return this.#tryStatement();
    if (this.skipWord('const') || this.skipWord('let') || this.skipWord('var')) {
      do this.#targetWithDefault(plain);
      while (this.skip(','));
    } else if (this.skipWord('return')) {
      if (!this.#isOver()) this.#returned(this.sequence().kind);
    } else if (this.skipWord('throw')) {
      this.plainValue();
    } else if (!this.skipWord('break')) {
      this.sequence();
    }
    if (!this.#isOver()) throw unproven;
    this.skip(';');
    return undefined;
  }

  #isOver(): boolean {
    return this.is(';') || this.is('}') || this.token.isOnNewLine;
  }

  #ifStatement(): void {
    this.expect('(');
    this.sequence();
    this.expect(')');
    this.#statement();
    if (this.skipWord('else')) this.#statement();
  }

  #switchStatement(): void {
    this.expect('(');
    this.sequence();
    this.expect(')');
    this.expect('{');
    while (!this.skip('}')) {
      if (this.skipWord('case')) this.sequence();
      else if (!this.skipWord('default')) {
        this.#statement();
        continue;
      }
      this.expect(':');
    }
  }

  #tryStatement(): void {
    this.#block();
    if (this.skipWord('catch')) {
      if (this.skip('(')) {
        this.#target(plain);
        this.expect(')');
      }
      this.#block();
    }
    if (this.skipWord('finally')) this.#block();
  }

  /** Reads `for (const x of …)`. Other loops can enumerate names. */
  #forStatement(): void {
    this.expect('(');
    if (!this.skipWord('const') && !this.skipWord('let') && !this.skipWord('var')) throw unproven;
    this.#target(plain);
    if (!this.skipWord('of')) throw unproven;
    this.plainValue();
    this.expect(')');
    this.#statement();
  }
}
