import { contextFor, type EntityContext, type RepositoryHost, type WriteBack } from '../read/entity-context.js';
import type { Class } from '../model/class.js';
import type { Answer, Operation, RequestOf, Transport } from '../store/transport.js';

const reads: ReadonlySet<Operation> = new Set([
  'GetItem',
  'BatchGetItem',
  'Query',
  'Scan',
  'DescribeTable',
  'DescribeTimeToLive',
]);

/** Lets reads through, and nothing else: a write would be a mistake of the studio, and ends here. */
class ReadOnlyTransport implements Transport {
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  async send<O extends Operation>(operation: O, request: RequestOf<O>, signal?: AbortSignal): Promise<Answer<O>> {
    if (!reads.has(operation)) throw new Error(`The studio was about to send ${operation}, which isn't a read.`);
    return this.#inner.send(operation, request, signal);
  }
}

const noWriteBack: WriteBack<object> = {
  assertMode: () => {},
  concerns: () => false,
  afterRead: () => undefined,
};

/** The contexts of a mapper, without any way to write, whatever the mapper's options say. */
export class ReadOnlyHost implements RepositoryHost {
  readonly #host: RepositoryHost;
  readonly #contexts = new Map<Class, EntityContext<object>>();

  constructor(host: RepositoryHost) {
    this.#host = host;
  }

  [contextFor]<T extends object>(target: Class<T>): EntityContext<T> {
    let context = this.#contexts.get(target) as EntityContext<T> | undefined;
    if (context) return context;
    const inner = this.#host[contextFor](target);
    const table = inner.table.through((transport) => new ReadOnlyTransport(transport));
    context = { ...inner, table, writeBack: noWriteBack, onUpgradeFailure: 'throw' };
    this.#contexts.set(target, context);
    return context;
  }
}
