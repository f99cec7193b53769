import type { Entry, Handler, Middleware, SdkContext, SdkStack } from './sdk-parts.js';

/** The middlewares of a stack, as they were put on it. */
export function entriesOf(stack: SdkStack): Entry[] {
  const entries: Entry[] = [];
  const note = (_middleware: Middleware, entry: Entry) => void entries.push(entry);
  stack.applyToStack({ add: note, addRelativeTo: note });
  return entries;
}

/** Whether two stacks have the same middlewares at the same places. */
export function areSameEntries(before: readonly Entry[], now: readonly Entry[]): boolean {
  return before.length === now.length && before.every((entry, at) => isSameEntry(entry, now[at] as Entry));
}

function isSameEntry(before: Entry, now: Entry): boolean {
  return (
    before.middleware === now.middleware &&
    before.name === now.name &&
    before.step === now.step &&
    before.priority === now.priority &&
    before.relation === now.relation &&
    before.toMiddleware === now.toMiddleware
  );
}

/** A stack like another, with the same functions around it, and nothing on it. */
export function emptied(stack: SdkStack, nothing: SdkStack): SdkStack {
  const copy = stack.concat(nothing);
  for (const { middleware } of entriesOf(copy)) copy.remove(middleware);
  return copy;
}

/**
 * The middlewares of a stack from the inside out, as the SDK runs them; `empty` is a stack to find out with. Entries
 * are put on it as they stand on the stack already: `override: true` has had its effect, and moves nothing a second
 * time.
 */
export function orderOf(stack: SdkStack, empty: SdkStack): Entry[] {
  const order: Entry[] = [];
  const put = (how: 'add' | 'addRelativeTo') => (_middleware: Middleware, entry: Entry) => {
    const { middleware: _replaced, ...options } = entry;
    const record: Middleware = (next) => {
      order.push(entry);
      return next;
    };
    empty[how](record, options);
  };
  stack.applyToStack({ add: put('add'), addRelativeTo: put('addRelativeTo') });
  empty.resolve(unreachable, {} as SdkContext);
  return order;
}

const unreachable: Handler = () => Promise.reject(new Error('nothing is sent'));
