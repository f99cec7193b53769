import { isInteger, isSign, TokenCursor, unproven } from './token-cursor.js';
import { templateEnd, templateStart, type Token } from './tokens.js';

/** What an expression can be. */
export type Kind = typeof plain | typeof theItem | typeof copy;
/** Anything that doesn't contain the item as a whole. */
export const plain = 0;
/** The item that the step receives, which records every access. */
export const theItem = 1;
/** A copy of the item, which records nothing. */
export const copy = 2;

/** What is known about an expression. */
export interface Value {
  readonly kind: Kind;
  /** The variable's name, if it is a variable. */
  readonly variable?: string;
  /** If it is a member: what it belongs to, and its name, if the text contains it. */
  readonly owner?: Kind;
  readonly member?: string | undefined;
  /** Its value, if it is a text or an integer. */
  readonly literal?: string | undefined;
  readonly isNullish?: boolean;
}

const nothing: Value = { kind: plain };

const assignments = new Set('= += -= *= /= %= **= <<= >>= >>>= &= |= ^= &&= ||= ??='.split(' '));
const plainAssignments = new Set('= &&= ||= ??='.split(' '));
const operators = [
  '?? ||',
  '&&',
  '|',
  '^',
  '&',
  '== != === !==',
  '< > <= >= in instanceof',
  '<< >> >>>',
  '+ -',
  '* / %',
  '**',
];
const precedences = new Map(
  operators.flatMap((alike, precedence) => alike.split(' ').map((operator) => [operator, precedence] as const)),
);

/** Reads expressions: what they can be, and by which names they access copies. */
export abstract class ExpressionFollower extends TokenCursor {
  /** What each variable can hold at any time; scopes aren't told apart. */
  readonly #variables: Map<string, Kind>;
  /** The names by which copies are accessed. */
  readonly names = new Set<string>();

  constructor(tokens: readonly Token[], variables: Map<string, Kind>) {
    super(tokens);
    this.#variables = variables;
  }

  /** Reads an arrow function within the step. */
  protected abstract innerArrow(): void;

  protected declare(name: string, kind: Kind): void {
    this.#variables.set(name, either(this.#variables.get(name) ?? plain, kind));
  }

  protected ask(kind: Kind, name: string | undefined): void {
    if (kind !== copy) return;
    if (name === undefined) throw unproven;
    this.names.add(name);
  }

  protected askComputed(kind: Kind, name: Value): void {
    if (name.kind !== plain) throw unproven;
    this.ask(kind, name.literal);
  }

  protected sequence(): Value {
    let value = this.assignment();
    while (this.skip(',')) value = { kind: this.assignment().kind };
    return value;
  }

  protected assignment(): Value {
    if (this.isArrow()) {
      this.innerArrow();
      return nothing;
    }
    const target = this.#conditional();
    const { kind, value: operator } = this.token;
    if (kind !== 'sign' || !assignments.has(operator)) return target;
    this.at++;
    const assigned = this.assignment();
    this.#assign(target, assigned.kind, operator);
    return { kind: assigned.kind };
  }

  /** Reads an expression that must not be the item or a copy, because they couldn't be followed any further. */
  protected plainValue(): void {
    if (this.assignment().kind !== plain) throw unproven;
  }

  #assign({ kind, member, owner, variable }: Value, assigned: Kind, operator: string): void {
    if (variable !== undefined) {
      const isKnown = this.#variables.has(variable);
      // neither a variable of other code nor the text of a copy can be followed
      if (assigned !== plain && !isKnown) throw unproven;
      if (!plainAssignments.has(operator) && either(kind, assigned) === copy) throw unproven;
      if (isKnown) this.declare(variable, assigned);
    } else if (owner !== undefined && assigned === plain) {
      this.ask(owner, member);
    } else throw unproven;
  }

  #conditional(): Value {
    const condition = this.#binary(0);
    if (!this.skip('?')) return condition;
    const { kind } = this.assignment();
    this.expect(':');
    return { kind: either(kind, this.assignment().kind) };
  }

  #binary(minimum: number): Value {
    let left = this.#unary();
    for (;;) {
      const { kind, value: operator } = this.token;
      const isOperator = kind === 'sign' || (kind === 'name' && (operator === 'in' || operator === 'instanceof'));
      const precedence = isOperator ? precedences.get(operator) : undefined;
      if (precedence === undefined || precedence < minimum) return left;
      this.at++;
      left = this.#operation(left, operator, this.#binary(operator === '**' ? precedence : precedence + 1));
    }
  }

  #operation(left: Value, operator: string, right: Value): Value {
    switch (operator) {
      case '&&':
      case '||':
      case '??':
        return { kind: either(left.kind, right.kind) };
      case '===':
      case '!==':
        return nothing;
      case 'in':
        if (left.kind !== plain) throw unproven;
        this.ask(right.kind, left.literal);
        return nothing;
      case 'instanceof':
        // a class can decide itself what its instances are
        if (left.kind !== plain || right.kind !== plain) throw unproven;
        return nothing;
      default: {
        const isComparison = operator === '==' || operator === '!=';
        if (isComparison && (left.isNullish === true || right.isNullish === true)) return nothing;
        // converting an object to text or a number accesses its members
        if (left.kind === copy || right.kind === copy) throw unproven;
        return nothing;
      }
    }
  }

  #unary(): Value {
    if (this.skipWord('delete')) {
      const { member, owner } = this.#unary();
      if (owner === undefined) throw unproven;
      this.ask(owner, member);
      return nothing;
    }
    if (this.skip('!') || this.skipWord('typeof') || this.skipWord('void')) {
      this.#unary();
      return nothing;
    }
    if (this.skip('-') || this.skip('+') || this.skip('~')) {
      if (this.#unary().kind === copy) throw unproven;
      return nothing;
    }
    if (this.skip('++') || this.skip('--')) {
      this.#assign(this.#unary(), plain, '+=');
      return nothing;
    }
    const operand = this.#chain();
    if (this.token.isOnNewLine || !(this.skip('++') || this.skip('--'))) return operand;
    this.#assign(operand, plain, '+=');
    return nothing;
  }

  /** Reads a value with its member accesses and calls. */
  #chain(): Value {
    let value = this.skipWord('new') ? this.#created() : this.#primary();
    for (;;) {
      const isOptional = this.skip('?.');
      if (this.is('(')) value = this.#call(value);
      else if (this.skip('[')) {
        const { kind: owner } = value;
        const name = this.sequence();
        this.expect(']');
        this.askComputed(owner, name);
        value = { kind: plain, owner, member: name.literal };
      } else if (isOptional || this.skip('.')) {
        const { kind: owner } = value;
        const member = this.word();
        this.ask(owner, member);
        value = { kind: plain, owner, member };
      } else if (this.is(templateStart)) throw unproven;
      else return value;
    }
  }

  #created(): Value {
    this.variable();
    while (this.skip('.')) this.word();
    if (this.skip('(')) this.#plainArguments();
    return nothing;
  }

  #call({ member, owner = plain }: Value): Value {
    this.expect('(');
    if (owner === plain) {
      this.#plainArguments();
      return nothing;
    }
    // the function receives the item or a copy as `this`
    if (member !== 'hasOwnProperty' && member !== 'propertyIsEnumerable') throw unproven;
    this.askComputed(owner, this.assignment());
    this.expect(')');
    return nothing;
  }

  #plainArguments(): void {
    this.each(')', () => {
      this.skip('...');
      this.plainValue();
    });
  }

  #primary(): Value {
    const { kind, value } = this.token;
    switch (kind) {
      case 'text':
        this.at++;
        return { kind: plain, literal: value };
      case 'number':
        this.at++;
        return { kind: plain, literal: isInteger(value) ? value : undefined };
      case 'literal':
        this.at++;
        return nothing;
      case 'name':
        return this.#named();
      default:
    }
    if (this.skip('(')) {
      const { isNullish = false, kind: inner, literal } = this.sequence();
      this.expect(')');
      return { kind: inner, literal, isNullish };
    }
    if (this.skip('{')) return this.#objectLiteral();
    if (this.skip('[')) return this.#listLiteral();
    if (this.skip(templateStart)) return this.#template();
    throw unproven;
  }

  #named(): Value {
    if (this.skipWord('null')) return { kind: plain, isNullish: true };
    if (this.skipWord('this') || this.skipWord('true') || this.skipWord('false')) return nothing;
    const variable = this.variable();
    const kind = this.#variables.get(variable);
    if (kind !== undefined) return { kind, variable };
    return variable === 'Object' && this.skip('.')
      ? this.#ofObject(this.word())
      : { kind: plain, variable, isNullish: variable === 'undefined' };
  }

  /** Reads a call of the functions of `Object` that return a copy or look up one member. */
  #ofObject(member: string): Value {
    if (!this.is('(') || (member !== 'assign' && member !== 'hasOwn' && member !== 'freeze')) {
      return { kind: plain, owner: plain, member };
    }
    this.expect('(');
    // other code may know an object that isn't new
    const { partner } = this.token;
    const isNew = this.is('{') && (isSign(this.tokenAt(partner + 1), ',') || isSign(this.tokenAt(partner + 1), ')'));
    const kinds: Kind[] = [];
    this.each(')', () => {
      const isSpread = this.skip('...');
      const value = this.assignment();
      if (isSpread && value.kind !== plain) throw unproven;
      if (member === 'hasOwn' && kinds.length === 1) this.askComputed(kinds[0] as Kind, value);
      kinds.push(value.kind);
    });
    if (member === 'hasOwn') return nothing;
    const [target = plain, ...sources] = kinds;
    const isCopied = sources.some((kind) => kind !== plain);
    if (isCopied && target === plain && !isNew) throw unproven;
    return { kind: isCopied && target === plain ? copy : target };
  }

  #objectLiteral(): Value {
    let kind: Kind = plain;
    this.each('}', () => {
      if (!this.skip('...')) this.#literalMember();
      else if (this.assignment().kind !== plain) kind = copy;
    });
    return { kind };
  }

  #literalMember(): void {
    const isShort = this.token.kind === 'name' && (this.isNext(',') || this.isNext('}'));
    if (!isShort) {
      if (this.skip('[')) {
        if (this.sequence().kind !== plain) throw unproven;
        this.expect(']');
      } else this.memberName();
      this.expect(':');
    }
    this.plainValue();
  }

  #listLiteral(): Value {
    this.each(']', () => {
      if (this.is(',')) return;
      this.skip('...');
      this.plainValue();
    });
    return nothing;
  }

  #template(): Value {
    while (!this.skip(templateEnd)) {
      this.expect('${');
      if (this.sequence().kind === copy) throw unproven;
      this.expect('}');
    }
    return nothing;
  }
}

/** What can be either of two kinds counts as the one about which less is known. */
export function either(left: Kind, right: Kind): Kind {
  return left > right ? left : right;
}
