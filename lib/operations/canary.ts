import { Gate } from './gate.js';

/**
 * Lets through a number of rewrites, spread over the segments that are swept at once, then holds all others back until
 * `release`.
 */
export class Canary {
  readonly #gate = new Gate();
  readonly #share: number;
  readonly #onHeld: () => void;
  /** How many were let through, by segment at work. */
  readonly #passed = new Map<number, number>();
  readonly #held = new Set<number>();
  #left: number;
  #underWay = 0;
  #workers: number;
  /** How many workers wait for a segment that another process may leave. */
  #waiting = 0;

  /** `workers` sweep a segment each. Calls `onHeld` when all of them are held back. */
  constructor(count: number, workers: number, onHeld: () => void) {
    this.#left = count;
    this.#share = Math.ceil(count / workers);
    this.#workers = workers;
    this.#onHeld = onHeld;
    this.#gate.close();
  }

  /** Whether nothing goes on until `release`. */
  get isHolding(): boolean {
    const isIdle = this.#held.size > 0 && this.#held.size + this.#waiting === this.#workers;
    return !this.#gate.isOpen && isIdle && this.#underWay === 0;
  }

  release(): void {
    this.#gate.open();
  }

  /** Waits until a rewrite may start. Each call must be followed by one of `finished`. */
  async admit(segment: number): Promise<void> {
    if (!this.#gate.isOpen && !this.#isAmongTheFirst(segment)) {
      this.#held.add(segment);
      this.#tell();
      await this.#gate.passed();
    }
    this.#underWay++;
  }

  /** A rewrite that was let through has ended. */
  finished(): void {
    this.#underWay--;
    this.#tell();
  }

  segmentEnds(segment: number): void {
    this.#passed.delete(segment);
    this.#held.delete(segment);
  }

  /** A worker looks for a segment. */
  waits(): void {
    this.#waiting++;
    this.#tell();
  }

  /** A worker has a segment, or knows that there is none. */
  works(): void {
    this.#waiting--;
  }

  workerEnds(): void {
    this.#workers--;
    this.#tell();
  }

  #isAmongTheFirst(segment: number): boolean {
    const passed = this.#passed.get(segment) ?? 0;
    if (passed >= this.#share || this.#left === 0) return false;
    this.#passed.set(segment, passed + 1);
    this.#left--;
    return true;
  }

  #tell(): void {
    if (this.isHolding) this.#onHeld();
  }
}
