import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  type EntityOptions,
  type ErrorCode,
  Index,
  type IndexOptions,
  PartitionKey,
  type Step,
  steps,
  Upgrade,
  Versioned,
  type VersionedOptions,
} from 'dynamo-evolve';
import { compileModel } from '../../../lib/model/entity-model.js';
import { caught } from '../../errors/caught.js';

/** The codes of the mistakes that a spec of this folder shows, by the name of the spec. */
export const families = {
  classes: ['NOT_AN_ENTITY', 'UNDEFINED_CLASS', 'INVALID_OPTION', 'INVALID_CLASS_VERSION'],
  keys: ['MISSING_PARTITION_KEY', 'DUPLICATE_KEY', 'INVALID_KEY', 'INVALID_TEMPLATE'],
  attributes: ['INVALID_MEMBER', 'DUPLICATE_ATTRIBUTE', 'RESERVED_ATTRIBUTE', 'UNKNOWN_TYPE', 'UNSUPPORTED_SCHEMA'],
  indexes: ['DUPLICATE_INDEX', 'UNKNOWN_INDEX_ATTRIBUTE', 'INVALID_INDEX'],
  upgrades: [
    'UPGRADE_GAP',
    'DUPLICATE_UPGRADE',
    'UPGRADE_BACKWARDS',
    'UPGRADE_BEYOND_VERSION',
    'UPGRADE_NOT_A_METHOD',
    'ASYNC_UPGRADE',
    'INVALID_DOWNGRADE',
  ],
  steps: ['INVALID_STEP', 'PROTECTED_STEP', 'STEP_PATH_TWICE', 'STEP_TARGET_TAKEN'],
  mappers: ['SHARED_TABLE', 'UNKNOWN_ENTITY', 'INVALID_WRITE_VERSION', 'POINT_OF_NO_RETURN'],
} as const satisfies Record<string, readonly ErrorCode[]>;

export interface Mistake {
  readonly what: string;
  readonly code: ErrorCode;
  /** Makes the class, or hands it to a mapper itself. */
  readonly make: () => Class | undefined | void;
  readonly details: object;
  /** What the message says beside the details: what was found and how to fix it. */
  readonly says: readonly string[];
}

/** Each mistake is found when the model is compiled; the family's codes are all there, in their order. */
export function specifyMistakes(family: keyof typeof families, mistakes: readonly Mistake[]): void {
  describe('a mistake in the decorators of a class is found before the first request', () => {
    test.each(mistakes)('$what: $code', ({ code, make, details, says }) => {
      const error = caught(code, () => compileModel(make() as Class));
      expect(error.details).toEqual(details);
      for (const text of says) expect(error.message).toContain(text);
    });

    test('each kind of mistake is here', () => {
      expect([...new Set(mistakes.map(({ code }) => code))]).toEqual(families[family]);
    });
  });
}

/** A client that no mistake gets to use. */
export const client = { send: () => Promise.reject(new Error('nothing is sent')) };

/** A class with a partition key, of a version. */
export function note(version: number, options: VersionedOptions = {}, entity: EntityOptions = { table: 'notes' }) {
  class Note {
    id!: string;
  }
  Entity(entity)(Note);
  Versioned(version, options)(Note);
  PartitionKey({ type: 'string' })(Note.prototype, 'id');
  return Note;
}

/** A class with one more property, `value`. */
export function noteWith(decorate: (target: Class) => void, version = 1) {
  const Note = note(version, { floor: version });
  decorate(Note);
  return Note;
}

export const member = (decorator: (target: object, member: string | symbol) => void, name: string | symbol = 'value') =>
  noteWith(({ prototype }) => decorator(prototype as object, name));

export const indexed = (options: IndexOptions, name = 'by_value') =>
  noteWith((target) => {
    Attribute({ type: 'string' })(target.prototype as object, 'value');
    Index(name, options)(target);
  });

export const upgrade = { class: 'Note', from: 1, to: 2 };

/** A class of version 2 with declared steps. */
export function declaring(...list: readonly Step[]) {
  class Upgrades {
    @Upgrade(1, 2) static list = steps(...list);
  }
  return note(2, { upgrades: Upgrades });
}
