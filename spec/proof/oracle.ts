import { upgradeItem, type WireItem } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import type { Chain } from './chains.js';
import {
  type Ending,
  type Part,
  type Rewrite,
  type Search,
  searchInterleavings,
  type Weakening,
} from './interleavings.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import { type WriterRun, WriterTree } from './writer-tree.js';
import type { Writer } from './writers.js';

/** A writer and its place in the cast. */
interface Member {
  readonly writer: Writer;
  readonly slot: number;
}

export interface Verdict extends Search {
  /** The outcomes that only write-backs explain. */
  readonly unsafe: readonly string[];
  /** The write-backs that made another item of one, in the newest version's terms. */
  readonly changing: readonly string[];
}

/**
 * Tells which outcomes of a cast of writers could not have come about without write-backs. Outcomes are what is stored,
 * compared after upgrading, and what each writer was told. And tells which write-backs changed what an item says at the
 * very moment when they were done.
 *
 * Code that knows nothing of versions can set an attribute of the old shape in an item that was written back, where
 * nobody looks at it any more. No condition of a write-back can prevent what comes after it, and the same befalls items
 * that new code has saved. So where that happened, the outcome must be one that could have come about if somebody had
 * read and upgraded the item as one step.
 *
 * Of write-backs to a pinned version no more than this can be asked, whoever wrote (`asOneStep`). They are there to be
 * noticed: code of the older version refused the item, and reads it from then on, so some outcomes don't come about
 * without them. What must not be is that something comes between a read and its write-back and is lost or half done. An
 * outcome of schedules in which each write-back is one step with its read is one of a product that brings items down in
 * place, as they are. Nothing can come between there, so whatever is lost in such an outcome was lost by the other
 * writers' own doing. What one step by itself could do wrong, making another item of the one that it finds, this
 * criterion can't see. That is what `changing` is for.
 */
export class Oracle {
  readonly #chain: Chain;
  readonly #asOneStep: boolean;
  readonly #losesAnswers: boolean;
  readonly #trees = new Map<string, WriterTree>();
  readonly #newest = new Map<string, string>();
  readonly #possible = new Map<string, ReadonlySet<string>>();

  /**
   * With `asOneStep`, outcomes count as possible that come about when each write-back is one step with its read. With
   * `losesAnswers`, the answer to one write of a mapper is lost after it was done: the client repeats the request, or
   * gives up.
   */
  constructor(chain: Chain, { asOneStep = false, losesAnswers = false } = {}) {
    this.#chain = chain;
    this.#asOneStep = asOneStep;
    this.#losesAnswers = losesAnswers;
  }

  async judge(writers: readonly Writer[], initial: WireItem | undefined, weaken?: Weakening): Promise<Verdict> {
    const cast = writers.map((writer, slot) => ({ writer, slot }));
    const parts = cast.map((member) => this.#part(member, 'inline'));
    const search = await searchInterleavings(parts, initial, { weaken });
    const possible = await this.#reference(cast, [], initial);
    const unsafe: string[] = [];
    for (const ending of search.endings) {
      if (possible.has(this.#outcome(ending, ending.results))) continue;
      if (!(await this.#isExcused(cast, initial, ending))) unsafe.push(this.#describe(cast, initial, ending));
    }
    const changing = search.rewrites
      .filter(({ after, afterText, before, beforeText }) => {
        return this.#newestText(before, beforeText) !== this.#newestText(after, afterText);
      })
      .map((rewrite) => this.#describeRewrite(rewrite));
    return { ...search, unsafe, changing };
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
    if (doing.length < cast.length && (await this.#reference(doing, [], initial)).has(outcome)) return true;
    if (!ending.isBlindAfterWriteBack && !this.#asOneStep) return false;
    // also by those whose later write was refused
    const upgraders = cast.filter(({ writer }) => writer.upgrade);
    for (let upgrades = 1; upgrades <= upgraders.length; upgrades++) {
      if ((await this.#reference(doing, upgraders.slice(0, upgrades), initial)).has(outcome)) return true;
    }
    return false;
  }

  /** The outcomes without write-backs; with some upgraders, each of whom reads and writes back in one step. */
  async #reference(cast: readonly Member[], upgraders: readonly Member[], initial: WireItem | undefined) {
    const names = [cast, upgraders].map((members) => members.map(({ slot, writer }) => `${slot} ${writer.name}`));
    const text = JSON.stringify([names, initial]);
    const known = this.#possible.get(text);
    if (known) return known;
    const parts = cast.map((member) => this.#part(member, 'off'));
    parts.push(...upgraders.map((member) => this.#upgrader(member)));
    const { endings } = await searchInterleavings(parts, initial);
    const outcomes = new Set(endings.map((ending) => this.#outcome(ending, ending.results.slice(0, cast.length))));
    this.#possible.set(text, outcomes);
    return outcomes;
  }

  #part({ slot, writer }: Member, writeBack: 'inline' | 'off'): Part {
    const mode = writer.upgrade ? writeBack : 'off';
    const tree = this.#tree(`${slot} ${mode} ${writer.name}`, writer.run(mode), slot);
    const losesAnswers = this.#losesAnswers && !writer.isRaw;
    return { tree, isBlind: writer.isBlind, isIndivisible: false, losesAnswers };
  }

  #upgrader({ slot, writer }: Member): Part {
    const tree = this.#tree(`${slot} upgrades as ${writer.name}`, writer.upgrade as WriterRun, slot);
    return { tree, isBlind: false, isIndivisible: true, losesAnswers: false };
  }

  #tree(name: string, run: WriterRun, slot: number): WriterTree {
    const tree = this.#trees.get(name) ?? new WriterTree(run, slot);
    this.#trees.set(name, tree);
    return tree;
  }

  #outcome({ item, itemText }: Ending, results: readonly string[]): string {
    return `${this.#newestText(item, itemText)} ${results.join(' | ')}`;
  }

  /** What an item says in the newest version. */
  #newestText(item: WireItem | undefined, itemText: string): string {
    let newest = this.#newest.get(itemText);
    if (newest === undefined) {
      newest = canonicalText(item && encodeItem(upgradeItem(this.#chain.newest, decodeItem(item))));
      this.#newest.set(itemText, newest);
    }
    return newest;
  }

  #describeRewrite({ afterText, beforeText }: Rewrite): string {
    return [this.#chain.name, `from ${beforeText}`, `to ${afterText}`].join('\n  ');
  }

  #describe(cast: readonly Member[], initial: WireItem | undefined, { item, results }: Ending): string {
    const told = cast.map(({ writer }, at) => `${writer.name}: ${results[at]}`);
    return [this.#chain.name, `from ${canonicalText(initial)}`, ...told, `to ${canonicalText(item)}`].join('\n  ');
  }
}
