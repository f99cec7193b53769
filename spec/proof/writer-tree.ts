import type { EngineClient, WireItem } from 'dynamo-evolve';
import { type EngineInput, type EngineRequest, type EngineResponse, performRequest } from './engine-model.js';
import { canonicalText } from '../../tools/engines/wire-places.js';

/** What a writer may use while it runs. */
export interface WriterScope {
  readonly client: EngineClient;
  readonly clock: () => Date;
  /** Which place it has in the cast: tells its times and revisions from others'. */
  readonly slot: number;
  /** Runs a read of new code: an update that it sends is a write-back. */
  reading<Result>(read: () => Promise<Result>): Promise<Result>;
}

/** Runs a writer to its end and says what came of it. */
export type WriterRun = (scope: WriterScope) => Promise<string>;

/** Where a writer stands after it was given some answers: about to send a request, or done. */
export interface WriterNode {
  readonly id: number;
  readonly history: readonly EngineResponse[];
  readonly request?: EngineRequest;
  readonly isWriteBack: boolean;
  readonly result?: string;
  /** The item that it got last. */
  readonly lastRead: WireItem | undefined;
  /** Where it stands next, by the answer. */
  readonly next: Map<string, WriterNode>;
  /** What its request makes of an item, and where it stands next, by the item. */
  readonly steps: Map<string, WriterStep>;
}

/** A request done on an item, and answered. */
export interface WriterStep {
  readonly item: WireItem | undefined;
  readonly itemText: string;
  readonly isDone: boolean;
  readonly node: WriterNode;
}

type Turn = Pick<WriterNode, 'request' | 'isWriteBack' | 'result'>;

const uuid = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g;
let nodes = 0;

/**
 * What a writer does, whatever it is answered: the real code, run once for every different course of answers. All that
 * it does depends on the answers alone, so that a search needs not run it again for every order in which others act.
 */
export class WriterTree {
  readonly #run: WriterRun;
  readonly #slot: number;
  #root: WriterNode | undefined;

  constructor(run: WriterRun, slot: number) {
    this.#run = run;
    this.#slot = slot;
  }

  async root(): Promise<WriterNode> {
    return (this.#root ??= await this.#node([], undefined));
  }

  /** What the request of a node makes of an item, and where the writer stands then. */
  async step(node: WriterNode, item: WireItem | undefined, itemText = canonicalText(item)): Promise<WriterStep> {
    const step = node.steps.get(itemText) ?? (await this.stepBy(node, item, node.request as EngineRequest));
    node.steps.set(itemText, step);
    return step;
  }

  /** The same, with another request in place of the writer's own. */
  async stepBy(node: WriterNode, item: WireItem | undefined, request: EngineRequest): Promise<WriterStep> {
    const { item: after, response } = performRequest(item, request);
    const next = await this.#after(node, response);
    return { item: after, itemText: canonicalText(after), isDone: response.error === undefined, node: next };
  }

  /** The same, when the client sends the request again because the first answer was lost: errors say so. */
  async repeat(node: WriterNode, item: WireItem | undefined, request: EngineRequest): Promise<WriterStep> {
    const { item: after, response } = performRequest(item, request);
    const error = response.error && { ...response.error, $metadata: { attempts: 2 } };
    const next = await this.#after(node, error ? { error } : response);
    return { item: after, itemText: canonicalText(after), isDone: error === undefined, node: next };
  }

  /** Where it stands when the client has given up: nobody knows whether its request was done. */
  giveUp(node: WriterNode): Promise<WriterNode> {
    const message = 'The request could not be answered';
    return this.#after(node, { error: { name: 'InternalServerError', message, $metadata: { attempts: 3 } } });
  }

  /** Where it stands when the request of a node has been answered. */
  async #after(node: WriterNode, response: EngineResponse): Promise<WriterNode> {
    const text = JSON.stringify(response);
    const { output } = response;
    const lastRead = output?.Items ? output.Items[0] : output && 'Item' in output ? output.Item : node.lastRead;
    const next = node.next.get(text) ?? (await this.#node([...node.history, response], lastRead));
    node.next.set(text, next);
    return next;
  }

  async #node(history: readonly EngineResponse[], lastRead: WireItem | undefined): Promise<WriterNode> {
    const turn = await this.#replay(history);
    return { id: nodes++, history, lastRead, next: new Map(), steps: new Map(), ...turn };
  }

  /** Runs the writer from its start with these answers, up to its next request or its end. */
  #replay(history: readonly EngineResponse[]): Promise<Turn> {
    const revisions = new RevisionNames(this.#slot);
    let isReading = false;
    let sent = 0;
    return new Promise<Turn>((resolve, reject) => {
      const send = async (command: {
        readonly constructor: { readonly name: string };
        readonly input: EngineInput;
      }) => {
        const input = revisions.named(command.input);
        const response = history[sent++];
        if (response) return answer(revisions.unnamed(response));
        const operation = command.constructor.name.replace('Command', '');
        resolve({ request: { operation, input }, isWriteBack: isReading && operation === 'UpdateItem' });
        // never goes on: another run will, with the answer
        return new Promise<never>(() => {});
      };
      const scope: WriterScope = {
        client: { send } as never,
        clock: () => new Date(Date.UTC(2030, 0, 1 + this.#slot)),
        slot: this.#slot,
        async reading(read) {
          isReading = true;
          const result = await read();
          isReading = false;
          return result;
        },
      };
      this.#run(scope).then((result) => resolve({ result: revisions.named(result), isWriteBack: false }), reject);
    });
  }
}

function answer({ error, output }: EngineResponse): object {
  if (!error) return output ?? {};
  const { message, ...properties } = error;
  throw Object.assign(new Error(message), properties);
}

/** Revisions are random; by names that say who made them, the same course of things looks the same at every run. */
class RevisionNames {
  readonly #slot: number;
  readonly #names = new Map<string, string>();

  constructor(slot: number) {
    this.#slot = slot;
  }

  named<Value>(value: Value): Value {
    const text = JSON.stringify(value).replaceAll(uuid, (revision) => {
      const name = this.#names.get(revision) ?? `revision-${this.#slot}-${this.#names.size}`;
      this.#names.set(revision, name);
      return name;
    });
    return JSON.parse(text) as Value;
  }

  unnamed<Value>(value: Value): Value {
    let text = JSON.stringify(value);
    for (const [revision, name] of this.#names) text = text.replaceAll(`"${name}"`, `"${revision}"`);
    return JSON.parse(text) as Value;
  }
}
