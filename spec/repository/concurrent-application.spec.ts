import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Downgrade,
  Entity,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type Repository,
  Revision,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

class Upgrades {
  @Upgrade(1, 2) static heading(item: Item): void {
    if (item.title !== undefined) item.heading = item.title;
    delete item.title;
  }
  @Downgrade(2, 1) static title(item: Item): void {
    if (item.heading !== undefined) item.title = item.heading;
    delete item.heading;
  }
}

@Entity({ table: 'pages' })
@Versioned(2, { upgrades: Upgrades })
class Page {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) heading?: string;
  @Attribute({ optional: true }) extra?: string;
  @Attribute({ optional: true }) other?: string;
  @Attribute({ optional: true }) details?: { color?: string; tags?: string[] };
}

@Entity({ table: 'revised_pages' })
@Versioned(2, { upgrades: Upgrades })
class RevisedPage extends Page {
  @Revision() revision!: string;
}

let engine: EmbeddedEngine;
const mappers: Mapper[] = [];

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await mapperWith({}).createTables();
});
afterAll(async () => {
  await Promise.all(mappers.map((mapper) => mapper.close()));
  await engine.close();
});

function mapperWith(options: Omit<MapperOptions, 'client' | 'entities'>): Mapper {
  const mapper = new Mapper({ client: engine.client, entities: [Page, RevisedPage], ...options });
  mappers.push(mapper);
  return mapper;
}

const modes = ['off', 'inline', 'background'] as const;
const classes = [Page, RevisedPage] as const;
const pins = [undefined, 1] as const;
const ways = modes.flatMap((writeBack) =>
  classes.flatMap((target) =>
    pins.map((pin) => {
      const name = `${target.name}, write-back ${writeBack}, ${pin ? 'pinned to version 1' : 'not pinned'}`;
      return { name, writeBack, target, pin };
    }),
  ),
);

/** Of any version, as the newest names it. */
async function stored(target: typeof Page): Promise<WireItem | undefined> {
  const table = target === Page ? 'pages' : 'revised_pages';
  const item = await readStored(engine.endpoint, table, { id: { S: 'a' } });
  return item && { ...item, ...(item['title'] && { heading: item['title'] }) };
}

/** A save that meets others' changes, and leaves the entity as the application has it. */
async function assertConflict(saving: Promise<unknown>, page: { readonly extra?: string }): Promise<void> {
  await expect(saving).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(page.extra).toBe('2');
}

describe.each(ways)('what the application changes while a call runs: $name', ({ writeBack, target, pin }) => {
  async function loadPage(): Promise<{ page: Page; pages: Repository<Page> }> {
    const mapper = mapperWith({ writeBack, ...(pin && { writeVersion: new Map([[target, pin]]) }) });
    const pages: Repository<Page> = mapper.repository(target);
    const item = {
      id: { S: 'a' },
      title: { S: 'Hello' },
      details: { M: { color: { S: 'red' }, tags: { L: [{ S: 'x' }] } } },
      ...(target === RevisedPage && { revision: { S: 'r1' } }),
    };
    await storeRaw(engine.endpoint, target === Page ? 'pages' : 'revised_pages', item);
    return { pages, page: await pages.getOrFail({ id: 'a' }) };
  }

  test('a save without changes', async () => {
    const { page, pages } = await loadPage();
    const running = pages.save(page);
    page.extra = '2';
    await running;
    await pages.save(page);
    expect(await stored(target)).toMatchObject({ extra: { S: '2' } });
  });

  test('a save of other attributes, and of the same', async () => {
    const { page, pages } = await loadPage();
    page.heading = 'one';
    page.other = 'one';
    const running = pages.save(page);
    page.heading = 'two';
    page.extra = '2';
    delete page.other;
    await running;
    expect(page).toMatchObject({ heading: 'two', extra: '2' });
    await pages.save(page);
    const now = await stored(target);
    expect(now).toMatchObject({ heading: { S: 'two' }, extra: { S: '2' } });
    expect(now).not.toHaveProperty('other');
  });

  test('nested values, in place', async () => {
    const { page, pages } = await loadPage();
    page.details!.color = 'green';
    const running = pages.save(page);
    page.details!.color = 'blue';
    page.details!.tags!.push('y');
    await running;
    await pages.save(page);
    const details = { M: { color: { S: 'blue' }, tags: { L: [{ S: 'x' }, { S: 'y' }] } } };
    expect(await stored(target)).toMatchObject({ details });
  });

  test('a put', async () => {
    const { page, pages } = await loadPage();
    page.heading = 'one';
    const running = pages.put(page);
    page.heading = 'two';
    page.details!.color = 'blue';
    await running;
    await pages.save(page);
    expect(await stored(target)).toMatchObject({ heading: { S: 'two' }, details: { M: { color: { S: 'blue' } } } });
  });

  test('two saves at once, the second of which takes back the change of the first', async () => {
    const { page, pages } = await loadPage();
    page.extra = '1';
    const first = pages.save(page);
    delete page.extra;
    page.other = '2';
    const second = pages.save(page);
    await Promise.all([first, second]);
    await pages.save(page);
    const now = await stored(target);
    expect(now).toMatchObject({ other: { S: '2' } });
    expect(now).not.toHaveProperty('extra');
  });

  test('two saves at once of the same attribute, and a put among them', async () => {
    const { page, pages } = await loadPage();
    const running: Promise<unknown>[] = [];
    for (const [at, call] of (['save', 'put', 'save', 'save'] as const).entries()) {
      page.extra = String(at);
      running.push(pages[call](page));
    }
    page.heading = 'last';
    await Promise.all(running);
    await pages.save(page);
    expect(await stored(target)).toMatchObject({ extra: { S: '3' }, heading: { S: 'last' } });
  });

  test('an update of the same item', async () => {
    const { page, pages } = await loadPage();
    const running = pages.update({ id: 'a' }, { set: { other: 'updated' } });
    page.extra = '2';
    const updated = await running;
    // with a revision, anything that others changed is a conflict
    if (target === RevisedPage) {
      await assertConflict(pages.save(page), page);
      return;
    }
    expect(updated.other).toBe('updated');
    await pages.save(page);
    expect(await stored(target)).toMatchObject({ extra: { S: '2' }, other: { S: 'updated' } });
    expect(page.extra).toBe('2');
  });

  test('an insert, and a save while it runs', async () => {
    const { pages } = await loadPage();
    await pages.delete({ id: 'a' });
    const page = pages.create({ id: 'a', heading: 'one', details: { color: 'red' } });
    const inserted = pages.insert(page);
    page.extra = '2';
    page.details!.color = 'blue';
    await Promise.all([inserted, pages.save(page)]);
    await pages.save(page);
    expect(await stored(target)).toMatchObject({ extra: { S: '2' }, details: { M: { color: { S: 'blue' } } } });
  });

  test('a put right after a read, whatever the write-back does', async () => {
    for (let time = 0; time < 10; time++) {
      const { page, pages } = await loadPage();
      page.extra = String(time);
      await pages.put(page);
      expect(await stored(target)).toMatchObject({ extra: { S: String(time) }, heading: { S: 'Hello' } });
    }
  });
});

test('what others changed is taken over where the application has not changed it since', async () => {
  const old = mapperWith({}).repository(Page);
  await storeRaw(engine.endpoint, 'pages', { id: { S: 'a' }, title: { S: 'Hello' }, other: { S: 'old' } });
  const [mine, theirs] = [await old.getOrFail({ id: 'a' }), await old.getOrFail({ id: 'a' })];
  theirs.other = 'theirs';
  theirs.details = { color: 'theirs' };
  await old.save(theirs);
  mine.extra = 'mine';
  const running = old.save(mine);
  mine.other = 'mine as well';
  await running;
  expect(mine).toMatchObject({ extra: 'mine', other: 'mine as well', details: { color: 'theirs' } });
  // both changed it: neither is lost silently
  await expect(old.save(mine)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(mine.other).toBe('mine as well');
  await old.save(mine, { overwrite: true });
  const now = await readStored(engine.endpoint, 'pages', { id: { S: 'a' } });
  expect(now).toMatchObject({ other: { S: 'mine as well' }, details: { M: { color: { S: 'theirs' } } } });
});
