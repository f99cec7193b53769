import { Attribute, Entity, type Item, PartitionKey, Upgrade, Versioned } from '../../lib/index.js';

/** Counters of version 1, as the writers know them, and those of version 2, as the consumers do. */
function countersIn(table: string) {
  @Entity({ table })
  @Versioned(1)
  class OldCounter {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'number' }) count!: number;
  }

  @Entity({ table })
  @Versioned(2)
  class Counter {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'number' }) value!: number;

    @Upgrade(1, 2)
    static value(item: Item): void {
      item.value = item.count;
      delete item.count;
    }
  }

  return { table, OldCounter, Counter };
}

/** DynamoDB Local has one shard for each table: so many are what the consumers share. */
export const tables = ['north', 'east', 'south', 'west'].map((name) => countersIn(`counters_${name}`));
