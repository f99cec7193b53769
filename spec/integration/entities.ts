import {
  Attribute,
  CreatedAt,
  Downgrade,
  Entity,
  Index,
  type Item,
  type key,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';

class MemberUpgrades {
  /** v1 → v2: `nick` is now `name`; `team` defaults to `none`. */
  @Upgrade(1, 2, 'renamed nick to name, added team')
  static renamed(item: Item): void {
    item.name = item.nick;
    delete item.nick;
    item.team ??= 'none';
  }

  /** v2 → v3: `score` was a text; `points` are a number. */
  @Upgrade(2, 3, 'score is now points, a number')
  static points(item: Item): void {
    item.points = Number(item.score ?? 0);
    delete item.score;
  }
}

/** One key, a global index, three versions, and values of every kind. */
@Entity({ table: 'members' })
@Versioned(3, { upgrades: MemberUpgrades })
@Index('by_team', { partitionKey: 'team', sortKey: 'points', complete: true })
export class Member {
  @PartitionKey() id!: string;
  @Attribute() name!: string;
  @Attribute() team!: string;
  @Attribute() points!: number;
  @Attribute({ default: 'calm', optional: true }) mood?: string;
  @Attribute({ name: 'lbl', optional: true }) labels?: Set<string>;
  @Attribute({ type: 'any', optional: true }) settings?: Record<string, unknown>;
  @Attribute({ type: 'any', optional: true }) list?: unknown[];
  @Attribute({ optional: true }) photo?: Uint8Array;
  @Attribute({ type: 'any', optional: true }) amount?: unknown;
  declare readonly [key]?: 'id';
}

/** Two keys, a number for the second, and a local index. */
@Entity({ table: 'happenings' })
@Versioned(2)
@Index('by_kind', { sortKey: 'kind' })
export class Happening {
  @PartitionKey() stream!: string;
  @SortKey() position!: number;
  @Attribute() kind!: string;
  @Attribute({ type: 'any', optional: true }) weight?: number;
  declare readonly [key]?: 'stream' | 'position';

  /** v1 → v2: `type` is now `kind`. */
  @Upgrade(1, 2)
  static kind(item: Item): void {
    item.kind = item.type;
    delete item.type;
  }

  /** The way back. */
  @Downgrade(2, 1)
  static type(item: Item): void {
    item.type = item.kind;
    delete item.kind;
  }
}

/** All that writes make themselves. */
@Entity({ table: 'tickets' })
@Versioned(2)
export class Ticket {
  @PartitionKey({ type: 'bigint' }) number!: bigint;
  @Attribute() title!: string;
  @Attribute({ optional: true }) votes?: number;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  @TimeToLive({ name: 'expires' }) expires_at?: Date;
  @Revision() revision!: string;
  declare readonly [key]?: 'number';

  /** v1 → v2: `subject` is now `title`. */
  @Upgrade(1, 2)
  static title(item: Item): void {
    item.title = item.subject;
    delete item.subject;
  }
}

/** The first of two classes of one table. */
@Entity({ table: 'vehicles', discriminator: { attribute: 'kind', value: 'car', default: true } })
@Versioned(1)
@Index('by_plate', { partitionKey: 'plate' })
export class Car {
  @PartitionKey() owner!: string;
  @SortKey() plate!: string;
  @Attribute({ optional: true }) doors?: number;
  declare readonly [key]?: 'owner' | 'plate';
}

/** The second. */
@Entity({ table: 'vehicles', discriminator: { attribute: 'kind', value: 'bicycle' } })
@Versioned(1)
@Index('by_plate', { partitionKey: 'plate' })
export class Bicycle {
  @PartitionKey() owner!: string;
  @SortKey() plate!: string;
  @Attribute({ optional: true }) gears?: number;
  declare readonly [key]?: 'owner' | 'plate';
}

/** A table of its own for scans, whose items are known. */
@Entity({ table: 'parcels' })
@Versioned(2)
@Index('by_city', { partitionKey: 'city' })
export class Parcel {
  @PartitionKey() id!: number;
  @Attribute() city!: string;
  @Attribute() grams!: number;
  declare readonly [key]?: 'id';

  /** v1 → v2: kilograms became grams. */
  @Upgrade(1, 2)
  static grams(item: Item): void {
    item.grams = Number(item.kilograms) * 1000;
    delete item.kilograms;
  }
}

/** A class whose table is tagged so that ScyllaDB refuses conditional writes. */
@Entity({ table: 'measurements' })
@Versioned(2)
export class Measurement {
  @PartitionKey() sensor!: string;
  @Attribute() celsius!: number;
  declare readonly [key]?: 'sensor';

  /** v1 → v2: tenths of degrees became degrees. */
  @Upgrade(1, 2)
  static celsius(item: Item): void {
    item.celsius = Number(item.tenths) / 10;
    delete item.tenths;
  }
}
