import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EngineClient } from 'dynamo-evolve';
import type { Random } from '../../lib/testing/random.js';

/** How long nothing must happen before it is the next request's turn: calls go on in their own time. */
const quietTurns = 3;

/**
 * Lets requests through one at a time, in an order of the seed: so that calls which run at once meet in every way, and a write-back
 * comes long after its read.
 */
export class Turnstile {
  readonly client: EngineClient;
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];
  #isOpen = true;
  #running = 0;
  #quiet = 0;
  /** How many requests have come. */
  count = 0;

  constructor(client: DynamoDBClient, random: Random) {
    this.#random = random;
    const send = (command: unknown, options: object) => this.pass(() => client.send(command as never, options));
    this.client = { send } as EngineClient;
  }

  /** Runs a request when it is its turn. */
  async pass<R>(request: () => Promise<R>): Promise<R> {
    this.count++;
    this.#quiet = 0;
    if (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await request();
    } finally {
      this.#running--;
      this.#quiet = 0;
    }
  }

  /** Lets everything through. */
  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Waits for calls whose requests pass one by one; `between` is called before each. */
  async run<R>(calls: readonly (() => Promise<R>)[], between: () => void): Promise<R[]> {
    this.#isOpen = false;
    let settled = 0;
    const results = Promise.all(calls.map((call) => call().finally(() => settled++)));
    between();
    while (settled < calls.length) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#running > 0 || this.#waiting.length === 0 || ++this.#quiet < quietTurns) continue;
      between();
      const [go] = this.#waiting.splice(this.#random.integer(this.#waiting.length), 1);
      this.#quiet = 0;
      go?.();
    }
    return results;
  }
}
