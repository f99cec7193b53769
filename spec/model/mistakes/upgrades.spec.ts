import { convert, Downgrade, Entity, type Item, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { declaring, type Mistake, note, specifyMistakes, upgrade } from './mistake.js';

specifyMistakes('upgrades', [
  {
    what: 'a version that no upgrade leads on from',
    code: 'UPGRADE_GAP',
    make() {
      @Entity({ table: 'notes' })
      @Versioned(3)
      class Note {
        @PartitionKey({ type: 'string' }) id!: string;
        @Upgrade(1, 2) static first(this: void): void {}
      }
      return Note;
    },
    details: { class: 'Note', version: 2, newest: 3, steps: ['1 → 2'] },
    says: [
      'Note: no upgrade leads from version 2 to 3',
      '(declared upgrades: 1 → 2)',
      '@Upgrade(2, 3)',
      'raise the floor',
    ],
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
        @PartitionKey({ type: 'string' }) id!: string;
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
        @PartitionKey({ type: 'string' }) id!: string;
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
        @PartitionKey({ type: 'string' }) id!: string;
        // @ts-expect-error asynchronous
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
]);
