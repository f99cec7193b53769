import type { WireItem } from 'dynamo-evolve';
import type { EngineRequest } from './engine-model.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import type { WriterNode, WriterStep, WriterTree } from './writer-tree.js';

/** One writer of a search. */
export interface Part {
  readonly tree: WriterTree;
  /** Whether its requests know nothing of versions and change parts of whatever is there. */
  readonly isBlind: boolean;
  /** Whether a write-back follows its read at once, with nobody in between. */
  readonly isIndivisible: boolean;
  /** Whether the answer to one of its writes can be lost. */
  readonly losesAnswers: boolean;
}

/** How a course of events ended. */
export interface Ending {
  readonly item: WireItem | undefined;
  readonly itemText: string;
  readonly results: readonly string[];
  /** Whether blind code wrote to an item that had been written back. */
  readonly isBlindAfterWriteBack: boolean;
}

/** What a write-back made of an item, as it was when it was done. */
export interface Rewrite {
  readonly before: WireItem | undefined;
  readonly beforeText: string;
  readonly after: WireItem | undefined;
  readonly afterText: string;
}

export interface Search {
  readonly endings: readonly Ending[];
  /** Each one once. */
  readonly rewrites: readonly Rewrite[];
  /** In how many orders the requests can follow each other. */
  readonly schedules: number;
  /** How many write-backs were done, each counted once for every state in which it was. */
  readonly writeBacks: number;
}

/** Takes something from a request, to show that it's needed. */
export type Weakening = (request: EngineRequest, read: WireItem) => EngineRequest;

/** Which requests are weakened, and how. */
interface Weakened {
  readonly weaken?: Weakening | undefined;
  readonly isWeakened?: (node: WriterNode) => boolean;
}

/** Everything there is between two requests: the item, and where each writer stands. */
interface Situation {
  readonly item: WireItem | undefined;
  readonly itemText: string;
  readonly nodes: readonly WriterNode[];
  readonly isWrittenBack: boolean;
  readonly isBlindAfterWriteBack: boolean;
  /** To whose write the answer was lost: that happens once at most. */
  readonly unanswered: number | undefined;
  /** Which writer's client sends its last request again, since the answer was lost. */
  readonly repeating: number | undefined;
  /** In how many orders it can come about. */
  schedules: number;
}

/**
 * Lets the writers' requests follow each other in every possible order. Situations that are alike in all that anybody
 * can see are followed once, and their schedules counted.
 */
export async function searchInterleavings(
  parts: readonly Part[],
  initial: WireItem | undefined,
  weakened: Weakened = {},
): Promise<Search> {
  const nodes = await Promise.all(parts.map(({ tree }) => tree.root()));
  const start = {
    item: initial,
    itemText: canonicalText(initial),
    nodes,
    schedules: 1,
    isWrittenBack: false,
    isBlindAfterWriteBack: false,
    unanswered: undefined,
    repeating: undefined,
  };
  let situations: Iterable<Situation> = [start];
  const endings: Ending[] = [];
  const rewrites = new Map<string, Rewrite>();
  let schedules = 0;
  let writeBacks = 0;
  for (let isOver = false; !isOver;) {
    const following = new Map<string, Situation>();
    isOver = true;
    for (const situation of situations) {
      const active = parts.flatMap((part, at) => (situation.nodes[at]?.request ? [[part, at] as const] : []));
      if (active.length === 0) {
        schedules += situation.schedules;
        endings.push({ ...situation, results: resultsOf(situation) });
      }
      for (const [part, at] of active) {
        isOver = false;
        for (const next of await proceed(situation, part, at, weakened)) {
          // a write-back that is done always changes the version
          if (situation.nodes[at]?.isWriteBack && next.itemText !== situation.itemText) {
            writeBacks++;
            addRewrite(rewrites, situation, next);
          }
          addSituation(following, next);
        }
      }
    }
    situations = following.values();
  }
  return { endings, rewrites: [...rewrites.values()], schedules, writeBacks };
}

function addRewrite(
  rewrites: Map<string, Rewrite>,
  { item: before, itemText: beforeText }: Situation,
  next: Situation,
) {
  const { item, itemText: afterText } = next;
  rewrites.set(`${beforeText} ${afterText}`, { before, beforeText, after: item, afterText });
}

function addSituation(situations: Map<string, Situation>, situation: Situation): void {
  const { isBlindAfterWriteBack, isWrittenBack, itemText, nodes, repeating, unanswered } = situation;
  const told = `${isWrittenBack} ${isBlindAfterWriteBack} ${unanswered} ${repeating}`;
  const text = `${nodes.map((node) => node.id).join()} ${told} ${itemText}`;
  const known = situations.get(text);
  if (known) known.schedules += situation.schedules;
  else situations.set(text, situation);
}

/** What the writers are told. An error after a lost answer says as much as that nobody knows. */
function resultsOf({ nodes, unanswered }: Situation): string[] {
  return nodes.map((node, at) => {
    const result = node.result as string;
    return at === unanswered && /^[A-Z_]+$/.test(result) ? 'unknown' : result;
  });
}

/** What can come of one writer's next request: it is done and answered, or the answer is lost. */
async function proceed(situation: Situation, part: Part, at: number, weakened: Weakened): Promise<Situation[]> {
  const node = situation.nodes[at] as WriterNode;
  const { tree } = part;
  const request = requestOf(node, weakened);
  const { item, itemText } = situation;
  if (situation.repeating === at) {
    return [after({ ...situation, repeating: undefined }, part, at, await tree.repeat(node, item, request))];
  }
  const step =
    request === node.request ? await tree.step(node, item, itemText) : await tree.stepBy(node, item, request);
  const answered = after(situation, part, at, step);
  if (part.isIndivisible && step.node.isWriteBack) return proceed(answered, part, at, weakened);
  const isWriting = request.operation !== 'GetItem';
  if (!part.losesAnswers || !isWriting || situation.unanswered !== undefined) return [answered];
  const lost = { ...situation, unanswered: at };
  const givenUp = await tree.giveUp(node);
  return [
    answered,
    // it was done, and is sent again
    after({ ...lost, repeating: at }, part, at, { ...step, node }),
    // it was done, or it never arrived, and nobody knows
    after(lost, part, at, { ...step, node: givenUp }),
    after(lost, part, at, { item, itemText, isDone: false, node: givenUp }),
  ];
}

/** A situation after a writer's request. */
function after(situation: Situation, part: Part, at: number, step: WriterStep): Situation {
  const node = situation.nodes[at] as WriterNode;
  const { isDone, item, itemText, node: next } = step;
  const isWriting = node.request?.operation !== 'GetItem';
  return {
    ...situation,
    item,
    itemText,
    nodes: situation.nodes.with(at, next),
    isWrittenBack: situation.isWrittenBack || (node.isWriteBack && isDone),
    isBlindAfterWriteBack:
      situation.isBlindAfterWriteBack || (part.isBlind && isWriting && isDone && situation.isWrittenBack),
  };
}

function requestOf(node: WriterNode, { isWeakened = isWriteBack, weaken }: Weakened): EngineRequest {
  const { lastRead, request } = node;
  if (!weaken || !lastRead || !isWeakened(node)) return request as EngineRequest;
  return weaken(request as EngineRequest, lastRead);
}

function isWriteBack(node: WriterNode): boolean {
  return node.isWriteBack;
}
