import { upgradeItem, type WireItem } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import type { Chain } from './chains.js';
import { type Ending, type Part, type Search, searchInterleavings, type Weakening } from './interleavings.js';
import { canonicalText } from './wire-places.js';
import { type WriterRun, WriterTree } from './writer-tree.js';
import type { Writer } from './writers.js';

/** A writer and its place in the cast. */
interface Member {
  readonly writer: Writer;
  readonly slot: number;
}

export interface Verdict extends Search {
  readonly unsafe: readonly string[];
}

/**
 * Tells which outcomes of a cast of writers could not have come about without write-backs. Outcomes are what is stored,
 * compared after upgrading, and what each writer was told.
 *
 * Code that knows nothing of versions can set an attribute of the old shape in an item that was written back, where nobody looks
 * at it any more. No condition of a write-back can prevent what comes after it, and the same befalls items that new code has saved.
 * So where that happened, the outcome must be one that could have come about if somebody had read and upgraded the item as one step.
 */
export class Oracle {
  readonly #chain: Chain;
  readonly #asOneStep: boolean;
  readonly #trees = new Map<string, WriterTree>();
  readonly #newest = new Map<string, string>();
  readonly #possible = new Map<string, ReadonlySet<string>>();

  /**
   * A write-back that brings an item down shows: code of the older version, which refused the item, reads it from then on. That is what it is
   * for, so there must be outcomes that don't come about without it. What must not be is that anything comes between a read and its
   * write-back: `asOneStep` also takes the outcomes of schedules in which each write-back is one step with its read, and no others.
   */
  constructor(chain: Chain, { asOneStep = false } = {}) {
    this.#chain = chain;
    this.#asOneStep = asOneStep;
  }

  async judge(writers: readonly Writer[], initial: WireItem | undefined, weaken?: Weakening): Promise<Verdict> {
    const cast = writers.map((writer, slot) => ({ writer, slot }));
    const parts = cast.map((member) => this.#part(member, 'inline'));
    const search = await searchInterleavings(parts, initial, weaken);
    const possible = await this.#reference(cast, 0, initial);
    const unsafe: string[] = [];
    for (const ending of search.endings) {
      if (possible.has(this.#outcome(ending, ending.results))) continue;
      if (!(await this.#isExcused(cast, initial, ending))) unsafe.push(this.#describe(cast, initial, ending));
    }
    return { ...search, unsafe };
  }

  /** Whether an ending that isn't possible without write-backs is so for a reason that the product states. */
  async #isExcused(cast: readonly Member[], initial: WireItem | undefined, ending: Ending): Promise<boolean> {
    // a write that was refused on purpose was never done
    const isDone = cast.map(({ writer }, at) => !writer.refusals.includes(ending.results[at] as string));
    const doing = cast.filter((_, at) => isDone[at]);
    const outcome = this.#outcome(
      ending,
      ending.results.filter((_, at) => isDone[at]),
    );
    if (doing.length < cast.length && (await this.#reference(doing, 0, initial)).has(outcome)) return true;
    if (!ending.isBlindAfterWriteBack && !this.#asOneStep) return false;
    for (let upgrades = 1; upgrades <= doing.filter(({ writer }) => writer.upgrade).length; upgrades++) {
      if ((await this.#reference(doing, upgrades, initial)).has(outcome)) return true;
    }
    return false;
  }

  /** The outcomes without write-backs; with so many upgrades, each of them one step. */
  async #reference(cast: readonly Member[], upgrades: number, initial: WireItem | undefined) {
    const text = JSON.stringify([cast.map(({ slot, writer }) => `${slot} ${writer.name}`), upgrades, initial]);
    const known = this.#possible.get(text);
    if (known) return known;
    const parts = cast.map((member) => this.#part(member, 'off'));
    const upgraders = cast.filter(({ writer }) => writer.upgrade).slice(0, upgrades);
    parts.push(...upgraders.map((member) => this.#upgrader(member)));
    const { endings } = await searchInterleavings(parts, initial);
    const outcomes = new Set(endings.map((ending) => this.#outcome(ending, ending.results.slice(0, cast.length))));
    this.#possible.set(text, outcomes);
    return outcomes;
  }

  #part({ slot, writer }: Member, writeBack: 'inline' | 'off'): Part {
    const mode = writer.upgrade ? writeBack : 'off';
    const tree = this.#tree(`${slot} ${mode} ${writer.name}`, writer.run(mode), slot);
    return { tree, isBlind: writer.isBlind, isIndivisible: false };
  }

  #upgrader({ slot, writer }: Member): Part {
    const tree = this.#tree(`${slot} upgrades as ${writer.name}`, writer.upgrade as WriterRun, slot);
    return { tree, isBlind: false, isIndivisible: true };
  }

  #tree(name: string, run: WriterRun, slot: number): WriterTree {
    const tree = this.#trees.get(name) ?? new WriterTree(run, slot);
    this.#trees.set(name, tree);
    return tree;
  }

  #outcome({ item, itemText }: Ending, results: readonly string[]): string {
    let newest = this.#newest.get(itemText);
    if (newest === undefined) {
      newest = canonicalText(item && encodeItem(upgradeItem(this.#chain.newest, decodeItem(item))));
      this.#newest.set(itemText, newest);
    }
    return `${newest} ${results.join(' | ')}`;
  }

  #describe(cast: readonly Member[], initial: WireItem | undefined, { item, results }: Ending): string {
    const told = cast.map(({ writer }, at) => `${writer.name}: ${results[at]}`);
    return [this.#chain.name, `from ${canonicalText(initial)}`, ...told, `to ${canonicalText(item)}`].join('\n  ');
  }
}
