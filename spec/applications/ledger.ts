import type { WireItem } from 'dynamo-evolve';
import { type Effect, isState, outcomesOf, type Outcomes, type State, stateText } from './account.js';
import type { Belief, Held } from './held.js';
import { type Article, properties, type Property } from './article.js';
import type { Call } from './calls.js';
import { type ItemTexts, type Text, textsOfEntity, textsOfStored } from './texts.js';

/** What a phase was, and how its calls ended. */
export interface Phase {
  readonly calls: readonly Call[];
  readonly results: readonly PromiseSettledResult<unknown>[];
}

/** What is stored according to all that the application was told, and what its entities show. Throws where it isn't so. */
export class Ledger {
  state: State = new Map();
  readonly history = new Map<string, Map<string, Set<Text | undefined>>>();
  readonly helds: Held[] = [];
  #notations = new Map<string, ItemTexts>();

  /** What the calls of a phase can have come to. */
  outcomes({ calls, results }: Phase): Outcomes {
    const isAlone = calls.length === 1;
    this.#disturb(calls);
    const effects: Effect[] = [];
    for (const [at, call] of calls.entries()) {
      const result = results[at] as PromiseSettledResult<unknown>;
      if (result.status === 'fulfilled') effects.push(...call.effects(result.value));
      else if ((result.reason as { readonly done?: boolean }).done)
        throw fault(`${call.what} couldn't read its answer`, result.reason);
      else if (!call.mayRefuse(codeOf(result.reason), this.state.get(call.slot), isAlone)) {
        throw fault(`${call.what} was refused`, result.reason);
      }
    }
    return outcomesOf(this.state, effects);
  }

  /** Takes what is stored for true where it can be. */
  settle({ calls }: Phase, { last }: Outcomes, stored: ReadonlyMap<string, WireItem>): void {
    const found: State = new Map(Array.from(stored, ([slot, item]) => [slot, textsOfStored(item)]));
    if (!last.some((state) => isState(state, found))) {
      const expected =
        last.length > 0 ? last.map(stateText).join('\n  or\n') : 'no order of the calls that gives their answers';
      throw new Error(
        `stored is\n${stateText(found)}\nexpected is\n${expected}\nbefore it was\n${stateText(this.state)}`,
      );
    }
    this.#compareNotations(found, stored, calls);
    for (const [slot, item] of found) this.#remember(slot, item);
    this.state = found;
    this.#disturb(calls);
    for (const held of this.helds) this.#collapse(held, calls);
  }

  /** What nobody has changed is stored to the letter as it was. */
  #compareNotations(found: State, stored: ReadonlyMap<string, WireItem>, calls: readonly Call[]): void {
    const now = new Map(Array.from(stored, ([slot, item]) => [slot, textsOfStored(item, 'as stored')]));
    for (const [slot, item] of now) {
      if (calls.some((call) => call.slot === slot && call.isWhole?.())) continue;
      for (const [name, text] of item) {
        const isSame = this.state.get(slot)?.get(name) === found.get(slot)?.get(name);
        const before = this.#notations.get(slot)?.get(name);
        if (isSame && before !== text) throw new Error(`${slot}: ${name} was ${before}, and is rewritten as ${text}`);
      }
    }
    this.#notations = now;
  }

  #remember(slot: string, item: ItemTexts): void {
    const before = this.history.get(slot);
    const known = before ?? new Map<string, Set<Text | undefined>>();
    this.history.set(slot, known);
    for (const name of new Set([...known.keys(), ...item.keys()])) {
      if ((properties as readonly string[]).includes(name)) continue;
      const texts = known.get(name) ?? new Set(before ? [undefined] : []);
      known.set(name, texts.add(item.get(name)));
    }
  }

  /** Others' entities of an item that was written are outdated. */
  #disturb(calls: readonly Call[]): void {
    for (const held of this.helds) {
      for (const [table, belief] of held.beliefs) {
        const isWritten = calls.some(
          (call) => call.writes && call.held !== held && call.slot === `${table}/${belief.id}`,
        );
        if (isWritten) belief.isQuiet = false;
      }
    }
  }

  /** Where nobody else has written, what is stored is what an entity is known as. */
  #collapse(held: Held, calls: readonly Call[]): void {
    for (const [table, belief] of held.beliefs) {
      const slot = `${table}/${belief.id}`;
      const item = this.state.get(slot);
      const others = calls.some((call) => call.writes && call.slot === slot && call.held !== held);
      const wrote = calls.some((call) => call.writes && call.slot === slot && call.held === held);
      if (others || !wrote || !item) continue;
      const certain = Array.from(belief.stored, ([property, texts]) => {
        return [property, texts.has(item.get(property)) ? new Set([item.get(property)]) : texts] as const;
      });
      belief.stored = new Map(certain);
    }
  }

  /** What entities show is what the application gave them, or what the table has. */
  compareEntities(
    { calls, results }: Phase,
    { all }: Outcomes,
    dirtyBefore: ReadonlyMap<Held, ReadonlySet<string>>,
  ): void {
    for (const held of this.helds) {
      const now = textsOfEntity(held.entity);
      for (const property of properties) {
        const [before, text] = [held.texts.get(property), now.get(property)];
        if (before === text) continue;
        const written = calls.filter(
          (call, at) => call.writes && call.held === held && results[at]?.status === 'fulfilled',
        );
        const isTheirs =
          held.changed.has(property) || written.some(({ slot }) => dirtyBefore.get(held)?.has(`${slot} ${property}`));
        const isStored = written.some(({ slot }) => all.some((state) => state.get(slot)?.get(property) === text));
        if (isTheirs || !isStored) {
          throw new Error(`${held.name}.${property} was ${before}, and became ${text} without the application`);
        }
        for (const belief of this.#beliefsOf(held, written))
          belief.stored = new Map([...belief.stored, [property, new Set([text])]]);
      }
      held.texts = now;
      held.changed.clear();
    }
  }

  #beliefsOf(held: Held, calls: readonly Call[]): Belief[] {
    return Array.from(held.beliefs).flatMap(([table, belief]) =>
      calls.some(({ slot }) => slot === `${table}/${belief.id}`) ? [belief] : [],
    );
  }

  /** The properties that entities are known to differ in from what a table has, as `table/id property`. */
  dirty(): Map<Held, ReadonlySet<string>> {
    const dirtyOf = (held: Held) =>
      Array.from(held.beliefs).flatMap(([table, belief]) =>
        properties.filter((name) => held.isDirty(name, belief)).map((name) => `${table}/${belief.id} ${name}`),
      );
    return new Map(this.helds.map((held) => [held, new Set(dirtyOf(held))]));
  }

  /** What the application does to an entity changes no other one. */
  change(held: Held, what: (entity: Article) => void): Property[] {
    const others = this.helds.filter((other) => other !== held);
    const before = others.map((other) => textsOfEntity(other.entity));
    const touched = held.change(what);
    for (const [at, other] of others.entries()) {
      const now = textsOfEntity(other.entity);
      const property = properties.find((name) => now.get(name) !== before[at]?.get(name));
      if (property) throw new Error(`a change of ${held.name} changed ${other.name}.${property}`);
    }
    return touched;
  }
}

function codeOf(reason: unknown): string {
  return String((reason as { readonly code?: unknown }).code);
}

function fault(what: string, cause: unknown): Error {
  return new Error(`${what}: ${String(cause)}`, { cause });
}
