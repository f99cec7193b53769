import { copy, either, ExpressionFollower, type Kind, plain, theItem } from './expression-follower.js';
import { unproven, type Unproven } from './token-cursor.js';
import { tokensOf } from './tokens.js';

const answers = new WeakMap<object, ReadonlySet<string> | Unproven>();

/**
 * The names by which a step can ask the copies that it makes of its item by `...`, rest properties and `Object.assign`.
 *
 * Copies are plain objects: nothing notices what they are asked. So this reads the step's source text, and answers `undefined`
 * unless the text leaves no doubt: copies, and the item itself, are asked for members by names that stand in the
 * text, spread, assigned and returned; they are never handed to other code, gone through name by name, nor asked for a computed
 * name. It understands what steps are mostly written in, and nothing else.
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
    // until it is known of each variable what it can hold: it can be used before that stands in the text
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
  /** How many functions within the step it is in. */
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

  /** A function within the step is called by other code, which must not get a copy from it. */
  #returned(kind: Kind): void {
    if (this.#depth > 0 && kind !== plain) throw unproven;
  }

  /** What is declared, with the value that it has by default or at first: that one is looked at first. */
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

  /** `for (const x of …)`: every other kind is one way or another to go through names. */
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
