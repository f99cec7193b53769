import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  type key,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { changesOf, type RecordingClient, recordingClient } from '../support/recording-client.js';

/** What was done to store and make entities. */
const calls: string[] = [];

const sealed = {
  fromStorage: (text: string) => text.trim(),
  toStorage: (text: string) => {
    calls.push('toStorage');
    return text;
  },
};

@Entity({ table: 'cards' })
@Versioned(1)
class Card {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string', optional: true }) title?: string;
  @Attribute({ type: 'number', optional: true }) count?: number;
  @Attribute({ type: 'object', optional: true }) settings?: Record<string, unknown>;
  @Attribute({ type: 'array', optional: true }) list?: unknown[];
  @Attribute({ type: 'string', optional: true, ...sealed }) secret?: string;
  declare readonly [key]?: 'id';

  constructor() {
    calls.push('constructor');
  }
}

/** A setter of the class changes another property. */
@Entity({ table: 'cards' })
@Versioned(1)
class Levelled extends Card {
  #level = 0;
  @Attribute({ type: 'number', optional: true }) get level(): number {
    return this.#level;
  }
  set level(level: number) {
    this.#level = level;
    this.title = `Level ${level}`;
  }
}

/** So does one that the constructor makes. */
@Entity({ table: 'cards' })
@Versioned(1)
class Equipped extends Card {
  @Attribute({ type: 'number', optional: true }) level!: number;

  constructor() {
    super();
    let held = 0;
    const set = (level: number) => {
      held = level;
      this.title = `Level ${level}`;
    };
    Object.defineProperty(this, 'level', { get: () => held, set, enumerable: true });
  }
}

/** And so does the setter of a computed property. */
@Entity({ table: 'cards' })
@Versioned(1)
class Labelled extends Card {
  @Attribute({ type: 'number', optional: true }) level?: number;
  #label = '';
  @Attribute({ template: 'L#{level}', optional: true }) get label(): string {
    return this.#label;
  }
  set label(label: string) {
    this.#label = label;
    if (label) this.title = label.replace('L#', 'Level ');
  }
}

/** A getter that the constructor makes shows another property. */
@Entity({ table: 'cards' })
@Versioned(1)
class Mirrored extends Card {
  @Attribute({ type: 'string', optional: true }) mirror?: string;
  @Attribute({ type: 'string', optional: true }) text?: string;

  constructor() {
    super();
    Object.defineProperty(this, 'mirror', { get: () => this.text });
  }
}

/** Absent titles show one that all instances inherit. */
@Entity({ table: 'cards' })
@Versioned(1)
class Inheriting extends Card {}
Object.assign(Inheriting.prototype, { title: 'Untitled' });

@Entity({ table: 'parts' })
@Versioned(1)
class Part {
  @PartitionKey({ type: 'string' }) id!: string;
  @SortKey({ template: 'PART#{number}' }) sort!: string;
  @Attribute({ type: 'string' }) number!: string;
  @Attribute({ type: 'string', optional: true }) title?: string;
}

let engine: EmbeddedEngine;
let recording: RecordingClient;

const repositoryOf = <T extends object>(target: Class<T>) =>
  new Mapper({ client: recording.client, entities: [target] }).repository(target);

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  await new Mapper({ client: engine.client, entities: [Card, Part] }).createTables();
});
afterAll(() => engine.close());
beforeEach(() => recording.reset());

const card = (attributes: object = {}) => ({ id: { S: 'a' }, schema_version: { N: '1' }, ...attributes });

/** An entity of an item, its repository, and nothing noted of how it was read. */
async function loaded<T extends Card>(target: Class<T>, attributes: object): Promise<[Card, Repository<Card>]> {
  await storeRaw(engine.endpoint, 'cards', card(attributes));
  const cards = repositoryOf(target as Class<Card>);
  const entity = await cards.getOrFail({ id: 'a' });
  recording.reset();
  calls.length = 0;
  return [entity, cards];
}

/** What the saves since then changed. */
const changes = () => recording.of('UpdateItem').flatMap(({ input }) => changesOf(input));
const stored = (id: string) => readStored(engine.endpoint, 'cards', { id: { S: id } });

describe('a write of a loaded entity', () => {
  const everything = {
    title: { S: 'One' },
    count: { N: '1' },
    settings: { M: { a: { L: [{ S: 'x' }, { NULL: true }] }, b: { BOOL: true } } },
    secret: { S: 'hidden' },
  };

  test.each(['save', 'put'] as const)('encodes it once: %s', async (write) => {
    const [entity, cards] = await loaded(Card, everything);
    entity.title = 'Two';
    entity.settings!['a'] = ['x'];
    await cards[write](entity);
    expect(calls).toEqual(['toStorage']);
    expect(await stored('a')).toEqual(
      card({ ...everything, title: { S: 'Two' }, settings: { M: { a: { L: [{ S: 'x' }] }, b: { BOOL: true } } } }),
    );
  });

  test('reads again what its changes are compared with, if that depends on the whole item', async () => {
    const [entity, cards] = await loaded(Card, everything);
    entity.secret = 'other';
    await cards.save(entity);
    expect(calls).toEqual(['toStorage', 'constructor', 'toStorage']);
    expect(changes()).toEqual(['SET schema_version = {"N":"1"}', 'SET secret = {"S":"other"}']);
  });

  test.each([
    ['a number', { count: { N: '1.0' } }, (entity: Card): unknown => (entity.count = 2), 'SET count = {"N":"2"}'],
    [
      'a list',
      { list: { L: [{ N: '10e-1' }] } },
      (entity: Card) => entity.list!.push('x'),
      'SET list = {"L":[{"N":"1"},{"S":"x"}]}',
    ],
  ])('leaves other notations alone until they change: %s', async (_, attributes, change, changed) => {
    const [entity, cards] = await loaded(Card, attributes);
    await cards.save(entity);
    expect(recording.sent).toEqual([]);
    change(entity);
    await cards.save(entity);
    expect(changes()).toEqual(['SET schema_version = {"N":"1"}', changed].toSorted());
  });

  test('sends nothing for what becomes what is stored', async () => {
    const [entity, cards] = await loaded(Card, { secret: { S: ' padded ' } });
    expect(entity.secret).toBe('padded');
    entity.secret = ' padded ';
    await cards.save(entity);
    expect(recording.sent).toEqual([]);
  });

  test.each([
    ['the class', Levelled],
    ['the constructor', Equipped],
  ])('takes no change for one that a setter of %s made while it was read', async (_, target) => {
    const [entity, cards] = await loaded(target, { level: { N: '3' }, title: { S: 'Another' } });
    expect(entity.title).toBe('Level 3');
    await cards.save(entity);
    expect(recording.sent).toEqual([]);
    entity.title = 'Own';
    await cards.save(entity);
    expect(changes()).toContain('SET title = {"S":"Own"}');
  });

  const labelled = { level: { N: '3' }, label: { S: 'L#3' }, title: { S: 'Another' } };

  test.each([
    ['the setter of a computed property', Labelled, labelled, { title: 'Level 3' }],
    ['a getter that the constructor made', Mirrored, { text: { S: 'same' } }, { mirror: 'same' }],
    ['an inherited value', Inheriting, {}, { title: 'Untitled' }],
  ])('takes no change for what %s shows', async (_, target, attributes, shown) => {
    const [entity, cards] = await loaded<Card>(target, attributes);
    expect(entity).toMatchObject(shown);
    await cards.save(entity);
    expect(recording.sent).toEqual([]);
    entity.count = 2;
    await cards.save(entity);
    expect(changes()).toEqual(['SET count = {"N":"2"}', 'SET schema_version = {"N":"1"}']);
  });

  test('takes no change for what its key alone contains', async () => {
    await storeRaw(engine.endpoint, 'parts', { id: { S: 'a' }, sort: { S: 'PART#7' }, schema_version: { N: '1' } });
    const parts = repositoryOf(Part);
    const part = await parts.getOrFail({ id: 'a', number: '7' });
    expect(part.number).toBe('7');
    recording.reset();
    await parts.save(part);
    expect(recording.sent).toEqual([]);
    part.title = 'Screw';
    await parts.save(part);
    expect(changes()).toEqual(['SET schema_version = {"N":"1"}', 'SET title = {"S":"Screw"}']);
  });
});
