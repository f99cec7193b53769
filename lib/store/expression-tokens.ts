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
  readonly #names = new Map<string, string>();
  readonly #values: WireValue[] = [];

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
    return `:${this.#prefix}${this.#values.push(value)}`;
  }

  #name(name: string): string {
    const token = this.#names.get(name) ?? `#${this.#prefix}${this.#names.size + 1}`;
    this.#names.set(name, token);
    return token;
  }

  get params(): TokenParams {
    const names = Array.from(this.#names, ([name, token]) => [token, name]);
    const values = this.#values.map((value, at) => [`:${this.#prefix}${at + 1}`, value]);
    return {
      ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) as Record<string, string> }),
      ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) as WireItem }),
    };
  }
}
