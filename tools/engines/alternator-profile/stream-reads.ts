import type { WireItem } from 'dynamo-evolve';
import type { Answer, Body, Upstream } from './upstream.js';

interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly Keys: WireItem;
    readonly OldImage?: WireItem;
    readonly NewImage?: WireItem;
    readonly SizeBytes?: number;
  };
}

/** The records of streams, as Alternator writes them. */
export class StreamReads {
  readonly #upstream: Upstream;
  readonly #asked = new Set<unknown>();

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  async getRecords(body: Body): Promise<Answer> {
    const { ShardIterator: iterator } = body;
    // a record can be read some time after its write
    if (!this.#asked.delete(iterator)) {
      this.#asked.add(iterator);
      return { status: 200, body: { Records: [], NextShardIterator: iterator } };
    }
    const answer = await this.#upstream.send('GetRecords', body);
    const { Records: records = [] } = answer.body as { readonly Records?: readonly StreamRecord[] };
    return {
      ...answer,
      body: { ...answer.body, ...(answer.status === 200 && { Records: records.map(asAlternator) }) },
    };
  }
}

/** Names of events tell removals from the rest, sizes are missing, and so is what is removed without a sort key. */
function asAlternator({ dynamodb, ...record }: StreamRecord): object {
  const { OldImage: old, SizeBytes: _size, ...images } = dynamodb;
  const isRemoval = images.NewImage === undefined;
  const isHidden = isRemoval && Object.keys(images.Keys).length === 1;
  return {
    ...record,
    eventSource: 'scylladb:alternator',
    eventName: isRemoval ? 'REMOVE' : 'MODIFY',
    dynamodb: { ...images, ...(old && !isHidden && { OldImage: old }) },
  };
}
