import type { WireItem } from 'dynamo-evolve';
import { type EngineRequest, type EngineResponse, performRequest } from './engine-model.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import { examinedOf, type LeaseNode, type LeaseScene, LeaseWorker, type Waiting } from './lease-worker.js';

/** How far a search goes. */
export interface LeaseBounds {
  /** How often a worker's clock goes on: by as much as it slept, or by more than a lease, since it hung or is fast. */
  readonly wakes: number;
  /** How many answers are lost. */
  readonly lostAnswers: number;
  /** How often it is another worker's turn. In its turn, a worker gets as far as it likes, or no further at all. */
  readonly turns: number;
}

/** Takes something from a request, to show that it's needed. */
export type LeaseWeakening = (request: EngineRequest) => EngineRequest;

/** What a search found. */
export interface LeaseSearch {
  /** What is wrong, each once. */
  readonly faults: readonly string[];
  readonly situations: number;
  /** In how many orders things can happen, as far as the bounds go. */
  readonly schedules: bigint;
  /** How often a segment was taken over, and how often a request of a worker that had lost it was refused. */
  readonly takeOvers: number;
  readonly refused: number;
}

/** What is stored of the job: items by the second part of their key. */
type Store = Readonly<Record<string, WireItem>>;

/** A request that was given up by its sender, and may arrive yet. */
interface Delayed {
  readonly slot: number;
  readonly take: number;
  readonly request: EngineRequest;
}

/** Who took a segment last: kept by the search, not by what it judges. */
interface Owner {
  readonly slot: number;
  /** The how-manieth take it was. */
  readonly take: number;
}

interface Situation {
  readonly store: Store;
  readonly nodes: readonly LeaseNode[];
  readonly wakes: readonly number[];
  readonly lostAnswers: number;
  /** Whose turn it is, and how many more there are. */
  readonly turn: number;
  readonly turns: number;
  readonly owners: Readonly<Record<string, Owner>>;
  readonly delayed: Delayed | undefined;
  /** Whose request was done without an answer and is sent again by its client. */
  readonly repeating: { readonly slot: number; readonly at: number } | undefined;
  schedules: bigint;
}

/** Lets everything that can happen to the workers of a job happen in every order. */
export class LeaseProtocol {
  readonly #scene: LeaseScene;
  readonly #workers: readonly LeaseWorker[];
  /** Comes when the others are dead: whatever they left, it must bring the job to its end. */
  readonly #last: LeaseWorker;

  constructor(scene: LeaseScene) {
    this.#scene = scene;
    this.#workers = [0, 1].map((slot) => new LeaseWorker(scene, slot));
    this.#last = new LeaseWorker(scene, 2);
  }

  /** Searches everything within the bounds; with a weakening, until the fault shows that is expected of it. */
  async search(
    bounds: LeaseBounds,
    weaken: LeaseWeakening = (request) => request,
    expected?: string,
  ): Promise<LeaseSearch> {
    const faults = new Set<string>();
    const stores = new Map<string, Store>();
    const counts = { takeOvers: 0, refused: 0, situations: 0, schedules: 0n };
    const nodes = await Promise.all(this.#workers.map((worker) => worker.root()));
    let situations: Iterable<Situation> = [
      {
        store: {},
        nodes,
        wakes: nodes.map(() => bounds.wakes),
        lostAnswers: bounds.lostAnswers,
        turn: 0,
        turns: bounds.turns,
        owners: {},
        delayed: undefined,
        repeating: undefined,
        schedules: 1n,
      },
    ];
    for (let isOver = false; !isOver;) {
      const following = new Map<string, Situation>();
      for (const situation of situations) {
        counts.situations++;
        stores.set(canonicalText(situation.store as never), situation.store);
        const steps = await this.#steps(situation, weaken);
        if (steps.length === 0) counts.schedules += situation.schedules;
        for (const step of steps) {
          for (const fault of faultsOf(situation, step, this.#scene)) faults.add(fault);
          if (step.took) counts.takeOvers++;
          if (step.isRefused) counts.refused++;
          addSituation(following, step.after);
        }
      }
      isOver = following.size === 0 || (expected !== undefined && faults.has(expected));
      situations = following.values();
    }
    if (expected !== undefined) return { ...counts, faults: [...faults] };
    for (const store of stores.values()) {
      const left = await this.#leftBehind(store, weaken);
      if (left !== undefined) faults.add(left);
    }
    return { ...counts, faults: [...faults] };
  }

  /** Everything that can happen next. */
  async #steps(situation: Situation, weaken: LeaseWeakening): Promise<Step[]> {
    const steps: Step[] = [];
    for (const [slot, node] of situation.nodes.entries()) {
      const turns = slot === situation.turn ? situation.turns : situation.turns - 1;
      if (turns < 0) continue;
      const situationThen = { ...situation, turn: slot, turns };
      for (const waiting of node.waiting) {
        if ('request' in waiting) steps.push(...(await this.#answers(situationThen, slot, waiting, weaken)));
        else steps.push(...(await this.#wakes(situationThen, slot, waiting)));
      }
    }
    const { delayed } = situation;
    if (delayed) steps.push(perform({ ...situation, delayed: undefined }, delayed, weaken));
    return steps;
  }

  async #wakes(situation: Situation, slot: number, { at, milliseconds }: Waiting & { milliseconds: number }) {
    const steps: Step[] = [];
    const left = situation.wakes[slot] as number;
    if (left === 0) return steps;
    const wakes = situation.wakes.with(slot, left - 1);
    for (const elapsed of [milliseconds, milliseconds + this.#scene.lease]) {
      const next = await this.#worker(slot).woken(situation.nodes[slot] as LeaseNode, at, elapsed);
      steps.push({ after: moved({ ...situation, wakes }, slot, next), slot });
    }
    return steps;
  }

  async #answers(
    situation: Situation,
    slot: number,
    { at, request }: Waiting & { request: EngineRequest },
    weaken: LeaseWeakening,
  ): Promise<Step[]> {
    const node = situation.nodes[slot] as LeaseNode;
    const answered = async (step: Step, response: EngineResponse) => {
      return { ...step, after: moved(step.after, slot, await this.#worker(slot).answered(node, at, response)) };
    };
    const sent: Delayed = { slot, request, take: takeOf(situation, slot, request) };
    const done = perform(situation, sent, weaken);
    const response = done.response as EngineResponse;
    const { lostAnswers, repeating } = situation;
    if (repeating?.slot === slot && repeating.at === at) {
      const error = response.error && { ...response.error, $metadata: { attempts: 2 } };
      const step = { ...done, after: { ...done.after, repeating: undefined } };
      return [await answered(step, error ? { error } : response)];
    }
    const steps = [await answered(done, response)];
    if (lostAnswers === 0 || isRead(request)) return steps;
    const lost = { ...situation, lostAnswers: lostAnswers - 1 };
    const doneUnheard = { ...done, after: { ...done.after, lostAnswers: lostAnswers - 1 } };
    return [
      ...steps,
      // it was done, and is sent again
      { ...doneUnheard, after: { ...doneUnheard.after, repeating: { slot, at } } },
      // it was done, it never arrived, or it arrives later; and its sender gives up
      await answered(doneUnheard, givenUp),
      await answered({ after: lost, slot }, givenUp),
      await answered({ after: { ...lost, delayed: sent }, slot }, givenUp),
    ];
  }

  /** What is wrong after one more worker has found a job as it is, the others being dead. */
  async #leftBehind(from: Store, weaken: LeaseWeakening): Promise<string | undefined> {
    let node = await this.#last.root();
    let store = from;
    for (let steps = 0; node.result === undefined; steps++) {
      if (steps === mostSteps) return 'a job has no end';
      // what it asks is answered at once; only then does time go on
      const waiting = node.waiting.find((one) => 'request' in one) ?? (node.waiting.at(-1) as Waiting);
      if ('request' in waiting) {
        const step = performed(store, weaken(waiting.request));
        store = step.store;
        node = await this.#last.answered(node, waiting.at, step.response);
      } else {
        node = await this.#last.woken(node, waiting.at, 2 * waiting.milliseconds);
      }
    }
    const { pages, segments } = this.#scene;
    if (node.result !== `counted ${pages * segments}`) return `the last worker ${node.result}`;
    return isDone(store, this.#scene) ? undefined : 'the last worker left something';
  }

  #worker(slot: number): LeaseWorker {
    return this.#workers[slot] as LeaseWorker;
  }
}

/** More than any worker needs that is alone. */
const mostSteps = 200;

const givenUp: EngineResponse = {
  error: { name: 'InternalServerError', message: 'The request could not be answered', $metadata: { attempts: 3 } },
};

/** Something that happened. */
interface Step {
  readonly slot: number;
  readonly after: Situation;
  readonly response?: EngineResponse;
  /** The part of the key that a request changed, if it did. */
  readonly changed?: string;
  /** Whether it took a segment over. */
  readonly took?: boolean;
  /** Whether it came from a worker that had lost the segment. */
  readonly isStale?: boolean;
  readonly isRefused?: boolean;
}

/** A request is done on what is stored. */
function perform(situation: Situation, { request, slot, take }: Delayed, weaken: LeaseWeakening): Step {
  const { store, response, part } = performed(situation.store, weaken(request));
  const isSegment = part?.startsWith('segment ') && !isRead(request);
  if (!isSegment || part === undefined) {
    const isChanged = part !== undefined && !isRead(request) && !response.error;
    return { slot, response, after: { ...situation, store }, ...(isChanged && { changed: part }) };
  }
  const owner = situation.owners[part];
  if (isTaking(request)) {
    if (response.error) return { slot, response, after: situation };
    const owners = { ...situation.owners, [part]: { slot, take: (owner?.take ?? 0) + 1 } };
    return { slot, response, after: { ...situation, store, owners }, changed: part, took: owner !== undefined };
  }
  const isStale = owner?.slot !== slot || owner.take !== take;
  const isRefused = isStale && response.error !== undefined;
  const isChanged = response.error === undefined;
  return { slot, response, after: { ...situation, store }, isStale, isRefused, ...(isChanged && { changed: part }) };
}

function performed(store: Store, request: EngineRequest) {
  const { input, operation } = request;
  if (operation === 'Query') {
    const parts = Object.keys(store).filter((part) => part.startsWith('segment '));
    const items = parts.toSorted().map((part) => store[part] as WireItem);
    return { store, response: { output: { Items: items } } satisfies EngineResponse, part: undefined };
  }
  const part = partOf(input.Key ?? input.Item);
  const { item, response } = performRequest(store[part], request);
  return { store: item ? { ...store, [part]: item } : store, response, part };
}

function partOf(key: WireItem = {}): string {
  return String((key.part as { readonly S?: string } | undefined)?.S);
}

function isRead({ operation }: EngineRequest): boolean {
  return operation === 'GetItem' || operation === 'Query';
}

/** Whether a request takes a segment: it says by whom. */
function isTaking({ input, operation }: EngineRequest): boolean {
  return operation === 'PutItem' || Object.values(input.ExpressionAttributeNames ?? {}).includes('worker');
}

/** Which take of a segment a request of its sender belongs to. */
function takeOf({ nodes, owners }: Situation, slot: number, { input }: EngineRequest): number {
  const part = partOf(input.Key ?? input.Item);
  const taken = (nodes[slot] as LeaseNode).happenings.filter((one) => {
    const item = 'response' in one ? one.response.output?.Attributes : undefined;
    return item !== undefined && partOf(item) === part;
  });
  const last = owners[part];
  return last?.slot === slot || taken.length === 0 ? (last?.take ?? 0) : 0;
}

/** What is wrong with something that happened. */
function faultsOf(before: Situation, { after, changed, isStale, slot }: Step, scene: LeaseScene): string[] {
  const faults: string[] = [];
  if (changed !== undefined && isStale) faults.push('a worker that had lost a segment noted something of it');
  if (changed?.startsWith('segment ')) {
    const [was, is] = [before.store[changed], after.store[changed]].map((item) => progressOf(item, scene));
    if (was !== undefined && is !== undefined && is.pages < was.pages) faults.push('a segment went back');
    if (is !== undefined && is.examined !== is.pages) faults.push('an item was counted twice, or not at all');
  }
  const isFinished = (after.store.job?.done as { readonly BOOL?: boolean } | undefined)?.BOOL === true;
  if (isFinished && !isDone(after.store, scene)) faults.push('a job was done before its segments');
  const result = after.nodes[slot]?.result;
  if (result?.startsWith('counted') && before.nodes[slot]?.result === undefined) {
    if (!isDone(after.store, scene)) faults.push('a worker ended and left something');
    if (result !== `counted ${scene.pages * scene.segments}`) faults.push(`a worker ${result}`);
  }
  return faults;
}

/** How many pages of a segment are noted as done, and how many items as examined. */
function progressOf(item: WireItem | undefined, { pages }: LeaseScene) {
  if (!item) return undefined;
  const { counts, done, position } = item as Readonly<Record<string, { S?: string; BOOL?: boolean } | undefined>>;
  const at = position?.S === undefined ? 0 : Number((JSON.parse(position.S) as { page: { N: string } }).page.N);
  return { pages: done?.BOOL ? pages : at, examined: examinedOf(String(counts?.S)) };
}

function isDone(store: Store, scene: LeaseScene): boolean {
  const parts = Object.keys(store).filter((part) => part.startsWith('segment '));
  const areDone = parts.every((part) => (store[part]?.done as { readonly BOOL?: boolean } | undefined)?.BOOL === true);
  return areDone && parts.length === scene.segments;
}

function moved(situation: Situation, slot: number, node: LeaseNode): Situation {
  return { ...situation, nodes: situation.nodes.with(slot, node) };
}

/** Situations that are alike in all that anybody can see are followed once. */
function addSituation(situations: Map<string, Situation>, situation: Situation): void {
  const { delayed, lostAnswers, nodes, owners, repeating, store, turn, turns, wakes } = situation;
  const others = { delayed, lostAnswers, owners, repeating, turn, turns, wakes, nodes: nodes.map(({ id }) => id) };
  const text = `${JSON.stringify(others)} ${canonicalText(store as never)}`;
  const known = situations.get(text);
  if (known) known.schedules += situation.schedules;
  else situations.set(text, situation);
}
