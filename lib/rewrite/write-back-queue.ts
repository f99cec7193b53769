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

/** A task whose caller waits for it. */
interface AwaitedTask extends Task {
  /** Called instead of `run` when this second's budget is used up. */
  readonly leaveOut: () => void;
}

/**
 * Runs tasks in the background, with limits on how many run at the same time, start in a second, and wait, and only one
 * for each partition at a time. Tasks must not reject. Tasks that wait for the next second don't keep the process
 * alive.
 */
export class WriteBackQueue {
  readonly #limits: WriteBackLimits;
  readonly #awaited: AwaitedTask[] = [];
  readonly #waiting: Task[] = [];
  readonly #busy = new Set<string>();
  readonly #started: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  isClosed = false;

  constructor(limits: WriteBackLimits) {
    this.#limits = limits;
  }

  /** Adds a task unless the queue is full. Returns whether it was added. */
  add(partition: string, run: () => Promise<void>): boolean {
    if (this.#waiting.length >= this.#limits.queueSize) return false;
    this.#waiting.push({ partition, run });
    this.#startNext();
    return true;
  }

  /**
   * Adds a task whose caller waits for it, even if the queue is full, ahead of background tasks. Resolves to whether it
   * ran: it is skipped if the budget of the current second is used up.
   */
  addAwaited(partition: string, run: () => Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      const runAndTell = () => run().finally(() => resolve(true));
      this.#awaited.push({ partition, run: runAndTell, leaveOut: () => resolve(false) });
      this.#startNext();
    });
  }

  /** Accepts no more tasks. Resolves when none waits or runs any more. */
  close(): Promise<void> {
    this.isClosed = true;
    return this.drain();
  }

  /** Resolves when no task waits or runs any more. */
  drain(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    // a caller waits now, so the process must stay alive until the next start
    this.#timer?.ref();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #isIdle(): boolean {
    return this.#awaited.length === 0 && this.#waiting.length === 0 && this.#busy.size === 0;
  }

  #startNext(): void {
    for (;;) {
      if (this.#budgetDelay() > 0) return this.#waitForBudget();
      if (this.#busy.size >= this.#limits.concurrency) return;
      const task = this.#takeFrom(this.#awaited) ?? this.#takeFrom(this.#waiting);
      if (!task) return;
      this.#started.push(performance.now());
      this.#busy.add(task.partition);
      const ended = () => this.#ended(task);
      void task.run().then(ended, ended);
    }
  }

  /** The first task whose partition is free. */
  #takeFrom(tasks: Task[]): Task | undefined {
    const at = tasks.findIndex((task) => !this.#busy.has(task.partition));
    return at < 0 ? undefined : tasks.splice(at, 1)[0];
  }

  #ended(task: Task): void {
    this.#busy.delete(task.partition);
    this.#startNext();
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #waitForBudget(): void {
    for (const task of this.#awaited.splice(0)) task.leaveOut();
    if (this.#timer || this.#waiting.length === 0) return;
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
