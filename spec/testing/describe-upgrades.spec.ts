import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  type Item,
  PartitionKey,
  Upgrade,
  type UpgradeOptions,
  Versioned,
  type VersionedOptions,
} from 'dynamo-evolve';
import { describeUpgrades } from 'dynamo-evolve/testing';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Session } from '../../entities/session.js';
import { failuresOf, removeSampleFolders, runDeclared, sampleFolder } from './declared-tests.js';

const environment = { ...process.env };
beforeEach(() => {
  for (const name of ['CI', 'UPDATE_GOLDEN', 'UPGRADES_SEED']) delete process.env[name];
});
afterEach(() => {
  process.env = { ...environment };
  removeSampleFolders();
});

type Step = (item: Item) => unknown;

/** A class of version 2 that is upgraded by a step, and requires `title`, a string, and may have `total`, a number. */
function noteUpgradedBy(
  step: Step,
  description = 'what changed',
  options: VersionedOptions = {},
  upgradeOptions: UpgradeOptions = {},
): Class {
  class NoteUpgrades {
    static step(item: Item): unknown {
      return step(item);
    }
  }
  Upgrade(1, 2, { description, ...upgradeOptions })(NoteUpgrades, 'step');
  @Entity({ table: 'notes' })
  @Versioned(2, { ...options, upgrades: NoteUpgrades })
  class Note {
    @PartitionKey() id!: string;
    @Attribute() title!: string;
    @Attribute({ optional: true }) total?: number;
  }
  return Note;
}

/** A step without a fault: `name` is now `title`. */
function rename(item: Item): void {
  if (!Object.hasOwn(item, 'name')) return;
  item.title = item.name;
  delete item.name;
}

const samples = {
  'v1-named.json': { id: { S: 'a' }, name: { S: 'first' }, count: { N: '3' }, big: { N: '1.00000000000000000001' } },
  'v2-titled.json': { id: { S: 'b' }, title: { S: 'second' }, schema_version: { N: '2' } },
};

const failures = (target: Class, files: Record<string, object | string> = samples) =>
  failuresOf(runDeclared(target, { samples: sampleFolder(files) }));

describe('describeUpgrades()', () => {
  test('declares a test for each version, step, and sample and law', () => {
    const outcomes = runDeclared(noteUpgradedBy(rename), { samples: sampleFolder(samples) });
    const laws = [
      'reaches version 2',
      'equals its golden result',
      'becomes the same every time',
      'is not changed in place',
      'is left alone when it is current',
      'withstands running every step again',
      'keeps attributes that no step names',
      'has all required attributes, with their types',
      "upgrades, or fails with an upgrade's own error, whatever is missing or added",
    ];
    expect(outcomes).toEqual(
      Object.fromEntries(
        [
          'there is a sample of version 1',
          'there is a sample of version 2',
          'the step from version 1 to 2 says what it does',
          ...laws.map((law) => `v1-named.json › ${law}`),
          ...laws.map((law) => `v2-titled.json › ${law}`),
        ].map((name) => [name, undefined]),
      ),
    );
  });

  test('asks the schema of the class about every result', () => {
    @Entity({ table: 'notes', schema: z.object({ id: z.string(), title: z.string().min(6) }) })
    @Versioned(2)
    class Note {
      @PartitionKey() id!: string;
      @Attribute() title!: string;

      @Upgrade(1, 2, 'renamed name to title')
      static title(item: Item): void {
        rename(item);
      }
    }
    expect(failures(Note)).toEqual({
      'v1-named.json › is what the schema of its class asks for':
        'it is not valid after the upgrade, by the schema of its class:\n' +
        '  title: Too small: expected string to have >=6 characters',
    });
  });

  test('takes plain JSON, too, and samples without a version in their names', () => {
    const plain = {
      'old.json': { id: 'a', name: 'first', nested: { list: [1, null] } },
      'v2-b.json': samples['v2-titled.json'],
    };
    expect(failures(noteUpgradedBy(rename), plain)).toEqual({});
  });

  test('takes the folder as a URL, as well', () => {
    const folder = sampleFolder(samples);
    expect(failuresOf(runDeclared(noteUpgradedBy(rename), { samples: new URL(`file://${folder}/`) }))).toEqual({});
  });

  test('leaves out samples of versions below the floor', () => {
    const outcomes = runDeclared(noteUpgradedBy(rename, 'what changed', { floor: 2 }), {
      samples: sampleFolder(samples),
    });
    expect(failuresOf(outcomes)).toEqual({});
    expect(Object.keys(outcomes).filter((name) => name.startsWith('v1-'))).toEqual([]);
  });

  test('holds for the samples of this repository', () => {
    expect(failuresOf(runDeclared(Session, { samples: 'spec/samples/session' }))).toEqual({});
  });
});

describe('every law can fail: a faulty upgrade is caught by the law that is meant for it, and by no other', () => {
  const onFirst = (law: string) => [`v1-named.json › ${law}`];
  const remembered = new Set<unknown>();
  const start = Date.now();
  let counter = 0;

  test.each<[string, Step, string[], RegExp]>([
    [
      'throws',
      () => {
        throw new Error('not today');
      },
      onFirst('reaches version 2'),
      /UPGRADE_FAILED/,
    ],
    [
      'counts',
      (item) => {
        rename(item);
        item.number ??= ++counter;
      },
      onFirst('becomes the same every time'),
      /depends on something other than the item\n {2}- number: \d+\n {2}\+ number: \d+/,
    ],
    [
      'remembers what it has seen',
      (item) => {
        rename(item);
        item.twin ??= remembered.has(item.id);
        remembered.add(item.id);
      },
      onFirst('becomes the same every time'),
      /depends on something other than the item\n {2}- twin: false\n {2}\+ twin: true/,
    ],
    [
      'looks at the clock',
      (item) => {
        rename(item);
        item.upgraded ??= new Date().toISOString();
      },
      onFirst('becomes the same every time'),
      /depends on something other than the item\n {2}- upgraded: '\d.*\n {2}\+ upgraded: '\d/,
    ],
    [
      'asks whether a time has come',
      (item) => {
        rename(item);
        item.past ??= Date.now() > start + 3_600_000;
      },
      onFirst('becomes the same every time'),
      /- past: false\n {2}\+ past: true/,
    ],
    [
      'changes a value in place that copies share',
      (item) => {
        rename(item);
        if (item.big) (item.big as { value: string }).value = '0';
      },
      onFirst('is not changed in place'),
      /changed a value of the item that was passed in\n {2}- big: .*1\.00000000000000000001/,
    ],
    [
      'does not look before it changes',
      (item) => {
        item.title = item.name;
        delete item.name;
      },
      onFirst('withstands running every step again'),
      /the upgrade 1 → 2 \(NoteUpgrades.step\) changes its own result.*repeatable: false.*\n {2}- title: 'first'/,
    ],
    [
      'fails on its own result',
      (item) => {
        item.title ??= (item.name as string).trim();
        if (!Object.hasOwn(item, 'name')) throw new Error('there is no name');
        delete item.name;
      },
      onFirst('withstands running every step again'),
      /fails on its own result: Error: there is no name/,
    ],
    [
      'keeps only what it knows',
      (item) => {
        const { id, name, title = name, count, big, schema_version } = item;
        return { id, title, count, big, ...(schema_version !== undefined && { schema_version }) };
      },
      onFirst('keeps attributes that no step names'),
      /drops or changes attributes that it doesn't name:\n {2}- __proto__/,
    ],
    [
      'forgets a required attribute',
      (item) => {
        delete item.name;
      },
      onFirst('has all required attributes, with their types'),
      /it lacks title after the upgrade/,
    ],
    [
      'makes a value of the wrong type',
      (item) => {
        rename(item);
        item.total ??= 'three';
      },
      onFirst('has all required attributes, with their types'),
      /total is a string, expected number/,
    ],
    [
      'reckons with what may be missing',
      (item) => {
        rename(item);
        item.total ??= Number(item.count);
      },
      onFirst("upgrades, or fails with an upgrade's own error, whatever is missing or added"),
      /^without .*count.* it becomes a broken item: .*NaN.*\(seed 1, variation \d+\)$/,
    ],
  ])('one that %s', (_fault, step, expected, message) => {
    const found = failures(noteUpgradedBy(step));
    expect(Object.keys(found)).toEqual(expected);
    expect(Object.values(found)[0]).toMatch(message);
  });

  test('one that touches what is protected when something is missing', () => {
    const found = failures(
      noteUpgradedBy((item) => {
        rename(item);
        if (item.count === undefined) item.id = 'none';
      }),
      { ...samples, 'v2-titled.json': { ...samples['v2-titled.json'] } },
    );
    expect(Object.keys(found)).toEqual(
      onFirst("upgrades, or fails with an upgrade's own error, whatever is missing or added"),
    );
    expect(Object.values(found)[0]).toMatch(/is upgraded incorrectly: NoteUpgrades.step changed id/);
  });

  test('one that hands out a value of its own passes: it becomes the item’s', () => {
    const letters = ['a', 'b'];
    const step: Step = (item) => {
      rename(item);
      item.letters ??= letters;
    };
    expect(failures(noteUpgradedBy(step))).toEqual({});
    expect(new Date(Date.now()).getTime() - start).toBeLessThan(24 * 3_600_000);
  });

  test('one whose own error is meant passes', () => {
    const step: Step = (item) => {
      if (item.count === undefined && item.title === undefined) throw new RangeError('no count');
      rename(item);
    };
    expect(failures(noteUpgradedBy(step))).toEqual({});
  });

  test('one without a description', () => {
    const found = failures(noteUpgradedBy(rename, ' '));
    expect(found).toEqual({
      'the step from version 1 to 2 says what it does': expect.stringContaining('NoteUpgrades.step has no description'),
    });
  });

  test('one that changes results that were there', () => {
    const folder = sampleFolder(samples);
    runDeclared(noteUpgradedBy(rename), { samples: folder });
    const changed = noteUpgradedBy((item) => {
      rename(item);
      item.tag ??= 'new';
    });
    const found = failuresOf(runDeclared(changed, { samples: folder }));
    expect(Object.keys(found)).toEqual(onFirst('equals its golden result'));
    expect(Object.values(found)[0]).toMatch(
      /the result differs from v1-named.golden.json:\n {2}\+ tag: 'new'\n.*UPDATE_GOLDEN=1/,
    );
  });

  test('one that reads current items as old ones', () => {
    const unstamped = {
      ...samples,
      'v2-unstamped.json': { id: { S: 'c' }, name: { S: 'third' }, title: { S: 'kept' } },
    };
    const found = failures(noteUpgradedBy(rename), unstamped);
    expect(Object.keys(found)).toEqual(['v2-unstamped.json › is left alone when it is current']);
    expect(Object.values(found)[0]).toMatch(/says version 2, the newest, but it is read as version 1/);
  });

  test('a version without a sample', () => {
    const found = failures(noteUpgradedBy(rename), { 'v2-titled.json': samples['v2-titled.json'] });
    expect(found).toEqual({ 'there is a sample of version 1': expect.stringContaining('no sample has this version') });
  });

  test('a step that says it is not repeatable is not repeated', () => {
    class Careless {
      static step(item: Item): void {
        item.title = item.name;
        delete item.name;
      }
    }
    Upgrade(1, 2, { description: 'renamed', repeatable: false })(Careless, 'step');
    @Entity({ table: 'notes' })
    @Versioned(2, { upgrades: Careless })
    class Note {
      @PartitionKey() id!: string;
      @Attribute() title!: string;
    }
    expect(failures(Note)).toEqual({});
  });
});

describe('golden results', () => {
  const read = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;

  test('are written beside the samples on the first run, in wire JSON, and are no samples', () => {
    const folder = sampleFolder(samples);
    const outcomes = runDeclared(noteUpgradedBy(rename), { samples: folder });
    expect(read(folder, 'v1-named.golden.json')).toEqual({
      id: { S: 'a' },
      title: { S: 'first' },
      count: { N: '3' },
      big: { N: '1.00000000000000000001' },
      schema_version: { N: '2' },
    });
    expect(runDeclared(noteUpgradedBy(rename), { samples: folder })).toEqual(outcomes);
  });

  test('are the same text whatever the order of attributes and of the members of sets', () => {
    const write = (item: object) => {
      const folder = sampleFolder({ 'v2-a.json': { ...item, schema_version: { N: '2' } } });
      runDeclared(noteUpgradedBy(rename), { samples: folder });
      return readFileSync(join(folder, 'v2-a.golden.json'), 'utf8');
    };
    const one = write({
      id: { S: 'a' },
      bytes: { B: 'AAEC' },
      set: { NS: ['2', '1.0'] },
      map: { M: { b: { S: '' }, a: { S: '' } } },
    });
    const other = write({
      map: { M: { a: { S: '' }, b: { S: '' } } },
      set: { NS: ['1', '2'] },
      bytes: { B: 'AAEC' },
      id: { S: 'a' },
    });
    expect(one).toBe(other);
    expect(one).toContain('"B": "AAEC"');
  });

  test('that are missing are a failure where CI is set, and nothing is written', () => {
    process.env['CI'] = 'true';
    const folder = sampleFolder(samples);
    const found = failuresOf(runDeclared(noteUpgradedBy(rename), { samples: folder }));
    expect(Object.keys(found)).toEqual([
      'v1-named.json › equals its golden result',
      'v2-titled.json › equals its golden result',
    ]);
    expect(Object.values(found)[0]).toContain("v1-named.golden.json doesn't exist, and CI is set");
    expect(existsSync(join(folder, 'v1-named.golden.json'))).toBe(false);
  });

  test.each(['false', '0', ''])('are written where CI is %j', (value) => {
    process.env['CI'] = value;
    const folder = sampleFolder(samples);
    expect(failuresOf(runDeclared(noteUpgradedBy(rename), { samples: folder }))).toEqual({});
    expect(existsSync(join(folder, 'v1-named.golden.json'))).toBe(true);
  });

  test('that say something else are written anew with UPDATE_GOLDEN', () => {
    const folder = sampleFolder(samples);
    writeFileSync(join(folder, 'v2-titled.golden.json'), '{"id":{"S":"b"}}');
    const run = () => failuresOf(runDeclared(noteUpgradedBy(rename), { samples: folder }));
    expect(Object.values(run())).toEqual([expect.stringMatching(/\+ schema_version: 2\n {2}\+ title: 'second'/)]);
    process.env['UPDATE_GOLDEN'] = '1';
    expect(run()).toEqual({});
    delete process.env['UPDATE_GOLDEN'];
    expect(run()).toEqual({});
    expect(read(folder, 'v2-titled.golden.json')).toEqual(samples['v2-titled.json']);
  });
});

describe('random variations', () => {
  const fault: Step = (item) => {
    rename(item);
    item.total ??= Number(item.count);
  };
  const message = (options: object) =>
    Object.values(failuresOf(runDeclared(noteUpgradedBy(fault), { samples: sampleFolder(samples), ...options })))[0];

  test('are the same for the same seed, and others for another', () => {
    expect(message({})).toBe(message({ variations: { seed: 1 } }));
    expect(message({ variations: { seed: 8 } })).not.toBe(message({}));
    expect(message({ variations: { seed: 8 } })).toContain('seed 8');
  });

  test('take the seed from the environment', () => {
    const expected = message({ variations: { seed: 8 } });
    process.env['UPGRADES_SEED'] = '8';
    expect(message({})).toBe(expected);
  });

  test('are as many as are asked for', () => {
    expect(message({ variations: { count: 0 } })).toBeUndefined();
  });
});

describe('what is wrong with the call', () => {
  const note = noteUpgradedBy(rename);
  const framework = { describe: () => {}, it: () => {} };

  test.each<[string, () => void, string]>([
    [
      'no such folder',
      () => describeUpgrades(note, { samples: 'spec/samples/nobody', ...framework }),
      'INVALID_SAMPLE',
    ],
    ['a file', () => describeUpgrades(note, { samples: 'package.json', ...framework }), 'INVALID_SAMPLE'],
    ['no folder', () => describeUpgrades(note, { samples: '', ...framework }), 'INVALID_ARGUMENT'],
    [
      'half a framework',
      () => describeUpgrades(note, { samples: 'spec/samples/session', it: () => {} }),
      'INVALID_ARGUMENT',
    ],
    [
      'a count that is none',
      () => describeUpgrades(note, { samples: 'spec/samples/session', variations: { count: -1 }, ...framework }),
      'INVALID_ARGUMENT',
    ],
    ['no entity', () => describeUpgrades(class {}, { samples: 'spec/samples/session', ...framework }), 'NOT_AN_ENTITY'],
  ])('%s is refused at once', (_what, call, code) => {
    expect(call).toThrow(expect.objectContaining({ code }));
  });

  test('a folder that is not there is named with all of its path', () => {
    const declare = () => describeUpgrades(note, { samples: 'spec/samples/nobody', ...framework });
    expect(declare).toThrow(join(process.cwd(), 'spec/samples/nobody'));
  });

  test('a sample without a key fails once', () => {
    const found = failures(note, { ...samples, 'v1-loose.json': { name: { S: 'third' } } });
    expect(found).toEqual({
      'v1-loose.json › has all required attributes, with their types': expect.stringContaining(
        'it has no id, which is a key of the table',
      ),
    });
  });

  test.each([
    ['the answer of a command', '{ "Item": { "id": { "S": "a" } } }', 'keep only the value of Item'],
    ['a number that JSON rounds', '{ "id": "a", "much": 12345678901234567890 }', "that plain JSON can't hold"],
    ['broken', '{', "isn't valid JSON"],
    ['a list', '[]', "isn't a JSON object"],
    ['null', 'null', "isn't a JSON object"],
  ])('a sample that is %s fails, and its text is not quoted', (_what, text, problem) => {
    const found = failures(note, { ...samples, 'v1-secret.json': text });
    expect(Object.keys(found).every((name) => name.startsWith('v1-secret.json'))).toBe(true);
    expect(found['v1-secret.json › reaches version 2']).toContain(problem);
  });
});

describe('a step that says what it reads', () => {
  const law = 'depends only on what its steps read';
  const copyEntries: Step = (item) => {
    const next = Object.fromEntries(Object.entries(item));
    if (next.name !== undefined) next.title = next.name;
    delete next.name;
    return next;
  };
  const failing = (step: Step, reads: readonly string[], files: Record<string, object> = samples) =>
    failures(noteUpgradedBy(step, 'what changed', {}, { reads }), files);

  test('has a test more for each sample', () => {
    const outcomes = runDeclared(noteUpgradedBy(copyEntries, 'what changed', {}, { reads: ['name', 'title'] }), {
      samples: sampleFolder(samples),
    });
    expect(outcomes).toMatchObject({ [`v1-named.json › ${law}`]: undefined, [`v2-titled.json › ${law}`]: undefined });
    expect(failing(copyEntries, ['name', 'title'])).toEqual({});
  });

  test.each<[what: string, step: Step, reads: string[], message: RegExp]>([
    [
      'renames another attribute',
      copyEntries,
      [],
      /^the upgrade 1 → 2 \(NoteUpgrades\.step\) depends on name \(removed here\), .* Name it: \{ reads: \['name'\] \}\n/,
    ],
    [
      'looks for one that the sample lacks',
      (item) => {
        rename(item);
        if ('total' in item) item.counted = true;
      },
      ['name', 'title'],
      /on total \(added here\).*\n {2}\+ counted: true/,
    ],
    [
      'looks for one that only another sample has',
      (item) => {
        rename(item);
        if (item.legacy === 'odd') item.total = 1;
      },
      ['name', 'title'],
      /on legacy \(added here\)/,
    ],
    [
      'converts another attribute',
      (item) => {
        rename(item);
        if (typeof item.count === 'number') item.count = String(item.count);
      },
      ['name', 'title'],
      /on count \(changed here\)/,
    ],
    [
      'drops what it does not know',
      ({ id, name, title = name }) => ({ id, title }),
      ['name', 'title'],
      /on count \(changed here\)|on \S+ \(added here\)/,
    ],
    [
      'fails for what it does not name',
      (item) => {
        rename(item);
        if (item.unknown !== undefined) throw new Error('what is this?');
      },
      ['name', 'title'],
      /on unknown \(added here\)/,
    ],
  ])('fails where it %s', (_what, step, reads, message) => {
    const files = { ...samples, 'v1-odd.json': { id: { S: 'c' }, name: { S: 'third' }, legacy: { S: 'odd' } } };
    const found = failing(step, reads, files);
    expect(Object.keys(found)).toContain(`v1-named.json › ${law}`);
    expect(found[`v1-named.json › ${law}`]).toMatch(message);
  });

  test('may give an attribute a value whatever it was, or remove it', () => {
    const step: Step = (item) => {
      rename(item);
      item.kind = 'note';
      delete item.count;
    };
    expect(failing(step, ['name', 'title'])).toEqual({});
  });
});
