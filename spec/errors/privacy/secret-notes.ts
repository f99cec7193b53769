import {
  Attribute,
  Downgrade,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  remove,
  Revision,
  type StandardSchema,
  steps,
  Upgrade,
  Versioned,
  type WireItem,
  within,
} from 'dynamo-evolve';
import { defineEntity, toolboxEntity } from 'dynamo-evolve/toolbox';
import { item as itemSchema, map, string } from 'dynamodb-toolbox';
import { secret, secretNumber } from '../leaks.js';

class NoteUpgrades {
  /** Fails by what the item says, without quoting it. */
  @Upgrade(2, 3, 'fails where it is told to')
  static failing(item: Item): unknown {
    if (item.fails === 'promise') return Promise.reject(new Error(secret));
    if (item.fails === 'result') return item.body;
    if (item.fails === 'list') return [item.body];
    if (item.fails === 'instance') return Object.assign(new NoteUpgrades(), item);
    if (item.fails === 'key') item.id = item.body;
    if (item.fails === 'throws') throw new TypeError('this item can not be upgraded');
    return undefined;
  }

  @Downgrade(3, 2) static back(this: void): void {}
}

@Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note', default: true } })
@Versioned(3, { upgrades: NoteUpgrades, floor: 2, initial: 2 })
@Index('by_author', { partitionKey: 'author', since: 3 })
@Index('by_body', { partitionKey: 'body' })
export class Note {
  @PartitionKey() id!: string;
  @Attribute({ default: secret }) author!: string;
  @Attribute() body!: string;
  @Attribute({ optional: true }) stars?: number;
  @Attribute({ optional: true }) meta?: unknown;
  @Attribute({ optional: true, type: 'date' }) at?: Date;
  @Revision() revision!: string;
}

/** New notes of a class whose text a schema judges. */
export function judgedNotes(schema: StandardSchema) {
  @Entity({ table: 'judged_notes', schema })
  @Versioned(1)
  class JudgedNote {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'string' }) body!: string;
    @Attribute({ type: 'number' }) stars!: number;
  }
  const repository = new Mapper({ client, entities: [JudgedNote] }).repository(JudgedNote);
  return { repository, note: repository.create({ id: 'a', body: secret, stars: secretNumber }) };
}

/** A class that refuses what is stored. */
@Entity({ table: 'strict_notes' })
@Versioned(1)
export class StrictNote {
  @PartitionKey() id!: string;
  @Attribute() get body(): string {
    return '';
  }
  set body(_body: string) {
    throw new RangeError('this text is too long');
  }
}

/** A client that sends nothing. */
export const client = { send: () => Promise.reject(new Error('nothing is sent')) };

/** A mapper whose requests come to nothing. */
export const undelivered = () => new Mapper({ client, entities: [Note, StrictNote] });
export const repository = () => undelivered().repository(Note);

/** A stored note of which everything but key and version is secret. */
export const stored = (more: Record<string, unknown> = {}): WireItem => ({
  id: { S: 'a' },
  author: { S: secret },
  body: { S: secret },
  stars: { N: String(secretNumber) },
  meta: { M: { [`x`]: { L: [{ S: secret }, { N: `${secretNumber}0000000000` }, { SS: [secret] }] } } },
  undeclared: { B: Buffer.from(secret).toString('base64') },
  schema_version: { N: '3' },
  ...(more as WireItem),
});
export const plain = (more: Item = {}): Item => ({
  id: 'a',
  author: secret,
  body: secret,
  meta: { x: [secret] },
  ...more,
});
export const note = (more: object = {}) =>
  repository().create({ id: 'a', author: secret, body: secret, stars: secretNumber, meta: { x: [secret] }, ...more });

/** A class whose keys are computed. */
@Entity({ table: 'templated_notes' })
@Versioned(1)
class TemplatedNote {
  @PartitionKey({ template: 'AUTHOR#{author}' }) pk!: string;
  @Attribute({ template: 'BODY#{body}#{place}' }) by_body!: string;
  @Attribute() author!: string;
  @Attribute() body!: string;
  @Attribute({ optional: true }) place?: string;
}

export const templated = () => new Mapper({ client, entities: [TemplatedNote] }).repository(TemplatedNote);

/** A class whose declared step expects a map in `body`. */
@Entity({ table: 'stepped' })
@Versioned(2)
export class Stepped {
  @PartitionKey() id!: string;
  @Upgrade(1, 2) static list = steps(within('body', remove('text')));
}

class HeldUpgrades {
  @Upgrade(1, 2) static up(this: void, item: Item): void {
    item.body = 'another';
  }

  @Downgrade(2, 1) static back(this: void, item: Item): void {
    if (typeof item.body !== 'string') throw new TypeError('this item can not be brought down');
  }
}

/** A class whose older version can't hold what the newest one holds. */
@Entity({ table: 'held' })
@Versioned(2, { upgrades: HeldUpgrades })
export class Held {
  @PartitionKey() id!: string;
  @Attribute() body!: unknown;
}

export const pinnedHeld = () => new Mapper({ client, entities: [Held], writeVersion: () => 1 }).repository(Held);

/** Puts a note with a value; nothing is sent if it can't be stored. */
export const putWith = (more: object): Promise<unknown> => repository().put(note(more));

const isPublic = (text: string) => !text.includes(secret);

/** A class that refuses the secret, wherever it is written. */
const SchemaNote = defineEntity({
  name: 'SchemaNote',
  table: 'schema_notes',
  version: 1,
  schema: itemSchema({
    id: string().key(),
    body: string().validate(isPublic),
    meta: map({ text: string().validate(isPublic) }),
  }),
});
const schemaMapper = () => new Mapper({ client: { send: () => Promise.resolve({}) } as never, entities: [SchemaNote] });
export const schemaNotes = () => schemaMapper().repository(SchemaNote);
export const schemaEntity = () => toolboxEntity(schemaMapper(), SchemaNote);
