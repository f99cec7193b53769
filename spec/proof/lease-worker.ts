import { Mapper, type EngineClient, Entity, PartitionKey, Versioned } from 'dynamo-evolve';
import { jobContexts, JobStore } from '../../lib/operations/job-store.js';
import { LeasedWork } from '../../lib/operations/leased-work.js';
import type { Timer } from '../../lib/operations/pace.js';
import { SweepTally } from '../../lib/operations/sweep-counts.js';
import type { EngineInput, EngineRequest, EngineResponse } from './engine-model.js';

/** What the workers of a search share. */
export interface LeaseScene {
  readonly segments: number;
  /** How many pages a segment has; each has one item. */
  readonly pages: number;
  /** How many segments a worker goes through at once. */
  readonly atOnce: number;
  /** In milliseconds of each worker's own clock. */
  readonly lease: number;
}

/** Something that a worker waits for: an answer, or a time. */
export type Waiting =
  { readonly at: number; readonly request: EngineRequest } | { readonly at: number; readonly milliseconds: number };

/** What happens to a worker: what it waited for comes. */
type Happening =
  { readonly at: number; readonly response: EngineResponse } | { readonly at: number; readonly elapsed: number };

/** Where a worker stands after some happenings. */
export interface LeaseNode {
  readonly id: number;
  readonly happenings: readonly Happening[];
  readonly waiting: readonly Waiting[];
  /** How it ended: what it counts in the whole job, or its error. */
  readonly result: string | undefined;
  readonly next: Map<string, LeaseNode>;
  /** The run that stands here, until it goes on. */
  run: Run | undefined;
}

interface Run {
  readonly waiting: Map<number, { readonly waiting: Waiting; readonly happens: (happening: Happening) => void }>;
  result: string | undefined;
}

let nodes = 0;

/**
 * What a worker of a job does, whatever comes when: the real `LeasedWork` on the real `JobStore`, which asks an engine and
 * waits by a clock of its own. All that it does depends on what happened to it alone, so that one run serves every
 * order in which others act.
 */
export class LeaseWorker {
  readonly #scene: LeaseScene;
  readonly #slot: number;
  #root: LeaseNode | undefined;

  constructor(scene: LeaseScene, slot: number) {
    this.#scene = scene;
    this.#slot = slot;
  }

  async root(): Promise<LeaseNode> {
    return (this.#root ??= await this.#node([], this.#start()));
  }

  /** Where it stands when a request has been answered. */
  answered(node: LeaseNode, at: number, response: EngineResponse): Promise<LeaseNode> {
    return this.#after(node, { at, response });
  }

  /** Where it stands when it has slept, or hung, so long by its clock. */
  woken(node: LeaseNode, at: number, elapsed: number): Promise<LeaseNode> {
    return this.#after(node, { at, elapsed });
  }

  async #after(node: LeaseNode, happening: Happening): Promise<LeaseNode> {
    const text = JSON.stringify(happening);
    const known = node.next.get(text);
    if (known) return known;
    const { happenings } = node;
    const run = node.run ?? (await this.#replayed(happenings));
    node.run = undefined;
    await happens(run, happening);
    const next = await this.#node([...happenings, happening], run);
    node.next.set(text, next);
    return next;
  }

  async #node(happenings: readonly Happening[], run: Run): Promise<LeaseNode> {
    await settled();
    const waiting = [...run.waiting.values()].map((each) => each.waiting);
    return { id: nodes++, happenings, waiting, result: run.result, next: new Map(), run };
  }

  async #replayed(happenings: readonly Happening[]): Promise<Run> {
    const run = this.#start();
    await settled();
    for (const happening of happenings) await happens(run, happening);
    return run;
  }

  #start(): Run {
    const run: Run = { waiting: new Map(), result: undefined };
    let count = 0;
    const waitFor = (waiting: object) => {
      const at = count++;
      return new Promise<Happening>((resolve) => {
        run.waiting.set(at, { waiting: { at, ...waiting } as Waiting, happens: resolve });
      });
    };
    const send = async (command: { readonly constructor: { readonly name: string }; readonly input: EngineInput }) => {
      const request = { operation: command.constructor.name.replace('Command', ''), input: command.input };
      const happening = await waitFor({ request });
      const { error, output = {} } = (happening as { readonly response: EngineResponse }).response;
      if (!error) return structuredClone(output);
      const { message, ...properties } = error;
      throw Object.assign(new Error(message), properties);
    };
    // clocks of different machines are a minute apart
    let now = this.#slot * 60_000;
    const timer: Timer = {
      now: () => now,
      async sleep(milliseconds) {
        const happening = await waitFor({ milliseconds });
        now += (happening as { readonly elapsed: number }).elapsed;
      },
    };
    const source = this.#work({ send } as never, timer);
    void runWorker(source, this.#scene).then((result) => {
      run.result = result;
    });
    return run;
  }

  #work(client: EngineClient, timer: Timer): LeasedWork {
    // whose turn it is would depend on real time: a write that hangs holds up others for a while
    const conditionalWrites = { perPartition: Infinity };
    const mapper = new Mapper({ client, entities: [Swept], clock: () => new Date(0), conditionalWrites });
    const about = { job: 'job', entity: 'Swept', swept_table: 'swept', version: 2, segments: this.#scene.segments };
    const name = `00000${this.#slot}`;
    return new LeasedWork(new JobStore(jobContexts(mapper)), about, this.#scene.lease, false, timer, name);
  }
}

@Entity({ table: 'swept' })
@Versioned(1)
class Swept {
  @PartitionKey({ type: 'string' }) id!: string;
}

/** Goes through segments as a sweep does, and ends as it does. */
async function runWorker(source: LeasedWork, scene: LeaseScene): Promise<string> {
  try {
    await source.open();
    await Promise.all(Array.from({ length: scene.atOnce }, () => sweepSegments(source, scene)));
    return `counted ${examinedOf(String(source.tally))}`;
  } catch (error) {
    return String((error as { readonly code?: string }).code ?? error);
  } finally {
    await source.end();
  }
}

async function sweepSegments(source: LeasedWork, { pages }: LeaseScene): Promise<void> {
  try {
    for (let segment = await source.take(); segment; segment = await source.take()) {
      let { start } = segment;
      do {
        const at = Number((start?.page as { readonly N: string } | undefined)?.N ?? 0) + 1;
        const done = new SweepTally();
        done.add('rewritten');
        start = at < pages ? { page: { N: String(at) } } : undefined;
        if (!(await segment.checkpoint(start, done))) break;
      } while (start);
    }
  } catch (error) {
    source.stop();
    throw error;
  }
}

/** How many items a stored tally has examined. */
export function examinedOf(counts: string): number {
  return SweepTally.parse(counts).counts((key) => key).examined;
}

async function happens(run: Run, happening: Happening): Promise<void> {
  const { at } = happening;
  const waiting = run.waiting.get(at);
  if (!waiting) throw new Error('a worker did otherwise when it was run again');
  run.waiting.delete(at);
  waiting.happens(happening);
  await settled();
}

/** Until a worker waits for something that a search decides: it waits for nothing else. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
