import { describe, expect, jest } from '@jest/globals';
import { Session } from '../../docs/examples/studio/session.js';
import { Message } from '../../entities/message.js';
import { count, keep, testHere, visit, withStudios } from './studio-visits.js';

jest.setTimeout(120_000);
withStudios();

describe('the studio on the demo’s data', () => {
  testHere('leads from the tables to why a session can not be read, and which step it is', async () => {
    const { page } = await visit([Session, Message]);
    await count(page);
    await page.getByRole('link', { name: 's-budget-usd' }).click();
    await page.getByRole('heading', { name: 'This item can’t be read: the step from version 3 to 4 fails.' }).waitFor();
    // the attribute that is in the way, with the step and the cause beside it, and neither said twice above
    const stored = page.getByRole('table', { name: 'The stored item' });
    const [blamed, ...others] = await stored.locator('tr.blamed').allTextContents();
    expect(others).toEqual([]);
    expect(blamed).toMatch(/^budget"20\.00 USD"Step 3 → 4 fails/);
    expect(blamed).toContain("the budget '20.00 USD' isn't an amount such as 12.50 EUR");
    expect(await page.locator('.verdict').textContent()).not.toContain('20.00');
    await page.getByRole('link', { name: 'Show the step' }).click();
    const step = page.locator('#step-3-4');
    expect(await step.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await step.textContent()).toContain('UPGRADE_FAILED');
    expect(await page.getByRole('table', { name: 'What the step looked at' }).textContent()).toContain('20.00 USD');
  });

  testHere('names beside each item that can not be read the step and the cause', async () => {
    const { page } = await visit([Session, Message]);
    await count(page);
    const lines = await page.locator('.broken-items li').allTextContents();
    expect(lines.toSorted()).toEqual([
      "s-budget-commav3step 3 → 4the budget '12,50 EUR' isn't an amount such as 12.50 EUR",
      "s-budget-lotsv2step 3 → 4the budget 'lots' isn't an amount such as 12.50 EUR",
      "s-budget-usdv1step 3 → 4the budget '20.00 USD' isn't an amount such as 12.50 EUR",
      's-from-tomorrowv5it has version 5, and this code knows versions up to 4',
      's-title-numberv4title is a number, but its declared type is string',
      expect.stringMatching(/^s-version-textno versionschema_version is .*, which isn't a version$/),
    ]);
    expect(await page.locator('.figures').first().textContent()).toBe('Items146Of older versions88 60 %Can’t be read6');
  });

  testHere('shows how versions change from count to count', async () => {
    const { page } = await visit([Session], { mayWrite: true });
    await count(page);
    const columns = page.getByRole('list', { name: 'Counts so far' }).getByRole('listitem');
    const before = await columns.count();
    await count(page);
    await columns.nth(before).waitFor();
    expect(await columns.last().textContent()).toMatch(/v4: \d+, v3: \d+, v2: \d+, v1: \d+/);
  });

  testHere('leads by the keyboard alone from the tables to the step that fails, and to the other views', async () => {
    const { page } = await visit([Session]);
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    const tabTo = async (text: string | RegExp) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if ((await focused()).match(text)) return;
      }
      throw new Error(`Tab never came to ${String(text)}`);
    };
    await page.getByRole('heading', { name: 'Tables' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await tabTo(/^Count (the items|again)/);
    await page.keyboard.press('Enter');
    await page.getByText(/^Counted on/).waitFor();
    await tabTo('s-budget-usd');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'As it is stored' }).waitFor();
    await tabTo('Show the step');
    await page.keyboard.press('Enter');
    expect(await focused()).toContain('Step 3 → 4');
    await page.evaluate('document.activeElement.blur()');
    for (const [view, shown] of [
      ['Versions', 'The lock'],
      ['Operations', 'Retire old versions'],
      ['Items', 'By key'],
    ] as const) {
      await tabTo(new RegExp(`^${view}$`));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: shown }).waitFor();
    }
  });

  testHere('goes on by the keyboard where a view begins', async () => {
    const { page, url } = await visit([Session]);
    await page.goto(`${url}#/Session/items`);
    await page.getByRole('link', { name: /^s-/ }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'As it is stored' }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main');
  });

  testHere('switches between light and dark, and says which it is', async () => {
    const { page } = await visit([Session]);
    for (const [name, theme, scheme] of [
      [/^System theme.*light/, 'light', 'light'],
      [/^Light theme.*dark/, 'dark', 'dark'],
      [/^Dark theme.*system/, 'system', 'light dark'],
    ] as const) {
      await page.getByRole('button', { name }).click();
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      expect(await page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme')).toBe(scheme);
    }
  });

  testHere('says that found items are those of the query before, and asks at once for what is chosen', async () => {
    const { page, url } = await visit([Session]);
    await page.goto(`${url}#/Session/items`);
    await page.getByText('50 items found').waitFor();
    await page.getByLabel('Filter').fill('{ "attr": "title", "contains": "query" }');
    await page.getByText('these belong to the query before').waitFor();
    await page.getByRole('button', { name: 'Find again' }).click();
    await page.getByText('Why is my query slow?').first().waitFor();
    expect(await page.getByText('these belong to the query before').count()).toBe(0);
    await page.getByLabel('Filter').fill('{ "attr": ');
    await page.getByText('these belong to the query before').waitFor();
    await page.getByLabel('Filter').fill('');
    await page.getByLabel('Only what can’t be read').check();
    await page.getByText('6 items found').waitFor();
    // the address has the query: back and forth leads through what was asked
    await page.goBack();
    await page.getByText('Why is my query slow?').first().waitFor();
    expect(await page.getByLabel('Only what can’t be read').isChecked()).toBe(false);
    expect(await page.getByLabel('Filter').inputValue()).toBe('{"attr":"title","contains":"query"}');
  });

  testHere('leads from the verdict on a version to what keeps it alive', async () => {
    const { page, url } = await visit([Session]);
    await page.goto(`${url}#/Session/operations`);
    await page.getByLabel('Forget').selectOption('Version 1');
    await page.getByLabel(/^When code that writes them last ran/).fill('2024-03-01T12:00:00');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Version 1 can’t be forgotten yet.').waitFor();
    const checks = page.locator('.checks');
    const text = (await checks.textContent()) ?? '';
    expect(text).not.toMatch(/\w\(\)|census\(/);
    await checks.getByRole('link', { name: 'start' }).click();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('sweep');
    await checks.getByRole('link', { name: 's-budget-usd' }).click();
    await page.getByText('the step from version 3 to 4 fails').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Retire old versions' }).waitFor();
  });

  testHere('completes the names of attributes by keyboard, and finds what the filter says', async () => {
    const { page, url } = await visit([Session]);
    await page.goto(`${url}#/Session/items`);
    await page.getByLabel('Filter').click();
    await page.keyboard.type('{ "attr": "bud');
    await page.getByRole('option', { name: 'budget_cents' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type(', "gte": 4000 }');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByText(/^\d+ items? found/).waitFor();
    const text = await page.getByRole('table').textContent();
    expect(text).toContain('s-budget-lots');
    const versions = await page.locator('tbody .chip').allTextContents();
    expect(versions).toEqual(expect.arrayContaining(['v1', 'v4']));
    await page.getByLabel('Filter').fill('{ "attr": ');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByText('The filter isn’t JSON').waitFor();
  });

  testHere('only reads unless it may write, and says how to allow more', async () => {
    const { page, url } = await visit([Session]);
    await page.goto(`${url}#/Session/operations`);
    await page.getByText('This studio only reads.').waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).count()).toBe(0);
  });

  testHere('starts a sweep, pauses it, goes on, and stops it', async () => {
    const { page, url } = await visit([Message], { mayWrite: true });
    await page.goto(`${url}#/Message/operations`);
    await page.getByLabel('Items a second').fill('5');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Running', { exact: true }).waitFor();
    await page.locator('.chart canvas').first().waitFor();
    await keep(page, 'sweep');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped', { exact: true }).waitFor();
    // the list of jobs follows by itself
    await page.getByRole('rowheader', { name: 'message-v2' }).waitFor();
  });
});
