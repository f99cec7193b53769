import { wireOf } from '../../lib/codec/row.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { ClientTransport, type EngineClient } from '../../lib/store/client-transport.js';
import { type Answer, type Operation, outputOf, type RequestOf } from '../../lib/store/transport.js';

/** What any read can hold. */
export type ReadOutput = {
  readonly Item?: WireItem;
  readonly Items?: readonly WireItem[];
  readonly LastEvaluatedKey?: WireItem;
  readonly Responses?: Readonly<Record<string, readonly WireItem[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly WireItem[] }>>;
};

/** Sends requests through a client's transport; reads throw where they fail. */
export class EngineCalls {
  readonly transport: ClientTransport;

  constructor(client: EngineClient, takesAnswers = true) {
    this.transport = new ClientTransport(client, takesAnswers);
  }

  async #read<O extends Operation>(operation: O, request: RequestOf<O>, signal?: AbortSignal): Promise<ReadOutput> {
    const output = outputOf(await this.transport.send(operation, request, signal)) as ReadOutput;
    const { Items: items, Responses: tables } = output;
    if (items) return { ...output, Items: items.map(wireOf) };
    const wired = Object.entries(tables ?? {}).map(([table, found]) => [table, found.map(wireOf)]);
    return tables ? { ...output, Responses: Object.fromEntries(wired) as typeof tables } : output;
  }

  get(request: RequestOf<'GetItem'>, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('GetItem', request, signal);
  }

  batchGet(request: RequestOf<'BatchGetItem'>, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('BatchGetItem', request, signal);
  }

  query(request: RequestOf<'Query'>, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('Query', request, signal);
  }

  scan(request: RequestOf<'Scan'>, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('Scan', request, signal);
  }

  put(request: RequestOf<'PutItem'>): Promise<Answer<'PutItem'>> {
    return this.transport.send('PutItem', request);
  }

  delete(request: RequestOf<'DeleteItem'>): Promise<Answer<'DeleteItem'>> {
    return this.transport.send('DeleteItem', request);
  }
}
