import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Class } from 'dynamo-evolve';
import { modelOf } from '../../lib/hydration/model-of.js';
import { checkSchema } from '../../lib/schema/check-schema.js';
import type { Finding } from '../../lib/schema/finding.js';
import { formatLock, readLock } from '../../lib/schema/schema-lock.js';
import { updateLock } from '../../lib/schema/update-lock.js';

/** A project as its developers have it: sources, samples by file, and the text of its lock. */
export interface Project {
  readonly source: string;
  readonly samples: Readonly<Record<string, object>>;
  readonly lock: string;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
mkdirSync(join(root, 'build'), { recursive: true });
const folder = mkdtempSync(join(root, 'build/mutations-'));
let count = 0;

/** Removes what the projects left behind. */
export function removeProjects(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The entity classes of a source. */
async function classesOf(source: string): Promise<readonly Class[]> {
  const file = join(folder, `notes-${++count}.ts`);
  writeFileSync(file, source);
  const { entities } = (await import(file)) as { entities: readonly Class[] };
  return entities;
}

/** The lock that the classes of a source leave, on top of an earlier one. */
export async function lockOf(source: string, earlier?: string): Promise<string> {
  const models = (await classesOf(source)).map((one) => modelOf(one));
  return formatLock(updateLock(earlier === undefined ? undefined : parseLock(earlier), models));
}

function parseLock(text: string) {
  const file = join(folder, `lock-${++count}.json`);
  writeFileSync(file, text);
  return readLock(file);
}

/** What a check of a project finds. */
export async function check({ lock, samples, source }: Project): Promise<Finding[]> {
  const classes = await classesOf(source);
  const samplesFolder = join(folder, `samples-${++count}`);
  for (const [file, sample] of Object.entries(samples)) {
    mkdirSync(dirname(join(samplesFolder, file)), { recursive: true });
    writeFileSync(join(samplesFolder, file), JSON.stringify(sample));
  }
  const samplesOf = (target: Class) => join(samplesFolder, modelOf(target).table);
  return checkSchema({ classes, lock: lock === '' ? undefined : parseLock(lock), samplesOf });
}

const upgradesSource = `
export class NoteUpgrades {
  /** v1 → v2: \`name\` is now \`title\`. */
  @Upgrade(1, 2, 'renamed name to title')
  static title(item: Item): void {
    if (!Object.hasOwn(item, 'name')) return;
    item.title = item.name;
    delete item.name;
  }

  /** v2 → v3: \`stage\` defaults to \`draft\`; \`tags\` is a set. */
  @Upgrade(2, 3, 'added stage, turned tags into a set')
  static stage(item: Item): void {
    item.stage ??= 'draft';
    if (Array.isArray(item.tags)) item.tags = new Set(item.tags);
  }
}
`;

/** Notes of version 3, and two kinds of events that share a table. */
export const source = `import {
  Attribute, CreatedAt, Deprecated, Entity, Index, type Item, PartitionKey, Revision, SortKey, TimeToLive, UpdatedAt, Upgrade, Versioned,
} from 'dynamo-evolve';
import { Transform, Type } from 'class-transformer';

export class Attachment {
  name!: string;
  bytes!: number;
}
${upgradesSource}
/** A note. */
@Entity({ table: 'notes' })
@Versioned(3, { upgrades: NoteUpgrades })
@Index('by_author', { partitionKey: 'author', sortKey: 'rank' })
@Index('by_rank', { sortKey: 'rank' })
export class Note {
  @PartitionKey() notebook_id!: string;
  @SortKey() note_id!: string;
  @Attribute() author!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'draft' }) stage!: string;
  @Attribute() rank!: number;
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ optional: true }) @Type(() => Attachment) files?: Attachment[];
  @Attribute({ optional: true }) due?: Date;
  @Attribute({ optional: true, type: 'string' }) color?: 'red' | 'blue';
  @Deprecated({ since: 3, reason: 'nobody reads it' }) @Attribute({ optional: true }) legacy?: string;
  @CreatedAt() created_at!: Date;
  @Revision() revision!: string;
}

@Entity({ table: 'events', discriminator: { attribute: 'kind', value: 'opened' } })
@Versioned(1)
export class Opened {
  @PartitionKey() id!: string;
  @Attribute() at!: Date;
}

@Entity({ table: 'events', discriminator: { attribute: 'kind', value: 'closed', default: true } })
@Versioned(1)
export class Closed {
  @PartitionKey() id!: string;
  @Attribute() reason!: string;
}

export const entities = [Note, Opened, Closed];
`;

/** The same notes one version earlier, as they were locked first. */
export const earlierSource = source
  .replace('@Versioned(3, {', '@Versioned(2, {')
  .replace(/ {2}\/\*\* v2 → v3[^]*?\n {2}}\n/, '')
  .replace(`  @Attribute({ default: 'draft' }) stage!: string;\n`, '')
  .replace('tags?: Set<string>', 'tags?: string[]')
  .replace(`@Deprecated({ since: 3, reason: 'nobody reads it' }) `, '');

const note = {
  notebook_id: 'n',
  author: 'ada',
  rank: 1,
  color: 'red',
  legacy: 'x',
  created_at: '2024-01-01T00:00:00Z',
};

export const samples: Project['samples'] = {
  'notes/v1-a.json': { ...note, note_id: 'a', name: 'first' },
  'notes/v2-b.json': { ...note, note_id: 'b', title: 'second', tags: ['x'], schema_version: 2 },
  'notes/v3-c.json': { ...note, note_id: 'c', title: 'third', stage: 'done', schema_version: 3 },
  'events/v1-opened.json': { id: 'a', at: '2024-01-01T00:00:00Z', reason: 'none' },
};
