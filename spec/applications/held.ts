import { type Article, properties, type Property } from './article.js';
import { type Text, textsOfEntity } from './texts.js';

export type Texts = Set<Text | undefined>;

/** What an entity can have shown while a call ran, by property. */
export type Shown = ReadonlyMap<Property, Texts>;

/** What an entity was last known to be stored as in a table: the library may think so of any of the texts. */
export interface Belief {
  readonly id: string;
  stored: Shown;
  /** Whether nobody else has written the item since. */
  isQuiet: boolean;
  /** Whether it was stored without anything that the class doesn't declare. */
  readonly isBare: boolean;
}

/** An entity that the application holds. */
export class Held {
  readonly name: string;
  readonly entity: Article;
  /** What the application knows it to show. */
  texts: ReadonlyMap<string, Text | undefined>;
  /** By table. */
  readonly beliefs = new Map<string, Belief>();
  readonly #running = new Set<Shown>();
  /** What the application has changed since the phase began. */
  readonly changed = new Set<Property>();

  constructor(name: string, entity: Article) {
    this.name = name;
    this.entity = entity;
    this.texts = textsOfEntity(entity);
  }

  /** What the application does to the entity, whatever runs; answers what it changed. */
  change(what: (entity: Article) => void): Property[] {
    const before = textsOfEntity(this.entity);
    what(this.entity);
    const after = textsOfEntity(this.entity);
    const touched = properties.filter((property) => before.get(property) !== after.get(property));
    for (const property of touched) {
      this.changed.add(property);
      for (const shown of this.#running) shown.get(property)?.add(before.get(property)).add(after.get(property));
    }
    this.texts = new Map([...this.texts, ...touched.map((property) => [property, after.get(property)] as const)]);
    return touched;
  }

  /** Notes what the entity shows until `finish`. */
  watch(): Shown {
    const now = textsOfEntity(this.entity);
    const shown = new Map(properties.map((property) => [property, new Set([now.get(property)])]));
    this.#running.add(shown);
    return shown;
  }

  finish(shown: Shown): void {
    this.#running.delete(shown);
    const now = textsOfEntity(this.entity);
    for (const property of properties) {
      if (!this.changed.has(property)) shown.get(property)?.add(now.get(property));
    }
  }

  /** What a table has of the entity, under the key that it has now. */
  beliefIn(table: string): Belief | undefined {
    const belief = this.beliefs.get(table);
    return belief?.id === this.entity.id ? belief : undefined;
  }

  believe(table: string, stored: Shown, { isBare, isQuiet }: Pick<Belief, 'isBare' | 'isQuiet'>): void {
    this.beliefs.set(table, { id: this.entity.id, stored, isQuiet, isBare });
  }

  /** Whether a property certainly differs from what is stored. */
  isDirty(property: Property, { stored }: Belief): boolean {
    return !stored.get(property)?.has(this.texts.get(property));
  }
}

/** What an entity shows, as what is stored. */
export function shownBy(entity: Article): Shown {
  const now = textsOfEntity(entity);
  return new Map(properties.map((property) => [property, new Set([now.get(property)])]));
}
