import {
  Attribute,
  Downgrade,
  Entity,
  Index,
  type Item,
  PartitionKey,
  remove,
  rename,
  Revision,
  setDefault,
  steps,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';

class FirstUpgrades {
  @Upgrade(1, 2) static status = steps(rename('state', 'status'), setDefault('queue', 'inbox'));
}

/** Tickets as the deployed code knows them. */
@Entity({ table: 'tickets' })
@Versioned(2, { upgrades: FirstUpgrades })
@Index('by_queue', { partitionKey: 'queue' })
export class TicketV2 {
  @PartitionKey() id!: string;
  @Attribute() status!: string;
  @Attribute() queue!: string;
  @Attribute({ optional: true }) labels?: string[];
  @Attribute({ optional: true }) first?: string;
  @Attribute({ optional: true }) last?: string;
  @Attribute({ optional: true }) legacy?: string;
  @Attribute({ optional: true, type: 'number' }) seen?: number;
  @UpdatedAt({ type: 'string' }) updated_at!: string;
}

class NextUpgrades extends FirstUpgrades {
  /** v2 → v3: a set of labels; one name, which depends on two attributes; `legacy` is gone, `priority` is new. */
  @Upgrade(2, 3) static labelSet(item: Item): void {
    if (Array.isArray(item.labels)) {
      if (item.labels.length > 0) item.labels = new Set(item.labels);
      else delete item.labels;
    }
    const { first, last } = item as { first?: string; last?: string };
    if (first === undefined && last === undefined) return;
    item.name = [first, last].filter((part) => part !== undefined).join(' ');
    delete item.first;
    delete item.last;
  }

  @Downgrade(3, 2) static labelList(item: Item): void {
    if (item.labels instanceof Set) item.labels = [...(item.labels as Set<string>)].toSorted();
    if (typeof item.name !== 'string') return;
    const [first, ...rest] = item.name.split(' ');
    item.first = first;
    if (rest.length > 0) item.last = rest.join(' ');
    delete item.name;
  }

  @Upgrade(3, 4) static moved = steps(
    rename('status', 'phase'),
    rename('seen', 'views'),
    setDefault('priority', 1),
    remove('legacy', { restore: 'none' }),
  );
}

/** Tickets as the next version of the code knows them, two versions later. */
@Entity({ table: 'tickets' })
@Versioned(4, { upgrades: NextUpgrades })
@Index('by_queue', { partitionKey: 'queue', complete: true })
@Index('by_phase', { partitionKey: 'phase', since: 4, complete: true })
export class Ticket {
  @PartitionKey() id!: string;
  @Attribute() phase!: string;
  @Attribute({ default: 'inbox' }) queue!: string;
  @Attribute({ optional: true }) labels?: Set<string>;
  @Attribute({ optional: true }) name?: string;
  @Attribute({ default: 1 }) priority!: number;
  @Attribute({ optional: true, type: 'number' }) views?: number;
  @Attribute({ optional: true }) settings?: { theme?: string; sizes?: number[] };
  @UpdatedAt({ type: 'string' }) updated_at!: string;
}

@Entity({ table: 'revised_tickets' })
@Versioned(4, { upgrades: NextUpgrades })
export class RevisedTicket extends Ticket {
  @Revision() revision!: string;
}
