import {
  Attribute,
  CreatedAt,
  Downgrade,
  Entity,
  type Item,
  PartitionKey,
  Revision,
  SortKey,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';

/** What an upgrade hands to every item that lacks settings: one object for all of them. */
const defaultSettings = { theme: 'light', deep: { list: ['first'] } };

class ArticleUpgrades {
  /** v1 → v2, on a copy: `title` is now `heading`; `settings` has a default. */
  @Upgrade(1, 2)
  static heading(item: Item): Item {
    const next = { ...item };
    if (next.title !== undefined) next.heading = next.title;
    delete next.title;
    next.settings ??= defaultSettings;
    return next;
  }

  /** v2 → v3, on the rest: `deadline` is now `due`, the list `tags` the Set `labels`; `level` has a default. */
  @Upgrade(2, 3)
  static labels(item: Item): Item {
    const { deadline, tags, ...next } = item;
    if (deadline !== undefined) next.due = deadline;
    if (Array.isArray(tags) && tags.length > 0) next.labels = new Set(tags);
    next.level ??= 'normal';
    return next;
  }

  @Downgrade(3, 2)
  static tags(item: Item): void {
    if (item.due !== undefined) item.deadline = item.due;
    if (item.labels !== undefined) item.tags = [...(item.labels as Set<unknown>)];
    delete item.due;
    delete item.labels;
  }

  @Downgrade(2, 1)
  static title(item: Item): void {
    if (item.heading !== undefined) item.title = item.heading;
    delete item.heading;
  }
}

export class Settings {
  theme!: string;
  deep?: { list: string[] };
}

/** What the applications change: values that are replaced, that are changed in place, and that others hold as well. */
@Entity({ table: 'articles' })
@Versioned(3, { upgrades: ArticleUpgrades })
export class Article {
  @PartitionKey() shelf!: string;
  @SortKey() id!: string;
  @Attribute() heading!: string;
  @Attribute() settings!: Settings;
  @Attribute() level!: string;
  @Attribute({ optional: true }) labels?: Set<string>;
  @Attribute({ optional: true }) due?: Date;
  @Attribute({ optional: true }) note?: string;
  @Attribute({ optional: true }) score?: number;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
}

@Entity({ table: 'revised_articles' })
@Versioned(3, { upgrades: ArticleUpgrades })
export class RevisedArticle extends Article {
  @Revision() revision!: string;
}

/** The properties that applications change; each is stored under its own name. */
export const properties = ['heading', 'settings', 'level', 'labels', 'due', 'note', 'score'] as const;
export type Property = (typeof properties)[number];
