import type { WireItem, WireValue } from '../codec/wire.js';
import type { WirePath } from '../codec/wire-condition.js';

/** What a request carries beside its expressions: what their tokens stand for. Engines refuse empty ones. */
export interface TokenParams {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: WireItem;
}

/**
 * The tokens that expressions have instead of names and values: so any attribute name will do. Where one request has
 * expressions with several of these, the prefix tells their tokens apart.
 */
export class ExpressionTokens {
  readonly #prefix: string;
  readonly #tokens = new Map<string, string>();
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, WireValue> = {};
  #valueCount = 0;

  constructor(prefix = 'c') {
    this.#prefix = prefix;
  }

  /** The place of a value. */
  path({ attribute, within = [] }: WirePath): string {
    let path = this.#name(attribute);
    for (const part of within) path += typeof part === 'number' ? `[${part}]` : `.${this.#name(part)}`;
    return path;
  }

  value(value: WireValue): string {
    const token = `:${this.#prefix}${++this.#valueCount}`;
    this.#values[token] = value;
    return token;
  }

  #name(name: string): string {
    const known = this.#tokens.get(name);
    if (known !== undefined) return known;
    const token = `#${this.#prefix}${this.#tokens.size + 1}`;
    this.#tokens.set(name, token);
    this.#names[token] = name;
    return token;
  }

  /** What the tokens made so far stand for; those made later are added to it. */
  get params(): TokenParams {
    return {
      ...(this.#tokens.size > 0 && { ExpressionAttributeNames: this.#names }),
      ...(this.#valueCount > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }
}
