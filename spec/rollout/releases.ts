import {
  Attribute,
  convert,
  Entity,
  type Item,
  PartitionKey,
  rename,
  setDefault,
  steps,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';

class KindUpgrade {
  @Upgrade(1, 2) static kind = steps(setDefault('kind', 'task'));
}

class NameUpgrade extends KindUpgrade {
  @Upgrade(2, 3) static name3 = steps(
    rename('title', 'name'),
    setDefault('priority', 1),
    convert('duration', inSeconds, inMinutes),
  );
}

/** The release of two versions ago. */
@Entity({ table: 'tickets' })
@Versioned(1)
export class FirstTicket {
  @PartitionKey() id!: string;
  @Attribute() title!: string;
  @Attribute({ type: 'number' }) duration!: number;
}

/** The release that is deployed: tickets have a kind. */
@Entity({ table: 'tickets' })
@Versioned(2, { upgrades: KindUpgrade })
export class OldTicket {
  @PartitionKey() id!: string;
  @Attribute() title!: string;
  @Attribute({ type: 'number' }) duration!: number;
  @Attribute() kind!: string;
}

/** The release that is rolled out: the title is a name, there is a priority, and durations are in seconds. */
@Entity({ table: 'tickets' })
@Versioned(3, { upgrades: NameUpgrade })
export class NewTicket {
  @PartitionKey() id!: string;
  @Attribute() name!: string;
  @Attribute({ type: 'number' }) duration!: number;
  @Attribute() kind!: string;
  @Attribute() priority!: number;
}

/** What is stored before a rollout, by the release that stored it; the last attribute is known to none. */
export const storedTicket: WireItem = {
  id: { S: 'ticket' },
  title: { S: 'first' },
  duration: { N: '1' },
  kind: { S: 'task' },
  schema_version: { N: '2' },
  unknown: { N: '1.5' },
};

/** What a change says, in the newest release's terms. */
export function inNewestTerms({ title, duration, ...rest }: Item, isNew: boolean): Item {
  return {
    ...rest,
    ...(title !== undefined && { name: title }),
    ...(duration !== undefined && { duration: isNew ? duration : inSeconds(duration) }),
  };
}

function inSeconds(minutes: unknown): unknown {
  return typeof minutes === 'number' ? minutes * 60 : minutes;
}

function inMinutes(seconds: unknown): unknown {
  return typeof seconds === 'number' ? seconds / 60 : seconds;
}
