import { requestValue, type WireValue } from '../codec/wire.js';
import type { WirePath } from '../codec/wire-condition.js';

/** What a request carries beside its expressions: what their tokens stand for. Engines refuse empty ones. */
export interface TokenParams {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, never>;
}

/** The tokens that the expressions of one request have instead of names and values: so any attribute name will do. */
export class ExpressionTokens {
  readonly #names = new Map<string, string>();
  readonly #values: WireValue[] = [];

  /** The place of a value. */
  path({ attribute, within = [] }: WirePath): string {
    const below = within.map((part) => (typeof part === 'number' ? `[${part}]` : `.${this.#name(part)}`));
    return this.#name(attribute) + below.join('');
  }

  value(value: WireValue): string {
    this.#values.push(requestValue(value));
    return `:v${this.#values.length}`;
  }

  #name(name: string): string {
    const token = this.#names.get(name) ?? `#n${this.#names.size + 1}`;
    this.#names.set(name, token);
    return token;
  }

  get params(): TokenParams {
    const names = Array.from(this.#names, ([name, token]) => [token, name]);
    const values = this.#values.map((value, at) => [`:v${at + 1}`, value]);
    return {
      ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) as Record<string, string> }),
      ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) as Record<string, never> }),
    };
  }
}
