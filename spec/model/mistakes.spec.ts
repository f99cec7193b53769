import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type AttributeOptions,
  type Class,
  convert,
  CreatedAt,
  Downgrade,
  each,
  Entity,
  type EntityOptions,
  type ErrorCode,
  errorCodes,
  type GeneratedOptions,
  Index,
  type IndexOptions,
  type Item,
  Mapper,
  nest,
  PartitionKey,
  remove,
  rename,
  Revision,
  setDefault,
  SortKey,
  type Step,
  steps,
  TimeToLive,
  unnest,
  UpdatedAt,
  Upgrade,
  type UpgradeOptions,
  Versioned,
  type VersionedOptions,
  within,
} from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

const client = { send: () => Promise.reject(new Error('nothing is sent')) };

/** A class with a partition key, of a version. */
function note(version: number, options: VersionedOptions = {}, entity: EntityOptions = { table: 'notes' }) {
  class Note {
    id!: string;
  }
  Entity(entity)(Note);
  Versioned(version, options)(Note);
  PartitionKey({ type: 'string' })(Note.prototype, 'id');
  return Note;
}

/** A class with one more property, `value`. */
function noteWith(decorate: (target: Class) => void, version = 1) {
  const Note = note(version, { floor: version });
  decorate(Note);
  return Note;
}

const member = (decorator: (target: object, member: string | symbol) => void, name: string | symbol = 'value') =>
  noteWith(({ prototype }) => decorator(prototype as object, name));

const indexed = (options: IndexOptions, name = 'by_value') =>
  noteWith((target) => {
    Attribute({ type: 'string' })(target.prototype as object, 'value');
    Index(name, options)(target);
  });

const shared = (discriminator: unknown) => note(1, {}, { table: 'notes', discriminator } as EntityOptions);

function upgraded(options: UpgradeOptions) {
  class Upgrades {
    @Upgrade(1, 2, options) static first(_item: Item): void {}
  }
  return note(2, { upgrades: Upgrades });
}

interface Mistake {
  readonly what: string;
  readonly code: ErrorCode;
  /** Makes the class, or hands it to a mapper itself. */
  readonly make: () => Class | undefined | void;
  readonly details: object;
  /** What the message says beside the details: what was found and how to mend it. */
  readonly says: readonly string[];
}

const upgrade = { class: 'Note', from: 1, to: 2 };

/** A class of version 2 with declared steps. */
function declaring(...list: readonly Step[]) {
  class Upgrades {
    @Upgrade(1, 2) static list = steps(...list);
  }
  return note(2, { upgrades: Upgrades });
}

const mistakes: Mistake[] = [
  {
    what: 'a class without @Entity',
    code: 'NOT_AN_ENTITY',
    make: () => class Note {},
    details: { class: 'Note', missing: '@Entity' },
    says: ['Note has no @Entity', '@Entity({ table })'],
  },
  {
    what: 'a class without @Versioned',
    code: 'NOT_AN_ENTITY',
    make() {
      @Entity({ table: 'notes' })
      class Note {
        @PartitionKey() id!: string;
      }
      return Note;
    },
    details: { class: 'Note', missing: '@Versioned' },
    says: ['Note has no @Versioned', '@Versioned(n)'],
  },
  {
    what: 'an @Entity without table',
    code: 'NOT_AN_ENTITY',
    make: () => note(1, {}, {} as EntityOptions),
    details: { class: 'Note', missing: 'table' },
    says: ['Note has no table', '@Entity({ table })'],
  },
  {
    what: 'a class without decorators and without a name',
    code: 'NOT_AN_ENTITY',
    make: () => class {},
    details: { class: 'a class without a name', missing: '@Entity' },
    says: ['a class without a name has no @Entity'],
  },

  {
    what: 'a class that a circular import left undefined, among the entities',
    code: 'UNDEFINED_CLASS',
    make: () => void new Mapper({ client, entities: [note(1), undefined as never] }),
    details: { where: 'new Mapper(): entities[1]' },
    says: ['circular import', '() => TheClass'],
  },
  {
    what: 'a function that names a class that is still undefined',
    code: 'UNDEFINED_CLASS',
    make: () => void new Mapper({ client, entities: [() => [note(1), undefined as never]] }),
    details: { where: 'new Mapper(): entities[0]' },
    says: ['circular import'],
  },
  {
    what: 'a class that a circular import left undefined, among the upgrades',
    code: 'UNDEFINED_CLASS',
    make: () => note(2, { upgrades: undefined as never }),
    details: { where: 'The option upgrades of @Versioned on Note' },
    says: ['upgrades of @Versioned on Note is undefined', 'circular import', '() => TheClass'],
  },
  {
    what: 'an undefined class in a list of upgrades',
    code: 'UNDEFINED_CLASS',
    make: () => note(2, { upgrades: [class {}, undefined as never] }),
    details: { where: 'The option upgrades of @Versioned on Note' },
    says: ['circular import'],
  },
  {
    what: 'an undefined class of a repository',
    code: 'UNDEFINED_CLASS',
    make: () => void new Mapper({ client, entities: [note(1)] }).repository(undefined as never),
    details: { where: "A repository's class" },
    says: ['circular import'],
  },
  {
    what: 'a model of nothing',
    code: 'UNDEFINED_CLASS',
    make: () => undefined,
    details: { where: 'An entity class' },
    says: ['is undefined'],
  },

  ...(
    [
      ['@Entity', 'tabel', () => note(1, {}, { table: 'notes', tabel: 'x' } as EntityOptions)],
      ['@Entity({ discriminator })', 'defalt', () => shared({ attribute: 'kind', value: 'note', defalt: true })],
      ['@Versioned', 'flor', () => note(1, { flor: 1 } as VersionedOptions)],
      ['@Index by_value', 'sinse', () => indexed({ partitionKey: 'value', sinse: 2 } as IndexOptions)],
      ['@Attribute of value', 'nme', () => member(Attribute({ nme: 'v' } as AttributeOptions))],
      ['@CreatedAt of value', 'typ', () => member(CreatedAt({ typ: Date } as GeneratedOptions))],
      ['@Upgrade(1, 2)', 'dynamik', () => upgraded({ dynamik: true } as UpgradeOptions)],
    ] as const
  ).map(([decorator, option, make]): Mistake => ({
    what: `an option of ${decorator} that there is not`,
    code: 'INVALID_OPTION',
    make,
    details: { class: 'Note', decorator, option, problem: expect.stringMatching(/^is no option; the options are /) },
    says: [`Note, ${decorator}: ${option} is no option; the options are `],
  })),
  ...(
    [
      ['@Versioned', 'attribute', '', () => note(1, { attribute: '' })],
      ['@Versioned', 'attribute', 5, () => note(1, { attribute: 5 as never })],
      ['@Versioned', 'attribute', '__proto__', () => note(1, { attribute: '__proto__' })],
      ['@Versioned', 'the options', null, () => note(1, null as never)],
      ['@Entity({ discriminator })', 'attribute', '__proto__', () => shared({ attribute: '__proto__', value: 'note' })],
      ['@Entity({ discriminator })', 'attribute', undefined, () => shared({ value: 'note' })],
      ['@Entity({ discriminator })', 'value', undefined, () => shared({ attribute: 'kind' })],
      ['@Entity({ discriminator })', 'value', '', () => shared({ attribute: 'kind', value: '' })],
      ['@Entity({ discriminator })', 'value', 5, () => shared({ attribute: 'kind', value: 5 })],
      ['@Entity({ discriminator })', 'default', 1, () => shared({ attribute: 'kind', value: 'note', default: 1 })],
      ['@Entity({ discriminator })', 'the options', 'kind', () => shared('kind')],
      ['@Index by_value', 'complete', 'yes', () => indexed({ partitionKey: 'value', complete: 'yes' as never })],
      ['@Attribute of value', 'name', 5, () => member(Attribute({ name: 5 as never }))],
      ['@Attribute of value', 'optional', 'no', () => member(Attribute({ optional: 'no' as never }))],
      ['@Upgrade(1, 2)', 'dynamic', 0, () => upgraded({ dynamic: 0 as never })],
      ['@Upgrade(1, 2)', 'description', 5, () => upgraded({ description: 5 as never })],
    ] as const
  ).map(([decorator, option, value, make]): Mistake => ({
    what: `${JSON.stringify(value)} as ${option} of ${decorator}`,
    code: 'INVALID_OPTION',
    make,
    details: { class: 'Note', decorator, option, problem: expect.stringMatching(/^(?:is|are|stands) /) },
    says: [`Note, ${decorator}: ${option} `],
  })),

  ...[0, -1, 1.5, Number.NaN, Infinity, 1_000_000_000, '3', undefined].map((version): Mistake => {
    const found = typeof version === 'string' ? `'${version}'` : String(version);
    return {
      what: `the version ${found}`,
      code: 'INVALID_CLASS_VERSION',
      make: () => note(version as number),
      details: { class: 'Note', option: 'version', problem: `is ${found}` },
      says: ['Note: the version of @Versioned', 'integers from 1 to 999,999,999'],
    };
  }),
  {
    what: 'an initial version above the class',
    code: 'INVALID_CLASS_VERSION',
    make: () => note(2, { initial: 3 }),
    details: { class: 'Note', option: 'initial', problem: 'is 3, above the version 2' },
    says: ['Note: the initial of @Versioned'],
  },
  {
    what: 'an initial version that is none',
    code: 'INVALID_CLASS_VERSION',
    make: () => note(2, { initial: 0 }),
    details: { class: 'Note', option: 'initial', problem: 'is 0' },
    says: ['integers from 1'],
  },
  {
    what: 'a floor above the class',
    code: 'INVALID_CLASS_VERSION',
    make: () => note(2, { floor: 3 }),
    details: { class: 'Note', option: 'floor', problem: 'is 3, above the version 2' },
    says: ['Note: the floor of @Versioned'],
  },
  {
    what: 'a floor that is no version',
    code: 'INVALID_CLASS_VERSION',
    make: () => note(2, { floor: 1.5 }),
    details: { class: 'Note', option: 'floor', problem: 'is 1.5' },
    says: ['integers from 1'],
  },

  {
    what: 'no partition key',
    code: 'MISSING_PARTITION_KEY',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @Attribute() id!: string;
      }
      return Note;
    },
    details: { class: 'Note' },
    says: ['Note has no partition key', '@PartitionKey()'],
  },
  {
    what: 'a sort key alone',
    code: 'MISSING_PARTITION_KEY',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @SortKey() id!: string;
      }
      return Note;
    },
    details: { class: 'Note' },
    says: ['Note has no partition key'],
  },
  {
    what: 'two partition keys',
    code: 'DUPLICATE_KEY',
    make: () => member(PartitionKey({ type: 'string' })),
    details: { class: 'Note', role: 'partition key', members: ['id', 'value'] },
    says: ['Note has more than one partition key: id, value', 'Keep only one'],
  },
  {
    what: 'two sort keys',
    code: 'DUPLICATE_KEY',
    make: () =>
      noteWith(({ prototype }) => {
        SortKey({ type: 'string' })(prototype as object, 'first');
        SortKey({ type: 'string' })(prototype as object, 'second');
      }),
    details: { class: 'Note', role: 'sort key', members: ['first', 'second'] },
    says: ['Note has more than one sort key: first, second'],
  },

  {
    what: 'a key of unknown type, without design:type',
    code: 'INVALID_KEY',
    make: () => member(SortKey()),
    details: {
      class: 'Note',
      member: 'value',
      problem: "its type is unknown; give it one, { type: 'string' }, 'number' or 'bytes'",
    },
    says: ["Note.value can't be a key", "{ type: 'string' }"],
  },
  {
    what: 'a key whose design:type is a union',
    code: 'INVALID_KEY',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: string | number;
      }
      return Note;
    },
    details: { class: 'Note', member: 'id', problem: expect.stringContaining('its type is unknown') },
    says: ["Note.id can't be a key"],
  },
  {
    what: 'a key of a type that keys cannot have',
    code: 'INVALID_KEY',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: boolean;
      }
      return Note;
    },
    details: { class: 'Note', member: 'id', problem: 'its type is boolean; keys are strings, numbers or bytes' },
    says: ["Note.id can't be a key"],
  },
  {
    what: 'a key of a nested class',
    code: 'INVALID_KEY',
    make() {
      class Address {}
      return member(SortKey({ type: Address as never }));
    },
    details: { class: 'Note', member: 'value', problem: 'its type is Address; keys are strings, numbers or bytes' },
    says: [],
  },
  ...['a.b', 'a[0]', 'a]'].map((name): Mistake => ({
    what: `a key stored as ${name}`,
    code: 'INVALID_KEY',
    make: () => member(SortKey({ type: 'string', name })),
    details: { class: 'Note', member: 'value', problem: `its stored name ${name} has a dot or a bracket` },
    says: [name],
  })),
  ...['constructor', '__proto__', 'toString'].map((name): Mistake => ({
    what: `a key stored as ${name}`,
    code: 'INVALID_KEY',
    make: () => member(SortKey({ type: 'string', name })),
    details: { class: 'Note', member: 'value', problem: `its stored name ${name} is one that every object has` },
    says: [name],
  })),
  {
    what: 'one property that is both keys',
    code: 'INVALID_KEY',
    make: () => member(SortKey({ type: 'string' }), 'id'),
    details: {
      class: 'Note',
      member: 'id',
      problem: 'it carries @PartitionKey and @SortKey; the two keys are two properties',
    },
    says: ["Note.id can't be a key"],
  },

  {
    what: 'a template that names no attribute',
    code: 'INVALID_TEMPLATE',
    make: () => member(Attribute({ template: 'USER#{user}' })),
    details: {
      class: 'Note',
      member: 'value',
      template: 'USER#{user}',
      problem: 'names user, which is no attribute of the class',
    },
    says: ['Note.value: the template USER#{user} names user', "'USER#{user_id}'"],
  },
  {
    what: 'a property named by a symbol',
    code: 'INVALID_MEMBER',
    make: () => member(Attribute(), Symbol('secret')),
    details: {
      class: 'Note',
      member: 'Symbol(secret)',
      decorator: '@Attribute',
      problem: 'its name is a symbol, and stored names are strings',
    },
    says: ["Note.Symbol(secret) can't have @Attribute"],
  },
  {
    what: 'a static property',
    code: 'INVALID_MEMBER',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: string;
        @CreatedAt() static created: Date;
      }
      return Note;
    },
    details: {
      class: 'Note',
      member: 'created',
      decorator: '@CreatedAt',
      problem: 'it is static, and items become instances',
    },
    says: ["Note.created can't have @CreatedAt"],
  },
  {
    what: 'a method',
    code: 'INVALID_MEMBER',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: string;
        @Attribute() title(): string {
          return this.id;
        }
      }
      return Note;
    },
    details: {
      class: 'Note',
      member: 'title',
      decorator: '@Attribute',
      problem: 'it is a method, and only values are stored',
    },
    says: ["Note.title can't have @Attribute"],
  },
  {
    what: 'a getter without setter',
    code: 'INVALID_MEMBER',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: string;
        @Attribute() get title(): string {
          return this.id;
        }
      }
      return Note;
    },
    details: {
      class: 'Note',
      member: 'title',
      decorator: '@Attribute',
      problem: 'it has no setter, and is set when an item is read',
    },
    says: ["Note.title can't have @Attribute"],
  },
  {
    what: 'a setter without getter',
    code: 'INVALID_MEMBER',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: string;
        @Attribute() set title(title: string) {
          this.id = title;
        }
      }
      return Note;
    },
    details: {
      class: 'Note',
      member: 'title',
      decorator: '@Attribute',
      problem: 'it has no getter, and is read when its entity is stored',
    },
    says: ["Note.title can't have @Attribute"],
  },
  {
    what: 'a property called __proto__',
    code: 'INVALID_MEMBER',
    make: () => member(Attribute(), '__proto__'),
    details: {
      class: 'Note',
      member: '__proto__',
      decorator: '@Attribute',
      problem: "its name stands for an object's prototype; give the property another, and { name }",
    },
    says: ["Note.__proto__ can't have @Attribute", '{ name }'],
  },
  {
    what: 'an empty stored name',
    code: 'INVALID_MEMBER',
    make: () => member(Attribute({ name: '' })),
    details: { class: 'Note', member: 'value', decorator: '@Attribute', problem: 'its stored name is empty' },
    says: ["Note.value can't have @Attribute"],
  },
  ...[
    { decorator: '@CreatedAt', apply: CreatedAt({ type: 'boolean' }), found: 'boolean' },
    { decorator: '@UpdatedAt', apply: UpdatedAt({ type: 'bytes' }), found: 'bytes' },
    { decorator: '@TimeToLive', apply: TimeToLive({ type: 'string' }), found: 'string' },
    { decorator: '@TimeToLive', apply: TimeToLive({ type: 'epochMilliseconds' }), found: 'epochMilliseconds' },
    { decorator: '@Revision', apply: Revision({ type: Number }), found: 'number' },
  ].map(({ decorator, apply, found }): Mistake => ({
    what: `${decorator} of type ${found}`,
    code: 'INVALID_MEMBER',
    make: () => member(apply),
    details: {
      class: 'Note',
      member: 'value',
      decorator,
      problem: expect.stringMatching(new RegExp(`^its type is ${found}; it can be \\w+`)),
    },
    says: [`Note.value can't have ${decorator}`],
  })),
  ...[
    { decorator: '@CreatedAt', apply: CreatedAt() },
    { decorator: '@UpdatedAt', apply: UpdatedAt() },
    { decorator: '@TimeToLive', apply: TimeToLive() },
    { decorator: '@Revision', apply: Revision() },
  ].map(({ decorator, apply }): Mistake => ({
    what: `${decorator} on two properties`,
    code: 'INVALID_MEMBER',
    make: () =>
      noteWith(({ prototype }) => {
        apply(prototype as object, 'first');
        apply(prototype as object, 'second');
      }),
    details: { class: 'Note', member: 'second', decorator, problem: 'first carries it already' },
    says: [`Note.second can't have ${decorator}`],
  })),

  {
    what: 'two properties stored under one name',
    code: 'DUPLICATE_ATTRIBUTE',
    make: () =>
      noteWith(({ prototype }) => {
        Attribute({ name: 't' })(prototype as object, 'title');
        Attribute({ name: 't' })(prototype as object, 'topic');
      }),
    details: { class: 'Note', attribute: 't', members: ['title', 'topic'] },
    says: ['Note: title, topic are stored under the same name, t', '{ name }'],
  },
  {
    what: 'a property stored under the name of another',
    code: 'DUPLICATE_ATTRIBUTE',
    make: () => member(Attribute({ name: 'id' })),
    details: { class: 'Note', attribute: 'id', members: ['id', 'value'] },
    says: ['Note: id, value'],
  },
  {
    what: 'a discriminator on the version attribute',
    code: 'DUPLICATE_ATTRIBUTE',
    make: () => note(1, { attribute: 'v' }, { table: 'notes', discriminator: { attribute: 'v', value: 'note' } }),
    details: {
      class: 'Note',
      attribute: 'v',
      members: ['the attribute of @Versioned', 'the discriminator of @Entity'],
    },
    says: ['Note: the attribute of @Versioned, the discriminator of @Entity'],
  },
  {
    what: 'a property stored as the version',
    code: 'RESERVED_ATTRIBUTE',
    make: () => member(Attribute(), 'schema_version'),
    details: { class: 'Note', member: 'schema_version', attribute: 'schema_version', role: 'version' },
    says: ['Note.schema_version is stored as schema_version, which is the version attribute', '{ name }'],
  },
  {
    what: 'a property stored as the version that the class names',
    code: 'RESERVED_ATTRIBUTE',
    make() {
      const Note = note(1, { attribute: 'v' });
      Attribute({ name: 'v' })(Note.prototype, 'value');
      return Note;
    },
    details: { class: 'Note', member: 'value', attribute: 'v', role: 'version' },
    says: ['Note.value'],
  },
  {
    what: 'a key stored as the version',
    code: 'RESERVED_ATTRIBUTE',
    make: () => member(SortKey({ type: 'number' }), 'schema_version'),
    details: { class: 'Note', member: 'schema_version', attribute: 'schema_version', role: 'version' },
    says: ['Note.schema_version'],
  },
  {
    what: 'a property stored as the discriminator',
    code: 'RESERVED_ATTRIBUTE',
    make() {
      const Note = note(1, {}, { table: 'notes', discriminator: { attribute: 'kind', value: 'note' } });
      Attribute()(Note.prototype, 'kind');
      return Note;
    },
    details: { class: 'Note', member: 'kind', attribute: 'kind', role: 'discriminator' },
    says: ['Note.kind is stored as kind, which is the discriminator attribute'],
  },

  {
    what: 'a type that cannot be stored',
    code: 'UNKNOWN_TYPE',
    make: () => member(Attribute({ type: Promise })),
    details: { class: 'Note', member: 'value', found: 'Promise' },
    says: ["Note.value has the type Promise, which can't be stored", '{ type }'],
  },

  {
    what: 'an index declared twice',
    code: 'DUPLICATE_INDEX',
    make() {
      const Note = indexed({ partitionKey: 'value' });
      Index('by_value', { partitionKey: 'id' })(Note);
      return Note;
    },
    details: { class: 'Note', index: 'by_value' },
    says: ['Note declares the index by_value twice', 'Remove one'],
  },
  {
    what: 'an index on a property that is no attribute',
    code: 'UNKNOWN_INDEX_ATTRIBUTE',
    make: () => indexed({ partitionKey: 'valve' }),
    details: { class: 'Note', index: 'by_value', member: 'valve', known: ['id', 'value'] },
    says: ['the index by_value names valve', 'Its attributes: id, value'],
  },
  {
    what: 'an index whose sort key is no attribute',
    code: 'UNKNOWN_INDEX_ATTRIBUTE',
    make: () => indexed({ partitionKey: 'value', sortKey: 'created' }),
    details: { class: 'Note', index: 'by_value', member: 'created', known: ['id', 'value'] },
    says: ['created'],
  },
  {
    what: 'an index on a stored name instead of the property',
    code: 'UNKNOWN_INDEX_ATTRIBUTE',
    make() {
      const Note = member(Attribute({ name: 'v', type: 'string' }));
      Index('by_value', { partitionKey: 'v' })(Note);
      return Note;
    },
    details: { class: 'Note', index: 'by_value', member: 'v', known: ['id', 'value'] },
    says: ['id, value'],
  },
  {
    what: 'an index with a short name',
    code: 'INVALID_INDEX',
    make: () => indexed({ partitionKey: 'value' }, 'by'),
    details: { class: 'Note', index: 'by', problem: 'needs a name of three characters or more' },
    says: ['Note: the index by needs a name'],
  },
  {
    what: 'an index without keys',
    code: 'INVALID_INDEX',
    make: () => indexed({}),
    details: {
      class: 'Note',
      index: 'by_value',
      problem: 'names no key; give it { partitionKey }, { sortKey } or both',
    },
    says: ['Note: the index by_value names no key'],
  },
  {
    what: 'a local index of a table without sort key',
    code: 'INVALID_INDEX',
    make: () => indexed({ sortKey: 'value' }),
    details: {
      class: 'Note',
      index: 'by_value',
      problem: 'is local, but the table has no sort key; give it { partitionKey }',
    },
    says: ['{ partitionKey }'],
  },
  {
    what: 'an index key of unknown type',
    code: 'INVALID_INDEX',
    make() {
      const Note = member(Attribute());
      Index('by_value', { partitionKey: 'value' })(Note);
      return Note;
    },
    details: {
      class: 'Note',
      index: 'by_value',
      problem: expect.stringMatching(/^names value: needs a type .+ \{ type: 'string' \}$/),
    },
    says: ['names value'],
  },
  {
    what: 'an index key with a dot in its stored name',
    code: 'INVALID_INDEX',
    make() {
      const Note = member(Attribute({ type: 'string', name: 'a.b' }));
      Index('by_value', { partitionKey: 'value' })(Note);
      return Note;
    },
    details: {
      class: 'Note',
      index: 'by_value',
      problem: 'names value: its stored name a.b has a dot or a bracket',
    },
    says: ['a.b'],
  },
  ...[0, 2, 1.5].map((since): Mistake => ({
    what: `an index since ${since}, of a class of version 1`,
    code: 'INVALID_INDEX',
    make: () => indexed({ partitionKey: 'value', since }),
    details: {
      class: 'Note',
      index: 'by_value',
      problem: `says since: ${since}; expected a version from 1 to 1`,
    },
    says: [`since: ${since}`],
  })),

  {
    what: 'a version that no upgrade leads on from',
    code: 'UPGRADE_GAP',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(3)
      class Note {
        @PartitionKey() id!: string;
        @Upgrade(1, 2) static first(this: void): void {}
      }
      return Note;
    },
    details: { class: 'Note', version: 2, newest: 3, steps: ['1 → 2'] },
    says: ['Note: no upgrade leads from version 2 to 3', '(declared upgrades: 1 → 2)', '@Upgrade(2, 3)', 'raise the floor'],
  },
  {
    what: 'no upgrades at all',
    code: 'UPGRADE_GAP',
    make: () => note(2),
    details: { class: 'Note', version: 1, newest: 2, steps: [] },
    says: ['(declared upgrades: none)', '@Upgrade(1, 2)'],
  },
  {
    what: 'the same step twice',
    code: 'DUPLICATE_UPGRADE',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(2)
      class Note {
        @PartitionKey() id!: string;
        @Upgrade(1, 2) static first(this: void): void {}
        @Upgrade(1, 2) static second(this: void): void {}
      }
      return Note;
    },
    details: { ...upgrade, method: 'Note.second', other: 'Note.first' },
    says: ['Note: the upgrade 1 → 2 (Note.second) duplicates Note.first', 'Remove one'],
  },
  {
    what: 'the same step on the entity and on its upgrade class',
    code: 'DUPLICATE_UPGRADE',
    make() {
      class NoteUpgrades {
        @Upgrade(1, 2) static first(this: void): void {}
      }
      const Note = note(2, { upgrades: NoteUpgrades });
      Upgrade(1, 2)(Note.prototype, 'first');
      Object.assign(Note.prototype, { first() {} });
      return Note;
    },
    details: { ...upgrade, method: 'NoteUpgrades.first', other: 'Note.first' },
    says: ['NoteUpgrades.first', 'Note.first'],
  },
  ...(
    [
      [2, 1],
      [2, 2],
      [0, 1],
      [1, 1.5],
      [-1, 2],
      [Number.NaN, 2],
    ] as const
  ).map(([from, to]): Mistake => ({
    what: `an upgrade from ${from} to ${to}`,
    code: 'UPGRADE_BACKWARDS',
    make() {
      class Upgrades {
        static step(this: void): void {}
      }
      Upgrade(from, to)(Upgrades, 'step');
      return note(2, { floor: 2, upgrades: Upgrades });
    },
    details: { class: 'Note', method: 'Upgrades.step', from, to },
    says: [`the upgrade ${from} → ${to} (Upgrades.step)`, 'from must be lower than to'],
  })),
  {
    what: 'an upgrade beyond the version of the class',
    code: 'UPGRADE_BEYOND_VERSION',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(1)
      class Note {
        @PartitionKey() id!: string;
        @Upgrade(1, 2) static first(this: void): void {}
      }
      return Note;
    },
    details: { ...upgrade, method: 'Note.first', newest: 1 },
    says: ['the upgrade 1 → 2 (Note.first) leads beyond version 1', '@Versioned(2)'],
  },
  ...[
    {
      what: 'an accessor',
      found: 'an accessor',
      target: class Upgrades {
        static get step() {
          return () => {};
        }
      },
    },
    {
      what: 'a setter',
      found: 'an accessor',
      target: class Upgrades {
        static set step(_value: unknown) {}
      },
    },
    {
      what: 'a field',
      found: 'a field that holds object',
      target: class Upgrades {
        static step = { from: 1 };
      },
    },
    {
      what: 'a field without value',
      found: 'a field that holds null',
      target: class Upgrades {
        static step = null;
      },
    },
    {
      what: 'a generator',
      found: 'a generator',
      target: class Upgrades {
        static *step() {
          yield 1;
        }
      },
    },
    { what: 'a field of instances', found: 'undefined', target: class Upgrades {} },
  ].map(({ what, found, target }): Mistake => ({
    what: `@Upgrade on ${what}`,
    code: 'UPGRADE_NOT_A_METHOD',
    make() {
      Upgrade(1, 2)(target, 'step');
      return note(2, { upgrades: target });
    },
    details: { ...upgrade, method: 'Upgrades.step', found },
    says: [`Note: the upgrade 1 → 2 (Upgrades.step) is ${found}`, 'Put @Upgrade on a method'],
  })),
  {
    what: '@Upgrade on a method named by a symbol',
    code: 'UPGRADE_NOT_A_METHOD',
    make() {
      const step = Symbol('step');
      class Upgrades {
        @Upgrade(1, 2) static [step](this: void): void {}
      }
      return note(2, { upgrades: Upgrades });
    },
    details: { ...upgrade, method: 'Upgrades.Symbol(step)', found: 'named by a symbol' },
    says: ['Upgrades.Symbol(step)'],
  },
  {
    what: 'an async upgrade',
    code: 'ASYNC_UPGRADE',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(2)
      class Note {
        @PartitionKey() id!: string;
        @Upgrade(1, 2) static async first(item: Item): Promise<Item> {
          return item;
        }
      }
      return Note;
    },
    details: { ...upgrade, method: 'Note.first' },
    says: ['Note: the upgrade 1 → 2 (Note.first) is asynchronous', 'synchronous'],
  },
  {
    what: 'a declared step with an async function',
    code: 'ASYNC_UPGRADE',
    make: () => declaring(convert('a', async () => 1, 'one-way')),
    details: { ...upgrade, method: 'Upgrades.list' },
    says: ['asynchronous'],
  },
  {
    what: 'a declared step with an async inverse',
    code: 'ASYNC_UPGRADE',
    make: () => declaring(convert('a', String, async () => 1)),
    details: { ...upgrade, method: 'Upgrades.list' },
    says: ['asynchronous'],
  },
  {
    what: 'an async generator',
    code: 'ASYNC_UPGRADE',
    make() {
      class Upgrades {
        @Upgrade(1, 2) static async *first(item: Item) {
          yield item;
        }
      }
      return note(2, { upgrades: Upgrades });
    },
    details: { ...upgrade, method: 'Upgrades.first' },
    says: ['asynchronous'],
  },

  ...[
    { what: 'that is none', list: [{ kind: 'rename' }], step: 'step 1', problem: 'is no step' },
    { what: 'that is undefined', list: [undefined], step: 'step 1', problem: 'is no step' },
    { what: 'inside a map that is none', list: [within('a', {} as never)], step: 'step 1.1', problem: 'is no step' },
    { what: 'without a name', list: [rename('', 'a')], problem: 'names an attribute without a name' },
    { what: 'on a number', list: [remove(5 as never)], problem: 'names an attribute by number, not by its name' },
    { what: 'that renames to the same', list: [rename('a', 'a')], problem: 'renames an attribute to its own name' },
    { what: 'with no value', list: [setDefault('a', undefined)], problem: 'has the default undefined' },
    { what: 'with a function', list: [setDefault('a', () => 1)], problem: 'has a function as its default' },
    { what: 'with an empty Set', list: [setDefault('a', new Set())], problem: 'has an empty Set as its default' },
    { what: 'with a Date', list: [setDefault('a', new Date(0))], problem: 'has a Date as its default' },
    { what: 'with NaN', list: [setDefault('a', Number.NaN)], problem: "gives a a value that can't be stored" },
    { what: 'with an instance', list: [setDefault('a', new URL('x:y'))], problem: "gives a a value that can't be" },
    { what: 'with half a number', list: [setDefault('a', [2 ** 60])], problem: "gives a a value that can't be stored" },
    { what: 'with an inner Set', list: [setDefault('a', { b: new Set() })], problem: "gives a a value that can't be" },
    { what: 'that restores NaN', list: [remove('a', { restore: Number.NaN })], problem: "gives a a value that can't" },
    { what: 'without inverse', list: [convert('a', String, undefined as never)], problem: 'has no inverse' },
    { what: 'without function', list: [convert('a', 1 as never, 'one-way')], problem: 'has no function that converts' },
    { what: 'that says it twice', list: [remove('a', { optional: true, restore: 1 })], problem: 'says optional and' },
    { what: 'that nests nothing', list: [nest('a', [])], problem: 'names no attributes' },
    { what: 'that nests twice', list: [nest('a', ['b', 'b'])], problem: 'names an attribute, or its name within' },
    { what: 'that nests to one name', list: [nest('a', { b: 'x', c: 'x' })], problem: 'names an attribute, or its' },
    { what: 'that nests itself', list: [nest('a', ['a'])], problem: 'moves a map into itself' },
    { what: 'that unnests an empty name', list: [unnest('a', [''])], problem: 'names an attribute without a name' },
    { what: 'with nothing inside', list: [each('a')], problem: 'has no steps' },
    {
      what: 'inside a map, with NaN',
      list: [rename('c', 'd'), within('b', setDefault('a', Number.NaN))],
      step: 'step 2.1, setDefault(),',
      problem: "gives a a value that can't be stored",
    },
    {
      what: 'inside a list, without a name',
      list: [each('a', within('b', rename('c', '')))],
      step: 'step 1.1.1, rename(),',
      problem: 'names an attribute without a name',
    },
  ].map(({ what, list, problem, step = `step 1, ${list[0]?.kind}(),` }): Mistake => ({
    what: `a declared step ${what}`,
    code: 'INVALID_STEP',
    make: () => declaring(...(list as Step[])),
    details: { ...upgrade, method: 'Upgrades.list', step, problem: expect.stringContaining(problem) },
    says: [`Note: the upgrade 1 → 2 (Upgrades.list) has an invalid step: ${step} ${problem}`],
  })),
  ...[
    { list: [rename('id', 'key')], attribute: 'id' },
    { list: [rename('key', 'id')], attribute: 'id' },
    { list: [setDefault('schema_version', 2)], attribute: 'schema_version' },
    { list: [nest('a', ['b', 'id'])], attribute: 'id' },
    { list: [unnest('a', ['id'])], attribute: 'id' },
  ].map(({ list, attribute }): Mistake => {
    const [{ description: step }] = list as [Step];
    return {
      what: `a declared step: ${step}`,
      code: 'PROTECTED_STEP',
      make: () => declaring(...list),
      details: { ...upgrade, method: 'Upgrades.list', step, attribute },
      says: [`has a step that changes ${attribute}: "${step}"`, 'remove the step'],
    };
  }),
  ...[
    [rename('a', 'b'), rename('a', 'c')],
    [rename('a', 'b'), remove('a')],
    [setDefault('a', 1), setDefault('a', 2)],
    [convert('a', String, Number), convert('a', Number, String)],
    [remove('a'), convert('a', String, Number)],
    [nest('m', ['a']), setDefault('a', 1)],
    [within('a', remove('x')), within('a', remove('y'))],
  ].map(([first, second]): Mistake => {
    const [step, other] = [second, first].map((one) => one?.description);
    return {
      what: `declared steps: ${other}, ${step}`,
      code: 'STEP_PATH_TWICE',
      make: () => declaring(first as Step, second as Step),
      details: { ...upgrade, method: 'Upgrades.list', step, attribute: 'a', other },
      says: [`has two steps on a: "${step}" comes after "${other}"`],
    };
  }),
  {
    what: 'declared steps inside a map, one path twice',
    code: 'STEP_PATH_TWICE',
    make: () => declaring(within('m', remove('a'), remove('a'))),
    details: { ...upgrade, method: 'Upgrades.list', step: 'removed a', attribute: 'a', other: 'removed a' },
    says: ['has two steps on a'],
  },
  ...[
    [rename('x', 'a'), rename('y', 'a')],
    [setDefault('a', 1), rename('y', 'a')],
    [rename('x', 'a'), unnest('m', ['a'])],
    [nest('a', ['x']), rename('y', 'a')],
  ].map(([first, second]): Mistake => {
    const [step, by] = [second, first].map((one) => one?.description);
    return {
      what: `declared steps: ${by}, ${step}`,
      code: 'STEP_TARGET_TAKEN',
      make: () => declaring(first as Step, second as Step),
      details: { ...upgrade, method: 'Upgrades.list', step, attribute: 'a', by },
      says: [`would overwrite a: "${step}"`, `("${by}")`],
    };
  }),
  {
    what: 'a declared step onto what an earlier version has',
    code: 'STEP_TARGET_TAKEN',
    make() {
      class Upgrades {
        @Upgrade(1, 2) static first = steps(rename('state', 'session_state'));
        @Upgrade(2, 3) static second = steps(rename('phase', 'session_state'));
      }
      return note(3, { upgrades: Upgrades });
    },
    details: {
      class: 'Note',
      method: 'Upgrades.second',
      from: 2,
      to: 3,
      step: 'renamed phase to session_state',
      attribute: 'session_state',
      by: 'an earlier version',
    },
    says: ['the upgrade 2 → 3 (Upgrades.second) would overwrite session_state'],
  },
  {
    what: 'a default for a name that an older version had for something else',
    code: 'STEP_TARGET_TAKEN',
    make() {
      class Upgrades {
        @Upgrade(1, 2) static first = steps(rename('state', 'session_state'));
        @Upgrade(2, 3) static second = steps(setDefault('state', 'new'));
      }
      return note(3, { upgrades: Upgrades });
    },
    details: {
      class: 'Note',
      method: 'Upgrades.second',
      from: 2,
      to: 3,
      step: "set state to 'new' where it was absent",
      attribute: 'state',
      by: 'an older version, where the way back would leave it',
    },
    says: ['the upgrade 2 → 3 (Upgrades.second) would overwrite state'],
  },

  ...[
    { what: 'that is asynchronous', problem: 'is asynchronous', value: async () => {}, from: 2, to: 1 },
    { what: 'that is a field', problem: 'is a field that holds number', value: 5, from: 2, to: 1 },
    { what: 'that is a generator', problem: 'is a generator', *value() {}, from: 2, to: 1 },
    { what: 'upwards', problem: 'does not lead to the version before', value() {}, from: 1, to: 2 },
    { what: 'over two versions', problem: 'does not lead to the version before', value() {}, from: 3, to: 1 },
    { what: 'below 1', problem: 'does not lead to the version before', value() {}, from: 1, to: 0 },
    { what: 'from no version', problem: 'does not lead to the version before', value() {}, from: 1.5, to: 0.5 },
    { what: 'from beyond the class', problem: "starts beyond the class's version 3", value() {}, from: 4, to: 3 },
  ].map(({ what, problem, value, from, to }): Mistake => ({
    what: `a downgrade ${what}`,
    code: 'INVALID_DOWNGRADE',
    make() {
      class Upgrades {
        @Upgrade(1, 3) static up(this: void): void {}
        @Upgrade(2, 3) static further(this: void): void {}
      }
      Object.assign(Upgrades, { back: value });
      Downgrade(from, to)(Upgrades, 'back');
      return note(3, { upgrades: Upgrades });
    },
    details: { class: 'Note', method: 'Upgrades.back', from, to, problem },
    says: [`Note: the downgrade ${from} → ${to} (Upgrades.back) ${problem}`, 'synchronous method'],
  })),
  {
    what: 'a downgrade that is there twice',
    code: 'INVALID_DOWNGRADE',
    make() {
      class Upgrades {
        @Upgrade(1, 2) static up(this: void): void {}
        @Downgrade(2, 1) static back(this: void): void {}
        @Downgrade(2, 1) static again(this: void): void {}
      }
      return note(2, { upgrades: Upgrades });
    },
    details: { class: 'Note', method: 'Upgrades.again', from: 2, to: 1, problem: 'is there twice' },
    says: ['Upgrades.again'],
  },

  {
    what: 'two entities on one table, without discriminators',
    code: 'SHARED_TABLE',
    make: () => void new Mapper({ client, entities: [note(1), note(1)] }),
    details: {
      table: 'notes',
      classes: ['Note', 'Note'],
      problem: 'each needs a discriminator, @Entity({ table, discriminator })',
    },
    says: ['Note, Note share the table notes', '@Entity({ table, discriminator })'],
  },
  {
    what: 'a repository of a class that the mapper does not know',
    code: 'UNKNOWN_ENTITY',
    make: () => void new Mapper({ client, entities: [note(1)] }).repository(class Other {}),
    details: { class: 'Other', known: ['Note'] },
    says: ["Other isn't one of the mapper's entities (Note)", 'option entities of new Mapper()'],
  },

  ...[
    { version: 4, problem: 'is 4, above the version 3' },
    { version: 1, problem: 'is 1, below the floor 2' },
    { version: 2.5, problem: 'is the number 2.5' },
    { version: '2', problem: 'is a string' },
    { version: null, problem: 'is null' },
  ].flatMap(({ version, problem }) =>
    [false, true].map((isFunction): Mistake => {
      return {
        what: `a pinned version that ${problem}${isFunction ? ', by a function' : ''}`,
        code: 'INVALID_WRITE_VERSION',
        make: () => pinned(version as number, isFunction, steps()),
        details: { class: 'Note', problem },
        says: [`Note: the mapper's writeVersion ${problem}`],
      };
    }),
  ),
  ...[
    { what: 'a method without a downgrade', list: () => {} },
    { what: 'a removal', list: steps(rename('a', 'b'), remove('c')) },
    { what: 'a one-way conversion', list: steps(convert('a', String, 'one-way')) },
  ].flatMap(({ what, list }) =>
    [false, true].map((isFunction): Mistake => {
      return {
        what: `a pinned version below ${what}${isFunction ? ', by a function' : ''}`,
        code: 'POINT_OF_NO_RETURN',
        make: () => pinned(2, isFunction, list),
        details: { class: 'Note', version: 2, method: 'Upgrades.second', from: 2, to: 3 },
        says: [
          "Note can't be stored as version 2: no step undoes 2 → 3 (Upgrades.second)",
          '@Downgrade(3, 2)',
        ],
      };
    }),
  ),
];

/** A mapper of a class of version 3, which stores an older one. */
function pinned(version: number, isFunction: boolean, second: unknown) {
  class Upgrades {
    @Upgrade(1, 2) static first = steps(rename('x', 'y'));
  }
  Object.assign(Upgrades, { second });
  Upgrade(2, 3)(Upgrades, 'second');
  const Note = note(3, { upgrades: Upgrades, floor: 2 });
  const writeVersion = isFunction ? () => version : new Map([[Note, version]]);
  return void new Mapper({ client, entities: [Note], writeVersion });
}

describe('a mistake in the decorators of a class is found before the first request', () => {
  test.each(mistakes)('$what: $code', ({ code, make, details, says }) => {
    const error = caught(code, () => compileModel(make() as Class));
    expect(error.details).toEqual(details);
    for (const text of says) expect(error.message).toContain(text);
  });

  test('each kind of mistake is here', () => {
    const ofModels = errorCodes.slice(0, errorCodes.indexOf('INVALID_VERSION'));
    expect([...new Set(mistakes.map(({ code }) => code))]).toEqual(ofModels);
  });

  test('a mapper finds it when it is made', () => {
    const error = caught('UPGRADE_GAP', () => new Mapper({ client, entities: [note(1), note(2)] }));
    expect(error.details.class).toBe('Note');
  });

  test('an accessor is looked at, never run', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      #title = '';
      @PartitionKey() id!: string;
      @Attribute() get title(): string {
        return this.#title;
      }
      set title(title: string) {
        this.#title = title;
      }
    }
    expect(compileModel(Note).byProperty.get('title')).toMatchObject({ type: 'string' });
  });
});
