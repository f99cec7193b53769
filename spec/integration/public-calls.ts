import { isMapperError, Mapper, QueryResult, Repository } from 'dynamo-evolve';

const classes = { Mapper, Repository, QueryResult };
type ClassName = keyof typeof classes;
type Options = Record<string, unknown>;
type Member = (...args: never[]) => unknown;

/** The public methods and properties of a class: what its prototype has, but for symbols that only the package knows. */
export function methodsOf(name: ClassName): string[] {
  return Reflect.ownKeys(classes[name].prototype).flatMap((key) => {
    if (key === Symbol.asyncIterator) return ['[Symbol.asyncIterator]'];
    return typeof key === 'string' && key !== 'constructor' ? [key] : [];
  });
}

/** What is asked for the options of each call; `undefined` for a call that takes none. */
type Questions = Readonly<Record<string, ((options: Options) => unknown) | undefined>>;

/** How each method is called with options; a method that is missing here is a failing spec. */
export function questions(mapper: Mapper, repository: Repository<object>): Record<ClassName, Questions> {
  const key = { id: 'nobody' } as never;
  return {
    Mapper: {
      constructor: (options: Options) => new Mapper(options as never),
      entities: undefined,
      query: (options) => mapper.query({ entities: mapper.entities, partition: 'nobody', ...options }).all(),
      repository: undefined,
      createTables: (options) => mapper.createTables(options),
      addIndexes: undefined,
      verifyTables: undefined,
      flush: undefined,
      close: undefined,
    },
    Repository: {
      create: undefined,
      get: (options) => repository.get(key, options),
      getOrFail: (options) => repository.getOrFail(key, options),
      getMany: (options) => repository.getMany([key], options),
      insert: undefined,
      put: undefined,
      save: (options) => repository.save({}, options),
      update: (options) => repository.update(key, options),
      delete: undefined,
      putMany: (options) => repository.putMany([], options),
      deleteMany: (options) => repository.deleteMany([], options),
      query: (options) => repository.query({ partition: 'nobody', ...options }).all(),
      scan: (options) => repository.scan(options).all(),
      hydrate: undefined,
      stored: undefined,
    },
    QueryResult: {
      '[Symbol.asyncIterator]': undefined,
      all: undefined,
      first: undefined,
      count: undefined,
      page: undefined,
      pages: undefined,
    },
  };
}

/** Asks each call which options it takes, by giving it one that nobody knows. Resolves to `Repository.get consistent` and so on. */
export async function optionsOf(asked: Record<ClassName, Questions>): Promise<string[]> {
  const options: string[] = [];
  for (const [name, calls] of Object.entries(asked)) {
    for (const [call, ask] of Object.entries(calls)) {
      if (ask) options.push(...(await knownOptions(ask)).map((option) => `${name}.${call} ${option}`));
    }
  }
  return options;
}

async function knownOptions(ask: (options: Options) => unknown): Promise<string[]> {
  try {
    await ask({ 'no such option': true });
  } catch (error) {
    const problem = isMapperError(error, 'INVALID_ARGUMENT') ? error.details.problem : '';
    const [, names] = /the options are (.+)$/.exec(problem) ?? [];
    if (names !== undefined) return names.split(', ');
    throw error;
  }
  throw new Error('the call took an option that does not exist');
}

/** Notes which public calls are made, and with which options. */
export class CallRecorder {
  readonly seen = new Set<string>();
  /** One observer per object: the same repository stays the same. */
  readonly #observers = new WeakMap<object, object>();

  /** A mapper like `new Mapper()`'s, whose calls are noted, and those of its repositories and results. */
  mapper(options: ConstructorParameters<typeof Mapper>[0]): Mapper {
    this.#note('Mapper', 'constructor', [options]);
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
