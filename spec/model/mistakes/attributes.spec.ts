import { expect } from '@jest/globals';
import {
  Attribute,
  CreatedAt,
  Entity,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import { defineEntity } from 'dynamo-evolve/toolbox';
import { item, string } from 'dynamodb-toolbox';
import { member, type Mistake, note, noteWith, specifyMistakes } from './mistake.js';

specifyMistakes('attributes', [
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
        @PartitionKey({ type: 'string' }) id!: string;
        // @ts-expect-error static
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
        @PartitionKey({ type: 'string' }) id!: string;
        // @ts-expect-error a method
        @Attribute({ type: 'string' }) title(): string {
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
        @PartitionKey({ type: 'string' }) id!: string;
        @Attribute({ type: 'string' }) get title(): string {
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
        @PartitionKey({ type: 'string' }) id!: string;
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
    what: 'a schema with a link',
    code: 'UNSUPPORTED_SCHEMA',
    make: () => {
      const schema = item({ id: string().key(), value: string().link(() => 'x') });
      return defineEntity({ name: 'Note', table: 'notes', version: 1, schema });
    },
    details: { class: 'Note', path: 'value', feature: 'link()', problem: expect.stringContaining('templates') },
    says: ['Note: the schema says link() at value'],
  },
]);
