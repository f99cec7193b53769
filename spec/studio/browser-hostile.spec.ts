import { describe, expect, jest } from '@jest/globals';
import { Attribute, Entity, Index, type Item, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Session } from '../../docs/examples/studio/session.js';
import { deepItem, hostileAttributes, hostileItem, hugeItem } from './hostile-items.js';
import { itemsClient, manyItems } from './items-client.js';
import { misfits } from './look-at-layout.js';
import { addressOf, count, keep, Note, testHere, violations, visit, withStudios } from './studio-visits.js';

jest.setTimeout(120_000);
withStudios();

describe('the studio on hostile items', () => {
  // the embedded engine takes an attribute called __proto__ for a prototype
  const key = (id: string) => ({ id: { S: id } });
  const stored = [hostileItem(key('hostile')), hugeItem(key('huge')), deepItem(key('deep'))];
  const hostileClient = itemsClient(stored);

  testHere('shows every value as it is, and copies it as it is', async () => {
    const { context, page, url } = await visit([Note], { client: hostileClient });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(addressOf(url, 'Note', 'hostile'));
    const table = page.getByRole('table', { name: 'The stored item' });
    await table.waitFor();
    await keep(page, 'hostile');
    const shown = (await table.textContent()) ?? '';
    for (const name of Object.keys(hostileAttributes)) expect(shown).toContain(name);
    for (const text of [
      '12345678901234567890123456789012345678',
      '<img src=x onerror=',
      'AAECAwQ=',
      'polluted',
      'U+202E',
    ])
      expect(shown).toContain(text);
    expect(await page.evaluate(() => ['broken' in globalThis, 'polluted' in {}])).toEqual([false, false]);
    expect(await violations(page)).toEqual([]);

    const copied = async (label: string) => {
      await page.getByRole('button', { name: label, exact: true }).first().click({ force: true });
      await page.getByText('Copied').first().waitFor();
      return page.evaluate<string>('navigator.clipboard.readText()');
    };
    const plain = { exact: 'N', markup: 'S', lines: 'S', direction: 'S', bytes: 'B' } as const;
    for (const [name, type] of Object.entries(plain)) {
      const value = (hostileAttributes[name] as Record<string, string> | undefined)?.[type];
      expect([name, await copied(`Copy the value of ${name}`)]).toEqual([name, value]);
    }
    expect(JSON.parse(await copied('Copy the value of numbers'))).toEqual(hostileAttributes['numbers']);
    const whole = await copied('Copy the item as DynamoDB JSON');
    expect(JSON.parse(whole)).toEqual(JSON.parse(JSON.stringify(hostileItem({ id: { S: 'hostile' } }))));
    expect(Object.keys(JSON.parse(whole) as object)).toContain('__proto__');
  });

  testHere('lists them, and counts them', async () => {
    const { page, url } = await visit([Note], { client: hostileClient });
    await page.goto(`${url}#/Note/items`);
    await page.getByText('3 items found').waitFor();
    await page.getByRole('link', { name: 'huge' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${url}#/`);
    await count(page);
    expect(await page.locator('.total').textContent()).toBe('3');
  });

  testHere('says the types of the wire when it is asked', async () => {
    const { page, url } = await visit([Note], { client: hostileClient });
    await page.goto(addressOf(url, 'Note', 'hostile'));
    await page.getByLabel('Stored types').check();
    const types = await page
      .getByRole('table', { name: 'The stored item' })
      .locator('td > .value > .type')
      .allTextContents();
    expect(new Set(types)).toEqual(new Set(['S', 'N', 'NULL', 'BOOL', 'B', 'SS', 'NS', 'BS', 'L', 'M']));
  });

  testHere('isn’t frozen by an item of 400 KB, nor by one of 30 levels', async () => {
    const { page, url } = await visit([Note], { client: hostileClient });
    const began = performance.now();
    await page.goto(addressOf(url, 'Note', 'huge'));
    await page.getByRole('heading', { name: 'As it is stored' }).waitFor();
    // a page with all of its 8,000 values would take far longer
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(3_000);
    await page.getByRole('button', { name: '3,000 elements' }).first().click();
    await page
      .getByRole('button', { name: /^Show more of 2,970/ })
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /Show all 150,000 characters/ })
      .first()
      .click();
    const text = await page.locator('.text').filter({ hasText: 'long text' }).first().textContent();
    expect(text?.length).toBeGreaterThan(150_000);

    await page.goto(addressOf(url, 'Note', 'deep'));
    const fold = page.getByRole('table', { name: 'The stored item' }).locator('.fold[aria-expanded="false"]');
    await page.getByRole('heading', { name: 'As it is stored' }).waitFor();
    while ((await fold.count()) > 0) await fold.first().click();
    await page.getByText('the bottom').first().waitFor();
    await keep(page, 'deep');
  });
});

/** Ten versions. The first step skips one, no step has a way back, and what they say is long. */
class LongUpgrades {
  @Upgrade(1, 3, 'skips the second version, since no release ever stored it') static skip(item: Item): void {
    item.size ??= 1;
  }
}
for (let from = 2; from < 10; from++) {
  const says = `turns what version ${from} has under several names into what version ${from + 1} has under one`;
  const name = `from${from}`;
  Object.defineProperty(LongUpgrades, name, { value: () => {}, configurable: true, enumerable: true, writable: true });
  Upgrade(from, from + 1, says)(LongUpgrades, name, Object.getOwnPropertyDescriptor(LongUpgrades, name) as never);
}

@Entity({ table: 'boxes' })
@Versioned(10, { upgrades: LongUpgrades })
@Index('by_size', { partitionKey: 'size', since: 4 })
class Box {
  @PartitionKey() id!: string;
  @Attribute() size!: number;
}

describe('the studio on a class with a long chain', () => {
  const client = itemsClient([
    { id: { S: 'a' }, size: { N: '1' }, schema_version: { N: '2' } },
    { id: { S: 'b' }, size: { N: '1' }, schema_version: { N: '9' } },
    { id: { S: 'c' }, size: { N: '1' }, schema_version: { N: '10' } },
  ]);

  for (const width of [1280, 390])
    testHere(`draws it, and says that nothing leads back: ${width} pixels wide`, async () => {
      const { page, url } = await visit([Box], { client, width });
      await page.goto(`${url}#/Box/chain`);
      await page.locator('circle.version').first().waitFor();
      await keep(page, `long-chain-${width}`);
      expect(await misfits(page)).toEqual([]);
      expect(await page.locator('circle.version').count()).toBe(10);
      expect(await page.locator('path.edge.up').count()).toBe(9);
      expect(await page.locator('path.edge.none').count()).toBe(9);
      const legend = page.locator('.key-line');
      expect(await legend.textContent()).toContain('point of no return');
      expect(await legend.textContent()).not.toContain('way back');
    });

  testHere('says which versions an index misses, and how many items are of them', async () => {
    const { page } = await visit([Box], { client });
    await count(page);
    const text = 'May miss items of versions below 4, which have no keys for it. 1 is stored.';
    expect(await page.locator('.misses').textContent()).toBe(text);
    await page.getByRole('combobox').selectOption('A sample of 10 %');
    await count(page);
    // nobody knows of those that weren't read
    await page.getByText('All items of the sample can be read.').waitFor();
  });
});

testHere('the studio counts 100,000 items, and lists them page by page', async () => {
  const { page, url } = await visit([Note], { client: manyItems(100_000) });
  await count(page);
  expect(await page.locator('.total').textContent()).toBe('100,000');
  expect(await page.locator('.legend').textContent()).toContain('75,000');
  await page.goto(`${url}#/Note/items`);
  await page.getByText('50 items found among 50 items read so far').waitFor();
  await page.getByRole('button', { name: 'Read on' }).click();
  await page.getByText('100 items found among 100 items read so far').waitFor();
  await page.getByLabel('Filter').fill('{ "attr": "title", "eq": "note 99" }');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByText(/^1 item found among [\d,]+ items read/).waitFor();
});

describe('the studio without an engine', () => {
  testHere('says on every view what is wrong, and how to go on', async () => {
    const gone = await startEmbeddedEngine();
    await gone.close();
    const { page, url } = await visit([Session], { client: gone.client, mayWrite: true });
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('button', { name: 'Count the items' }).click();
    await page.getByText(/^Ended early/).waitFor();
    await keep(page, 'no-engine');
    expect(await violations(page)).toEqual([]);
    for (const path of ['items', `item/${encodeURIComponent('{"session_id":{"S":"x"}}')}`]) {
      await page.goto(`${url}#/Session/${path}`);
      const alert = page.getByRole('alert').first();
      await alert.waitFor();
      expect(await alert.textContent()).toContain('REQUEST_FAILED');
      await alert.getByRole('button', { name: 'Try again' }).click();
    }
    // the chain needs no engine
    await page.goto(`${url}#/Session/chain`);
    await page.getByRole('heading', { name: 'The lock' }).waitFor();
    await page.goto(`${url}#/Session/operations`);
    await page.getByRole('button', { name: 'Plan' }).click();
    await page.getByText('REQUEST_FAILED').first().waitFor();
    await page.getByLabel(/^When code that writes them last ran/).fill('2024-03-01T12:00:00');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('.card', { hasText: 'Retire old versions' }).getByText('REQUEST_FAILED').waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.locator('#sweep').getByText('REQUEST_FAILED').first().waitFor();
  });

  testHere('says that the studio itself has ended', async () => {
    const { page, url } = await visit([Note], { client: manyItems(3) });
    await page.goto(`${url}#/Note/items`);
    await page.getByRole('table').waitFor();
    await page.route('**/api/*', (route) => route.abort());
    await page.getByRole('link', { name: 'Operations' }).click();
    await page.getByRole('button', { name: 'Plan' }).click();
    await page.getByText('The studio no longer answers').first().waitFor();
    // the browser notes each request that it couldn't send
    await page.unrouteAll();
  });
});
