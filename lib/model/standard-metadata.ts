import type { Class } from './class.js';

/** What a class's standard decorators share: an object that inherits from that of the parent class. */
export type StandardMetadata = Record<PropertyKey, unknown>;

const symbols = Symbol as { metadata?: symbol };
/** Under this symbol, compilers keep a class's metadata where the runtime has no `Symbol.metadata`. */
const fallback = Symbol.for('Symbol.metadata');

// Node has no Symbol.metadata yet, and TypeScript's output only keeps metadata if there is one. Imports run before the
// classes whose decorators they import. Writable, because other libraries may define it, too.
if (symbols.metadata === undefined) {
  Reflect.defineProperty(Symbol, 'metadata', { value: fallback, configurable: true, writable: true });
}
const wellKnown = symbols.metadata ?? fallback;

/** The metadata of a class's own standard decorators, without its parents; `undefined` if it has none. */
export function ownStandardMetadata(target: Class): StandardMetadata | undefined {
  for (const symbol of [wellKnown, symbols.metadata, fallback]) {
    if (symbol === undefined || !Object.hasOwn(target, symbol)) continue;
    const metadata = (target as unknown as StandardMetadata)[symbol];
    if (typeof metadata === 'object' && metadata !== null) return metadata as StandardMetadata;
  }
  return undefined;
}
