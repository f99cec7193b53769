import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, jest } from '@jest/globals';
import {
  Attribute,
  type Class,
  type EngineClient,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { demoMessages, demoSessions } from '../../docs/examples/studio/demo-items.js';
import { Session } from '../../docs/examples/studio/session.js';
import { Message } from '../../entities/message.js';
import { type RunningStudio, startStudio } from '../../lib/studio/start-studio.js';
import { launchBrowser, whyNoBrowser } from '../../tools/studio/browser.js';
import { root } from '../docs/markdown.js';
import { storeRaw } from '../support/raw-requests.js';
import { testUnless } from '../support/test-unless.js';
import { deepItem, hostileAttributes, hostileItem, hugeItem } from './hostile-items.js';
import { itemsClient, manyItems } from './items-client.js';

jest.setTimeout(120_000);

@Entity({ table: 'notes' })
@Versioned(2)
class Note {
  @PartitionKey() id!: string;
  @Attribute() title!: string;

  @Upgrade(1, 2, 'has a title') static title(item: Item): void {
    item.title ??= 'untitled';
  }
}

const testHere = (name: string, run: () => Promise<void>) => testUnless(whyNoBrowser, name, run);
/** Where what was seen can be looked at afterwards. */
const pictures = join(root, 'build/studio-pictures');
let built: string;
let engine: EmbeddedEngine;
let browser: Browser;
beforeAll(async () => {
  if (whyNoBrowser !== undefined) return;
  await mkdir(pictures, { recursive: true });
  built = await mkdtemp(join(root, 'build/studio-page-'));
  await promisify(execFile)(process.execPath, [join(root, 'tools/studio/build-page.js'), built]);
  [engine, browser] = await Promise.all([startEmbeddedEngine(), launchBrowser()]);
  const mapper = new Mapper({ client: engine.client, entities: [Session, Message] });
  await mapper.createTables({ jobs: true });
  await mapper.close();
  const stored = [
    ...demoSessions().map((item) => ['chat_sessions', item] as const),
    ...demoMessages().map((item) => ['chat_messages', item] as const),
  ];
  for (const [table, item] of stored) await storeRaw(engine.endpoint, table, item);
});
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await browser?.close();
  await engine?.close();
  if (built) await rm(built, { recursive: true, force: true });
});

interface Visit {
  readonly page: Page;
  readonly url: string;
  readonly context: BrowserContext;
}

interface VisitOptions {
  readonly client?: EngineClient;
  readonly colorScheme?: 'light' | 'dark';
  readonly mayWrite?: boolean;
  readonly width?: number;
}

/** A studio, in a page of its own that must not complain, nor ask anybody else. */
async function visit(
  classes: readonly Class[],
  { client = engine.client, colorScheme = 'light', mayWrite = false, width = 1280 }: VisitOptions = {},
): Promise<Visit> {
  const mapper = new Mapper({ client, entities: classes });
  const files = { samplesOf: () => undefined, lockFile: join(root, 'docs/examples/studio/schema.lock.json') };
  const folder = pathToFileURL(`${built}/`);
  const studio: RunningStudio = await startStudio({ mapper, classes, ...files, mayWrite, page: folder });
  const context = await browser.newContext({ viewport: { width, height: 860 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(studio.url);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // a refused question is said on the page
    if (!/status of 422|net::ERR_FAILED/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`asked ${request.url()}`);
  });
  closing.push(async () => {
    await context.close();
    await studio.close();
    await mapper.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(studio.url);
  return { page, url: studio.url, context };
}

/** What axe finds on a page, as text. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
    return found.map(
      ({ help, id, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const keep = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
const addressOf = (url: string, entity: string, id: string, attribute = 'id') =>
  `${url}#/${entity}/item/${encodeURIComponent(JSON.stringify({ [attribute]: { S: id } }))}`;
const count = async (page: Page) => {
  await page.getByRole('button', { name: /^Count/ }).click();
  await page.getByText(/^Counted on/).waitFor();
};

describe('the studio on the demo’s data', () => {
  testHere('leads from the tables to why a session can not be read, and which step it is', async () => {
    const { page } = await visit([Session, Message]);
    await count(page);
    await page.getByRole('link', { name: 's-budget-usd' }).click();
    await page.getByRole('heading', { name: 'This item can’t be read: the step from version 3 to 4 fails.' }).waitFor();
    const verdict = page.locator('.verdict');
    expect(await verdict.textContent()).toContain("the budget '20.00 USD' is no amount such as 12.50 EUR");
    await page.getByRole('link', { name: 'Show the step' }).click();
    const step = page.locator('#step-3-4');
    expect(await step.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await step.textContent()).toContain('UPGRADE_FAILED');
  });

  testHere('has no violation that axe finds, in light and dark, wide and narrow', async () => {
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 1280],
      ['light', 390],
    ] as const) {
      const { page, url } = await visit([Session, Message], { colorScheme, width, mayWrite: true });
      const look = async (name: string) => {
        await keep(page, `${name}-${colorScheme}-${width}`);
        expect([name, colorScheme, width, await violations(page)]).toEqual([name, colorScheme, width, []]);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        expect([name, overflow]).toEqual([name, 0]);
      };
      await look('empty');
      await count(page);
      await look('tables');
      await page.goto(`${url}#/Session/items`);
      await page.getByRole('table').waitFor();
      await look('items');
      await page.goto(addressOf(url, 'Session', 's-1063', 'session_id'));
      await page.getByText('As it is stored').waitFor();
      await look('item');
      await page.goto(addressOf(url, 'Session', 's-budget-usd', 'session_id'));
      await page.getByText('can’t be read').first().waitFor();
      await look('broken');
      await page.goto(`${url}#/Session/chain`);
      await page.getByRole('heading', { name: 'The lock' }).waitFor();
      await look('versions');
      await page.goto(`${url}#/Message/operations`);
      await page.getByRole('button', { name: 'Plan' }).click();
      await page.getByText('would be brought').waitFor();
      await page.getByLabel(/^Last moment at which/).fill('2024-03-01T12:00:00');
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText('Every item can be read').waitFor();
      await look('operations');
    }
  });

  testHere('completes the names of attributes by keyboard, and finds what the filter says', async () => {
    const { page, url } = await visit([Session]);
    await page.goto(`${url}#/Session/items`);
    await page.getByLabel('Filter, as the mapper takes it').click();
    await page.keyboard.type('{ "attr": "bud');
    await page.getByRole('option', { name: 'budget_cents' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type(', "gte": 4000 }');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText(/^\d+ items? found/).waitFor();
    const text = await page.getByRole('table').textContent();
    expect(text).toContain('s-budget-lots');
    const versions = await page.locator('tbody .chip').allTextContents();
    expect(versions).toEqual(expect.arrayContaining(['v1', 'v4']));
    await page.getByLabel('Filter, as the mapper takes it').fill('{ "attr": ');
    await page.getByRole('button', { name: 'Find' }).click();
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
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('rowheader', { name: 'message-v2' }).waitFor();
  });
});

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
    const whole = await copied('Copy the item as wire JSON');
    expect(JSON.parse(whole)).toEqual(JSON.parse(JSON.stringify(hostileItem({ id: { S: 'hostile' } }))));
    expect(Object.keys(JSON.parse(whole) as object)).toContain('__proto__');
  });

  testHere('says the types of the wire when it is asked', async () => {
    const { page, url } = await visit([Note], { client: hostileClient });
    await page.goto(addressOf(url, 'Note', 'hostile'));
    await page.getByLabel('Wire types').check();
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
    await page.getByText('As it is stored').waitFor();
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
    await page.getByText('As it is stored').waitFor();
    while ((await fold.count()) > 0) await fold.first().click();
    await page.getByText('the bottom').first().waitFor();
    await keep(page, 'deep');
  });
});

testHere('the studio counts 100,000 items, and lists them page by page', async () => {
  const { page, url } = await visit([Note], { client: manyItems(100_000) });
  await count(page);
  expect(await page.locator('.total').textContent()).toBe('100,000 items');
  expect(await page.locator('.legend').textContent()).toContain('75,000');
  await page.goto(`${url}#/Note/items`);
  await page.getByText('50 items found among 50 items read so far').waitFor();
  await page.getByRole('button', { name: 'Read on' }).click();
  await page.getByText('100 items found among 100 items read so far').waitFor();
  await page.getByLabel('Filter, as the mapper takes it').fill('{ "attr": "title", "eq": "note 99" }');
  await page.getByRole('button', { name: 'Find' }).click();
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
