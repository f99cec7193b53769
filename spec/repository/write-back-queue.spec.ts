import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { WriteBackQueue } from '../../lib/rewrite/write-back-queue.js';

/** Tasks that run until they are told to end. */
class Tasks {
  readonly started: string[] = [];
  readonly #ends = new Map<string, () => void>();

  task(name: string): () => Promise<void> {
    return () => {
      this.started.push(name);
      return new Promise((resolve) => this.#ends.set(name, resolve));
    };
  }

  async end(...names: string[]): Promise<void> {
    for (const name of names) this.#ends.get(name)?.();
    await settle();
  }
}

/** Lets every promise go on that can. */
const settle = () => jest.advanceTimersByTimeAsync(0);

let tasks: Tasks;
beforeEach(() => {
  jest.useFakeTimers();
  tasks = new Tasks();
});
afterEach(() => {
  jest.useRealTimers();
});

const queueOf = (limits: Partial<ConstructorParameters<typeof WriteBackQueue>[0]> = {}) =>
  new WriteBackQueue({ concurrency: 8, perSecond: Infinity, queueSize: 100, ...limits });

/** What a promise has come to so far. */
function watch<T>(promise: Promise<T>): { value?: T } {
  const watched: { value?: T } = {};
  void promise.then((value) => (watched.value = value));
  return watched;
}

describe('a queue', () => {
  test('starts tasks at once, as many as may run', async () => {
    const queue = queueOf({ concurrency: 2 });
    for (const name of ['a', 'b', 'c', 'd']) expect(queue.add(name, tasks.task(name))).toBe(true);
    expect(tasks.started).toEqual(['a', 'b']);
    await tasks.end('b');
    expect(tasks.started).toEqual(['a', 'b', 'c']);
    await tasks.end('a', 'c');
    expect(tasks.started).toEqual(['a', 'b', 'c', 'd']);
  });

  test('runs one of a partition at a time, in order, and others meanwhile', async () => {
    const queue = queueOf();
    queue.add('a', tasks.task('a1'));
    queue.add('a', tasks.task('a2'));
    queue.add('b', tasks.task('b1'));
    queue.add('a', tasks.task('a3'));
    expect(tasks.started).toEqual(['a1', 'b1']);
    await tasks.end('a1');
    expect(tasks.started).toEqual(['a1', 'b1', 'a2']);
    await tasks.end('a2');
    expect(tasks.started).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  test('takes no more than it can hold; those that run do not count', async () => {
    const queue = queueOf({ concurrency: 1, queueSize: 2 });
    expect(['a', 'b', 'c', 'd'].map((name) => queue.add(name, tasks.task(name)))).toEqual([true, true, true, false]);
    await tasks.end('a');
    expect(queue.add('e', tasks.task('e'))).toBe(true);
    expect(queue.add('f', tasks.task('f'))).toBe(false);
  });

  test('goes on after a task that rejects, although none should', async () => {
    const queue = queueOf({ concurrency: 1 });
    queue.add('a', () => Promise.reject(new Error('a task')));
    const awaited = watch(queue.addAwaited('a', tasks.task('b')));
    queue.add('a', tasks.task('c'));
    await settle();
    await tasks.end('b');
    expect(tasks.started).toEqual(['b', 'c']);
    expect(awaited).toEqual({ value: true });
  });
});

describe('the budget of a second', () => {
  test('lets so many tasks start within any second', async () => {
    const queue = queueOf({ perSecond: 2 });
    const start = performance.now();
    const times: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      queue.add(name, async () => void times.push(performance.now() - start));
    }
    await jest.advanceTimersByTimeAsync(3_000);
    expect(times.map((time) => Math.floor(time / 1000))).toEqual([0, 0, 1, 1, 2]);
  });

  test('counts from each start, not by the clock', async () => {
    const queue = queueOf({ perSecond: 1 });
    queue.add('a', tasks.task('a'));
    await jest.advanceTimersByTimeAsync(600);
    queue.add('b', tasks.task('b'));
    await jest.advanceTimersByTimeAsync(300);
    expect(tasks.started).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(200);
    expect(tasks.started).toEqual(['a', 'b']);
  });
});

describe('a task that somebody waits for', () => {
  test('resolves when it has run', async () => {
    const queue = queueOf();
    const awaited = watch(queue.addAwaited('a', tasks.task('a')));
    await settle();
    expect(awaited).toEqual({});
    await tasks.end('a');
    expect(awaited).toEqual({ value: true });
  });

  test('is taken even if the queue is full, and goes first', async () => {
    const queue = queueOf({ concurrency: 1, queueSize: 1 });
    queue.add('a', tasks.task('a'));
    queue.add('b', tasks.task('b'));
    const awaited = watch(queue.addAwaited('c', tasks.task('c')));
    await tasks.end('a');
    expect(tasks.started).toEqual(['a', 'c']);
    await tasks.end('c');
    expect([tasks.started, awaited]).toEqual([['a', 'c', 'b'], { value: true }]);
  });

  test('is left out when the budget is used up', async () => {
    const queue = queueOf({ perSecond: 1 });
    queue.add('a', tasks.task('a'));
    const awaited = watch(queue.addAwaited('b', tasks.task('b')));
    await settle();
    expect([tasks.started, awaited]).toEqual([['a'], { value: false }]);
  });

  test('is left out when the budget is used up before its turn comes', async () => {
    const queue = queueOf({ concurrency: 1, perSecond: 2 });
    const all = ['a', 'b', 'c', 'd'].map((name) => watch(queue.addAwaited(name, tasks.task(name))));
    await settle();
    await tasks.end('a');
    expect(all).toEqual([{ value: true }, {}, { value: false }, { value: false }]);
    await tasks.end('b');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(tasks.started).toEqual(['a', 'b']);
  });
});

describe('draining', () => {
  test('resolves at once when there is nothing', async () => {
    const drained = watch(
      queueOf()
        .drain()
        .then(() => 'drained'),
    );
    await settle();
    expect(drained).toEqual({ value: 'drained' });
  });

  test('resolves when all tasks have run, those that wait for their second included, every time it is asked', async () => {
    const queue = queueOf({ perSecond: 1 });
    queue.add('a', tasks.task('a'));
    queue.add('b', tasks.task('b'));
    const drained = [watch(queue.drain().then(() => 1)), watch(queue.drain().then(() => 2))];
    await tasks.end('a');
    await jest.advanceTimersByTimeAsync(1_100);
    expect([tasks.started, drained]).toEqual([
      ['a', 'b'],
      [{}, {}],
    ]);
    await tasks.end('b');
    expect(drained).toEqual([{ value: 1 }, { value: 2 }]);
    queue.add('c', tasks.task('c'));
    const again = watch(queue.drain().then(() => 3));
    await jest.advanceTimersByTimeAsync(1_100);
    expect(again).toEqual({});
    await tasks.end('c');
    expect(again).toEqual({ value: 3 });
  });
});

describe('a process', () => {
  const source = join(import.meta.dirname, '../../lib/rewrite/write-back-queue.ts');
  const { code } = transformFileSync(source, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } });
  const run = (more: string) => {
    const program = `${code}
      const queue = new WriteBackQueue({ concurrency: 1, perSecond: 1, queueSize: 10 });
      for (const name of ['a', 'b']) queue.add(name, async () => console.log(name));
      ${more}`;
    const started = performance.now();
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    return { printed: stdout.trim().split('\n'), seconds: (performance.now() - started) / 1000 };
  };

  test('ends although tasks wait for their second', () => {
    expect(run('').printed).toEqual(['a']);
  });

  test('does not end while somebody waits until all have run', () => {
    expect(run(`await queue.drain(); console.log('drained');`).printed).toEqual(['a', 'b', 'drained']);
  });
});
