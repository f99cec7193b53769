import type { LeanMiddlewares } from './lean-middlewares.js';
import type { Entry, Handler, Middleware, SdkContext, SdkStack } from './sdk-parts.js';
import { areSameEntries, emptied, entriesOf, orderOf } from './stack-entries.js';
import { isStockMiddleware } from './stock-client.js';

/** The order in which the middlewares of a client run for an operation, as long as its stack stays what it is. */
export class Plan {
  readonly #stack: SdkStack;
  readonly #entries: readonly Entry[];
  readonly #concat: unknown;
  readonly #resolve: unknown;
  /** From the inside out; `undefined` if the SDK's own ones aren't all there. */
  readonly #order: readonly Middleware[] | undefined;
  /** Has no middlewares, but whatever an instrumentation has put around the methods of the client's stack. */
  readonly #shell: SdkStack;

  constructor(stack: SdkStack, commandStack: SdkStack, middlewares: LeanMiddlewares) {
    this.#stack = stack;
    this.#entries = entriesOf(stack);
    this.#concat = stack.concat;
    this.#resolve = stack.resolve;
    this.#shell = emptied(stack, commandStack);
    const order = orderOf(stack.concat(commandStack), emptied(stack, commandStack));
    const ofCommand = new Set(entriesOf(commandStack).map(({ middleware }) => middleware));
    this.#order = leanOrder(order, middlewares, ofCommand);
  }

  /** Whether the SDK's own middlewares are all there. */
  get isLean(): boolean {
    return this.#order !== undefined;
  }

  /** Whether a stack is still the one that the plan was made for. */
  isFor(stack: SdkStack): boolean {
    const isSame = this.#stack === stack && this.#concat === stack.concat && this.#resolve === stack.resolve;
    return isSame && areSameEntries(this.#entries, entriesOf(stack));
  }

  resolve(last: Handler, context: SdkContext): Handler {
    let handler = last;
    for (const middleware of this.#order ?? []) handler = middleware(handler, context);
    return this.#shell.resolve(handler, context);
  }
}

/** `ofCommand` are those that our own command brings along. */
function leanOrder(
  order: readonly Entry[],
  replacements: LeanMiddlewares,
  ofCommand: ReadonlySet<Middleware>,
): Middleware[] | undefined {
  const missing = new Set(Object.keys(replacements));
  const lean: Middleware[] = [];
  for (const { middleware, name = '' } of order) {
    const isReplaced = missing.has(name) && (ofCommand.has(middleware) || isStockMiddleware(name, middleware));
    lean.push(isReplaced ? replacements[name as keyof LeanMiddlewares](middleware) : middleware);
    if (isReplaced) missing.delete(name);
  }
  return missing.size === 0 ? lean : undefined;
}
