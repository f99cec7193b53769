import { Attribute, Entity, type Item, PartitionKey, Revision, Upgrade, Versioned } from '../../lib/index.js';

class TallyUpgrades {
  /** v1 → v2: `count` is now `hits`. */
  @Upgrade(1, 2)
  static hits(item: Item): void {
    item.hits = item.count ?? 0;
    delete item.count;
  }
}

/** Tallies as the old code knows them: it was built before version 3. */
@Entity({ table: 'tallies' })
@Versioned(2, { upgrades: TallyUpgrades })
export class Tally {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'number' }) hits!: number;
  @Attribute({ optional: true }) log?: string[];
  @Attribute({ type: 'number', optional: true }) by_old?: number;
}

@Entity({ table: 'revised_tallies' })
@Versioned(2, { upgrades: TallyUpgrades })
export class RevisedTally extends Tally {
  @Revision({ type: 'string' }) revision!: string;
}
