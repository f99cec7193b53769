import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { FindingCode } from '../../lib/schema/finding.js';
import { formatLock, makeLock, type SchemaLock } from '../../lib/schema/schema-lock.js';
import { check, earlierSource, lockOf, type Project, removeProjects, samples, source } from './notes-project.js';

jest.setTimeout(60_000);

/** An edit of a source: what stands there, and what shall. */
type Edit = readonly [from: string | RegExp, to: string];

interface Mutation {
  readonly edits?: readonly Edit[];
  readonly samples?: (samples: Project['samples']) => Project['samples'];
  readonly lock?: (text: string) => string;
}

let project: Project;
beforeAll(async () => {
  project = { source, samples, lock: await lockOf(source, await lockOf(earlierSource)) };
});
afterAll(removeProjects);

/** The project with a mutation; fails for one that changes nothing. */
function mutate({ edits = [], lock, samples: editSamples }: Mutation): Project {
  let mutated = project.source;
  for (const [from, to] of edits) {
    const before = mutated;
    mutated = mutated.replace(from, to);
    if (mutated === before) throw new Error(`nothing in the source is ${String(from)}`);
  }
  const mutatedLock = lock ? lock(project.lock) : project.lock;
  if (lock && mutatedLock === project.lock) throw new Error('the lock was not edited');
  return { source: mutated, samples: editSamples?.(project.samples) ?? project.samples, lock: mutatedLock };
}

const edit = (...edits: Edit[]): Mutation => ({ edits });

/** A new version of the notes, with a step to it and a sample. */
function raise(body: string, edits: readonly Edit[] = [], sample: object = {}): Mutation {
  const step = `$1\n  @Upgrade(3, 4, 'what changed')\n  static fourth(item: Item): void {\n    ${body}\n  }\n`;
  return {
    edits: [['@Versioned(3, {', '@Versioned(4, {'], [/(turned tags into a set'\)[^]*?\n {2}}\n)/, step], ...edits],
    samples: (files) => ({
      ...files,
      'notes/v4-d.json': { ...files['notes/v3-c.json'], note_id: 'd', ...sample, schema_version: 4 },
    }),
  };
}

const attribute = (line: string): Edit => ['  @Attribute() author', `  ${line}\n  @Attribute() author`];
const without = (name: string) => (files: Project['samples']) =>
  Object.fromEntries(Object.entries(files).filter(([file]) => file !== name));

/** A lock with evidence that no notes are left below a version. */
const retiredBelow = (below: number) => (text: string) => {
  const { entities } = JSON.parse(text) as SchemaLock;
  const retired = {
    [below]: {
      at: '2024-03-02T00:00:00.000Z',
      lastOldWriter: '2024-03-01T00:00:00.000Z',
      table: 'notes',
      items: {},
      census: '',
    },
  };
  return formatLock(makeLock({ ...entities, notes: { ...entities['notes']!, retired } }));
};
const raisedFloor: Mutation = {
  ...edit(['@Versioned(3, {', '@Versioned(3, { floor: 2,'], [/ {2}\/\*\* v1 → v2[^]*?\n {2}}\n/, '']),
  samples: without('notes/v1-a.json'),
};

const judgedBy = (issues: string) =>
  `@Entity({ table: 'notes', schema: { '~standard': { version: 1, vendor: 'notes', ` +
  `validate: (value: any) => ({ issues: ${issues} }) } } })`;

describe('the project without a mistake', () => {
  test('has no findings', async () => {
    expect(await check(project)).toEqual([]);
  });

  test('keeps its history', () => {
    const { entities } = JSON.parse(project.lock) as { entities: { notes: { versions: object } } };
    expect(Object.keys(entities.notes.versions)).toEqual(['2', '3']);
  });
});

const mistakes: [string, Mutation, FindingCode | FindingCode[]][] = [
  // the shape changed and the version did not
  ['a new attribute', edit(attribute('@Attribute({ optional: true }) extra?: string;')), 'SHAPE_CHANGED'],
  [
    'a new required attribute',
    edit(attribute('@Attribute() extra!: string;')),
    ['SHAPE_CHANGED', 'ATTRIBUTE_NOT_PROVIDED'],
  ],
  ['an attribute less', edit([/ {2}@Attribute\(\{ optional: true \}\) due.*\n/, '']), 'SHAPE_CHANGED'],
  ['a deprecated attribute less', edit([/ {2}@Deprecated.*legacy.*\n/, '']), 'SHAPE_CHANGED'],
  [
    'another stored name',
    edit(['@Attribute({ optional: true }) due', `@Attribute({ optional: true, name: 'until' }) due`]),
    'SHAPE_CHANGED',
  ],
  ['a renamed property', edit(['due?: Date', 'until?: Date']), 'SHAPE_CHANGED'],
  ['another type', edit(['due?: Date', 'due?: boolean']), 'SHAPE_CHANGED'],
  [
    'another notation of a date',
    edit(['@Attribute({ optional: true }) due', `@Attribute({ optional: true, type: 'epochSeconds' }) due`]),
    'SHAPE_CHANGED',
  ],
  [
    'a type that was given and is not any more',
    edit([
      `@Attribute({ optional: true, type: 'string' }) color?: 'red' | 'blue'`,
      '@Attribute({ optional: true }) color?: unknown',
    ]),
    'SHAPE_CHANGED',
  ],
  // a schema judges what the samples become
  [
    'a schema that refuses what samples become',
    edit([
      `@Entity({ table: 'notes' })`,
      judgedBy(`value.title === 'second' ? [] : [{ message: 'no', path: ['title'] }]`),
    ]),
    ['SAMPLE_INVALID', 'SAMPLE_INVALID'],
  ],
  [
    'a schema that can not judge',
    edit([`@Entity({ table: 'notes' })`, judgedBy('value.missing.title')]),
    'INVALID_MODEL',
  ],
  ['a list instead of a set', edit(['tags?: Set<string>', 'tags?: string[]']), ['SHAPE_CHANGED', 'SAMPLE_UNREADABLE']],
  [
    'an optional attribute that becomes required',
    edit(['@Attribute({ optional: true }) due?', '@Attribute() due']),
    ['SHAPE_CHANGED', 'ATTRIBUTE_NOT_PROVIDED'],
  ],
  [
    'a required attribute that becomes optional',
    edit(['@Attribute() title', '@Attribute({ optional: true }) title']),
    'SHAPE_CHANGED',
  ],
  ['a default less', edit([`@Attribute({ default: 'draft' })`, '@Attribute()']), 'SHAPE_CHANGED'],
  ['a default more', edit(['@Attribute() title', `@Attribute({ default: '' }) title`]), 'SHAPE_CHANGED'],
  ['a class for a list of plain objects', edit(['@Type(() => Attachment) ', '']), 'SHAPE_CHANGED'],
  [
    'a transform more',
    edit(['@Attribute() title', `@Attribute() @Transform(({ value }) => value, { groups: ['storage'] }) title`]),
    ['SHAPE_CHANGED'],
  ],
  [
    'a time that is made by writes no more',
    edit(['@CreatedAt() created_at', '@Attribute() created_at']),
    'SHAPE_CHANGED',
  ],
  ['a revision less', edit([/ {2}@Revision\(\) revision.*\n/, '']), 'SHAPE_CHANGED'],
  ['items that expire', edit(attribute('@TimeToLive() until?: Date;')), 'SHAPE_CHANGED'],
  ['a time of the last change', edit(attribute('@UpdatedAt() updated_at!: Date;')), 'SHAPE_CHANGED'],
  [
    'two attributes that swap their stored names',
    edit(
      ['@Attribute() author', `@Attribute({ name: 'title' }) author`],
      ['@Attribute() title', `@Attribute({ name: 'author' }) title`],
    ),
    ['INDEX_CHANGED'],
  ],
  [
    'a changed class of a shared table',
    edit(['@Attribute() reason!: string', '@Attribute() reason!: number']),
    ['SHAPE_CHANGED', 'SAMPLE_UNREADABLE'],
  ],

  // the version rose and no upgrade leads to it
  ['a version without an upgrade', edit(['@Versioned(3, {', '@Versioned(4, {']), 'UPGRADE_MISSING'],
  [
    'a version without an upgrade of a class that has none',
    edit([/@Versioned\(1\)\nexport class Opened/, '@Versioned(2)\nexport class Opened']),
    'UPGRADE_MISSING',
  ],
  ['a raised floor without evidence', raisedFloor, 'FLOOR_RAISED'],
  [
    'evidence that was edited by hand',
    { ...raisedFloor, lock: (text) => retiredBelow(1)(text).replace(/("retired": \{\s*)"1"/, '$1"2"') },
    'HISTORY_EDITED',
  ],
  [
    'a floor that hides the missing upgrade',
    {
      ...edit(['@Versioned(3, {', '@Versioned(4, { floor: 4,']),
      samples: (files) => ({
        'events/v1-opened.json': files['events/v1-opened.json']!,
        'notes/v4-d.json': { ...files['notes/v3-c.json'], schema_version: 4 },
      }),
    },
    'UPGRADE_MISSING',
  ],
  ['a step less in the middle', edit([/ {2}\/\*\* v2 → v3[^]*?\n {2}}\n/, '']), 'UPGRADE_MISSING'],
  ['an upgrade that starts at the wrong version', edit(['@Upgrade(2, 3,', '@Upgrade(1, 3,']), 'UPGRADE_MISSING'],
  [
    'an upgrade from the wrong version to the new one',
    raise('', [['@Upgrade(3, 4,', '@Upgrade(2, 4,']]),
    'UPGRADE_MISSING',
  ],
  [
    'upgrades that nobody names',
    edit(['@Versioned(3, { upgrades: NoteUpgrades })', '@Versioned(3)']),
    'UPGRADE_MISSING',
  ],
  [
    'a version that is lower',
    edit(['@Versioned(3, {', '@Versioned(2, {'], ['since: 3', 'since: 2'], [/ {2}\/\*\* v2 → v3[^]*?\n {2}}\n/, '']),
    ['VERSION_LOWERED', 'ATTRIBUTE_NOT_PROVIDED', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE'],
  ],

  // a required attribute that no upgrade provides
  [
    'a new required attribute that no upgrade provides',
    raise('', [attribute('@Attribute() extra!: string;')], { extra: 'x' }),
    'ATTRIBUTE_NOT_PROVIDED',
  ],
  [
    'a new required attribute with a default, which is for new items only',
    raise('', [attribute(`@Attribute({ default: 'x' }) extra!: string;`)], { extra: 'x' }),
    'ATTRIBUTE_NOT_PROVIDED',
  ],
  [
    'a new required attribute that only some items get',
    raise(`if (item.stage === 'done') item.extra ??= 'x';`, [attribute('@Attribute() extra!: string;')], {
      extra: 'x',
    }),
    'ATTRIBUTE_NOT_PROVIDED',
  ],
  [
    'an attribute that becomes required and is not filled in',
    raise('', [['@Attribute({ optional: true }) due?', '@Attribute() due']], { due: '2024-01-01T00:00:00Z' }),
    'ATTRIBUTE_NOT_PROVIDED',
  ],
  ['an upgrade that forgot to rename', edit(['item.title = item.name;', '']), 'ATTRIBUTE_NOT_PROVIDED'],
  [
    'an upgrade that gives another type than is declared',
    raise('item.extra ??= 1;', [attribute('@Attribute() extra!: string;')], { extra: 'x' }),
    ['SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE'],
  ],
  [
    'an upgrade that fails',
    raise(`throw new Error('not today');`),
    [
      'SAMPLE_UNREADABLE',
      'SAMPLE_UNREADABLE',
      'SAMPLE_UNREADABLE',
      'SAMPLE_MISSING',
      'SAMPLE_MISSING',
      'SAMPLE_MISSING',
    ],
  ],

  // an attribute vanished that was not deprecated
  [
    'an attribute that vanishes in a new version',
    raise('', [[/ {2}@Attribute\(.*color.*\n/, '']]),
    'ATTRIBUTE_VANISHED',
  ],
  [
    'an attribute that a new version deletes',
    raise('delete item.color;', [[/ {2}@Attribute\(.*color.*\n/, '']]),
    'ATTRIBUTE_VANISHED',
  ],
  [
    'an attribute that a new version looks at and deletes',
    raise(`if (Object.hasOwn(item, 'color')) delete item.color;`, [[/ {2}@Attribute\(.*color.*\n/, '']]),
    'ATTRIBUTE_VANISHED',
  ],
  [
    'an attribute that vanishes while another one comes',
    raise(`item.extra ??= 'x';`, [[/ {2}@Attribute\(.*color.*\n/, '  @Attribute() extra!: string;\n']], { extra: 'x' }),
    'ATTRIBUTE_VANISHED',
  ],
  [
    'an attribute that is stored under another name in a new version, which no upgrade renames',
    raise('', [[`type: 'string' }) color`, `type: 'string', name: 'colour' }) color`]]),
    'ATTRIBUTE_VANISHED',
  ],

  // what an upgrade can't do
  [
    'another partition key',
    edit(['@PartitionKey() notebook_id', '@PartitionKey() book_id']),
    ['KEY_CHANGED', 'INDEX_CHANGED', 'SHAPE_CHANGED', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE'],
  ],
  [
    'another partition key in a new version',
    raise(
      '',
      [
        ['@PartitionKey() notebook_id', '@PartitionKey() author_id'],
        ['@Attribute() author', '@Attribute() notebook_id!: string;\n  @Attribute() author'],
      ],
      { author_id: 'x' },
    ),
    ['KEY_CHANGED', 'INDEX_CHANGED', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE'],
  ],
  [
    'another type of a key',
    raise('', [['note_id!: string', 'note_id!: number']], { note_id: 1 }),
    ['KEY_CHANGED', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE'],
  ],
  [
    'a sort key less',
    raise('', [
      ['@SortKey() note_id', '@Attribute() note_id'],
      [/@Index\('by_rank'.*\n/, ''],
    ]),
    'KEY_CHANGED',
  ],
  [
    'keys that swap their roles',
    edit(['@PartitionKey() notebook_id', '@SortKey() notebook_id'], ['@SortKey() note_id', '@PartitionKey() note_id']),
    ['KEY_CHANGED', 'INDEX_CHANGED', 'SHAPE_CHANGED'],
  ],
  [
    'another version attribute',
    edit(['@Versioned(3, {', `@Versioned(3, { attribute: 'v',`]),
    ['KEY_CHANGED', 'SAMPLE_MISSING', 'SAMPLE_MISSING'],
  ],
  [
    'another version of items without a version attribute',
    edit(['@Versioned(3, {', '@Versioned(3, { initial: 2, floor: 1,']),
    ['KEY_CHANGED', 'SAMPLE_MISSING', 'ATTRIBUTE_NOT_PROVIDED'],
  ],
  [
    'another table',
    edit([`table: 'notes'`, `table: 'memos'`]),
    ['ENTITY_VANISHED', 'SAMPLE_MISSING', 'SAMPLE_MISSING', 'SAMPLE_MISSING'],
  ],
  ['another discriminator', edit([`value: 'opened'`, `value: 'begun'`]), 'ENTITY_VANISHED'],
  [
    'a discriminator that is not the default any more',
    edit([`value: 'closed', default: true`, `value: 'closed'`]),
    'KEY_CHANGED',
  ],
  [
    'a class that the configuration forgot',
    edit(['entities = [Note, Opened, Closed]', 'entities = [Note, Opened]']),
    'ENTITY_VANISHED',
  ],
  [
    'another key of an index',
    edit([`@Index('by_author', { partitionKey: 'author'`, `@Index('by_author', { partitionKey: 'title'`]),
    'INDEX_CHANGED',
  ],
  ['another sort key of an index', edit([`'author', sortKey: 'rank'`, `'author', sortKey: 'title'`]), 'INDEX_CHANGED'],
  ['a sort key of an index less', edit([`'author', sortKey: 'rank'`, `'author'`]), 'INDEX_CHANGED'],
  [
    'a local index that becomes global',
    edit([`@Index('by_rank', { sortKey: 'rank' })`, `@Index('by_rank', { partitionKey: 'rank' })`]),
    'INDEX_CHANGED',
  ],
  [
    'a new local index',
    edit([`@Index('by_rank'`, `@Index('by_title', { sortKey: 'title' })\n@Index('by_rank'`]),
    'INDEX_CHANGED',
  ],
  [
    'another type of an index key',
    raise('item.rank = String(item.rank);', [['rank!: number', 'rank!: string']], { rank: '1' }),
    ['INDEX_CHANGED', 'INDEX_CHANGED'],
  ],
  [
    'a renamed key of an index',
    raise(
      'item.writer ??= item.author; delete item.author;',
      [
        ['@Attribute() author', '@Attribute() writer'],
        [`partitionKey: 'author'`, `partitionKey: 'writer'`],
      ],
      { writer: 'ada' },
    ),
    'INDEX_CHANGED',
  ],
  [
    'a new index on a new attribute that does not say since when',
    raise(
      `item.extra ??= 'x';`,
      [
        attribute('@Attribute() extra!: string;'),
        [`@Index('by_rank'`, `@Index('by_extra', { partitionKey: 'extra' })\n@Index('by_rank'`],
      ],
      { extra: 'x' },
    ),
    'INDEX_CHANGED',
  ],

  [
    'a key that is computed in another way',
    edit(
      [
        /@PartitionKey\(\) id!: string;\n {2}@Attribute\(\) at/,
        `@PartitionKey({ template: 'AT#{at}' }) id!: string;\n  @Attribute({ type: 'string' }) at`,
      ],
      [
        /@PartitionKey\(\) id!: string;\n {2}@Attribute\(\) reason/,
        `@PartitionKey({ template: 'R#{reason}' }) id!: string;\n  @Attribute() reason`,
      ],
    ),
    ['KEY_CHANGED', 'KEY_CHANGED', 'SHAPE_CHANGED', 'SHAPE_CHANGED', 'SAMPLE_UNREADABLE', 'SAMPLE_UNREADABLE'],
  ],

  // an edited history
  [
    'an edited type of an old version',
    {
      lock: (text) =>
        text.replace('"tags": { "optional": true, "type": "array" }', '"tags": { "optional": true, "type": "set" }'),
    },
    'HISTORY_EDITED',
  ],
  [
    'an attribute taken out of an old version',
    { lock: (text) => text.replace(/\n *"due": \{[^}]*\},/, '') },
    'HISTORY_EDITED',
  ],
  [
    'an edited fingerprint',
    { lock: (text) => text.replace(/"fingerprint": "....(.*")/, '"fingerprint": "0000$1') },
    'HISTORY_EDITED',
  ],
  [
    'an edited fingerprint of the whole',
    { lock: (text) => text.replace(/"fingerprint": "....([^"]*",\n {2}"format")/, '"fingerprint": "0000$1') },
    'HISTORY_EDITED',
  ],
  ['an old version taken out', { lock: (text) => withoutVersion(text, '2') }, 'HISTORY_EDITED'],
  [
    'an edited description',
    { lock: (text) => text.replace('renamed name to title', 'changed nothing') },
    'HISTORY_EDITED',
  ],
  ['an entity taken out', { lock: (text) => withoutEntity(text, 'events, kind opened') }, 'HISTORY_EDITED'],
  ['no lock', { lock: () => '' }, 'LOCK_MISSING'],

  // a version without a sample
  ['no sample of the oldest version', { samples: without('notes/v1-a.json') }, 'SAMPLE_MISSING'],
  ['no sample of a version between', { samples: without('notes/v2-b.json') }, 'SAMPLE_MISSING'],
  ['no sample of the newest version', { samples: without('notes/v3-c.json') }, 'SAMPLE_MISSING'],
  ['no sample of a new version', { ...raise(''), samples: (files) => files }, 'SAMPLE_MISSING'],
  [
    'a sample that says another version than its name',
    { samples: (files) => ({ ...files, 'notes/v3-c.json': { ...files['notes/v3-c.json'], schema_version: 2 } }) },
    'SAMPLE_MISSING',
  ],
  [
    'a sample with a version that is none',
    { samples: (files) => ({ ...files, 'notes/v3-x.json': { ...files['notes/v3-c.json'], schema_version: '3' } }) },
    'SAMPLE_UNREADABLE',
  ],
  [
    'a sample without a key',
    { samples: (files) => ({ ...files, 'notes/v3-x.json': { ...files['notes/v3-c.json'], note_id: undefined } }) },
    'SAMPLE_UNREADABLE',
  ],
  [
    'a sample that is the answer of a command',
    { samples: (files) => ({ ...files, 'notes/v3-x.json': { Item: { note_id: { S: 'x' } } } }) },
    'SAMPLE_UNREADABLE',
  ],
  [
    'a sample with a number that JSON rounds',
    { samples: (files) => ({ ...files, 'notes/v3-x.json': { ...files['notes/v3-c.json'], much: 2 ** 60 } }) },
    'SAMPLE_UNREADABLE',
  ],
  [
    'a sample of a version to come',
    { samples: (files) => ({ ...files, 'notes/v9-x.json': { ...files['notes/v3-c.json'], schema_version: 9 } }) },
    'SAMPLE_UNREADABLE',
  ],

  // mistakes in the decorators
  [
    'a class without a key',
    edit([/@PartitionKey\(\) id!: string;\n {2}@Attribute\(\) at/, '@Attribute() at']),
    'INVALID_MODEL',
  ],
  ['two classes with the same discriminator', edit([`value: 'opened'`, `value: 'closed'`]), 'INVALID_MODEL'],
  ['a deprecation since a version to come', edit(['since: 3', 'since: 4']), 'INVALID_MODEL'],
];

describe('every mistake is caught', () => {
  test.each(mistakes)('%s', async (_mistake, mutation, expected) => {
    const findings = await check(mutate(mutation));
    const codes = findings.map(({ code }) => code).filter((code) => code !== 'LOCK_OUTDATED');
    expect(codes.toSorted()).toEqual([expected].flat().toSorted());
    for (const { fix, problem } of findings) {
      expect(problem).toMatch(/\w/);
      expect(fix).toMatch(/^[A-Z].*\w/);
    }
  });
});

const harmless: [string, Mutation][] = [
  // order
  ['attributes in another order', edit([/( {2}@Attribute\(\) author.*\n)( {2}@Attribute\(\) title.*\n)/, '$2$1'])],
  ['keys after the attributes', edit([/( {2}@PartitionKey\(\) notebook_id.*\n)([^]*?)( {2}@CreatedAt)/, '$2$1$3'])],
  ['classes in another order', edit(['entities = [Note, Opened, Closed]', 'entities = [Closed, Note, Opened]'])],
  ['decorators of a class in another order', edit([/(@Entity\(\{ table: 'notes' \}\)\n)(@Versioned.*\n)/, '$2$1'])],
  [
    'decorators of an attribute in another order',
    edit([
      '@Attribute({ optional: true }) @Type(() => Attachment)',
      '@Type(() => Attachment) @Attribute({ optional: true })',
    ]),
  ],
  ['@Deprecated behind @Attribute', edit([/(@Deprecated\(.*?\}\)) (@Attribute\(.*?\}\)) legacy/, '$2 $1 legacy'])],
  ['indexes in another order', edit([/(@Index\('by_author'.*\n)(@Index\('by_rank'.*\n)/, '$2$1'])],
  ['options in another order', edit([`{ optional: true, type: 'string' }`, `{ type: 'string', optional: true }`])],
  [
    'steps in another order',
    edit([/( {2}\/\*\* v1 → v2[^]*?\n {2}}\n)\n( {2}\/\*\* v2 → v3[^]*?\n {2}}\n)/, '$2\n$1']),
  ],
  ['imports in another order', edit([/(import \{[^}]*\} from 'dynamo-evolve';\n)(.*\n)/, '$2$1'])],
  ['the lock in another order', { lock: (text) => JSON.stringify(reversed(JSON.parse(text))) }],
  ['the lock without line ends', { lock: (text) => JSON.stringify(JSON.parse(text)) }],

  // comments and blank lines
  ['another comment on the class', edit(['/** A note. */', '/** A note, or a memo. */'])],
  ['no comment on the class', edit(['/** A note. */\n', ''])],
  ['a comment at an attribute', edit(['  @Attribute() title', '  // what it says first\n  @Attribute() title'])],
  [
    'a comment in an upgrade',
    edit([`item.stage ??= 'draft';`, `// new notes are drafts\n    item.stage ??= 'draft';`]),
  ],
  ['blank lines', edit(['  @Attribute() title', '\n\n  @Attribute() title'])],

  // code that stores nothing
  [
    'a method',
    edit([/( {2}@Revision\(\) revision.*\n)/, '$1  get short(): string { return this.title.slice(0, 9); }\n']),
  ],
  ['a static method', edit([/( {2}@Revision\(\) revision.*\n)/, `$1  static draft(): Note { return new Note(); }\n`])],
  ['a property that is not stored', edit([/( {2}@Revision\(\) revision.*\n)/, '$1  cached?: string;\n'])],
  ['a constructor', edit([/( {2}@Revision\(\) revision.*\n)/, `$1  constructor() { this.rank = 0; }\n`])],
  [
    'a private field',
    edit([
      /( {2}@Revision\(\) revision.*\n)/,
      '$1  #seen = false;\n  see(): boolean { return (this.#seen = !this.#seen); }\n',
    ]),
  ],
  [
    'a method of a nested class',
    edit(['bytes!: number;', 'bytes!: number;\n  get isLarge(): boolean { return this.bytes > 1e6; }']),
  ],

  // names that are not stored
  ['a renamed class', edit([/\bNote\b/g, 'Memo'])],
  ['a renamed class of upgrades', edit([/\bNoteUpgrades\b/g, 'NoteSteps'])],
  ['a renamed nested class', edit([/\bAttachment\b/g, 'Enclosure'])],
  ['a renamed class of a shared table', edit([/\bOpened\b/g, 'OpenedEvent'])],
  ['a renamed property with its stored name', edit(['@Attribute() title', `@Attribute({ name: 'title' }) heading`])],
  [
    'a renamed property of an index with its stored name',
    edit(
      ['@Attribute() author', `@Attribute({ name: 'author' }) writer`],
      [`partitionKey: 'author'`, `partitionKey: 'writer'`],
    ),
  ],
  ['a stored name that is the property’s', edit(['@Attribute() title', `@Attribute({ name: 'title' }) title`])],
  ['a renamed step', edit(['static stage(', 'static stageAndTags('])],

  // the same, said in another way
  ['a type that was emitted and is given', edit(['@Attribute() title', `@Attribute({ type: 'string' }) title`])],
  ['a type that is given by its constructor', edit([`type: 'string' }) color`, `type: String }) color`])],
  ['a narrower type of the same storage', edit(['title!: string', `title!: 'a' | 'b'`])],
  ['another default', edit([`{ default: 'draft' }`, `{ default: 'new' }`])],
  ['a default that is made by a function', edit([`{ default: 'draft' }`, `{ default: () => 'draft' }`])],
  ['optional: false', edit(['@Attribute() title', '@Attribute({ optional: false }) title'])],
  ['the version attribute’s usual name', edit(['@Versioned(3, {', `@Versioned(3, { attribute: 'schema_version',`])],
  ['the usual floor', edit(['@Versioned(3, {', '@Versioned(3, { initial: 1, floor: 1,'])],
  ['upgrades named by a function', edit(['upgrades: NoteUpgrades', 'upgrades: () => NoteUpgrades'])],
  ['upgrades in a list', edit(['upgrades: NoteUpgrades', 'upgrades: [NoteUpgrades]'])],
  [
    'attributes that are inherited',
    edit(
      [
        "@Entity({ table: 'notes' })",
        "class Written {\n  @Attribute() author!: string;\n}\n\n@Entity({ table: 'notes' })",
      ],
      ['export class Note {', 'export class Note extends Written {'],
      [/(Written \{\n {2}@PartitionKey[^]*?) {2}@Attribute\(\) author!: string;\n/, '$1'],
    ),
  ],
  [
    'a transform of the application’s own output',
    edit(['@Attribute() title', '@Attribute() @Transform(({ value }) => value) title']),
  ],
  [
    'a step that is written in another way',
    edit([`item.stage ??= 'draft';`, `if (item.stage === undefined || item.stage === null) item.stage = 'draft';`]),
  ],
  [
    'a step that makes a new item',
    edit([
      `item.title = item.name;\n    delete item.name;`,
      `const { name } = item;\n    delete item.name;\n    item.title = name;`,
    ]),
  ],
  [
    'a shorter way',
    edit([
      /( {2}\/\*\* v2 → v3)/,
      `  @Upgrade(1, 3, 'both at once')\n  static atOnce(item: Item): void {\n    NoteUpgrades.title(item);\n    NoteUpgrades.stage(item);\n  }\n\n$1`,
    ]),
  ],
  ['another description of a step', edit(['renamed name to title', 'name is now title'])],
  [
    'a step that says it is dynamic',
    edit([
      `@Upgrade(1, 2, 'renamed name to title')`,
      `@Upgrade(1, 2, { description: 'renamed name to title', dynamic: true })`,
    ]),
  ],
  ['a raised floor with evidence, and the steps below it gone', { ...raisedFloor, lock: retiredBelow(2) }],
  ['a raised floor with evidence for a higher one', { ...raisedFloor, lock: retiredBelow(3) }],
  ['a raised floor with evidence, and a sample below it', { edits: raisedFloor.edits!, lock: retiredBelow(2) }],
  ['evidence, and the floor not raised yet', { lock: retiredBelow(2) }],

  // more samples
  [
    'another sample',
    { samples: (files) => ({ ...files, 'notes/v1-z.json': { ...files['notes/v1-a.json'], extra: [1, null] } }) },
  ],
  [
    'a sample with another name',
    { samples: (files) => ({ ...without('notes/v1-a.json')(files), 'notes/oldest.json': files['notes/v1-a.json']! }) },
  ],
  [
    'a golden result beside a sample',
    { samples: (files) => ({ ...files, 'notes/v1-a.golden.json': { broken: true } }) },
  ],
  [
    'a sample in wire JSON',
    {
      samples: (files) => ({
        ...files,
        'events/v1-opened.json': { id: { S: 'a' }, at: { S: '2024-01-01T00:00:00Z' }, reason: { S: 'none' } },
      }),
    },
  ],
];

describe('no harmless edit is flagged', () => {
  test.each(harmless)('%s', async (_edit, mutation) => {
    expect(await check(mutate(mutation))).toEqual([]);
  });
});

describe('a good change is only asked to be locked, and passes then', () => {
  test.each<[string, Mutation]>([
    ['a new version that changes nothing stored', raise('')],
    ['a new optional attribute', raise('', [attribute('@Attribute({ optional: true }) extra?: string;')])],
    [
      'a new required attribute that the upgrade provides',
      raise(`item.extra ??= 'x';`, [attribute('@Attribute() extra!: string;')], { extra: 'x' }),
    ],
    [
      'a renamed attribute',
      raise(
        `if (Object.hasOwn(item, 'color')) { item.colour = item.color; delete item.color; }`,
        [[/\bcolor\?/, 'colour?']],
        { colour: 'red' },
      ),
    ],
    [
      'a converted attribute',
      raise('item.urgency ??= item.rank * 2;', [attribute('@Attribute() urgency!: number;')], { urgency: 2 }),
    ],
    [
      'an attribute that becomes part of another',
      raise(
        'item.look ??= { color: item.color }; delete item.color;',
        [[/ {2}@Attribute\(.*color.*\n/, `  @Attribute({ type: 'object' }) look!: { color: string };\n`]],
        { look: { color: 'red' } },
      ),
    ],
    ['a deprecated attribute that is removed', raise('', [[/ {2}@Deprecated.*legacy.*\n/, '']])],
    [
      'a new index on an old attribute',
      edit([`@Index('by_rank'`, `@Index('by_title', { partitionKey: 'title' })\n@Index('by_rank'`]),
    ],
    [
      'a new index on a new attribute that says since when',
      raise(
        `item.extra ??= 'x';`,
        [
          attribute('@Attribute() extra!: string;'),
          [`@Index('by_rank'`, `@Index('by_extra', { partitionKey: 'extra', since: 4 })\n@Index('by_rank'`],
        ],
        { extra: 'x' },
      ),
    ],
    ['an index less', edit([/@Index\('by_rank'.*\n/, ''])],
    [
      'a new mark',
      edit([
        `  @Attribute({ optional: true, type: 'string' }) color`,
        `  @Deprecated({ since: 3 }) @Attribute({ optional: true, type: 'string' }) color`,
      ]),
    ],
    ['a mark with another reason', edit(['nobody reads it', 'nobody ever read it'])],
    ['a mark that is taken back', edit([/@Deprecated\(.*?\}\) /, ''])],
    [
      'a new class',
      edit(
        [
          'entities = [Note, Opened, Closed]',
          `@Entity({ table: 'events', discriminator: { attribute: 'kind', value: 'moved' } })\n@Versioned(1)\nclass Moved {\n  @PartitionKey() id!: string;\n}\n\nexport const entities = [Note, Opened, Closed, Moved]`,
        ],
        ['export const @Entity', '@Entity'],
      ),
    ],
  ])('%s', async (_change, mutation) => {
    const changed = mutate(mutation);
    const findings = await check(changed);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['LOCK_OUTDATED']));
    expect(await check({ ...changed, lock: await lockOf(changed.source, changed.lock) })).toEqual([]);
  });
});

/** The same with the members of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, one]) => [name, reversed(one)] as const)
      .toReversed(),
  );
}

interface Lock {
  readonly entities: Record<string, { readonly versions: Record<string, object> }>;
}

function withoutVersion(text: string, version: string): string {
  const lock = JSON.parse(text) as Lock;
  delete lock.entities['notes']!.versions[version];
  return JSON.stringify(lock);
}

function withoutEntity(text: string, name: string): string {
  const lock = JSON.parse(text) as Lock;
  if (!Object.hasOwn(lock.entities, name)) throw new Error(`there is no ${name}`);
  delete lock.entities[name];
  return JSON.stringify(lock);
}
