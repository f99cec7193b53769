/** Clients of the chat API, who remember what they were told was done. */
import { setTimeout } from 'node:timers/promises';
import { type Answer, type Instance, request } from './application.js';

/** A session as clients know it: what they were last told. */
interface Known {
  title: string;
  state: string;
  readonly tags: ReadonlySet<string>;
  readonly messages: Set<string>;
}

interface SessionBody {
  readonly session_id: string;
  readonly title: string;
  readonly session_state: string;
  readonly tags?: readonly string[];
}

/** The most that one client does while something else goes on. */
const mostMeanwhile = 12;

/** Several clients at once, whose requests go to all instances in turn. */
export class Traffic {
  /** Requests that were answered with anything but success, and what was read that isn't what was acknowledged. */
  readonly problems: string[] = [];
  /** How many requests were answered. */
  requests = 0;
  readonly #known = new Map<string, Known>();
  readonly #inRotation: Instance[] = [];
  readonly #underWay = new Map<Instance, Set<Promise<unknown>>>();
  #turn = 0;

  /** Takes an instance into rotation. */
  add(instance: Instance): void {
    this.#inRotation.push(instance);
    this.#underWay.set(instance, new Set());
  }

  /**
   * Takes one out of rotation, waits for the requests that it has, and stops it: what a load balancer and its platform
   * do.
   */
  async retire(instance: Instance): Promise<void> {
    this.#inRotation.splice(this.#inRotation.indexOf(instance), 1);
    await Promise.allSettled(this.#underWay.get(instance)!);
    await instance.stop();
  }

  /** Learns the sessions that are there already, and their messages. */
  async learn(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const session = await this.#ask<SessionBody>('GET', `/sessions/${id}`);
      this.#known.set(id, { ...factsOf(session), messages: new Set(await this.#messagesOf(id)) });
    }
  }

  /** Lets every client work while something is done, and a little longer. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    const state = { isDone: false };
    const doing = action().finally(() => {
      state.isDone = true;
    });
    const ids = [...this.#known.keys()];
    const clients = Array.from({ length: 4 }, async (_, client) => {
      const own = ids.filter((__, at) => at % 4 === client);
      for (let round = 0; !state.isDone; round++) {
        // a slow start elsewhere must not become a flood here
        if (round < mostMeanwhile) await this.#work(client, own, round);
        else await setTimeout(20);
      }
      for (let round = 0; round < 6; round++) await this.#work(client, own, round);
    });
    await Promise.all(clients);
    return doing;
  }

  /** Reads everything, through all instances in turn, and compares it with what was acknowledged. */
  async verify(): Promise<void> {
    const known = [...this.#known];
    const read = async () => {
      for (let next = known.pop(); next; next = known.pop()) await this.#compare(...next);
    };
    await Promise.all(Array.from({ length: 4 }, read));
  }

  async #compare(id: string, { messages, ...facts }: Known): Promise<void> {
    const found = describe(factsOf(await this.#ask<SessionBody>('GET', `/sessions/${id}`)));
    if (found !== describe(facts)) {
      this.problems.push(`session ${id} is ${found}, acknowledged was ${describe(facts)}`);
    }
    if (messages.size === 0) return;
    const read = new Set(await this.#messagesOf(id));
    const lost = [...messages].filter((one) => !read.has(one));
    if (lost.length > 0) this.problems.push(`session ${id} lost the messages ${lost.join(', ')}`);
  }

  /** One of the things that a client does, on sessions of its own; their users are shared by all. */
  async #work(client: number, own: string[], round: number): Promise<void> {
    const id = own[(round * 7 + client) % own.length]!;
    const known = this.#known.get(id)!;
    const path = `/sessions/${id}`;
    switch (round % 6) {
      case 0: {
        const title = `Renamed ${this.requests} by ${client}`;
        const { title: renamed } = await this.#ask<SessionBody>('PATCH', path, { title });
        known.title = renamed;
        break;
      }
      case 1: {
        if (known.state === 'closed') break;
        const message = { role: 'user', content: `Message ${this.requests}` };
        const { message_id } = await this.#ask<{ message_id: string }>('POST', `${path}/messages`, message);
        known.messages.add(message_id);
        break;
      }
      case 2: {
        const tags = ['rollout', `client ${client}`];
        const body = { user_id: `user-${round % 3}`, title: `Opened ${this.requests}`, tags };
        const opened = await this.#ask<SessionBody>('POST', '/sessions', body);
        this.#known.set(opened.session_id, { ...factsOf(opened), messages: new Set() });
        own.push(opened.session_id);
        break;
      }
      case 3: {
        await this.#ask('GET', `/users/user-${round % 3}/sessions?limit=5`);
        break;
      }
      case 4: {
        const read = await this.#ask<SessionBody & { revision?: string }>('GET', path);
        const title = `${read.title.slice(0, 100)}, seen`;
        known.title = (await this.#ask<SessionBody>('PATCH', path, { title, revision: read.revision })).title;
        break;
      }
      default: {
        if (round % 4 !== 1) break;
        const { session_state } = await this.#ask<SessionBody>('POST', `${path}/close`);
        known.state = session_state;
      }
    }
  }

  async #messagesOf(id: string): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const after = cursor === undefined ? '' : `&cursor=${cursor}`;
      const path = `/sessions/${id}/messages?limit=10${after}`;
      const page = await this.#ask<{ items: { message_id: string }[]; cursor?: string }>('GET', path);
      found.push(...page.items.map(({ message_id }) => message_id));
      ({ cursor } = page);
    } while (cursor !== undefined);
    return found;
  }

  /** Asks the instance whose turn it is. What is no success is a problem, and ends the run. */
  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const instance = this.#inRotation[this.#turn++ % this.#inRotation.length]!;
    const asked: Promise<Answer> = request(instance.address, method, path, body);
    const underWay = this.#underWay.get(instance)!;
    underWay.add(asked);
    const answer = await asked.finally(() => underWay.delete(asked));
    this.requests++;
    if (answer.status < 300) return answer.body as T;
    const problem = `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`;
    this.problems.push(problem);
    throw new Error(`${problem}\n${instance.printed()}`);
  }
}

function factsOf({ session_state: state, tags = [], title }: SessionBody): Omit<Known, 'messages'> {
  // the older shape could repeat a tag, and hold empty ones
  return { title, state, tags: new Set(tags.filter((tag) => tag !== '')) };
}

function describe({ state, tags, title }: Omit<Known, 'messages'>): string {
  return JSON.stringify({ title, state, tags: [...tags].toSorted((a, b) => (a < b ? -1 : 1)) });
}
