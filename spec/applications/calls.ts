import { types } from 'node:util';
import type { Condition, Repository } from 'dynamo-evolve';
import { anyText, changed, combinations, type Effect } from './account.js';
import { type Article, properties, type Property } from './article.js';
import { type Belief, Held, shownBy, type Shown } from './held.js';
import { type ItemTexts, type Text, textOfValue, textsOfEntity } from './texts.js';

/** A table of the application, through one of its mappers. */
export interface Shop {
  readonly name: string;
  readonly table: string;
  readonly articles: Repository<Article>;
}

/** A call on one item, and what it means for the account. */
export interface Call {
  readonly what: string;
  readonly slot: string;
  /** Whether it writes. */
  readonly writes: boolean;
  readonly held?: Held;
  /** What it has done, once it has resolved to a value. */
  readonly effects: (value: unknown) => Effect[];
  /** Whether a refusal is right: on the item as it is if the call is alone, on any item otherwise. */
  readonly mayRefuse: (code: string, item: ItemTexts | undefined, isAlone: boolean) => boolean;
  /** The entity that it hands out. */
  readonly handsOut?: (value: unknown) => Article | undefined;
  /** Whether it can have replaced values in other notations; none unless given. */
  readonly isWhole?: () => boolean;
  /** Ends what it noted, however it ended. */
  readonly end?: () => void;
}

export type ArticleCondition = Condition<Article> & { readonly attr: 'level'; readonly eq: string };

export const slotOf = (shop: Shop, id: string) => `${shop.table}/${id}`;

export function reading(
  shop: Shop,
  id: string,
  what: string,
  isWanted: (item: ItemTexts) => boolean = () => true,
): Call {
  const slot = slotOf(shop, id);
  return {
    what,
    slot,
    writes: false,
    effects: (value) => [
      { slot, apply: (item) => (isShown(item && isWanted(item) ? item : undefined, value) ? [item] : []) },
    ],
    mayRefuse: () => false,
    handsOut: (value) => value as Article | undefined,
  };
}

/** Whether an entity shows an item, or is absent like it. */
function isShown(item: ItemTexts | undefined, entity: unknown): boolean {
  if (!item || entity === undefined) return !item && entity === undefined;
  const texts = textsOfEntity(entity as Article);
  return properties.every((property) => item.get(property) === texts.get(property));
}

export function inserting(shop: Shop, held: Held): Call {
  const slot = slotOf(shop, held.entity.id);
  const shown = held.watch();
  return {
    what: `${shop.name}.insert(${held.name} ${held.entity.id})`,
    slot,
    writes: true,
    held,
    end: () => held.finish(shown),
    isWhole: () => true,
    effects: () => {
      held.believe(shop.table, shown, { isQuiet: true, isBare: true });
      return [{ slot, entity: held, apply: (item) => (item ? [] : wholeItems(shown)) }];
    },
    mayRefuse: (code, item, isAlone) => code === 'ALREADY_EXISTS' && (!isAlone || item !== undefined),
  };
}

export function putting(shop: Shop, held: Held, condition: ArticleCondition | undefined, history: Histories): Call {
  const belief = held.beliefIn(shop.table);
  const slot = slotOf(shop, held.entity.id);
  if (!belief && types.isProxy(held.entity))
    return refused(`${shop.name}.put(wrapped ${held.name})`, slot, 'INVALID_ARGUMENT');
  const shown = held.watch();
  const holds = holding(condition);
  const replaced = (item: ItemTexts | undefined) => {
    if (!holds(item)) return [];
    if (!belief) return wholeItems(shown);
    return item ? replacements(item, shown, belief, history.get(slot) ?? new Map()) : [];
  };
  return {
    what: `${shop.name}.put(${held.name} ${held.entity.id}${condition ? ` if ${condition.eq}` : ''})`,
    slot,
    writes: true,
    held,
    end: () => held.finish(shown),
    isWhole: () => !belief?.isQuiet,
    effects: () => {
      held.believe(shop.table, shown, belief ?? { isQuiet: true, isBare: true });
      return [{ slot, entity: held, apply: replaced }];
    },
    mayRefuse: (code, item, isAlone) => {
      if (code === 'CONDITION_FAILED') return !isAlone || !holds(item);
      if (!belief) return condition !== undefined && !isAlone && code === 'CONFLICT';
      return refusedOf(code, item, isAlone && belief.isQuiet);
    },
  };
}

export function saving(shop: Shop, held: Held, overwrite: boolean): Call {
  const belief = held.beliefIn(shop.table);
  if (!belief && types.isProxy(held.entity))
    return refused(`${shop.name}.save(wrapped ${held.name})`, slotOf(shop, held.entity.id), 'INVALID_ARGUMENT');
  if (!belief) return { ...inserting(shop, held), what: `${shop.name}.save(new ${held.name} ${held.entity.id})` };
  const slot = slotOf(shop, held.entity.id);
  const shown = held.watch();
  return {
    what: `${shop.name}.save(${held.name} ${held.entity.id}${overwrite ? ' over all' : ''})`,
    slot,
    writes: true,
    held,
    end: () => held.finish(shown),
    effects: () => {
      const { stored, ...known } = held.beliefIn(shop.table) ?? belief;
      held.believe(shop.table, shown, known);
      return [
        {
          slot,
          entity: held,
          apply: (item) => (item ? saved(item, shown, stored, overwrite) : unchangedAbsence(shown, stored)),
        },
      ];
    },
    mayRefuse: (code, item, isAlone) => refusedOf(code, item, isAlone && belief.isQuiet),
  };
}

function refusedOf(code: string, item: ItemTexts | undefined, isCertain: boolean): boolean {
  if (code === 'NOT_FOUND') return !isCertain || !item;
  return code === 'CONFLICT' && !isCertain;
}

/** The items that a save can leave: what changed is replaced where nobody else has changed it, everything else stays. */
function saved(item: ItemTexts, shown: Shown, stored: Shown, overwrite: boolean): ItemTexts[] {
  const options = new Map<string, (Text | undefined)[]>();
  for (const property of properties) {
    const before = item.get(property);
    const known = [...(stored.get(property) ?? [])];
    const next = new Set<Text | undefined>();
    for (const now of shown.get(property) ?? []) {
      if (known.includes(now)) next.add(before);
      if (known.some((text) => text !== now && (overwrite || text === before))) next.add(now);
    }
    options.set(property, [...next]);
  }
  return combinations(options).map((changes) => changed(item, changes));
}

/** A save without changes sends nothing, and needs no item. */
function unchangedAbsence(shown: Shown, stored: Shown): undefined[] {
  const isUnchanged = (property: Property) =>
    [...(shown.get(property) ?? [])].some((now) => stored.get(property)?.has(now));
  return properties.every(isUnchanged) ? [undefined] : [];
}

function wholeItems(shown: Shown): ItemTexts[] {
  const options = new Map(Array.from(shown, ([property, texts]) => [property as string, [...texts]]));
  return combinations(options).map((texts) => changed(new Map([['created_at', anyText]]), texts));
}

/** By slot and undeclared attribute: what was ever stored. */
export type Histories = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<Text | undefined>>>;

/** The items that a put of a loaded entity can leave: undeclared attributes are carried along. */
function replacements(
  item: ItemTexts,
  shown: Shown,
  { isBare, isQuiet, stored }: Belief,
  history: ReadonlyMap<string, ReadonlySet<Text | undefined>>,
): ItemTexts[] {
  const options = new Map<string, (Text | undefined)[]>();
  for (const [property, texts] of shown) {
    const isUnchanged = [...texts].some((text) => stored.get(property)?.has(text));
    options.set(property, [...new Set([...texts, ...(isUnchanged ? [item.get(property)] : [])])]);
  }
  for (const [name, texts] of isQuiet ? [] : history) {
    if (name === 'created_at') options.set(name, [anyText]);
    else options.set(name, [...new Set([...texts, ...(isBare ? [undefined] : [])])]);
  }
  return combinations(options).map((texts) => changed(item, texts));
}

export interface UpdateOf {
  readonly what: string;
  readonly clauses: object;
  /** What becomes of an item; nothing where a place's parent isn't there. */
  readonly apply: (item: ItemTexts) => ItemTexts | undefined;
}

export function updating(shop: Shop, id: string, update: UpdateOf, condition: ArticleCondition | undefined): Call {
  const slot = slotOf(shop, id);
  const holds = holding(condition);
  return {
    what: `${shop.name}.update(${id}, ${update.what}${condition ? ` if ${condition.eq}` : ''})`,
    slot,
    writes: true,
    effects: (value) => [
      {
        slot,
        apply: (item) => {
          const next = item && holds(item) ? update.apply(item) : undefined;
          return next && isShown(next, value) ? [next] : [];
        },
      },
    ],
    mayRefuse: (code, item, isAlone) => {
      if (code === 'NOT_FOUND') return !isAlone || !item;
      if (code === 'MISSING_PARENT') return !isAlone || (item !== undefined && !update.apply(item));
      if (code === 'CONDITION_FAILED') return condition !== undefined && (!isAlone || !holds(item));
      return code === 'CONFLICT' && !isAlone;
    },
    handsOut: (value) => value as Article,
  };
}

export function deleting(shop: Shop, id: string, condition: ArticleCondition | undefined): Call {
  const slot = slotOf(shop, id);
  const holds = holding(condition);
  return {
    what: `${shop.name}.delete(${id}${condition ? ` if ${condition.eq}` : ''})`,
    slot,
    writes: true,
    effects: (existed) => [
      { slot, apply: (item) => ((item !== undefined) === existed && (!existed || holds(item)) ? [undefined] : []) },
    ],
    mayRefuse: (code, item, isAlone) => {
      if (code === 'CONDITION_FAILED')
        return condition !== undefined && (!isAlone || (item !== undefined && !holds(item)));
      return code === 'CONFLICT' && !isAlone;
    },
  };
}

/** A call that is refused whatever is stored. */
export function refused(what: string, slot: string, code: string): Call {
  return {
    what,
    slot,
    writes: false,
    effects: () => [{ slot, apply: () => [] }],
    mayRefuse: (found) => found === code,
  };
}

function holding(condition: ArticleCondition | undefined): (item: ItemTexts | undefined) => boolean {
  return (item) => !condition || item?.get('level') === textOfValue(condition.eq);
}

/** What a phase's entities were handed out as. */
export function heldFrom(name: string, entity: Article, table: string, isQuiet: boolean): Held {
  const held = new Held(name, entity);
  held.believe(table, shownBy(entity), { isQuiet, isBare: false });
  return held;
}
