import {
  Attribute,
  type AttributeType,
  type Class,
  CreatedAt,
  Downgrade,
  Entity,
  Index,
  type Item,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  UpdatedAt,
  Upgrade,
  upgradeItem,
  Versioned,
} from 'dynamo-evolve';
import { assertTypeOf, type Holds, type Same } from './assert-type.js';
import { Message } from './entities.js';

/** A class whose constructor takes what it likes, and that only its own kind can call. */
class Guarded {
  protected constructor(readonly name: string) {}
}
class Named {
  constructor(readonly name: string) {}
}

abstract class Stored {
  @PartitionKey({ name: 'pk', type: 'bytes' }) id!: Uint8Array;
}

export class Accepted extends Stored {
  @SortKey({ type: 'number' }) position!: number;
  @Attribute({ name: 'n', type: String, default: () => 'x', optional: true }) name!: string;
  @Attribute({ type: BigInt }) count!: bigint;
  @Attribute({ type: Named }) named!: Named;
  @Attribute({ type: 'epochSeconds' }) at!: Date;
  @CreatedAt({ name: 'c', type: Date }) created!: Date;
  @UpdatedAt({ type: 'epochMilliseconds' }) updated!: Date;
  @TimeToLive({ name: 't' }) expires?: Date;
  @Revision() revision!: string;
  @Upgrade(1, 2) static first(_item: Item): void {}
  @Upgrade(2, 3, { description: 'x', repeatable: false, dynamic: true }) second(item: Item): Item {
    return item;
  }
  @Downgrade(2, 1) static back(_item: Item): void {}
}

export function applying(): void {
  Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note', default: true } })(Accepted);
  Versioned(3, { attribute: 'v', initial: 1, floor: 1, upgrades: [Named, Stored] })(Accepted);
  Versioned(3, { upgrades: () => Named })(Accepted);
  Index('by_name', { partitionKey: 'name', sortKey: 'at', since: 2, complete: false })(Accepted);
  Attribute({ type: 'string' })(Accepted.prototype, 'name');
  Attribute()(Accepted.prototype, Symbol('name'));
  Entity({ table: 'notes' })(Stored);

  // @ts-expect-error no table
  Entity({});
  // @ts-expect-error no options
  Entity();
  // @ts-expect-error no value
  Entity({ table: 'notes', discriminator: { attribute: 'kind' } });
  // @ts-expect-error an instance
  Entity({ table: 'notes' })(new Message());
  // @ts-expect-error no version
  Versioned();
  // @ts-expect-error a class that nobody can make
  Entity({ table: 'notes' })(Guarded);
  // @ts-expect-error a version that is text
  Versioned('3');
  // @ts-expect-error a class that a circular import left undefined is not said so on purpose
  Versioned(3, { upgrades: undefined });
  // @ts-expect-error an option that there isn't
  Versioned(3, { ceiling: 4 });
  // @ts-expect-error one version
  Upgrade(1);
  // @ts-expect-error an option that there isn't
  Upgrade(1, 2, { async: true });
  // @ts-expect-error a downgrade is not described
  Downgrade(2, 1, 'back');
  // @ts-expect-error a type that keys can't have
  PartitionKey({ type: 'boolean' });
  // @ts-expect-error keys have no default
  SortKey({ default: 'x' });
  // @ts-expect-error a type that there isn't
  Attribute({ type: 'text' });
  // @ts-expect-error no type
  Attribute({ type: 5 });
  // @ts-expect-error an option that there isn't
  Attribute({ nullabel: true });
  // @ts-expect-error keys are never null
  PartitionKey({ nullable: true });
  // @ts-expect-error revisions have no default
  Revision({ default: 'x' });
  // @ts-expect-error no options
  Index('by_name');
}

const attributeTypes = [
  'any',
  'string',
  'number',
  'bigint',
  'boolean',
  'date',
  'epochSeconds',
  'epochMilliseconds',
  'bytes',
  'buffer',
  'set',
  'array',
  'object',
  'map',
] as const;
/** These are all. */
export type Types = Holds<Same<AttributeType, (typeof attributeTypes)[number]>>;

export function upgrading(item: Readonly<Item>, target: Class): void {
  assertTypeOf<Item>()(upgradeItem(Message, item));
  assertTypeOf<Item>()(upgradeItem(target, { id: 'a', list: [new Set([1n])] }));
  assertTypeOf<unknown>()(upgradeItem(Message, item).anything);
  // @ts-expect-error an instance
  upgradeItem(new Message(), item);
  // @ts-expect-error no item
  upgradeItem(Message, 'a');
}
