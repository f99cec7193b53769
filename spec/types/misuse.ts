/** Only compiled, with experimental and with standard decorators: what decorators can't be on. */
import {
  Attribute,
  CreatedAt,
  Deprecated,
  Downgrade,
  Entity,
  Index,
  type Item,
  Legacy,
  PartitionKey,
  rename,
  Revision,
  SortKey,
  steps,
  TimeToLive,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';

type Status = 'open' | 'closed';
enum Colour {
  red = 'red',
}
declare const anyDecorator: PropertyDecorator;

@Entity({ table: 'notes' })
@Versioned(4)
@Index('by_status', { partitionKey: 'status' })
export class Accepted {
  @PartitionKey({ type: 'string' }) id!: string;
  @SortKey({ template: 'NOTE#{id}' }) sort!: string;
  @Attribute({ default: 'open' }) status!: Status;
  @Attribute({ default: () => 'closed' }) other!: Status;
  @Attribute({ default: Colour.red }) colour!: Colour;
  @Attribute({ default: null, nullable: true }) title!: string | null;
  @Attribute({ default: 1 }) size?: number;
  @Attribute({ type: 'date', default: () => new Date() }) due!: Date;
  @Attribute({ default: () => new Set() }) tags!: Set<string>;
  @Attribute({ default: [] }) list!: string[];
  @Attribute({ default: {} }) settings!: Record<string, string>;
  @Attribute({ default: 5 }) loose!: unknown;
  // oxlint-disable-next-line typescript/no-explicit-any -- as applications have them
  @Attribute({ default: 5 }) looser: any;
  @Attribute({ type: 'bigint', optional: true }) count?: bigint;
  @Attribute() accessor stars = 1;
  @Attribute() get text(): string {
    return '';
  }
  set text(_text: string) {}
  @Attribute() protected kept!: string;
  @Attribute() @Deprecated({ since: 2 }) private hidden = 'x';
  @Attribute() @Legacy(anyDecorator) parts!: Accepted[];
  @CreatedAt() created!: Date;
  @UpdatedAt({ type: 'epochMilliseconds' }) updated!: Date;
  @TimeToLive() expires?: Date;
  @Revision() revision!: string;

  @Upgrade(1, 2) static declared = steps(rename('a', 'b'));
  @Upgrade(2, 3) static method(_item: Item): void {}
  @Upgrade(3, 4) private instance(item: Item): Item {
    return { ...item, ...(this.hidden ? { hidden: true } : {}) };
  }
  @Downgrade(4, 3) static back(_item: Item): void {}
  run(): unknown {
    return this.instance;
  }
}

export class Members {
  // @ts-expect-error a method
  @PartitionKey({ type: 'string' }) id(): void {}
  // @ts-expect-error a method
  @SortKey({ type: 'string' }) private sort(): void {}
  // @ts-expect-error a method
  @Attribute() title(): void {}
  // @ts-expect-error a method
  @CreatedAt() created(): void {}
  // @ts-expect-error static
  @Attribute() static shared: string;
  // @ts-expect-error static
  @Revision() static revision: string;
  // @ts-expect-error private to the class, which experimental decorators can't be on at all
  @Attribute() #secret!: string;
  // @ts-expect-error a class decorator
  @Entity({ table: 'notes' }) entity!: string;
  // @ts-expect-error a class decorator
  @Versioned(1) versioned(): void {}
  // @ts-expect-error a class decorator
  @Index('by_title', { partitionKey: 'title' }) index!: string;
  run(): unknown {
    return [this.sort, this.#secret];
  }
}

export class Steps {
  // @ts-expect-error no steps
  @Upgrade(1, 2) static count = 5;
  // @ts-expect-error no steps
  @Upgrade(1, 2) field!: string;
  // @ts-expect-error no steps, but a step
  @Upgrade(1, 2) static one = rename('a', 'b');
  // @ts-expect-error a getter
  @Upgrade(1, 2) static get two() {
    return 2;
  }
  // @ts-expect-error asynchronous
  @Upgrade(1, 2) static async three(item: Item): Promise<Item> {
    return item;
  }
  // @ts-expect-error no method
  @Downgrade(2, 1) static four = 'x';
}

export class Defaults {
  // @ts-expect-error a number
  @Attribute({ default: 5 }) title!: string;
  // @ts-expect-error no member of the union
  @Attribute({ default: 'done' }) status!: Status;
  // @ts-expect-error a function that returns a number
  @Attribute({ default: () => 5 }) other!: string;
  // @ts-expect-error text
  @Attribute({ type: 'date', default: '2026-01-01' }) due!: Date;
  // @ts-expect-error an object
  @Attribute({ default: () => new Date() }) text!: string;
  // @ts-expect-error never null
  @Attribute({ default: null }) name!: string;
}

// @ts-expect-error a member's decorator
@Attribute()
export class Titled {}

// @ts-expect-error a member's decorator
@Upgrade(1, 2)
export class Upgraded {}
