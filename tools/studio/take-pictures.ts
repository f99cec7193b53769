// Takes the pictures of docs/studio.md, of the studio's demo in a browser without a window: npm run docs:pictures
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.js';

const folder = 'docs/public/pictures';
const demo = spawn(process.execPath, ['--disable-warning=Warning', 'build/docs/examples/studio/main.js'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const address = async () => {
  for await (const line of createInterface({ input: demo.stdout })) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the demo ended before it told its address');
};

const browser = await launchBrowser();
try {
  const url = await address();
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  const take = (name: string) => page.screenshot({ path: join(folder, `${name}.png`) });
  await count(page, url);

  await page.goto(`${url}#/Session/item/${encodeURIComponent('{"session_id":{"S":"s-budget-usd"}}')}`);
  await page.getByText('As it is stored').waitFor();
  await take('broken-item');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(300);
  await take('broken-item-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${url}#/Session/chain`);
  await page.getByRole('heading', { name: 'The lock' }).waitFor();
  await take('versions');

  await page.goto(`${url}#/Session/operations`);
  await page.getByLabel('Items a second').fill('6');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForTimeout(5_000);
  await page.locator('#sweep').screenshot({ path: join(folder, 'sweep.png') });
  for (let round = 0; round < 3; round++) {
    await page.goto(`${url}#/Session/operations`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await count(page, url);
    await page.goto(`${url}#/Session/operations`);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.waitForTimeout(1_500);
  }
  await page.goto(`${url}#/`);
  await page.getByText('From count to count').first().waitFor();
  await page.setViewportSize({ width: 1280, height: 960 });
  await take('tables');
} finally {
  await browser.close();
  demo.kill();
  await once(demo, 'exit');
}

async function count(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/`);
  await page.getByRole('button', { name: /^Count/ }).click();
  await page
    .getByRole('button', { name: 'Stop' })
    .waitFor({ timeout: 2_000 })
    .catch(() => {});
  await page.getByText(/^Counted on/).waitFor();
}
