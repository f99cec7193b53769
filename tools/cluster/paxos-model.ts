import { setTimeout as sleep } from 'node:timers/promises';

/** What happened to writes. */
export interface PaxosCounts {
  /** Writes that a coordinator took on. */
  writes: number;
  /** Rounds that began in vain: another ballot was above theirs, so that they had to begin again after a pause. */
  falseStarts: number;
  /** Writes of which nobody knows: some replicas had accepted them, others not. They may be done later. */
  uncertain: number;
  /** Writes whose time ran out. */
  timeouts: number;
  /** Of the uncertain ones, those that another round has done. */
  doneLater: number;
}

export interface PaxosOptions {
  readonly replicas?: number;
  /** How long a message takes to a replica or back, in milliseconds. */
  readonly messageDelay?: () => number;
  /** The pause after a false start, in milliseconds. */
  readonly pause?: () => number;
  /** How long a coordinator tries, in milliseconds. */
  readonly timeout?: number;
}

/** A write whose outcome the client isn't told: ScyllaDB answers it with 500. */
export class UncertainWrite extends Error {}

type Ballot = number;

/** A write that a replica has accepted, or may. */
interface Proposal {
  readonly ballot: Ballot;
  /** Whether its client was told that nobody knows. */
  isUncertain: boolean;
  /** Does the write, once. */
  readonly settle: () => Promise<unknown>;
}

interface Replica {
  promised: Ballot;
  committed: Ballot;
  accepted: Proposal | undefined;
}

interface Promised {
  readonly ballot: Ballot;
  readonly unfinished: Proposal | undefined;
}

/**
 * How ScyllaDB decides on conditional writes, as its source says (service/storage_proxy.cc, `storage_proxy::cas` and
 * `paxos_response_handler`): each write of a partition is a round of Paxos among its replicas, a coordinator lets its
 * own rounds for a partition go one after another, a round that loses against a higher ballot pauses for up to 100 ms,
 * and one that only some replicas accepted ends as a timeout, though another round may finish it.
 *
 * A model: it has no disks, no failing replicas and no reads, and its clock is that of this process.
 */
export class PaxosModel {
  readonly counts: PaxosCounts = { writes: 0, falseStarts: 0, uncertain: 0, timeouts: 0, doneLater: 0 };
  readonly #options: Required<PaxosOptions>;
  readonly #partitions = new Map<string, Replica[]>();
  /** The last round of each coordinator and partition: Alternator's `get_cas_lock`. */
  readonly #locks = new Map<string, Promise<unknown>>();
  #lastBallot = 0;

  constructor({
    replicas = 3,
    messageDelay = () => 0.5 + Math.random() * 2,
    pause = () => Math.random() * 100,
    timeout = 10_000,
  }: PaxosOptions = {}) {
    this.#options = { replicas, messageDelay, pause, timeout };
  }

  /** Does a write through a coordinator. Throws `UncertainWrite`, or what the write throws. */
  write<R>(coordinator: string, partition: string, apply: () => Promise<R>): Promise<R> {
    this.counts.writes++;
    const end = performance.now() + this.#options.timeout;
    const lock = `${coordinator} ${partition}`;
    const before = this.#locks.get(lock) ?? Promise.resolve();
    const round = before.then(() => this.#round(this.#replicasOf(partition), apply, end));
    const ended = round.catch(() => {});
    this.#locks.set(lock, ended);
    void ended.then(() => this.#locks.get(lock) === ended && this.#locks.delete(lock));
    return round;
  }

  async #round<R>(replicas: readonly Replica[], apply: () => Promise<R>, end: number): Promise<R> {
    for (;;) {
      const { ballot } = await this.#begin(replicas, end);
      let settled: Promise<R> | undefined;
      const proposal: Proposal = {
        ballot,
        isUncertain: false,
        settle: () => {
          if (!settled && proposal.isUncertain) this.counts.doneLater++;
          return (settled ??= apply());
        },
      };
      const accepts = await this.#propose(replicas, proposal);
      if (accepts >= this.#quorum) {
        const result = await (proposal.settle() as Promise<R>);
        await this.#learn(replicas, ballot);
        return result;
      }
      if (accepts > 0) {
        this.counts.uncertain++;
        proposal.isUncertain = true;
        throw new UncertainWrite('write timeout due to uncertainty');
      }
      await this.#startAgain();
    }
  }

  /** A promise of a quorum, after whatever others have left unfinished. */
  async #begin(replicas: readonly Replica[], end: number): Promise<Promised> {
    for (;;) {
      if (performance.now() > end) {
        this.counts.timeouts++;
        throw new UncertainWrite('the time of the write ran out');
      }
      const promised = await this.#prepare(replicas);
      if (!promised) {
        await this.#startAgain();
        continue;
      }
      const { ballot, unfinished } = promised;
      if (!unfinished) return promised;
      // replay what a quorum may have accepted, under the new ballot
      const accepts = await this.#propose(replicas, { ...unfinished, ballot });
      if (accepts >= this.#quorum) {
        await unfinished.settle().catch(() => {});
        await this.#learn(replicas, ballot);
      } else await this.#startAgain();
    }
  }

  #startAgain(): Promise<void> {
    this.counts.falseStarts++;
    return sleep(this.#options.pause());
  }

  /** Asks all replicas for a promise; `undefined` as soon as one has promised more. */
  async #prepare(replicas: readonly Replica[]): Promise<Promised | undefined> {
    const ballot = Math.max(this.#lastBallot + 1, Math.ceil(performance.now() * 1000));
    this.#lastBallot = ballot;
    return new Promise((resolve) => {
      const promises: (Proposal | undefined)[] = [];
      for (const replica of replicas) {
        void this.#ask(() => {
          if (replica.promised > ballot) return 'refused' as const;
          replica.promised = ballot;
          const { accepted } = replica;
          return accepted && accepted.ballot > replica.committed ? accepted : undefined;
        }).then((answer) => {
          if (answer === 'refused') return resolve(undefined);
          promises.push(answer);
          if (promises.length === this.#quorum) resolve({ ballot, unfinished: newest(promises) });
        });
      }
    });
  }

  /** How many replicas accept a proposal: a quorum, or what all have answered. */
  #propose(replicas: readonly Replica[], proposal: Proposal): Promise<number> {
    return new Promise((resolve) => {
      let [accepts, answers] = [0, 0];
      for (const replica of replicas) {
        void this.#ask(() => {
          if (replica.promised > proposal.ballot) return false;
          Object.assign(replica, { promised: proposal.ballot, accepted: proposal });
          return true;
        }).then((isAccepted) => {
          if (isAccepted) accepts++;
          if (++answers === replicas.length || accepts === this.#quorum) resolve(accepts);
        });
      }
    });
  }

  async #learn(replicas: readonly Replica[], ballot: Ballot): Promise<void> {
    const learned = replicas.map((replica) =>
      this.#ask(() => {
        replica.committed = Math.max(replica.committed, ballot);
      }),
    );
    await Promise.all(learned.slice(0, this.#quorum));
  }

  /** What a replica does when a message has arrived, once its answer is back. */
  async #ask<R>(act: () => R): Promise<R> {
    await sleep(this.#options.messageDelay());
    const answer = act();
    await sleep(this.#options.messageDelay());
    return answer;
  }

  get #quorum(): number {
    return Math.floor(this.#options.replicas / 2) + 1;
  }

  #replicasOf(partition: string): readonly Replica[] {
    const known = this.#partitions.get(partition);
    if (known) return known;
    const replicas = Array.from({ length: this.#options.replicas }, (): Replica => ({
      promised: 0,
      committed: 0,
      accepted: undefined,
    }));
    this.#partitions.set(partition, replicas);
    return replicas;
  }
}

function newest(proposals: readonly (Proposal | undefined)[]): Proposal | undefined {
  return proposals.reduce((a, b) => (b && (!a || b.ballot > a.ballot) ? b : a), undefined);
}
