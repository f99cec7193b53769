import { AsyncResource } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  convert,
  Downgrade,
  downgradeItem,
  Entity,
  type ErrorCode,
  errorCodes,
  Index,
  isMapperError,
  type Item,
  Mapper,
  type MapperError,
  PartitionKey,
  remove,
  rename,
  Revision,
  SortKey,
  type Step,
  steps,
  Upgrade,
  upgradeItem,
  Versioned,
  type WireItem,
  within,
} from 'dynamo-evolve';
import { describeUpgrades, type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../lib/cli/config.js';
import { readSample } from '../../lib/schema/sample.js';
import { compiledCondition } from '../../lib/read/compiled-condition.js';
import { contextFor } from '../../lib/read/entity-context.js';
import { readLock } from '../../lib/schema/schema-lock.js';
import { type Answer, type CannedEngine, dropped, failure, startCannedEngine } from '../support/canned-engine.js';
import { rejected } from './caught.js';
import { leakIn, listen, secret, secretNumber } from './leaks.js';

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
class Note {
  @PartitionKey() id!: string;
  @Attribute({ default: secret }) author!: string;
  @Attribute() body!: string;
  @Attribute({ optional: true }) stars?: number;
  @Attribute({ optional: true }) meta?: unknown;
  @Attribute({ optional: true, type: 'date' }) at?: Date;
  @Revision() revision!: string;
}

/** A class with more attributes than one condition can speak of. */
@Entity({ table: 'wide_notes' })
@Versioned(1)
class Wide {
  @PartitionKey() id!: string;
}
const wideNames = Array.from({ length: 320 }, (_, at) => `text_${at}`);
for (const name of wideNames) Attribute({ type: 'string', optional: true })(Wide.prototype, name);

/** A class of which nobody can tell what its upgrade looks at. */
@Entity({ table: 'tidied_notes' })
@Versioned(2)
class Tidied {
  @PartitionKey() id!: string;
  @Attribute() body!: string;

  @Upgrade(1, 2, 'copies all entries')
  static tidy(item: Item): Item {
    return Object.fromEntries(Object.entries(item));
  }
}

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

/** A class that refuses what is stored. */
@Entity({ table: 'strict_notes' })
@Versioned(1)
class StrictNote {
  @PartitionKey() id!: string;
  @Attribute() get body(): string {
    return '';
  }
  set body(_body: string) {
    throw new RangeError('this text is too long');
  }
}

const client = { send: () => Promise.reject(new Error('nothing is sent')) };
const undelivered = () => new Mapper({ client, entities: [Note, StrictNote] });
const repository = () => undelivered().repository(Note);
const templated = () => new Mapper({ client, entities: [TemplatedNote] }).repository(TemplatedNote);

/** A stored note of which everything but key and version is secret. */
const stored = (more: Record<string, unknown> = {}): WireItem => ({
  id: { S: 'a' },
  author: { S: secret },
  body: { S: secret },
  stars: { N: String(secretNumber) },
  meta: { M: { [`x`]: { L: [{ S: secret }, { N: `${secretNumber}0000000000` }, { SS: [secret] }] } } },
  undeclared: { B: Buffer.from(secret).toString('base64') },
  schema_version: { N: '3' },
  ...(more as WireItem),
});
const plain = (more: Item = {}): Item => ({ id: 'a', author: secret, body: secret, meta: { x: [secret] }, ...more });
const note = (more: object = {}) =>
  repository().create({ id: 'a', author: secret, body: secret, stars: secretNumber, meta: { x: [secret] }, ...more });

/** Outside of what jest keeps for a test, which whatever is made in one refers to. */
const outside = new AsyncResource('outside');

let embedded: EmbeddedEngine;
let mapper: Mapper;
let canned: CannedEngine;
let answer: (operation: string) => Answer;

beforeAll(async () => {
  embedded = await startEmbeddedEngine();
  mapper = new Mapper({ client: embedded.client, entities: [Note] });
  await outside.runInAsyncScope(() => mapper.createTables());
  canned = await startCannedEngine(({ operation }) => answer(operation), { maxAttempts: 1 });
});

afterAll(async () => {
  await canned.close();
  await embedded.close();
});

let telemetry: ReturnType<typeof listen>;
beforeEach(() => {
  telemetry = listen();
});

afterEach(() => {
  telemetry.stop();
  jest.restoreAllMocks();
});

/** A repository of an engine that answers every request with this. */
function answering(always: Answer) {
  answer = () => always;
  return new Mapper({ client: canned.client, entities: [Note] }).repository(Note);
}

/** Answers by the operation. */
function byOperation(answers: Record<string, Answer>) {
  answer = (operation) => answers[operation] ?? failure('UnknownOperationException');
  return new Mapper({ client: canned.client, entities: [Note] });
}

const conditionFailed = () => failure('ConditionalCheckFailedException', { Item: stored() });

/** Makes a class that has a mistake, with a default value that is none of an error's business. */
function mistaken(decorate: (target: new () => object) => void, version = 1) {
  class Wrong {}
  Entity({ table: 'wrong' })(Wrong);
  Versioned(version)(Wrong);
  PartitionKey({ type: 'string' })(Wrong.prototype, 'id');
  Attribute({ type: 'string', default: secret })(Wrong.prototype, 'body');
  decorate(Wrong);
  return new Mapper({ client, entities: [Wrong] });
}
const upgraded = (method: unknown, from = 1, to = 2, newest = 2) =>
  mistaken((target) => {
    Object.defineProperty(target, 'step', { value: method });
    Upgrade(from, to)(target, 'step');
  }, newest);

const declared = (...list: readonly Step[]) =>
  mistaken((target) => {
    Object.defineProperty(target, 'list', { value: steps(...list) });
    Upgrade(1, 2)(target, 'list');
  }, 2);

/** A class whose declared step expects a map in \`body\`. */
@Entity({ table: 'stepped' })
@Versioned(2)
class Stepped {
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
class Held {
  @PartitionKey() id!: string;
  @Attribute() body!: unknown;
}

const pinnedHeld = () => new Mapper({ client, entities: [Held], writeVersion: () => 1 }).repository(Held);

type Provocation = () => unknown;

/** By code: what provokes it through the public API, with secrets wherever there can be any. */
const provocations: { readonly [Code in ErrorCode]: readonly Provocation[] } = {
  NOT_AN_ENTITY: [() => new Mapper({ client, entities: [class Plain {}] })],
  UNDEFINED_CLASS: [() => new Mapper({ client, entities: [undefined as never] })],
  INVALID_OPTION: [
    () => mistaken((target) => Attribute({ optional: secret as never })(target.prototype as object, 'text')),
    () => mistaken((target) => Attribute({ optionel: secret } as never)(target.prototype as object, 'text')),
    () => mistaken((target) => Attribute(secret as never)(target.prototype as object, 'text')),
  ],
  INVALID_CLASS_VERSION: [() => mistaken(() => {}, 0)],
  MISSING_PARTITION_KEY: [
    () => {
      class Keyless {}
      Entity({ table: 'keyless' })(Keyless);
      Versioned(1)(Keyless);
      Attribute({ default: secret })(Keyless.prototype, 'body');
      return new Mapper({ client, entities: [Keyless] });
    },
  ],
  DUPLICATE_KEY: [() => mistaken((target) => PartitionKey({ type: 'string' })(target.prototype as object, 'body'))],
  INVALID_KEY: [() => mistaken((target) => SortKey()(target.prototype as object, 'other'))],
  INVALID_TEMPLATE: [
    () => mistaken((target) => Attribute({ default: secret, template: 'A#{bodi}' })(target.prototype as object, 'key')),
  ],
  INVALID_MEMBER: [() => mistaken((target) => Attribute({ default: secret })(target, 'name'))],
  DUPLICATE_ATTRIBUTE: [
    () => mistaken((target) => Attribute({ name: 'body', default: secret })(target.prototype as object, 'text')),
  ],
  RESERVED_ATTRIBUTE: [
    () => mistaken((target) => Attribute({ default: secret })(target.prototype as object, 'schema_version')),
  ],
  UNKNOWN_TYPE: [
    () => mistaken((target) => Attribute({ type: Promise, default: secret })(target.prototype as object, 'text')),
  ],
  DUPLICATE_INDEX: [
    () =>
      mistaken((target) => {
        Index('by_body', { partitionKey: 'body' })(target);
        Index('by_body', { partitionKey: 'body' })(target);
      }),
  ],
  UNKNOWN_INDEX_ATTRIBUTE: [() => mistaken(Index('by_body', { partitionKey: 'bodi' }))],
  INVALID_INDEX: [() => mistaken(Index('by_body', {}))],
  UPGRADE_GAP: [() => mistaken(() => {}, 2)],
  DUPLICATE_UPGRADE: [
    () =>
      mistaken((target) => {
        Object.defineProperty(target, 'step', { value: () => secret });
        Upgrade(1, 2)(target, 'step');
        Upgrade(1, 2)(target, 'step');
      }, 2),
  ],
  UPGRADE_BACKWARDS: [() => upgraded(() => secret, 2, 1)],
  UPGRADE_BEYOND_VERSION: [() => upgraded(() => secret, 1, 3)],
  UPGRADE_NOT_A_METHOD: [() => upgraded(secret), () => upgraded({ secret })],
  ASYNC_UPGRADE: [() => upgraded(async () => secret)],
  INVALID_STEP: [() => declared(rename('', secret)), () => declared({ secret } as never)],
  PROTECTED_STEP: [() => declared(remove('id'))],
  STEP_PATH_TWICE: [
    () =>
      declared(
        convert('body', () => secret, 'one-way'),
        convert('body', () => 1, 'one-way'),
      ),
  ],
  STEP_TARGET_TAKEN: [() => declared(rename('text', 'body'), rename('other', 'body'))],
  INVALID_DOWNGRADE: [() => mistaken((target) => Downgrade(1, 2)(target, 'back'))],
  SHARED_TABLE: [
    () => {
      @Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note' } })
      class Same extends Note {}
      return new Mapper({ client, entities: [Note, Same] });
    },
  ],
  UNKNOWN_ENTITY: [() => undelivered().repository(class Other {})],
  INVALID_WRITE_VERSION: [
    () => new Mapper({ client, entities: [Note], writeVersion: new Map([[Note, secret as never]]) }),
    () => new Mapper({ client, entities: [Note], writeVersion: () => secret as never }),
  ],
  POINT_OF_NO_RETURN: [
    () => downgradeItem(Stepped, { id: 'a', body: { secret }, schema_version: 2 }, 1),
    () => new Mapper({ client, entities: [Stepped], writeVersion: () => 1 }),
  ],

  INVALID_VERSION: [
    { S: secret },
    { S: '3' },
    { N: '1.5' },
    { SS: [secret] },
    { L: [{ S: secret }] },
    { M: { constructor: { M: { name: { S: secret } } } } },
    { B: Buffer.from(secret).toString('base64') },
    { X: secret },
    secret,
  ]
    .map(
      (version): Provocation =>
        () =>
          repository().hydrate(stored({ schema_version: version })),
    )
    .concat([
      () => upgradeItem(Note, plain({ schema_version: { secret } })),
      () => answering({ Item: stored({ schema_version: { S: secret } }) }).get({ id: 'a' }),
    ]),
  NEWER_VERSION: [
    () => repository().hydrate(stored({ schema_version: { N: '99' } })),
    () => upgradeItem(Note, plain({ schema_version: 99 })),
    () =>
      answering({ Items: [stored({ schema_version: { N: '99' } })] })
        .scan()
        .all(),
    () =>
      answering(failure('ConditionalCheckFailedException', { Item: stored({ schema_version: { N: '99' } }) })).put(
        note(),
      ),
  ],
  TOO_OLD_VERSION: [
    () => repository().hydrate(stored({ schema_version: { N: '1' } })),
    () => upgradeItem(Note, plain({ schema_version: 1 })),
  ],
  UPGRADE_FAILED: ['throws', 'promise', 'result', 'list', 'instance', 'key'].flatMap((fails): Provocation[] => [
    () => repository().hydrate(stored({ schema_version: { N: '2' }, fails: { S: fails } })),
    () => upgradeItem(Note, plain({ fails })),
    () =>
      answering({ Items: [stored({ schema_version: { N: '2' }, fails: { S: fails } })] })
        .scan()
        .all(),
  ]),
  DOWNGRADE_FAILED: [
    () => downgradeItem(Held, { id: 'a', body: { text: secret }, schema_version: 2 }, 1),
    () => pinnedHeld().insert(Object.assign(new Held(), { id: 'a', body: { text: secret } })),
  ],
  INVALID_UPGRADE_RESULT: ['promise', 'result', 'list', 'instance'].map((fails): Provocation => {
    return () => causeOf(() => upgradeItem(Note, plain({ fails })));
  }),
  PROTECTED_ATTRIBUTE: [() => causeOf(() => upgradeItem(Note, plain({ fails: 'key' })))],
  STEP_TYPE: [secret, [secret], secretNumber, new StrictNote()].map((body): Provocation => {
    return () => causeOf(() => upgradeItem(Stepped, { id: 'a', body }));
  }),
  ATTRIBUTE_TYPE: [
    () => repository().hydrate(stored({ stars: { S: secret } })),
    () => repository().hydrate(stored({ at: { S: secret } })),
    () => repository().hydrate(stored({ body: { M: { constructor: { M: { name: { S: secret } } } } } })),
    () => upgradeItemAndPut({ stars: secret as never }),
    () => upgradeItemAndPut({ body: Object.assign(new StrictNote(), { constructor: { name: secret } }) as never }),
  ],
  KEY_MISMATCH: [
    () => templated().hydrate({ pk: { S: 'AUTHOR#a' }, author: { S: secret }, body: { S: secret } }),
    () => templated().hydrate({ pk: { S: 'a' }, author: { S: secret }, body: { S: secret } }),
  ],
  WRONG_ENTITY: [
    () => repository().hydrate(stored({ kind: { S: secret } })),
    () => answering(failure('ConditionalCheckFailedException', { Item: stored({ kind: { S: secret } }) })).put(note()),
    () =>
      answering(failure('ConditionalCheckFailedException', { Item: stored({ kind: { S: secret } }) })).delete({
        id: 'a',
      }),
  ],
  INVALID_WIRE_VALUE: [
    { S: secretNumber },
    { N: secret },
    { NS: ['1', secret] },
    { N: secretNumber },
    { SS: secret },
    { B: { secret } },
    { L: secret },
    { M: secret },
    { L: [{ M: { x: { N: secret } } }] },
    { S: { secret } },
    {},
    null,
    secret,
    secretNumber,
  ]
    .map(
      (body): Provocation =>
        () =>
          repository().hydrate(stored({ body })),
    )
    .concat([
      () => repository().hydrate(secret as never),
      () => repository().hydrate([secret] as never),
      () => repository().hydrate(plain() as never),
      () => answering({ Item: stored({ body: { N: secret } }) }).get({ id: 'a' }),
    ]),
  HYDRATION_FAILED: [
    () =>
      undelivered()
        .repository(StrictNote)
        .hydrate({ id: { S: 'a' }, body: { S: secret } }),
  ],

  UNSUPPORTED_VALUE: [
    { done: () => secret },
    { done: Symbol(secret) },
    new StrictNote(),
    Object.assign(new StrictNote(), { constructor: { name: secret } }),
    new Map([[{ secret }, secret]]),
    new Set([secret, 1]),
    new Set([{ secret }]),
    [undefined, secret],
    `${secret}\uD800`,
    new Date(secretNumber),
    new Error(secret),
  ].map(
    (meta): Provocation =>
      () =>
        upgradeItemAndPut({ meta }),
  ),
  INVALID_NUMBER: [
    Number.NaN,
    secretNumber * 1e10,
    BigInt(secretNumber) ** 4n,
    { x: new Set([BigInt(secretNumber) ** 4n]) },
  ].map(
    (meta): Provocation =>
      () =>
        upgradeItemAndPut({ meta }),
  ),
  INVALID_NAME: [() => upgradeItemAndPut({ meta: { '': secret } })],
  EMPTY_SET: [() => upgradeItemAndPut({ meta: { text: secret, tags: new Set() } })],
  CIRCULAR_VALUE: [
    () => {
      const meta: Record<string, unknown> = { text: secret };
      meta.self = meta;
      return upgradeItemAndPut({ meta });
    },
  ],
  TOO_DEEP: [
    () => {
      let meta: object = { text: secret };
      for (let depth = 0; depth < 40; depth++) meta = { deeper: meta, text: secret };
      return upgradeItemAndPut({ meta });
    },
  ],
  INVALID_KEY_VALUE: [
    () => repository().get({ id: { secret } as never }),
    () => repository().get(secret as never),
    () => repository().insert(note({ id: '' })),
    () => templated().insert(templated().create({ author: `${secret}#`, body: secret })),
    () =>
      repository()
        .query({ partition: [secret] as never })
        .all(),
    () =>
      repository()
        .query({ index: 'by_body', partition: new Set([secret]) as never })
        .all(),
  ],
  MISSING_ATTRIBUTE: [() => repository().insert(note({ body: undefined }))],
  UNKNOWN_ATTRIBUTE: [() => repository().create({ bodi: secret } as never)],
  INCOMPLETE_KEY: [() => templated().update({ author: 'a' }, { set: { body: secret } })],

  ALREADY_EXISTS: [
    async () => {
      const notes = mapper.repository(Note);
      await notes.put(note({ id: 'there' }));
      await notes.insert(note({ id: 'there' }));
    },
    () => answering(conditionFailed()).insert(note()),
  ],
  NOT_FOUND: [
    () => mapper.repository(Note).getOrFail({ id: 'absent' }),
    async () => {
      const notes = mapper.repository(Note);
      const gone = await notes.insert(note({ id: 'gone' }));
      await notes.delete({ id: 'gone' });
      await notes.put(gone);
    },
  ],
  CONFLICT: [
    async () => {
      const notes = mapper.repository(Note);
      await notes.put(note({ id: 'busy' }));
      const [mine, theirs] = await Promise.all([notes.getOrFail({ id: 'busy' }), notes.getOrFail({ id: 'busy' })]);
      await notes.put(theirs);
      await notes.put(mine);
    },
    async () => {
      const notes = byOperation({ GetItem: { Item: stored() }, PutItem: conditionFailed() }).repository(Note);
      await notes.put(await notes.getOrFail({ id: 'a' }));
    },
    async () => {
      const notes = byOperation({ GetItem: { Item: stored() }, UpdateItem: conditionFailed() }).repository(Note);
      const changed = await notes.getOrFail({ id: 'a' });
      changed.stars = 5;
      await notes.save(changed);
    },
  ],
  CONDITION_FAILED: [
    async () => {
      const notes = mapper.repository(Note);
      await notes.put(note({ id: 'other' }));
      await notes.delete({ id: 'other' }, { condition: { attr: 'body', beginsWith: `${secret}, and more` } });
    },
    () => answering(conditionFailed()).put(note(), { condition: { attr: 'body', ne: secret } }),
  ],
  CONDITION_TOO_LARGE: [
    async () => {
      const values = Array.from(wideNames, (name) => [name, { S: secret }] as const);
      answer = () => ({ Item: { id: { S: 'a' }, schema_version: { N: '1' }, ...Object.fromEntries(values) } });
      const wide = new Mapper({ client: canned.client, entities: [Wide] }).repository(Wide);
      const entity = await wide.getOrFail({ id: 'a' });
      for (const name of wideNames) Reflect.set(entity, name, `${secret} changed`);
      await wide.save(entity);
    },
  ],
  DYNAMIC_UPGRADE: [
    async () => {
      answer = () => ({ Item: { id: { S: 'a' }, body: { S: secret } } });
      const tidied = new Mapper({ client: canned.client, entities: [Tidied] }).repository(Tidied);
      const entity = await tidied.getOrFail({ id: 'a' });
      entity.body = `${secret} changed`;
      await tidied.save(entity);
    },
  ],
  DOWNGRADE_LOSES: [() => pinnedHeld().insert(Object.assign(new Held(), { id: 'a', body: secret }))],
  PARTIAL_ENTITY: [
    async () => {
      const found = { Items: [stored({ schema_version: { N: '3' } })] };
      const mocked = new Mapper({ client: { send: () => Promise.resolve(found) } as never, entities: [Note] });
      const part = await mocked
        .repository(Note)
        .query({ partition: 'part', attributes: ['body'] })
        .first();
      await mocked.repository(Note).save(part as Note);
    },
  ],
  MISSING_PARENT: [
    () => {
      const message = 'The document path provided in the update expression is invalid for update';
      const notes = byOperation({ UpdateItem: failure('ValidationException', { message }) }).repository(Note);
      return notes.update({ id: 'a' }, { set: { 'meta.y.z': secret } });
    },
  ],
  FENCE_REQUIRED: [
    () => new Mapper({ client: canned.client, entities: [Note], fence: false }).repository(Note).insert(note()),
  ],
  WRITES_FORBIDDEN: [
    () => {
      const message = `Read-modify-write operations are disabled by 'forbid_rmw' write isolation policy.`;
      return byOperation({ PutItem: failure('ValidationException', { message }) })
        .repository(Note)
        .put(note());
    },
  ],

  INVALID_ARGUMENT: [
    () =>
      repository()
        .query({ partition: 'a', [`filter`]: undefined, bodyy: secret } as never)
        .all(),
    () =>
      repository()
        .query({ partition: 'a', limit: secret as never })
        .all(),
    () => repository().query({ partition: 'a', range: secret }).all(),
    () =>
      repository()
        .query({ index: secretNumber as never, partition: 'a' })
        .first()
        .catch(withoutName),
    () => repository().get({ id: 'a' }, { body: secret } as never),
    () => repository().insert(plain() as never),
    () => new Mapper({ client: { secret } as never, entities: [Note] }),
    () => new Mapper({ client, entities: secret as never }),
    () => new Mapper(secret as never),
  ],
  INVALID_CONDITION: [
    () => compiledCondition(mapper[contextFor](Note), { attr: 'body', eq: secretNumber } as never, 'filter'),
    () =>
      compiledCondition(mapper[contextFor](Note), { attr: 'body', between: [secret, secret, 1] } as never, 'filter'),
    () => compiledCondition(mapper[contextFor](Note), { attr: 'stars', lt: secretNumber, gt: 1 } as never, 'filter'),
    () => compiledCondition(mapper[contextFor](Note), secret as never, 'filter'),
  ],
  INVALID_CURSOR: [
    secret,
    Buffer.from(secret).toString('base64url'),
    `${secret}.${secret}`,
    JSON.stringify([secret]),
    {
      secret,
    } as never,
  ].map(
    (cursor): Provocation =>
      () =>
        repository().query({ partition: 'a', cursor }).all(),
  ),
  INDEX_MAY_MISS_ITEMS: [() => repository().query({ index: 'by_author', partition: secret }).all()],
  REQUEST_FAILED: [
    // broken bodies of answers
    JSON.stringify({ Item: stored() }).slice(0, -20),
    `${secret} is no JSON`,
    `<html>${secret}</html>`,
    `{"Item":{"body":{"S":"${secret}"`,
    `"${secret}"trailing`,
    dropped({ Item: stored() }),
  ]
    .flatMap((body: Answer): Provocation[] => [
      () => answering(body).get({ id: 'a' }),
      () => answering(body).scan().all(),
      () => answering(body).put(note()),
      () => answering(body).delete({ id: 'a' }),
      () => byOperation({ DescribeTable: body }).createTables(),
    ])
    .concat(
      // answers that say why not
      [400, 500].flatMap((status): Provocation[] => [
        () => answering(failure('ValidationException', { Item: stored() }, status)).get({ id: 'a' }),
        () => answering(failure('ConditionalCheckFailedException', { Item: stored() }, status)).get({ id: 'a' }),
        () => answering(failure('Unheard', { Item: stored() }, status)).put(note()),
        () => answering(broken(status)).get({ id: 'a' }),
        () => answering(broken(status)).put(note()),
        () => answering(broken(status)).delete({ id: 'a' }),
      ]),
    )
    .concat([
      () => repository().put(note()),
      // by the way of a client that throws what it likes
      () => thrownByClient({ Item: stored() }).get({ id: 'a' }),
    ]),
  UNPROCESSED_KEYS: [
    () => {
      jest.spyOn(Math, 'random').mockReturnValue(0);
      const unprocessed = { notes: { Keys: [{ id: { S: 'a' } }] } };
      return answering({ Responses: { notes: [stored({ id: { S: 'b' } })] }, UnprocessedKeys: unprocessed }).getMany([
        { id: 'a' },
      ]);
    },
  ],
  TABLE_NOT_READY: [
    () => {
      let now = Date.now();
      jest.spyOn(Date, 'now').mockImplementation(() => (now += 400_000));
      return byOperation({ DescribeTable: { Table: { TableStatus: 'CREATING' } } }).createTables();
    },
  ],
  TABLE_MISMATCH: [
    () => {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Other {
        @PartitionKey() other!: string;
        @Attribute({ default: secret }) body!: string;
      }
      return new Mapper({ client: embedded.client, entities: [Other] }).createTables();
    },
    () => new Mapper({ client: embedded.client, tablePrefix: 'absent_', entities: [Note] }).addIndexes(),
  ],
  MAPPER_CLOSED: [
    async () => {
      const closed = undelivered();
      await closed.close();
      return closed.repository(Note).insert(note());
    },
  ],
  MISSING_PEER: [
    async () => {
      jest.resetModules();
      jest.unstable_mockModule('dynalite', () => {
        throw Object.assign(new Error("Cannot find package 'dynalite'"), { code: 'ERR_MODULE_NOT_FOUND' });
      });
      const testing = await import('../../lib/testing/index.js');
      return testing.startEmbeddedEngine();
    },
  ],

  INVALID_SAMPLE: [
    () => describeUpgrades(Note, { samples: 'spec/nothing' }),
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'dynamo-evolve-privacy-'));
      const path = join(folder, 'v1-broken.json');
      writeFileSync(path, `{ "body": ${secret} }`);
      try {
        return readSample(path);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  ],
  INVALID_SCHEMA_LOCK: [() => readLock('README.md')],
  INVALID_CONFIG: [() => loadConfig('spec', undefined)],
};

/** Stores a note with a value; nothing is sent if it can't be. */
function upgradeItemAndPut(more: object): Promise<unknown> {
  return repository().put(note(more));
}

function causeOf(call: () => unknown): never {
  try {
    call();
  } catch (error) {
    throw (error as Error).cause;
  }
  throw new Error('nothing was thrown');
}

/** An answer that is an error, by its status, with a body that isn't JSON. */
function broken(status: number): Answer {
  return (response) => {
    response.statusCode = status;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(`{"__type":"ValidationException","Item":{"body":{"S":"${secret}`);
  };
}

function thrownByClient(value: object) {
  const thrower = { send: () => Promise.reject(Object.assign(new Error('refused'), value)) };
  return new Mapper({ client: thrower, entities: [Note] }).repository(Note);
}

/** The names of indexes are told, also wrong ones. */
function withoutName(error: unknown): never {
  (error as Error).message = (error as Error).message.replaceAll(String(secretNumber), '');
  throw error;
}

const cases = errorCodes.flatMap((code) =>
  provocations[code].map((provoke, at) => ({ code, number: at + 1, provoke })),
);

/** What a provocation throws or rejects with. */
async function errorOf(code: ErrorCode, provoke: Provocation): Promise<MapperError> {
  const error: unknown = await outside
    .runInAsyncScope(async () => provoke())
    .then(
      (value) => new Error(`${code} was expected, but nothing thrown`, { cause: value }),
      (reason: unknown) => reason,
    );
  if (!isMapperError(error, code)) throw new Error(`${code} was expected, but something else thrown`, { cause: error });
  return error;
}

describe('no error tells a stored value', () => {
  test.each(cases)('$code ($number)', async ({ code, provoke }) => {
    const error = await errorOf(code, provoke);
    expect(leakIn(error)).toBeUndefined();
    expect(telemetry.leaks).toEqual([]);
  });

  test('of the whole catalogue', () => {
    expect(Object.keys(provocations)).toEqual(errorCodes);
    expect(errorCodes.filter((code) => provocations[code].length === 0)).toEqual([]);
  });
});

describe('telemetry', () => {
  test('tells no stored value of what goes well, either', async () => {
    const notes = mapper.repository(Note);
    await notes.put(note({ id: 'well' }));
    const found = await notes.getOrFail({ id: 'well' });
    await notes.put(found);
    await notes.query({ index: 'by_body', partition: secret }).all();
    repository().hydrate(stored({ schema_version: { N: '2' } }));
    expect(found.body).toBe(secret);
    // an answer that the client hands out itself
    const answers = { Item: stored(), Items: [stored({ schema_version: { N: '2' } })] };
    const mocked = new Mapper({ client: { send: () => Promise.resolve(answers) } as never, entities: [Note] });
    expect(await mocked.repository(Note).getOrFail({ id: 'a' })).toMatchObject({ body: secret });
    expect(await mocked.repository(Note).scan().all()).toMatchObject([{ body: secret }]);

    expect(telemetry.names).toContain('dynamo-evolve:upgrade');
    expect(telemetry.names).toContain('tracing:dynamo-evolve:request:start');
    expect(telemetry.names).toContain('tracing:dynamo-evolve:request:asyncEnd');
    expect(telemetry.leaks).toEqual([]);
  });

  test('tells failures', async () => {
    await rejected('REQUEST_FAILED', answering(`${secret} is no JSON`).get({ id: 'a' }));
    expect(telemetry.names).toContain('tracing:dynamo-evolve:request:error');
    expect(telemetry.leaks).toEqual([]);
  });
});

describe('what the application itself throws is the cause, as it is', () => {
  const thrown = new Error(`cannot read ${secret}`);

  @Entity({ table: 'telling' })
  @Versioned(2)
  class Telling {
    @PartitionKey() id!: string;
    @Attribute() get body(): string {
      return '';
    }
    set body(_body: string) {
      throw thrown;
    }
    @Upgrade(1, 2)
    static failing(): void {
      throw thrown;
    }
  }
  const telling = () => new Mapper({ client, entities: [Telling] }).repository(Telling);

  test.each([
    ['UPGRADE_FAILED', { N: '1' }],
    ['HYDRATION_FAILED', { N: '2' }],
  ] as const)('%s', async (code, version) => {
    const item = { id: { S: 'a' }, body: { S: secret }, schema_version: version };
    const error = await errorOf(code, () => telling().hydrate(item));
    expect(error.cause).toBe(thrown);
    // and nowhere else
    expect(leakIn({ message: error.message, details: error.details, json: JSON.stringify(error) })).toBeUndefined();
  });
});
