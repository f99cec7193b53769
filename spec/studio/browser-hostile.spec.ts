import { describe, expect, jest } from '@jest/globals';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Session } from '../../docs/examples/studio/session.js';
import { deepItem, hostileAttributes, hostileItem, hugeItem } from './hostile-items.js';
import { itemsClient, manyItems } from './items-client.js';
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
