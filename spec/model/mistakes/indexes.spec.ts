import { expect } from '@jest/globals';
import { Attribute, Index } from 'dynamo-evolve';
import { indexed, member, type Mistake, specifyMistakes } from './mistake.js';

specifyMistakes('indexes', [
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
    what: "an index on a property that isn't an attribute",
    code: 'UNKNOWN_INDEX_ATTRIBUTE',
    make: () => indexed({ partitionKey: 'valve' }),
    details: { class: 'Note', index: 'by_value', member: 'valve', known: ['id', 'value'] },
    says: ['the index by_value names valve', 'Its attributes: id, value'],
  },
  {
    what: "an index whose sort key isn't an attribute",
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
      problem: expect.stringMatching(/^names value, whose type isn't stored as .+ \{ type: 'string' \}$/),
    },
    says: ['names value'],
  },
  {
    what: 'an index key that is nullable',
    code: 'INVALID_INDEX',
    make() {
      const Note = member(Attribute({ type: 'string', nullable: true }));
      Index('by_value', { partitionKey: 'value' })(Note);
      return Note;
    },
    details: {
      class: 'Note',
      index: 'by_value',
      problem:
        'names value, which is nullable; engines refuse null in keys: make it optional, and undefined instead of null',
    },
    says: ['names value'],
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
]);
