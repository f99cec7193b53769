import { isMapperError, Mapper, QueryResult, Repository } from 'dynamo-evolve';

const classes = { Mapper, Repository, QueryResult };
type ClassName = keyof typeof classes;
type Options = Record<string, unknown>;
type Member = (...args: never[]) => unknown;

/**
 * The public methods and properties of a class: what its prototype has, but for symbols that only the package knows.
 */
export function methodsOf(name: ClassName): string[] {
  return Reflect.ownKeys(classes[name].prototype).flatMap((key) => {
    if (key === Symbol.asyncIterator) return ['[Symbol.asyncIterator]'];
    // `then` only refuses to be called
    return typeof key === 'string' && key !== 'constructor' && key !== 'then' ? [key] : [];
  });
}

type Question = (options: Options) => unknown;

/** What is asked for the options of each call; nothing for a call that takes none. */
type Questions = Readonly<Record<string, Question | readonly Question[]>>;

/** How each method is called with options; a method that is missing here is a failing spec. */
export function questions(mapper: Mapper, repository: Repository<object>): Record<ClassName, Questions> {
  const key = { id: 'nobody' } as never;
  return {
    Mapper: {
      constructor: [
        (options: Options) => new Mapper(options as never),
        (writeBack: Options) =>
          new Mapper({ client: { send: () => {} } as never, entities: mapper.entities, writeBack }),
      ],
      entities: [],
      query: (options) => mapper.query({ entities: mapper.entities, partition: 'nobody', ...options }).all(),
      repository: [],
      createTables: (options) => mapper.createTables(options),
      addIndexes: [],
      verifyTables: (options) => mapper.verifyTables(options),
      census: (options) => mapper.census(options),
      change: (options) => mapper.change({}, options),
      changes: (options) => mapper.changes(options as never),
      flush: [],
      close: [],
    },
    Repository: {
      create: [],
      get: (options) => repository.get(key, options),
      getOrFail: (options) => repository.getOrFail(key, options),
      getMany: (options) => repository.getMany([key], options),
      insert: [],
      put: (options) => repository.put({}, options),
      save: (options) => repository.save({}, options),
      update: [(clauses) => repository.update(key, clauses), (options) => repository.update(key, {}, options)],
      delete: (options) => repository.delete(key, options),
      putMany: (options) => repository.putMany([], options),
      deleteMany: (options) => repository.deleteMany([], options),
      query: (options) => repository.query({ partition: 'nobody', ...options }).all(),
      scan: (options) => repository.scan(options).all(),
      census: (options) => repository.census(options),
      sweep: (options) => repository.sweep(options),
      planSweep: (options) => repository.planSweep(options),
      retire: (options) => repository.retire(options as never),
      hydrate: [],
      stored: [],
    },
    QueryResult: {
      '[Symbol.asyncIterator]': [],
      all: [],
      first: [],
      count: [],
      page: [],
      pages: [],
    },
  };
}

/**
 * Asks each call which options it takes, by giving it one that nobody knows. Resolves to `Repository.get consistent`
 * and so on.
 */
export async function optionsOf(asked: Record<ClassName, Questions>): Promise<string[]> {
  const options: string[] = [];
  for (const [name, calls] of Object.entries(asked)) {
    for (const [call, ask] of Object.entries(calls)) {
      for (const question of [ask].flat()) {
        options.push(...(await knownOptions(question)).map((option) => `${name}.${call} ${option}`));
      }
    }
  }
  return options;
}

const unknownOption = { 'no such option': true };

async function knownOptions(ask: Question): Promise<string[]> {
  try {
    await ask(unknownOption);
  } catch (error) {
    const known = namesIn(error);
    if (known) return known;
    throw error;
  }
  throw new Error('the call took an option that does not exist');
}

/** Whether a method takes options, wherever among its arguments: it refuses one that nobody knows. */
export async function takesOptions(target: object, method: string): Promise<boolean> {
  const call = Reflect.get(target, method) as unknown;
  if (typeof call !== 'function') return false;
  for (const args of [[unknownOption], [{}, unknownOption], [{}, {}, unknownOption], [[], unknownOption]]) {
    try {
      await Reflect.apply(call, target, args);
    } catch (error) {
      if (namesIn(error)) return true;
    }
  }
  return false;
}

function namesIn(error: unknown): string[] | undefined {
  const problem = isMapperError(error, 'INVALID_ARGUMENT') ? error.details.problem : '';
  return /the options are (.+)$/.exec(problem)?.[1]?.split(', ');
}

/** Notes which public calls are made, and with which options. */
export class CallRecorder {
  readonly seen = new Set<string>();
  /** One observer per object: the same repository stays the same. */
  readonly #observers = new WeakMap<object, object>();

  /** A mapper like `new Mapper()`'s, whose calls are noted, and those of its repositories and results. */
  mapper(options: ConstructorParameters<typeof Mapper>[0]): Mapper {
    this.#note('Mapper', 'constructor', [options, options.writeBack]);
    return this.observe('Mapper', new Mapper(options));
  }

  /** An object like this one, whose calls are noted. */
  observe<T extends object>(name: ClassName, target: T): T {
    const known = this.#observers.get(target);
    if (known) return known as T;
    const observer = new Proxy(target, {
      get: (_, member) => {
        const value = Reflect.get(target, member, target) as unknown;
        const call = typeof member === 'symbol' ? `[${member.description}]` : member;
        if (typeof value !== 'function') {
          this.#note(name, call, []);
          return value;
        }
        return (...args: never[]) => {
          this.#note(name, call, args);
          // on the object itself: what it calls of its own is not a call of the suite
          return this.#observeResult((value as Member).apply(target, args));
        };
      },
    });
    this.#observers.set(target, observer);
    return observer;
  }

  #observeResult(result: unknown): unknown {
    if (result instanceof Repository) return this.observe('Repository', result);
    return result instanceof QueryResult ? this.observe('QueryResult', result) : result;
  }

  #note(name: ClassName, call: string, args: readonly unknown[]): void {
    this.seen.add(`${name}.${call}`);
    for (const options of args) {
      if (typeof options !== 'object' || options === null) continue;
      for (const option of Object.keys(options)) this.seen.add(`${name}.${call} ${option}`);
    }
  }
}
