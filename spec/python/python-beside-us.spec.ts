import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import {
  Attribute,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  Revision,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { python, whyNoPython } from '../support/python.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { testUnless } from '../support/test-unless.js';

jest.setTimeout(120_000);

const program = fileURLToPath(new URL('lazy_migration.py', import.meta.url));

class NoteUpgrades {
  /** The same step as that of the Python program. */
  @Upgrade(1, 2)
  static text(item: Item): void {
    item.text = item.body;
    delete item.body;
  }
}

/** Knows nothing of what the Python program adds. */
@Entity({ table: 'notes' })
@Versioned(2, { upgrades: NoteUpgrades })
class Note {
  @PartitionKey() id!: string;
  @Attribute() text!: string;
  @Attribute({ type: 'any', optional: true }) ts_tokens?: Set<string>;
  @Revision() revision!: string;
}

interface Acknowledged {
  readonly id: string;
  readonly token: string;
  /** Which of our tokens the program had read, if it wrote a whole item. */
  readonly seen: readonly string[] | null;
}

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

const ids = ['a', 'b', 'c'];
const rounds = 25;

/** Old items, as the Python program has stored them before there were versions. */
async function start(name: string): Promise<{ notes: Repository<Note>; table: string }> {
  const tablePrefix = `${name.replaceAll(/\W+/g, '_')}_`;
  const mapper = new Mapper({ client: engine.client, entities: [Note], tablePrefix, writeBack: 'inline' });
  await mapper.createTables();
  const table = `${tablePrefix}notes`;
  for (const id of ids) await storeRaw(engine.endpoint, table, { id: { S: id }, body: { S: `body of ${id}` } });
  return { notes: mapper.repository(Note), table };
}

async function runPython(table: string, style: string): Promise<Acknowledged[]> {
  const args = [program, engine.endpoint, table, style, String(rounds), ...ids];
  const { stdout } = await promisify(execFile)(python as string, args, { maxBuffer: 2 ** 26 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Acknowledged);
}

/** Adds tokens to the items, by turns with save and update, until the other program has ended. */
async function addTokens(notes: Repository<Note>, isOver: () => boolean): Promise<Map<string, string[]>> {
  const acknowledged = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (let number = 0; !isOver() || number < 10; number++) {
    for (const id of ids) {
      const token = `ts-${id}-${number}`;
      await (number % 2 === 0
        ? addBySave(notes, id, token)
        : notes.update({ id }, { add: { ts_tokens: new Set([token]) } }));
      acknowledged.get(id)?.push(token);
    }
  }
  return acknowledged;
}

async function addBySave(notes: Repository<Note>, id: string, token: string): Promise<void> {
  for (;;) {
    const note = await notes.getOrFail({ id }, { consistent: true });
    note.ts_tokens = new Set([...(note.ts_tokens ?? []), token]);
    try {
      await notes.save(note);
      return;
    } catch (error) {
      if (!isMapperError(error, 'CONFLICT')) throw error;
    }
  }
}

const membersOf = (item: WireItem | undefined, name: string) => {
  const value = item?.[name];
  return value && 'SS' in value ? value.SS : [];
};

/** Runs both programs at once; what each was told is stored, and what is stored in the end. */
async function sideBySide(style: string) {
  const { notes, table } = await start(style);
  let isOver = false;
  const [theirs, ours] = await Promise.all([
    runPython(table, style).finally(() => (isOver = true)),
    addTokens(notes, () => isOver),
  ]);
  const stored = new Map<string, WireItem | undefined>();
  for (const id of ids) stored.set(id, await readStored(engine.endpoint, table, { id: { S: id } }));
  const lostOf = (acknowledged: readonly string[], id: string, name: string) => {
    const kept = new Set(membersOf(stored.get(id), name));
    return acknowledged.filter((token) => !kept.has(token));
  };
  return {
    notes,
    stored,
    theirs,
    lostTheirs: ids.flatMap((id) =>
      lostOf(
        theirs.filter((one) => one.id === id).map(({ token }) => token),
        id,
        'py_tokens',
      ),
    ),
    lostOurs: ids.flatMap((id) => lostOf(ours.get(id) ?? [], id, 'ts_tokens')),
  };
}

describe('a Python program that migrates items as it reads them, and writes them with', () => {
  testUnless(whyNoPython, 'conditional put_item loses no change of ours, nor we one of it', async () => {
    const { lostOurs, lostTheirs, notes, stored, theirs } = await sideBySide('conditional put_item');
    expect(theirs).toHaveLength(ids.length * rounds);
    expect({ lostOurs, lostTheirs }).toEqual({ lostOurs: [], lostTheirs: [] });
    const item = stored.get('a') as WireItem;
    expect(item).toMatchObject({
      schema_version: { N: '2' },
      text: { S: 'body of a' },
      large: { N: '12345678901234567890123456789012345678' },
      raw: { B: 'AP8=' },
      nested: { M: { list: { L: [{ N: '1.5' }, { NULL: true }, { BOOL: true }, { M: { deep: { S: 'ä' } } }] } } },
    });
    expect(Number((item.price as { N: string }).N)).toBe(0.1);
    expect((item.scores as { NS: string[] }).NS.toSorted()).toEqual(['1', '2.5']);
    expect(await notes.get({ id: 'a' })).toMatchObject({ text: 'body of a' });
  });

  testUnless(whyNoPython, 'update_item loses no change of ours, nor we one of it', async () => {
    const { lostOurs, lostTheirs, stored, theirs } = await sideBySide('update_item');
    expect(theirs).toHaveLength(ids.length * rounds);
    expect({ lostOurs, lostTheirs }).toEqual({ lostOurs: [], lostTheirs: [] });
    expect(stored.get('b')).toMatchObject({ schema_version: { N: '2' }, text: { S: 'body of b' }, raw: { B: 'AP8=' } });
  });

  testUnless(whyNoPython, 'put_item loses changes of ours between its read and its write, and no others', async () => {
    const { lostOurs, lostTheirs, theirs } = await sideBySide('put_item');
    expect(theirs).toHaveLength(ids.length * rounds);
    expect(lostTheirs).toEqual([]);
    // what it had read, it stored again: a change is lost only if no put ever saw it
    const seen = new Set(theirs.flatMap((one) => one.seen ?? []));
    expect(lostOurs.filter((token) => seen.has(token))).toEqual([]);
  });
});
