/** How many write-backs run at once, start in a second, and wait. */
export interface WriteBackLimits {
  readonly concurrency: number;
  readonly perSecond: number;
  readonly queueSize: number;
}

interface Task {
  readonly partition: string;
  readonly run: () => Promise<void>;
}

/**
 * Runs tasks in the background: so many at once, so many a second, one of a partition at a time. Holds only so many;
 * tasks never reject. Doesn't keep the process alive.
 */
export class WriteBackQueue {
  readonly #limits: WriteBackLimits;
  readonly #waiting: Task[] = [];
  readonly #busy = new Set<string>();
  readonly #started: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  constructor(limits: WriteBackLimits) {
    this.#limits = limits;
  }

  /** Takes a task unless the queue is full, and says whether it did. */
  add(partition: string, run: () => Promise<void>): boolean {
    if (this.#waiting.length >= this.#limits.queueSize) return false;
    this.#waiting.push({ partition, run });
    this.#startNext();
    return true;
  }

  /** Takes a task that somebody waits for, full or not, if this second's budget allows; resolves when it has run. */
  addAwaited(partition: string, run: () => Promise<void>): Promise<void> | undefined {
    if (this.#budgetDelay() > 0) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push({ partition, run: () => run().finally(resolve) });
      this.#startNext();
    });
  }

  /** Resolves when nothing waits or runs any more. */
  drain(): Promise<void> {
    if (this.#waiting.length === 0 && this.#busy.size === 0) return Promise.resolve();
    // now somebody waits: the process must not end before the next start
    this.#timer?.ref();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #startNext(): void {
    while (this.#busy.size < this.#limits.concurrency) {
      const at = this.#waiting.findIndex((task) => !this.#busy.has(task.partition));
      if (at < 0) return;
      if (this.#budgetDelay() > 0) return this.#waitForBudget();
      this.#started.push(performance.now());
      const [task] = this.#waiting.splice(at, 1) as [Task];
      this.#busy.add(task.partition);
      void task.run().finally(() => this.#ended(task));
    }
  }

  #ended(task: Task): void {
    this.#busy.delete(task.partition);
    this.#startNext();
    if (this.#waiting.length > 0 || this.#busy.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #waitForBudget(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#startNext();
    }, this.#budgetDelay());
    if (this.#idle.length === 0) this.#timer.unref();
  }

  /** How long until another task may start, in milliseconds. */
  #budgetDelay(): number {
    const now = performance.now();
    while (this.#started.length > 0 && now - (this.#started[0] as number) >= 1000) this.#started.shift();
    return this.#started.length < this.#limits.perSecond ? 0 : 1000 - (now - (this.#started[0] as number));
  }
}
