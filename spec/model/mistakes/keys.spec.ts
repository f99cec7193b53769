import { expect } from '@jest/globals';
import { Attribute, Entity, type KeyOptions, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { member, noteWith, specifyMistakes } from './mistake.js';

specifyMistakes('keys', [
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
        @SortKey({ type: 'string' }) id!: string;
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
    what: 'a key that is nullable',
    code: 'INVALID_KEY',
    make: () => member(SortKey({ type: 'string', nullable: true } as KeyOptions)),
    details: { class: 'Note', member: 'value', problem: 'it is nullable; a key always has a value' },
    says: ["Note.value can't be a key"],
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
        @PartitionKey({ type: 'boolean' as 'string' }) id!: boolean;
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
      problem: "names user, which isn't an attribute of the class",
    },
    says: ['Note.value: the template USER#{user} names user', "'USER#{user_id}'"],
  },
]);
