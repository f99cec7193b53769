import { type CommandStack, takeAnswer, type TakenAnswer } from '../taken-answer.js';
import type { Operation } from '../transport.js';
import { leanMiddlewares, type LeanMiddlewares, setRequest } from './lean-middlewares.js';
import { Plan } from './plan.js';
import type { SdkCommand, SdkConfig, SdkStack } from './sdk-parts.js';
import { entriesOf } from './stack-entries.js';

/** What is known of one configuration of a client. */
interface Client {
  readonly middlewares: LeanMiddlewares;
  readonly plans: Map<Operation, Plan>;
}

/**
 * The lean way of commands through the middlewares of their clients: the same ones in the same order, found once, but
 * that those of the SDK which find out the same for each request are replaced by ones that remember it.
 */
export class LeanWay {
  readonly #clients = new WeakMap<SdkConfig, Client>();

  /** Makes a command take the lean way if its client is one of the SDK's, and else its client's own way. */
  open(command: SdkCommand, operation: Operation, taken: TakenAnswer): void {
    const { resolveMiddleware: stock } = command;
    const resolveMiddleware: typeof stock = (stack, config, options) => {
      // the SDK's own method makes the context and the handler of the request; only the stack is not the client's
      const concat = (commandStack: SdkStack): Pick<SdkStack, 'resolve'> => {
        const plan = this.#planFor(operation, stack, commandStack, config);
        if (plan.isLean) {
          return {
            resolve: (last, context) => {
              setRequest(context, { operation, taken });
              return plan.resolve(last, context);
            },
          };
        }
        takeAnswer(commandStack as CommandStack, taken);
        return stack.concat(commandStack);
      };
      if (canBeLean(command, stack, config)) return stock.call(command, { concat } as SdkStack, config, options);
      takeAnswer(command.middlewareStack as CommandStack, taken);
      return stock.call(command, stack, config, options);
    };
    Object.defineProperty(command, 'resolveMiddleware', {
      value: resolveMiddleware,
      configurable: true,
      writable: true,
    });
  }

  #planFor(operation: Operation, stack: SdkStack, commandStack: SdkStack, config: SdkConfig): Plan {
    let client = this.#clients.get(config);
    if (!client) {
      client = { middlewares: leanMiddlewares(config), plans: new Map() };
      this.#clients.set(config, client);
    }
    let plan = client.plans.get(operation);
    if (!plan?.isFor(stack)) {
      plan = new Plan(stack, commandStack, client.middlewares);
      client.plans.set(operation, plan);
    }
    return plan;
  }
}

/**
 * Whether nobody has put anything on our command, and its client is one of the SDK's that speaks the protocol we write.
 */
function canBeLean(command: SdkCommand, stack: SdkStack, { protocol }: SdkConfig): boolean {
  return (
    typeof stack.applyToStack === 'function' &&
    protocol?.getShapeId?.() === 'aws.protocols#awsJson1_0' &&
    // it prints what is on the stack
    stack.identifyOnResolve?.() !== true &&
    entriesOf(command.middlewareStack).length === 0
  );
}
