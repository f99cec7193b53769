import type { Answer, Operation, RequestOf, Transport } from '../store/transport.js';
import { type Pace, systemTimer, type Timer } from './pace.js';

/** How often a request is sent that is throttled, or whose answer is lost; the client has its own attempts on top. */
const maximumAttempts = 6;
const firstPause = 100;
const longestPause = 5_000;

/**
 * Counts a sweep's requests, tells its pace how the engine takes them, and repeats those that were throttled or whose
 * answers were lost after growing pauses: rewrites are conditional, so that a second one does no harm.
 */
export class PoliteTransport implements Transport {
  readonly #inner: Transport;
  readonly #pace: Pace;
  readonly #stopping: AbortSignal;
  readonly #timer: Timer;
  requests = 0;

  /** Nothing is repeated any more once `stopping` aborts. */
  constructor(inner: Transport, pace: Pace, stopping: AbortSignal, timer: Timer = systemTimer) {
    this.#inner = inner;
    this.#stopping = stopping;
    this.#pace = pace;
    this.#timer = timer;
  }

  async send<O extends Operation>(operation: O, request: RequestOf<O>, signal?: AbortSignal): Promise<Answer<O>> {
    for (let attempt = 1; ; attempt++) {
      this.requests++;
      const start = this.#timer.now();
      const answer = await this.#inner.send(operation, request, signal);
      if (answer.done || answer.because === 'condition') {
        if (operation === 'UpdateItem') this.#pace.answered(this.#timer.now() - start);
        return answer;
      }
      if (answer.because !== 'throttled' && answer.because !== 'lost') return answer;
      this.#pace.strained(answer.because === 'throttled' ? 'requests are throttled' : 'answers are lost');
      if (attempt >= maximumAttempts || this.#stopping.aborted) return answer;
      const pause = Math.min(longestPause, firstPause * 2 ** (attempt - 1));
      await this.#timer.sleep(pause * (0.5 + Math.random() / 2), { signal: this.#stopping });
    }
  }
}
