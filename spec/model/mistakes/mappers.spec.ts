import { convert, Mapper, remove, rename, steps, Upgrade } from 'dynamo-evolve';
import { client, type Mistake, note, specifyMistakes } from './mistake.js';

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

specifyMistakes('mappers', [
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
        says: ["Note can't be stored as version 2: no step undoes 2 → 3 (Upgrades.second)", '@Downgrade(3, 2)'],
      };
    }),
  ),
]);
