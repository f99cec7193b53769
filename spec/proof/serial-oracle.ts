import { upgradeItem, type WireItem } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import type { Chain } from './chains.js';
import { type Part, searchInterleavings, type Weakening } from './interleavings.js';
import { type WriterNode, WriterTree } from './writer-tree.js';
import type { Writer } from './writers.js';

/** A writer and its place in the cast. */
interface Member {
  readonly writer: Writer;
  readonly slot: number;
}

/**
 * Tells which outcomes of a cast of writers lost something: what is stored, in the newest version's terms, must be what
 * the writers that were told that they are done would have stored one after the other, in some order, each with nobody
 * in between. But for what writes make up themselves: times and revisions are those of whoever sent the last request.
 */
export class SerialOracle {
  readonly #chain: Chain;
  readonly #trees = new Map<string, WriterTree>();
  readonly #newest = new Map<string, string>();

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** The outcomes that lost something, and in how many orders the requests can follow each other. */
  async judge(writers: readonly Writer[], initial: WireItem, weaken?: Weakening) {
    const cast = writers.map((writer, slot) => ({ writer, slot }));
    const { endings, schedules } = await searchInterleavings(
      cast.map((member) => this.#part(member)),
      initial,
      { weaken, isWeakened: isConditionalUpdate },
    );
    const possible = new Map<string, ReadonlySet<string>>();
    const lost: string[] = [];
    for (const { item, itemText, results } of endings) {
      const done = cast.filter((_, at) => isDone(results[at] as string));
      const names = done.map(({ slot }) => slot).join();
      const texts = possible.get(names) ?? (await this.#serial(done, initial));
      possible.set(names, texts);
      if (texts.has(this.#newestText(item, itemText))) continue;
      const told = cast.map(({ writer }, at) => `${writer.name}: ${results[at]}`);
      lost.push(
        [this.#chain.name, `from ${canonicalText(initial)}`, ...told, `to ${canonicalText(item)}`].join('\n  '),
      );
    }
    return { lost, schedules, refused: endings.filter(({ results }) => results.includes('DYNAMIC_UPGRADE')).length };
  }

  /**
   * What is stored after writers that act one after the other, in each order in which all of them are done. An update
   * of a stale item is two steps, and the first of them changes nothing but the version: code that knows nothing of
   * versions can come between.
   */
  async #serial(members: readonly Member[], initial: WireItem | undefined): Promise<ReadonlySet<string>> {
    if (members.length === 0) return new Set([this.#newestText(initial, canonicalText(initial))]);
    const texts = new Set<string>();
    for (const member of members) {
      const others = members.filter((other) => other !== member);
      for (const stored of member.writer.isRaw && initial ? [initial, this.#upgraded(initial)] : [initial]) {
        const { endings } = await searchInterleavings([this.#part(member)], stored);
        for (const { item, results } of endings) {
          if (!results.every(isDone)) continue;
          for (const text of await this.#serial(others, item)) texts.add(text);
        }
      }
    }
    return texts;
  }

  #upgraded(item: WireItem): WireItem {
    return encodeItem(upgradeItem(this.#chain.newest, decodeItem(item)));
  }

  #part({ slot, writer }: Member): Part {
    const name = `${slot} ${writer.name}`;
    const tree = this.#trees.get(name) ?? new WriterTree(writer.run('off'), slot);
    this.#trees.set(name, tree);
    return { tree, isBlind: false, isIndivisible: false, losesAnswers: false };
  }

  #newestText(item: WireItem | undefined, itemText: string): string {
    let newest = this.#newest.get(itemText);
    if (newest === undefined) {
      newest = canonicalText(item && withoutGenerated(this.#upgraded(item)));
      this.#newest.set(itemText, newest);
    }
    return newest;
  }
}

function withoutGenerated(item: WireItem): WireItem {
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'revision' && name !== 'updated_at'));
}

function isConditionalUpdate({ request }: WriterNode): boolean {
  return request?.operation === 'UpdateItem' && request.input.ConditionExpression !== undefined;
}

/** Whether a writer was told that it has done what it was to do. */
function isDone(result: string): boolean {
  return !/^[A-Z_]+$/.test(result) && !result.startsWith('nothing');
}
