import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { MapperError } from '../errors.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { ItemContext } from '../read/entity-context.js';

interface Generated {
  readonly now: Date;
  readonly revision: string;
}

/** What one command of the toolbox writes besides its item, while it makes its request, which is synchronous. */
export class CurrentWrite {
  readonly #context: ItemContext<object>;
  #generated: Generated | undefined;

  constructor(context: ItemContext<object>) {
    this.#context = context;
  }

  /** Makes the request of a command that carries the fence. */
  run<R>(makeRequest: () => R): R {
    // a transformer or default of the application may make another request meanwhile
    const outer = this.#generated;
    this.#generated = { now: this.#context.now(), revision: randomUUID() };
    try {
      return makeRequest();
    } finally {
      this.#generated = outer;
    }
  }

  /** The version to store. Throws `UNFENCED_COMMAND` outside `run`. */
  version(): number {
    this.#mustRun();
    return this.#context.model.version;
  }

  revision(): string {
    return this.#mustRun().revision;
  }

  /** The time of the write, in the notation of an attribute's property. */
  time({ type }: AttributeModel): Date | string | number {
    const { now } = this.#mustRun();
    if (type === 'string') return now.toISOString();
    return type === 'number' ? now.getTime() : new Date(now);
  }

  /** For attributes that every write sets: whether a value is what this write generates. */
  isGenerated(value: unknown, generate: () => unknown): true | string {
    return isDeepStrictEqual(value, generate()) || 'is set by every write; leave it out';
  }

  #mustRun(): Generated {
    if (this.#generated) return this.#generated;
    const problem = 'was made without the fence; make it with build() of what toolboxEntity() returns';
    throw new MapperError('UNFENCED_COMMAND', { class: this.#context.model.name, command: 'command', problem });
  }
}
