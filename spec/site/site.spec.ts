import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, jest } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, whyNoBrowser } from '../../tools/studio/browser.js';
import { root } from '../docs/markdown.js';
import { testUnless } from '../support/test-unless.js';

// builds the site
jest.setTimeout(300_000);

const testHere = (name: string, run: () => Promise<void>) => testUnless(whyNoBrowser, name, run);
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

let folder: string;
let server: Server;
let browser: Browser;
let address: string;

beforeAll(async () => {
  if (whyNoBrowser !== undefined) return;
  await mkdir(join(root, 'build'), { recursive: true });
  folder = await mkdtemp(join(root, 'build/site-spec-'));
  const vitepress = join(root, 'node_modules/vitepress/bin/vitepress.js');
  await promisify(execFile)(process.execPath, [vitepress, 'build', 'docs', '--outDir', folder], { cwd: root });
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});
async function serve({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(url, 'http://site').pathname;
  const name = path.endsWith('/') ? `${path}index.html` : path;
  const found = await readFile(join(folder, name)).catch(() => undefined);
  response.writeHead(found ? 200 : 404, { 'content-type': types[found ? extname(name) : '.html'] ?? 'text/plain' });
  response.end(found ?? (await readFile(join(folder, '404.html'))));
}

const opened: Page[] = [];
afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

interface Look {
  readonly width?: number;
  readonly colorScheme?: 'dark' | 'light';
}

/** A page of the site, and the hosts that it asked. */
async function visit(path: string, { width = 1280, colorScheme = 'light' }: Look = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  opened.push(page);
  const hosts = new Set<string>();
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).origin);
  });
  await page.goto(`${address}${path}`, { waitUntil: 'load' });
  return { page, hosts };
}

/** What axe finds wrong with a page. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: here } = globalThis as unknown as { axe: { run: () => Promise<{ violations: unknown[] }> } };
    return (await here.run()).violations;
  });
  return (found as { id: string; nodes: { html: string }[] }[]).map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

const pages = [
  '/',
  '/guide.html',
  '/entities.html',
  '/operations.html',
  '/errors.html',
  '/errors/versions.html',
  '/recipes/',
  '/recipes/add-a-required-field.html',
  '/map.html',
];

describe('the site of the pages', () => {
  for (const path of pages) {
    for (const look of [{}, { colorScheme: 'dark' }, { width: 390 }] as const) {
      testHere(`${path} ${JSON.stringify(look)} asks no other host, and has no barriers`, async () => {
        const { hosts, page } = await visit(path, look);
        expect(await page.locator('h1').count()).toBe(1);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(look && 'width' in look ? look.width : 1280);
        expect(await violations(page)).toEqual([]);
        expect([...hosts]).toEqual([address]);
      });
    }
  }

  testHere('keeps the picture of the first page clear of its words, wide and narrow', async () => {
    for (const width of [1280, 800, 390]) {
      const { page } = await visit('/', { width });
      const [words, picture] = await Promise.all(
        ['.VPHero .main', '.VPHero .image-src'].map((part) => page.locator(part).boundingBox()),
      );
      const isBeside = words!.x + words!.width <= picture!.x;
      const isAbove = words!.y + words!.height <= picture!.y;
      expect([width, isBeside || isAbove]).toEqual([width, true]);
    }
  });

  testHere('has tabs for the three ways to define an entity', async () => {
    const { page } = await visit('/entities.html');
    const tabs = page.locator('.vp-code-group').first();
    expect(await tabs.locator('.tabs label').allTextContents()).toEqual([
      'Experimental decorators',
      'Standard decorators',
      'defineEntity',
    ]);
    await tabs.getByText('defineEntity', { exact: true }).first().click();
    expect(await tabs.locator('.blocks > .active').textContent()).toContain('const Note = defineEntity({');
  });

  testHere('shows in the sidebar which page is open, however far below it is', async () => {
    const { page } = await visit('/comparison.html');
    const active = page.locator('.VPSidebar .is-link.is-active > .item').last();
    await active.waitFor();
    await page.waitForFunction(`document.querySelector('.VPSidebar').scrollTop > 0`);
    const box = await active.boundingBox();
    expect([box!.y > 0, box!.y + box!.height < 900]).toEqual([true, true]);
  });

  testHere('finds words without a server', async () => {
    const { hosts, page } = await visit('/');
    const input = page.locator('#localsearch-input');
    // the page doesn't listen before its script has run
    while (!(await input.isVisible())) {
      await page.keyboard.press('Control+k');
      await page.waitForTimeout(100);
    }
    await input.fill('sweep');
    await page.locator('#localsearch-list a').first().click();
    expect(await page.locator('h1').first().textContent()).toMatch(/\w/);
    expect([...hosts]).toEqual([address]);
  });

  testHere('says that a page does not exist, and leads back', async () => {
    const { page } = await visit('/nowhere.html');
    await page.locator('.NotFound a').click();
    await page.waitForURL(`${address}/`);
    // the address changes before the page does
    await page.locator('h1', { hasText: 'dynamo-evolve' }).waitFor();
    expect(await page.locator('.NotFound').count()).toBe(0);
  });

  testHere('shows where other releases will be, beside this one', async () => {
    const { page } = await visit('/');
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    await page
      .locator('.VPNavBar')
      .getByRole('button', { name: `v${version}` })
      .hover();
    const href = await page.locator('.VPNavBar').getByRole('link', { name: 'What is new' }).getAttribute('href');
    expect(await (await page.request.get(`${address}${href}`)).text()).toMatch(/^# Changelog/);
  });

  testHere('leads to the sources that pages name', async () => {
    const { page } = await visit('/map.html');
    const href = await page.locator('a[href*="/files/"]').first().getAttribute('href');
    const answer = await page.request.get(`${address}${href}`);
    expect(answer.status()).toBe(200);
    expect((await answer.text()).length).toBeGreaterThan(100);
  });

  describe('answers what a newcomer asks within two clicks of the first page', () => {
    const tasks = [
      ['add a field', ['Change a schema'], '/upgrades.html'],
      [
        'find out why an item cannot be read',
        ['every error by its code', 'NEWER_VERSION'],
        '/errors/versions.html#newer_version',
      ],
      ['take back a deployment', ['Rolling back'], '/rollouts.html#rolling-back'],
    ] as const;
    for (const [task, clicks, expected] of tasks) {
      testHere(task, async () => {
        const { page } = await visit('/');
        for (const name of clicks)
          await page.locator('.vp-doc').getByRole('link', { name, exact: true }).first().click();
        await page.waitForURL(`${address}${expected}`);
        expect(await page.locator('h1').count()).toBe(1);
      });
    }
  });
});
