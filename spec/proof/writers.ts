import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Class, isMapperError, Mapper, type Repository, type WireItem, type WriteBackMode } from 'dynamo-evolve';
import type { Chain, Thing } from './chains.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import type { WriterRun, WriterScope } from './writer-tree.js';

/** Somebody who reads or writes the item of a search. */
export interface Writer {
  readonly name: string;
  /** For a writer that writes back what it reads: to do that, and nothing else. */
  readonly upgrade: WriterRun | undefined;
  /** Whether it changes parts of whatever is there, without knowing of versions. */
  readonly isBlind: boolean;
  /** Whether it doesn't go through a mapper. */
  readonly isRaw: boolean;
  /**
   * The errors with which the product refuses a write because of a write-back, on purpose: as if it had never been
   * tried.
   */
  readonly refusals: readonly string[];
  readonly run: (writeBack: WriteBackMode) => WriterRun;
}

type Things = Repository<Thing>;
type Act = (things: Things, read: () => Promise<Thing | undefined>) => Promise<unknown>;
type Traits = Partial<Pick<Writer, 'isBlind' | 'refusals'>> & { readonly writeVersion?: number };

const key = { id: 'thing' };
const request = { TableName: 'things', Key: { id: { S: 'thing' } } };

/** All the writers of a chain. */
export function writersOf(chain: Chain): Writer[] {
  return [...newCode(chain), ...chain.older.flatMap((older, at) => olderCode(chain, older, at + 1)), ...rawCode(chain)];
}

function newCode({ changes, hasRevision, newest }: Chain): Writer[] {
  const [touching = {}, other = {}] = changes;
  const writer = (name: string, act: Act, traits: Traits = {}) => mapped(name, newest, act, traits);
  return [
    upgrading(
      writer('reads', async (_, read) => seen(await read())),
      newest,
    ),
    upgrading(
      writer('reads, saves', async (things, read) => saved(things, await read(), other)),
      newest,
    ),
    writer('saves', async (things) => saved(things, await things.get(key), touching)),
    writer('saves something else', async (things) => saved(things, await things.get(key), other)),
    writer('puts anew', async (things) => seen(await things.put(things.create({ ...key, ...touching })))),
    // without a revision it replaces what others of its version have written, and says so
    writer('puts what it read', async (things) => put(things, await things.get(key), touching), {
      refusals: ['CONFLICT'],
      isBlind: !hasRevision,
    }),
    writer('updates', async (things) => seen(await things.update(key, { set: touching }))),
    writer('deletes', async (things) => things.delete(key)),
    writer('deletes, inserts', async (things) => {
      const isDeleted = await things.delete(key);
      await things.insert(things.create({ ...key, ...other }));
      return isDeleted;
    }),
  ];
}

/** New code that stores the version before the newest one. */
export function pinnedCode({ changes, hasRevision, newest, older }: Chain): Writer[] {
  const [touching = {}, other = {}] = changes;
  const traits = { writeVersion: older.length, refusals: ['DOWNGRADE_LOSES', 'CONFLICT'] };
  const writer = (name: string, act: Act) => mapped(`pinned ${name}`, newest, act, traits);
  const reading = (name: string, act: Act) => upgrading(writer(name, act), newest, traits);
  return [
    reading('reads', async (_, read) => seen(await read())),
    reading('reads, saves', async (things, read) => saved(things, await read(), other)),
    writer('saves', async (things) => saved(things, await things.get(key), touching)),
    writer('updates', async (things) => seen(await things.update(key, { set: touching }))),
    {
      ...writer('puts what it read', async (things) => put(things, await things.get(key), touching)),
      isBlind: !hasRevision,
    },
  ];
}

/** A sweep to the newest version, or to a pinned one. It shows nothing, so that only what it writes can change an outcome. */
export function sweeper({ newest }: Chain, writeVersion?: number): Writer {
  const sweep: Act = async (things) => {
    await things.sweep({ segments: 1, rate: { items: 1_000_000 } }).result;
    return 'swept';
  };
  const name = writeVersion === undefined ? 'sweeps' : `sweeps to v${writeVersion}`;
  const pin = writeVersion === undefined ? {} : { writeVersion };
  const writer = mapped(name, newest, sweep, pin);
  const run = (scope: WriterScope) => scope.reading(() => writer.run('off')(scope));
  return { ...writer, upgrade: run, run: (writeBack) => (writeBack === 'off' ? async () => 'swept' : run) };
}

/** Code of an older version, with the fence. */
function olderCode(chain: Chain, older: Class<Thing>, version: number): Writer[] {
  const change = version === 1 ? chain.olderChange : { note: 'old' };
  const writer = (name: string, act: Act, traits: Traits = {}) =>
    mapped(`v${version} ${name}`, older, act, { refusals: ['NEWER_VERSION'], ...traits });
  return [
    writer('saves', async (things) => saved(things, await things.get(key), change)),
    writer('puts anew', async (things) => seen(await things.put(things.create({ ...key, ...change })))),
    writer('puts what it read', async (things) => put(things, await things.get(key), change), {
      refusals: ['NEWER_VERSION', 'CONFLICT'],
      isBlind: !chain.hasRevision,
    }),
    // its own upgrades are written back, too
    ...(version > 1
      ? [
          upgrading(
            writer('reads', async (_, read) => seen(await read())),
            older,
          ),
        ]
      : []),
  ];
}

/** Code that knows nothing of versions; a revision is a contract that all keep. */
function rawCode({ hasRevision, rawChanges }: Chain): Writer[] {
  const owned = (item: WireItem, { slot }: WriterScope) => ({
    ...item,
    ...(hasRevision && { revision: { S: `raw-${slot}` } }),
  });
  const [change = {}] = rawChanges;
  const putItem = (scope: WriterScope) =>
    scope.client.send(new PutItemCommand({ ...request, Item: owned({ ...request.Key, ...change }, scope) }));
  const updates = rawChanges.map((item) =>
    raw(`raw sets ${Object.keys(item).join()}`, (scope) => rawUpdate(owned(item, scope), scope), true),
  );
  const removed = Object.keys(change);
  return [
    ...updates,
    raw(`raw removes ${removed.join()}`, async (scope) => rawUpdate(owned({}, scope), scope, removed), true),
    raw('raw puts', putItem),
    raw('raw deletes, puts', async (scope) => {
      await scope.client.send(new DeleteItemCommand(request));
      return putItem(scope);
    }),
  ];
}

/** UpdateItem as old code would send it: it would also create. */
async function rawUpdate(item: WireItem, { client }: WriterScope, removed: readonly string[] = []) {
  const names = Object.keys(item);
  const sets = names.map((_name, at) => `#n${at} = :v${at}`);
  const removes = removed.map((_name, at) => `#r${at}`);
  const tokens = [...names.map((name, at) => [`#n${at}`, name]), ...removed.map((name, at) => [`#r${at}`, name])];
  await client.send(
    new UpdateItemCommand({
      ...request,
      UpdateExpression: [
        sets.length > 0 && `SET ${sets.join(', ')}`,
        removes.length > 0 && `REMOVE ${removes.join(', ')}`,
      ]
        .filter(Boolean)
        .join(' '),
      ExpressionAttributeNames: Object.fromEntries(tokens) as Record<string, string>,
      ExpressionAttributeValues: Object.fromEntries(names.map((name, at) => [`:v${at}`, item[name]])) as never,
    }),
  );
}

function raw(name: string, act: (scope: WriterScope) => Promise<unknown>, isBlind = false): Writer {
  const run = async (scope: WriterScope) => {
    await act(scope);
    return 'done';
  };
  return { name, upgrade: undefined, isBlind, isRaw: true, refusals: [], run: () => run };
}

/** A writer that goes through the product. */
function mapped(name: string, target: Class<Thing>, act: Act, { writeVersion, ...traits }: Traits): Writer {
  const run = (writeBack: WriteBackMode) => async (scope: WriterScope) => {
    const { client, clock } = scope;
    const pin = { writeVersion: () => writeVersion };
    const things = new Mapper({ client, clock, entities: [target], ...pin }).repository(target);
    const read = () => scope.reading(() => things.get(key, { writeBack }));
    try {
      return String(await act(things, read));
    } catch (error) {
      if (isMapperError(error) && expectedErrors.has(error.code)) return error.code;
      throw error;
    }
  };
  return { name, upgrade: undefined, isBlind: false, isRaw: false, refusals: [], ...traits, run };
}

function upgrading(writer: Writer, target: Class<Thing>, traits: Traits = {}): Writer {
  return {
    ...writer,
    upgrade: mapped('upgrades', target, async (_, read) => seen(await read()), traits).run('inline'),
  };
}

const expectedErrors = new Set([
  'CONFLICT',
  'NOT_FOUND',
  'NEWER_VERSION',
  'ALREADY_EXISTS',
  'DOWNGRADE_LOSES',
  'DYNAMIC_UPGRADE',
  // where answers get lost
  'REQUEST_FAILED',
]);

/**
 * What was read and that it was saved. Not the entity after it: a save that had to be tried anew also shows what others
 * stored meanwhile, one that hadn't to doesn't, and both are right.
 */
async function saved(things: Things, thing: Thing | undefined, change: object): Promise<string> {
  if (!thing) return 'nothing to save';
  const before = seen(thing);
  await things.save(Object.assign(thing, change));
  return `${before}, saved`;
}

async function put(things: Things, thing: Thing | undefined, change: object): Promise<string> {
  return thing ? seen(await things.put(Object.assign(thing, change))) : 'nothing to put';
}

/** What an entity looks like. */
function seen(thing: Thing | undefined): string {
  if (!thing) return 'nothing';
  const entries = Object.entries(thing).map(([name, value]) => [name, value instanceof Set ? [...value] : value]);
  return canonicalText(Object.fromEntries(entries) as never);
}
