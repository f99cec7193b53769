import { Attribute, Entity, type key, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';

/** An entity that names its key. */
@Entity({ table: 'messages' })
@Versioned(1)
export class Message {
  @PartitionKey() session_id!: string;
  @SortKey() position!: number;
  @Attribute() text!: string;
  @Attribute({ optional: true }) tags?: Set<string>;
  declare readonly [key]?: 'session_id' | 'position';

  shout(): string {
    return `${this.text}!`;
  }
  get size(): number {
    return this.text.length;
  }
}

/** An entity that doesn't. */
@Entity({ table: 'notes' })
@Versioned(1)
export class Note {
  @PartitionKey() id!: string;
  @Attribute() body!: string;

  print(_times: number): void {}
}
