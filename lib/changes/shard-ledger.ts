import type { Position, Progress } from './position.js';

/** Who reads which shard, and how far. */
export interface ShardLedger {
  /** What is known by now; of shards that this reader doesn't have, it may be out of date. */
  readonly progress: Progress;
  /** Whether the start of the shards is the present, because nobody has read any. */
  readonly startsNow: boolean;
  /** Begins, or goes on. */
  open(): Promise<void>;
  /** Looks how far others are. Resolves to the keys of shards that this reader should give up. */
  look(open: readonly string[]): Promise<readonly string[]>;
  /** Takes a shard. Resolves to its position, or to `undefined` if another reader has it. */
  take(key: string): Promise<Position | undefined>;
  /** Notes how far a shard is. Resolves to whether this reader still has it. */
  note(key: string, position: Position): Promise<boolean>;
  /** Gives a shard back. */
  giveBack(key: string, position: Position): Promise<void>;
  /** Forgets a shard that this reader has and the stream no longer has. */
  forget(key: string): Promise<void>;
  /** Ends the part of this reader, when it has given back all shards. */
  end(): Promise<void>;
}

/** The ledger of a reader that has all shards for itself, and notes nothing. */
export class OwnLedger implements ShardLedger {
  readonly #start: Position;
  readonly #shards: Map<string, Position>;

  #isOpened = false;
  #startsNow: boolean;

  constructor({ shards, start }: Progress, startsNow: boolean) {
    this.#start = start;
    this.#shards = new Map(shards);
    this.#startsNow = startsNow;
  }

  get startsNow(): boolean {
    return this.#startsNow;
  }

  open(): Promise<void> {
    this.#startsNow &&= !this.#isOpened;
    this.#isOpened = true;
    return Promise.resolve();
  }

  get progress(): Progress {
    return { start: this.#start, shards: this.#shards };
  }

  look(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  take(key: string): Promise<Position> {
    const position = this.#shards.get(key) ?? this.#start;
    this.#shards.set(key, position);
    return Promise.resolve(position);
  }

  note(key: string, position: Position): Promise<boolean> {
    this.#shards.set(key, position);
    return Promise.resolve(true);
  }

  async giveBack(key: string, position: Position): Promise<void> {
    await this.note(key, position);
  }

  forget(key: string): Promise<void> {
    this.#shards.delete(key);
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
