import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
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

@Entity({ table: 'notes' })
@Versioned(2)
export class Note {
  @PartitionKey() id!: string;
  @Attribute() title!: string;

  @Upgrade(1, 2, 'has a title') static title(item: Item): void {
    item.title ??= 'untitled';
  }
}

/** A test that is skipped where there is no browser. */
export const testHere = (name: string, run: () => Promise<void>) => testUnless(whyNoBrowser, name, run);

/** A studio that is looked at. */
export interface Visit {
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

/** Where what was seen can be looked at afterwards. */
const pictures = join(root, 'build/studio-pictures');
let built: string;
let engine: EmbeddedEngine;
let browser: Browser;
const closing: (() => Promise<void>)[] = [];

/** Starts a browser and an engine with the demo's data before the tests of a suite, and ends them after. */
export function withStudios(): void {
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
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  afterAll(async () => {
    await browser?.close();
    await engine?.close();
    if (built) await rm(built, { recursive: true, force: true });
  });
}

/** A studio, in a page of its own that must not complain, nor ask anybody else. */
export async function visit(
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
export async function violations(page: Page): Promise<string[]> {
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

/** Keeps a picture of a view, as tall as the view is. */
export async function keep(page: Page, name: string): Promise<void> {
  const { height, width } = page.viewportSize() ?? { width: 1280, height: 860 };
  const needed = await page.evaluate<number>("document.querySelector('main').scrollHeight");
  if (width > 820) await page.setViewportSize({ width, height: Math.max(height, Math.min(needed, 4_000)) });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  await page.setViewportSize({ width, height });
}

export function addressOf(url: string, entity: string, id: string, attribute = 'id'): string {
  return `${url}#/${entity}/item/${encodeURIComponent(JSON.stringify({ [attribute]: { S: id } }))}`;
}

/** Counts all tables, and waits for the end. */
export async function count(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Count/ }).click();
  await page.getByText(/^Counted on/).waitFor();
}
