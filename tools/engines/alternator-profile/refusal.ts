import type { Answer, Body } from './upstream.js';

/** What the profile answers instead of the engine behind it. */
export class Refusal extends Error {
  readonly #name: string;
  readonly #members: Body;
  readonly #status: number;

  constructor(name: string, message: string, members: Body = {}, status = 400) {
    super(message);
    this.#name = name;
    this.#members = members;
    this.#status = status;
  }

  get answer(): Answer {
    const type = `com.amazonaws.dynamodb.v20120810#${this.#name}`;
    return { status: this.#status, body: { __type: type, message: this.message, ...this.#members } };
  }
}

/** What the engine behind answers, passed on. */
export class EngineRefusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('the engine refuses it');
    this.answer = answer;
  }
}

export function invalid(message: string): Refusal {
  return new Refusal('ValidationException', message);
}

/** What the profile can't show, or does wrong: loud, so that no test passes by accident. */
export function beyondProfile(problem: string): Refusal {
  return new Refusal('InternalServerError', `the Alternator profile: ${problem}`, {}, 501);
}
