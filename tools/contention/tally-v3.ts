import { Attribute, Entity, type Item, PartitionKey, Revision, Upgrade, Versioned } from '../../lib/index.js';

class TallyUpgrades {
  /** v1 → v2: `count` is now `hits`. */
  @Upgrade(1, 2)
  static hits(item: Item): void {
    item.hits = item.count ?? 0;
    delete item.count;
  }

  /** v2 → v3: `hits` is now `visits`; `log` was a list and is a set, absent when empty. */
  @Upgrade(2, 3)
  static visits(item: Item): void {
    item.visits = item.hits;
    delete item.hits;
    if (!Array.isArray(item.log)) return;
    if (item.log.length > 0) item.log = new Set(item.log);
    else delete item.log;
  }
}

/** Tallies as the new code knows them. */
@Entity({ table: 'tallies' })
@Versioned(3, { upgrades: TallyUpgrades })
export class Tally {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'number' }) visits!: number;
  @Attribute({ optional: true }) log?: Set<string>;
  @Attribute({ type: 'number', optional: true }) by_new?: number;
}

@Entity({ table: 'revised_tallies' })
@Versioned(3, { upgrades: TallyUpgrades })
export class RevisedTally extends Tally {
  @Revision({ type: 'string' }) revision!: string;
}
