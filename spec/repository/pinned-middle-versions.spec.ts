import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  convert,
  Entity,
  Mapper,
  PartitionKey,
  remove,
  rename,
  setDefault,
  type StepList,
  steps,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { watchWriteBacks } from '../support/write-back-cards.js';

interface Account {
  id: string;
  plan?: unknown;
  note?: unknown;
}

/** A class of a version, and all upgrades up to it. */
function accountClass(version: number, upgrades: readonly StepList[], attributes: readonly string[]): Class<Account> {
  class Stored {
    declare id: string;
  }
  PartitionKey({ type: 'string' })(Stored.prototype, 'id');
  for (const name of attributes) Attribute({ type: 'any', optional: true })(Stored.prototype, name);
  for (const [at, list] of upgrades.slice(0, version - 1).entries()) {
    Object.defineProperty(Stored, `to${at + 2}`, { value: list });
    Upgrade(at + 1, at + 2)(Stored, `to${at + 2}`);
  }
  Versioned(version)(Stored);
  Entity({ table: 'accounts' })(Stored);
  return Stored;
}

let engine: EmbeddedEngine;
let watched: ReturnType<typeof watchWriteBacks>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [accountClass(1, [], [])] }).createTables();
});
afterAll(() => engine.close());
beforeEach(() => {
  watched = watchWriteBacks();
});
afterEach(() => watched.stop());

const store = (item: WireItem) => storeRaw(engine.endpoint, 'accounts', { id: { S: 'a' }, ...item });
const stored = () => readStored(engine.endpoint, 'accounts', { id: { S: 'a' } });
const accountsOf = (target: Class<Account>, version?: number) =>
  new Mapper({ client: engine.client, entities: [target], writeVersion: () => version }).repository(target);
const sweep = (target: Class<Account>, version: number) =>
  accountsOf(target, version).scan({ writeBack: 'inline' }).all();

/** From version 2 on a plan is always there; version 4 has none. */
const planned = [steps(setDefault('plan', 'free')), steps(), steps(remove('plan', { optional: true }))];
const ThirdPlanned = accountClass(3, planned, ['plan', 'note']);
const FourthPlanned = accountClass(4, planned, ['note']);

test('a default that version 3 took away does not come back when version 4 sweeps to version 1', async () => {
  const item = { schema_version: { N: '3' }, note: { S: 'n' } };
  await store(item);
  await sweep(FourthPlanned, 1);
  expect(watched.outcomes()).toEqual(['loses']);
  expect(await stored()).toEqual({ id: { S: 'a' }, ...item });
  expect((await accountsOf(ThirdPlanned).getOrFail({ id: 'a' })).plan).toBeUndefined();
});

test('nor when it saves something else', async () => {
  await store({ schema_version: { N: '3' } });
  const accounts = accountsOf(FourthPlanned, 1);
  const account = await accounts.getOrFail({ id: 'a' });
  account.note = 'changed';
  const error = await rejected('DOWNGRADE_LOSES', accounts.save(account));
  expect(error.details).toEqual({ entity: 'Stored', key: { id: 'a' }, version: 1, newest: 3, attributes: ['plan'] });
  expect(await stored()).toEqual({ id: { S: 'a' }, schema_version: { N: '3' } });
});

test('what version 3 has set is still there when version 4 has swept to version 1', async () => {
  await store({ schema_version: { N: '3' }, plan: { S: 'pro' } });
  await sweep(FourthPlanned, 1);
  expect(watched.outcomes()).toEqual(['applied']);
  expect(await stored()).toEqual({ id: { S: 'a' }, schema_version: { N: '1' }, plan: { S: 'pro' } });
  expect((await accountsOf(ThirdPlanned).getOrFail({ id: 'a' })).plan).toBe('pro');
});

test('what version 4 saves in version 1 is what version 3 reads', async () => {
  await store({ schema_version: { N: '3' }, plan: { S: 'pro' } });
  const accounts = accountsOf(FourthPlanned, 1);
  const account = await accounts.getOrFail({ id: 'a' });
  account.note = 'changed';
  await accounts.save(account);
  expect(await accountsOf(ThirdPlanned).getOrFail({ id: 'a' })).toEqual({ id: 'a', plan: 'pro', note: 'changed' });
});

test('an item that version 3 could not read before may look to it as version 1 leaves it', async () => {
  await store({ schema_version: { N: '4' } });
  await sweep(FourthPlanned, 1);
  expect(watched.outcomes()).toEqual(['applied']);
  expect((await accountsOf(ThirdPlanned).getOrFail({ id: 'a' })).plan).toBe('free');
});

test('what only a version in between reads otherwise is noticed whatever the step', async () => {
  const seconds = (value: unknown) => (typeof value === 'number' ? value * 60 : value);
  const minutes = (value: unknown) => (typeof value === 'number' ? Math.floor(value / 60) : value);
  const upgrades = [
    steps(convert('plan', seconds, minutes)),
    steps(rename('plan', 'left')),
    steps(remove('left', { optional: true })),
  ];
  const Fourth = accountClass(4, upgrades, ['note']);
  await store({ schema_version: { N: '3' }, left: { N: '90' } });
  await sweep(Fourth, 1);
  expect(watched.outcomes()).toEqual(['loses']);
  await store({ schema_version: { N: '3' }, left: { N: '120' } });
  await sweep(Fourth, 1);
  expect(watched.outcomes()).toEqual(['loses', 'applied']);
  expect(await stored()).toEqual({ id: { S: 'a' }, schema_version: { N: '1' }, plan: { N: '2' } });
});
