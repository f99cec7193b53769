import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  convert,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  setDefault,
  steps,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { inspect } from 'node:util';
import { readStored, storeRaw } from '../support/raw-requests.js';

const defaults = { theme: 'light', sizes: [1], flags: new Set(['x']) };
const plans: Readonly<Record<string, unknown>> = { free: { seats: 1 } };
const untouched = structuredClone({ defaults, plans });

class AccountUpgrades {
  @Upgrade(1, 2, 'added settings and address')
  static settings(item: Item): void {
    item.settings ??= defaults;
    item.address ??= item.home;
  }

  @Upgrade(2, 3)
  static plan = steps(
    convert('plan', (name) => plans[String(name)], 'one-way'),
    setDefault('limits', defaults),
  );
}

interface Settings {
  theme: string;
  sizes: number[];
  flags: Set<string>;
}

@Entity({ table: 'accounts' })
@Versioned(3, { upgrades: AccountUpgrades })
class Account {
  @PartitionKey() id!: string;
  @Attribute({ type: 'any' }) settings!: Settings;
  @Attribute({ type: 'any' }) limits!: Settings;
  @Attribute({ type: 'any' }) plan!: { seats: number };
  @Attribute({ type: 'any' }) home!: { city: string };
  @Attribute({ type: 'any' }) address!: { city: string };
}

let engine: EmbeddedEngine;
let accounts: Repository<Account>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Account] });
  await mapper.createTables();
  accounts = mapper.repository(Account);
});
afterAll(() => engine.close());
beforeEach(async () => {
  for (const id of ['a', 'b']) {
    await storeRaw(engine.endpoint, 'accounts', {
      id: { S: id },
      plan: { S: 'free' },
      home: { M: { city: { S: 'Haifa' } } },
    });
  }
});

const changes: [what: string, change: (account: Account) => void, attribute: string][] = [
  ['a member of a default', ({ settings }) => void (settings.theme = 'dark'), 'settings'],
  ['a list within a default', ({ settings }) => void settings.sizes.push(2), 'settings'],
  ['a Set within a default', ({ settings }) => void settings.flags.add('y'), 'settings'],
  ['a member of a declared default', ({ limits }) => void (limits.theme = 'dark'), 'limits'],
  ['what convert has given', ({ plan }) => void (plan.seats = 2), 'plan'],
  ['what two attributes were given', ({ address }) => void (address.city = 'Wien'), 'address'],
];

describe('a change of what an upgrade has handed over', () => {
  test.each(changes)('is stored, and seen in one entity alone: %s', async (_what, change, attribute) => {
    const read = (id: string) => accounts.getOrFail({ id });
    const [one, other] = [await read('a'), await read('b')];
    const before = inspect(other, { depth: null });
    change(one);
    expect(inspect(other, { depth: null })).toBe(before);
    expect(inspect(await read('a'), { depth: null })).toBe(before.replace("id: 'b'", "id: 'a'"));
    expect({ defaults, plans }).toEqual(untouched);

    await accounts.save(one);
    const again = await read('a');
    expect(again).toEqual(one);
    expect(inspect(again, { depth: null })).not.toBe(before.replace("id: 'b'", "id: 'a'"));
    expect(await readStored(engine.endpoint, 'accounts', { id: { S: 'a' } })).toHaveProperty(attribute);
  });

  test('is seen in one attribute alone', async () => {
    const account = await accounts.getOrFail({ id: 'a' });
    account.address.city = 'Wien';
    account.settings.theme = 'dark';
    expect(account).toMatchObject({ home: { city: 'Haifa' }, limits: { theme: 'light' } });
  });
});
