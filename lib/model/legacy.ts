import type { Class } from './class.js';
import { isContext, memberTarget } from './decorator-target.js';
import { inheritedRecords } from './registry.js';

// oxlint-disable-next-line typescript/no-explicit-any -- decorators of any library, of properties, methods or classes
type ExperimentalDecorator = (target: any, member?: any, descriptor?: any) => any;

/**
 * Applies decorators of other libraries that only know `experimentalDecorators`, such as those of class-transformer and
 * class-validator, under experimental and under standard decorators. Under the latter, a member's decorators are applied
 * when the mapper first reads the class or when its first instance is made. The first decorator is applied last, like
 * the topmost one above a member.
 *
 * @example
 * class Image {
 *   url!: string;
 * }
 * class Album {
 *   @Attribute({ type: 'array' }) @Legacy(Type(() => Image)) images!: Image[];
 * }
 */
export function Legacy(...decorators: readonly ExperimentalDecorator[]): ExperimentalDecorator {
  return (...args: [target: unknown, member?: unknown, descriptor?: unknown]) => {
    const [target, member, descriptor] = args;
    if (!isContext(member)) return apply(decorators, args, descriptor);
    if (member.kind === 'class') return apply(decorators, [target], undefined);
    const { isStatic, member: name, record } = memberTarget('@Legacy', args);
    (record.waiting ??= []).push((owner) => decorate(decorators, isStatic ? owner : (owner.prototype as object), name));
    if (!isStatic) onFirstInstance(member);
    return undefined;
  };
}

function apply(decorators: readonly ExperimentalDecorator[], args: readonly unknown[], initial: unknown): unknown {
  const [target, ...others] = args;
  let result = initial;
  for (const decorator of decorators.toReversed()) {
    const returned: unknown =
      others.length === 0 ? decorator(result ?? target) : decorator(target, others[0], result ?? others[1]);
    result = returned ?? result;
  }
  return result === initial ? undefined : result;
}

/** Applies decorators to a member of a finished class, as TypeScript does with `experimentalDecorators`. */
function decorate(decorators: readonly ExperimentalDecorator[], target: object, member: string | symbol): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, member);
  const changed = apply(decorators, [target, member, descriptor], descriptor);
  if (descriptor && changed) Object.defineProperty(target, member, changed);
}

/** Lets the waiting decorators of a class run when it makes an instance, for libraries that look at it after that. */
function onFirstInstance(context: object): void {
  let isDone = false;
  const { addInitializer } = context as { addInitializer?: (initializer: (this: object) => void) => void };
  addInitializer?.call(context, function () {
    if (isDone) return;
    isDone = true;
    if (typeof this.constructor === 'function') inheritedRecords(this.constructor as Class);
  });
}
