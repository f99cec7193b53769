import type { EngineClient, Item, WireItem } from 'dynamo-evolve';
import { WriterTree } from '../proof/writer-tree.js';
import { type Course, type Deed, type Instance, instanceOf } from './instance.js';
import { type Outcome, perform, type Product } from './perform.js';
import { inNewestTerms } from './releases.js';
import { type StoredItem, storedItem } from './stored.js';

/** What an instance has done, and what has come of it. */
export interface Step {
  readonly event: string;
  readonly deed: Deed;
  readonly instance: Instance;
  /** What is stored then. */
  readonly item: StoredItem;
  /** What the user was told is stored, in the newest release's terms. */
  readonly acknowledged?: Item;
  /** The code of the error that the user got. */
  readonly error?: string;
}

/** Does deeds by the real mapper on a model of the engine, request by request; the same one on the same item once. */
export class Deeds {
  readonly #product: Product;
  readonly #trees = new Map<string, WriterTree>();
  readonly #steps = new Map<Instance, Map<StoredItem, readonly Step[]>>();

  constructor(product: Product = { isPinHeeded: true, isStoredWhole: false }) {
    this.#product = product;
  }

  /**
   * What an instance can do next: the rest of what it's in the middle of, or else a whole deed, or the beginning of
   * one.
   */
  async next(instance: Instance, item: StoredItem): Promise<readonly Step[]> {
    const known = this.#steps.get(instance) ?? new Map<StoredItem, readonly Step[]>();
    const steps = known.get(item) ?? (await this.#stepsOf(instance, item));
    this.#steps.set(instance, known.set(item, steps));
    return steps;
  }

  async #stepsOf(instance: Instance, item: StoredItem): Promise<readonly Step[]> {
    const { course, held, release } = instance;
    if (course) return (await this.#follow(instance, course, item)).slice(-1);
    const steps: Step[] = [];
    for (const deed of ['reads', 'holds', 'saves', 'updates'] as const) {
      if (deed === 'saves' && !held) continue;
      const tree = this.#tree(instance, deed);
      const followed = await this.#follow(instance, { release, deed, tree, node: await tree.root() }, item);
      // before its first request, a read has asked for nothing that can change meanwhile
      steps.push(...(deed === 'reads' || deed === 'holds' ? followed.slice(1) : followed));
    }
    return steps;
  }

  /** A deed before each of its next requests, and at its end. */
  async #follow(instance: Instance, course: Course, item: StoredItem): Promise<Step[]> {
    const { held, release } = instance;
    const { deed, tree } = course;
    const steps: Step[] = [];
    let { node } = course;
    let now = item;
    while (node.result === undefined) {
      const event = `${release} ${deed}, slowly: ${node.history.length} requests`;
      steps.push({ event, deed, instance: instanceOf(release, held, { ...course, node }), item: now });
      const step = await tree.step(node, now.item, now.text);
      ({ node } = step);
      now = storedItem(step.item as WireItem, step.itemText);
    }
    return [...steps, ended(instance, { ...course, node }, now)];
  }

  #tree({ held, release }: Instance, deed: Deed): WriterTree {
    const entity = deed === 'saves' ? held : undefined;
    const name = `${release} ${deed} ${entity?.id}`;
    const run = (client: EngineClient) => perform(release, deed, entity?.item, client, this.#product);
    const tree = this.#trees.get(name) ?? new WriterTree(async ({ client }) => JSON.stringify(await run(client)), 0);
    this.#trees.set(name, tree);
    return tree;
  }
}

function ended({ course: begun, held: before, release: now }: Instance, course: Course, item: StoredItem): Step {
  const { deed, node, release } = course;
  const { acknowledged = {}, error } = JSON.parse(node.result as string) as Outcome;
  const loaded = deed === 'holds' && error === undefined && node.lastRead ? storedItem(node.lastRead) : undefined;
  const told = inNewestTerms(acknowledged, release === 'pinned' || release === 'new');
  return {
    event: `${release} ${deed}${begun ? ', the rest' : ''}`,
    deed,
    instance: instanceOf(now, deed === 'holds' || deed === 'saves' ? loaded : before),
    item,
    ...(Object.keys(told).length > 0 && { acknowledged: told }),
    ...(error !== undefined && { error }),
  };
}
