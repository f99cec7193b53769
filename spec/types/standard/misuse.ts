/** Only compiled: types that standard decorators need, because nothing tells them the types of properties. */
import { Attribute, CreatedAt, PartitionKey, SortKey, steps, TimeToLive, UpdatedAt, Upgrade } from 'dynamo-evolve';

export class Typed {
  @PartitionKey({ type: 'string' }) id!: string;
  @SortKey({ template: 'A#{id}' }) sort!: string;
  @Attribute() title!: string;
  @Attribute() tags?: Set<string>;
  @Attribute({ type: 'date' }) due!: Date;
  @Attribute({ type: 'any' }) passed!: Date;
  @Attribute() either!: Date | string;
  @CreatedAt() created!: Date;
  @TimeToLive() expires?: Date;
  @UpdatedAt({ type: 'number' }) updated!: number;
}

export class Untyped {
  // @ts-expect-error keys need a type
  @PartitionKey() id!: string;
  // @ts-expect-error keys need a type
  @SortKey({ name: 'sk' }) accessor sort!: number;
  // @ts-expect-error stored as text
  @Attribute() due!: Date;
  // @ts-expect-error stored as text
  @Attribute({ optional: true }) at?: Date;
  // @ts-expect-error stored as a number
  @Attribute() accessor count!: bigint;
  // @ts-expect-error stored as a map
  @Attribute() map!: Map<string, number>;
  // @ts-expect-error a Date, unless it says otherwise
  @CreatedAt() created!: number;
  // @ts-expect-error steps that aren't there before an instance is
  @Upgrade(1, 2) first = steps();
}
