import { MapperError } from '../errors.js';

/** How conditional writes to one partition wait for each other. */
export interface TurnLimits {
  /** How many run at the same time. */
  readonly perPartition: number;
  /** How many wait for them, at most. */
  readonly queueSize: number;
  /** After how many milliseconds a write that hasn't ended no longer holds up others. */
  readonly longestTurn: number;
}

/** A write that holds up others, or waits for them. */
interface Turn {
  started: number;
  begin: () => void;
}

interface Partition {
  readonly name: string;
  /** The oldest first. */
  readonly running: Turn[];
  readonly waiting: Turn[];
  timer: NodeJS.Timeout | undefined;
}

/**
 * Lets the conditional writes to a partition pass one after another, in the order in which they come, but those that
 * are tried again first. ScyllaDB decides on each of them in a round of Paxos for the whole partition, and rounds at the same time make each other fail.
 */
export class PartitionTurns {
  readonly limits: TurnLimits;
  readonly #partitions = new Map<string, Partition>();

  constructor(limits: TurnLimits) {
    this.limits = limits;
  }

  /**
   * Runs a write in its turn among those of a table's partition. Rejects with `WRITE_QUEUE_FULL`, without running it, if
   * too many wait already. One that is tried again goes before those that wait: behind them, it would be refused once
   * more for each of them that changes its item.
   */
  async run<R>(table: string, partition: string, write: () => Promise<R>, isTriedAgain = false): Promise<R> {
    const { perPartition, queueSize } = this.limits;
    if (perPartition === Infinity) return write();
    const among = this.#partition(`${table} ${partition}`);
    const turn: Turn = { started: performance.now(), begin: () => {} };
    if (among.running.length < perPartition) {
      among.running.push(turn);
    } else {
      const { length: waiting } = among.waiting;
      if (waiting >= queueSize && !isTriedAgain) throw new MapperError('WRITE_QUEUE_FULL', { table, waiting });
      await new Promise<void>((resolve) => {
        turn.begin = resolve;
        if (isTriedAgain) among.waiting.unshift(turn);
        else among.waiting.push(turn);
        this.#watch(among);
      });
    }
    try {
      return await write();
    } finally {
      remove(among.running, turn);
      this.#goOn(among);
    }
  }

  #partition(name: string): Partition {
    const known = this.#partitions.get(name);
    if (known) return known;
    const added: Partition = { name, running: [], waiting: [], timer: undefined };
    this.#partitions.set(name, added);
    return added;
  }

  #goOn(among: Partition): void {
    const { name, running, waiting } = among;
    while (waiting.length > 0 && running.length < this.limits.perPartition) {
      const next = waiting.shift() as Turn;
      next.started = performance.now();
      running.push(next);
      next.begin();
    }
    if (waiting.length > 0) return this.#watch(among);
    clearTimeout(among.timer);
    among.timer = undefined;
    // one whose turn was taken away may end when the partition is known anew
    if (running.length === 0 && this.#partitions.get(name) === among) this.#partitions.delete(name);
  }

  /** Sees to it that those who wait go on even if the oldest write doesn't end. */
  #watch(among: Partition): void {
    const { longestTurn } = this.limits;
    const [oldest] = among.running;
    if (among.timer || !oldest || longestTurn === Infinity) return;
    among.timer = setTimeout(
      () => {
        among.timer = undefined;
        const end = performance.now() - longestTurn;
        for (const turn of among.running.filter(({ started }) => started <= end)) remove(among.running, turn);
        this.#goOn(among);
      },
      Math.max(1, oldest.started + longestTurn - performance.now()),
    );
  }
}

function remove(turns: Turn[], turn: Turn): void {
  const at = turns.indexOf(turn);
  if (at >= 0) turns.splice(at, 1);
}
