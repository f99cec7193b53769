import { describe, expect, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Session } from '../../docs/examples/studio/session.js';
import { Message } from '../../entities/message.js';
import { misfits } from './look-at-layout.js';
import { addressOf, count, keep, testHere, violations, visit, withStudios } from './studio-visits.js';

jest.setTimeout(180_000);
withStudios();

/** Every view on the demo's data, the one after the other. */
const views: readonly (readonly [name: string, open: (page: Page, url: string) => Promise<void>])[] = [
  ['empty', async (page) => page.getByRole('heading', { name: 'Session' }).waitFor()],
  ['tables', async (page) => count(page)],
  [
    'items',
    async (page, url) => {
      await page.goto(`${url}#/Session/items`);
      await page.getByRole('table').waitFor();
    },
  ],
  [
    'item',
    async (page, url) => {
      await page.goto(addressOf(url, 'Session', 's-1063', 'session_id'));
      await page.getByRole('heading', { name: 'As it is stored' }).waitFor();
    },
  ],
  [
    'broken',
    async (page, url) => {
      await page.goto(addressOf(url, 'Session', 's-budget-usd', 'session_id'));
      await page.getByText('can’t be read').first().waitFor();
      await page.getByLabel('Stored types').check();
    },
  ],
  [
    'versions',
    async (page, url) => {
      await page.goto(`${url}#/Session/chain`);
      await page.getByRole('heading', { name: 'The lock' }).waitFor();
    },
  ],
  [
    'operations',
    async (page, url) => {
      await page.goto(`${url}#/Session/operations`);
      await page.getByRole('button', { name: 'Plan' }).click();
      await page.getByText('would be brought').waitFor();
      await page.getByLabel(/^When code that writes them last ran/).fill('2024-03-01T12:00:00');
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText('Every item can be read').waitFor();
    },
  ],
  [
    'sweep',
    async (page, url) => {
      await page.goto(`${url}#/Message/operations`);
      await page.getByLabel('Items a second').fill('4');
      await page.getByRole('button', { name: 'Start' }).click();
      await page.locator('.chart canvas').first().waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByRole('rowheader', { name: 'message-v2' }).waitFor();
    },
  ],
];

describe('every view', () => {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)
    testHere(`has no violation that axe finds, and fits: ${colorScheme}, ${width} pixels wide`, async () => {
      const { page, url } = await visit([Session, Message], { colorScheme, width, mayWrite: true });
      const found: Record<string, readonly string[]> = {};
      for (const [name, open] of views) {
        await open(page, url);
        await keep(page, `${name}-${colorScheme}-${width}`);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        found[name] = [...(await violations(page)), ...(await misfits(page)), ...(overflow > 0 ? ['scrolls'] : [])];
      }
      expect(found).toEqual(Object.fromEntries(views.map(([name]) => [name, []])));
    });

  testHere('shows a chain in a row where there is room, and in a column where there is none', async () => {
    const places = async (width: number) => {
      const { page, url } = await visit([Session], { width });
      await page.goto(`${url}#/Session/chain`);
      const nodes = page.locator('circle.version');
      await nodes.first().waitFor();
      const boxes = await Promise.all((await nodes.all()).map((node) => node.boundingBox()));
      // what each step does can be read in full
      for (const text of ['renamed state to session_state, added blueprint', 'turned the budget, a text, into cents']) {
        const note = page.locator('.edge-note span', { hasText: text });
        expect(await note.evaluate((each) => each.scrollHeight > each.clientHeight)).toBe(false);
      }
      expect(await page.locator('.key-line').textContent()).not.toContain('point of no return');
      await page.getByText('Versions 1, 2 and 3 aren’t in schema.lock.json').waitFor();
      return boxes.map((box) => [Math.round(box?.x ?? 0), Math.round(box?.y ?? 0)] as const);
    };
    const row = await places(1280);
    expect(new Set(row.map(([, y]) => y)).size).toBe(1);
    const column = await places(390);
    expect(new Set(column.map(([x]) => x)).size).toBe(1);
    expect(column).toHaveLength(4);
  });
});
