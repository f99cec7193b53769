import { expect } from '@jest/globals';
import {
  Attribute,
  type AttributeOptions,
  CreatedAt,
  Entity,
  type EntityOptions,
  type GeneratedOptions,
  type IndexOptions,
  type Item,
  Mapper,
  PartitionKey,
  Upgrade,
  type UpgradeOptions,
  type VersionedOptions,
} from 'dynamo-evolve';
import { client, indexed, member, type Mistake, note, specifyMistakes } from './mistake.js';

const shared = (discriminator: unknown) => note(1, {}, { table: 'notes', discriminator } as EntityOptions);

function upgraded(options: UpgradeOptions) {
  class Upgrades {
    @Upgrade(1, 2, options) static first(_item: Item): void {}
  }
  return note(2, { upgrades: Upgrades });
}

specifyMistakes('classes', [
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
        @PartitionKey({ type: 'string' }) id!: string;
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
    what: 'a type that a circular import left undefined, as the compiler emits it',
    code: 'UNDEFINED_CLASS',
    make() {
      const Note = member(Attribute());
      Reflect.defineMetadata('design:type', undefined, Note.prototype, 'value');
      return Note;
    },
    details: { where: 'The type of Note.value, which { type } or @Type(() => TheClass) can name,' },
    says: ['The type of Note.value', '@Type(() => TheClass)', 'circular import'],
  },
  {
    what: 'a type that a circular import left undefined, where the compiler emits none',
    code: 'UNDEFINED_CLASS',
    make: () => member(Attribute({ type: undefined as never })),
    details: { where: 'The type of Note.value, which { type } or @Type(() => TheClass) can name,' },
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
    details: { class: 'Note', decorator, option, problem: expect.stringMatching(/^isn't an option; the options are /) },
    says: [`Note, ${decorator}: ${option} isn't an option; the options are `],
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
      ['@Upgrade(1, 2)', 'reads', 'title', () => upgraded({ reads: 'title' as never })],
      ['@Upgrade(1, 2)', 'reads', [''], () => upgraded({ reads: [''] })],
      ['@Upgrade(1, 2)', 'reads', ['title', 5], () => upgraded({ reads: ['title', 5 as never] })],
      ['@Upgrade(1, 2)', 'reads', ['\ud800'], () => upgraded({ reads: ['\ud800'] })],
      ['@Upgrade(1, 2)', 'description', 5, () => upgraded({ description: 5 as never })],
    ] as const
  ).map(([decorator, option, value, make]): Mistake => ({
    what: `${JSON.stringify(value)} as ${option} of ${decorator}`,
    code: 'INVALID_OPTION',
    make,
    details: { class: 'Note', decorator, option, problem: expect.stringMatching(/^(?:is|isn't|are|aren't|stands) /) },
    says: [`Note, ${decorator}: ${option} `],
  })),

  {
    what: 'an upgrade that says what it reads, and that it may read anything',
    code: 'INVALID_OPTION',
    make: () => upgraded({ reads: ['title'], dynamic: true }),
    details: {
      class: 'Note',
      decorator: '@Upgrade(1, 2)',
      option: 'reads',
      problem: expect.stringMatching(/^can't stand beside dynamic: true/),
    },
    says: ['keep one of the two'],
  },

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
    what: "a floor that isn't a version",
    code: 'INVALID_CLASS_VERSION',
    make: () => note(2, { floor: 1.5 }),
    details: { class: 'Note', option: 'floor', problem: 'is 1.5' },
    says: ['integers from 1'],
  },
]);
