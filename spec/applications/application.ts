import { type Class, Mapper, type QueryResult, type Repository, type WriteBackMode } from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { type Random, randomFrom } from '../../lib/testing/random.js';
import { requestRaw } from '../support/raw-requests.js';
import { Article, RevisedArticle } from './article.js';
import {
  type ArticleCondition,
  type Call,
  deleting,
  heldFrom,
  inserting,
  putting,
  reading,
  refused,
  saving,
  type Shop,
  slotOf,
  updating,
} from './calls.js';
import { anyUpdate, changes, labelsOf, newSettings, stiffenings, Values } from './changes.js';
import { Held } from './held.js';
import { Ledger, type Phase } from './ledger.js';
import { oldItem, oldUpdate, type OldWrite } from './old-code.js';
import { ids, Shelf } from './shelf.js';
import { textOfValue } from './texts.js';
import { Turnstile } from './turnstile.js';

/** What is started at once: one call, or several that one request of the application stands for. */
interface Started {
  readonly calls: readonly Call[];
  readonly start: () => Promise<PromiseSettledResult<unknown>[]>;
}

export type MakeRepository = (mapper: Mapper, target: Class<Article>) => Repository<Article>;

/** Creates the tables of all applications. */
export async function createTables(engine: EmbeddedEngine): Promise<void> {
  for (const tablePrefix of ['', 'other_']) {
    await new Mapper({ client: engine.client, entities: [Article, RevisedArticle], tablePrefix }).createTables();
  }
}

/** An application that does with two tables whatever comes to its mind, and checks each time that it was told the truth. */
export class Application {
  readonly log: string[] = [];
  readonly #engine: EmbeddedEngine;
  readonly #random: Random;
  readonly #turnstile: Turnstile;
  readonly #values = new Values();
  readonly #ledger = new Ledger();
  readonly #shelf: Shelf;
  readonly #shops: readonly [Shop, Shop, Shop];
  readonly #mappers: readonly Mapper[];
  #names = 0;

  constructor(engine: EmbeddedEngine, seed: number, makeRepository: MakeRepository) {
    this.#engine = engine;
    this.#random = randomFrom(seed);
    this.#turnstile = new Turnstile(engine.client, this.#random);
    const target = this.#random.pick([Article, RevisedArticle]);
    const writeBack: WriteBackMode = this.#random.pick(['off', 'inline', 'background']);
    const version = this.#random.pick([1, 2]);
    const options = { client: this.#turnstile.client, entities: [target], writeBack };
    const pinned = new Mapper({ ...options, writeVersion: new Map([[target, version]]) });
    const [main, other] = [new Mapper(options), new Mapper({ ...options, tablePrefix: 'other_' })];
    const table = target === Article ? 'articles' : 'revised_articles';
    this.#shelf = new Shelf(engine, `s${seed}`, [table, `other_${table}`]);
    const shop = (name: string, mapper: Mapper, prefix = '') => ({
      name,
      table: prefix + table,
      articles: makeRepository(mapper, target),
    });
    this.#mappers = [main, pinned, other];
    this.#shops = [shop('main', main), shop(`pinned@${version}`, pinned), shop('other', other, 'other_')];
    this.log.push(`${target.name}, write-back ${writeBack}`);
  }

  /** Lives so many phases. Throws what is wrong, with all that it did. */
  async live(phases: number): Promise<void> {
    try {
      for (const id of ['a', 'b']) await this.#run([this.#oldItem(this.#shops[0], id)]);
      for (let phase = 0; phase < phases; phase++) await this.#phase();
      await this.#end();
    } catch (error) {
      throw new Error(`${String(error)}\n\n${this.log.join('\n')}`, { cause: error });
    } finally {
      this.#turnstile.open();
      await Promise.all(this.#mappers.map((mapper) => mapper.close()));
      await this.#shelf.clear();
    }
  }

  async #phase(): Promise<void> {
    const random = this.#random;
    for (const held of this.#ledger.helds) if (random.chance(40)) this.#change(held);
    const slot = random.pick(['a', 'a', 'b', 'c']);
    const count = random.pick([1, 1, 2, 3]);
    const started: Started[] = [];
    const busy = new Set<Held>();
    for (let at = 0; at < count; at++) started.push(this.#any(slot, busy, count === 1));
    await this.#run(started);
    if (random.chance(20)) await this.#assertSilent();
    if (this.#ledger.helds.length > 6) this.#ledger.helds.splice(random.integer(6), 1);
  }

  async #run(started: readonly Started[], isDisturbed = true): Promise<void> {
    const ledger = this.#ledger;
    const dirty = ledger.dirty();
    const calls = started.flatMap((one) => one.calls);
    this.log.push(calls.map(({ what }) => what).join(' | '));
    let changesLeft = isDisturbed ? 3 : 0;
    const between = () => {
      const held = changesLeft > 0 && this.#random.chance(30) ? this.#anyHeld() : undefined;
      if (!held) return;
      changesLeft--;
      this.#change(held);
    };
    const begin = (one: Started) => async () => {
      const results = await one.start();
      for (const call of one.calls) call.end?.();
      return results;
    };
    const results = (await this.#turnstile.run(started.map(begin), between)).flat();
    const phase: Phase = { calls, results };
    const ends = results.map((result) =>
      result.status === 'fulfilled' ? 'done' : String((result.reason as { code?: string }).code),
    );
    this.log.push(`  → ${ends.join(' | ')}`);
    const outcomes = ledger.outcomes(phase);
    ledger.settle(phase, outcomes, await this.#shelf.stored());
    ledger.compareEntities(phase, outcomes, dirty);
    this.#take(phase);
  }

  /** Holds the entities that calls have handed out. */
  #take({ calls, results }: Phase): void {
    for (const [at, call] of calls.entries()) {
      const result = results[at];
      const entity = result?.status === 'fulfilled' ? call.handsOut?.(result.value) : undefined;
      if (!entity || this.#ledger.helds.some((held) => held.entity === entity)) continue;
      const isQuiet = !calls.some((other) => other !== call && other.writes && other.slot === call.slot);
      this.#ledger.helds.push(heldFrom(this.#name(), entity, call.slot.slice(0, call.slot.lastIndexOf('/')), isQuiet));
    }
  }

  #change(held: Held): void {
    const random = this.#random;
    if (random.chance(4)) {
      const [name, stiffen] = this.#entry(stiffenings);
      stiffen(held.entity);
      this.log.push(`  ${name} ${held.name}`);
      return;
    }
    const [name, change] = this.#entry(changes);
    const touched = this.#ledger.change(held, (article) => change(article, this.#values));
    if (touched.length > 0)
      this.log.push(`  ${held.name}: ${name} → ${touched.map((one) => `${one}=${held.texts.get(one)}`).join()}`);
  }

  /** A save without changes sends nothing; what an entity showed is stored by now. */
  async #assertSilent(): Promise<void> {
    this.#turnstile.open();
    for (const mapper of this.#mappers) await mapper.flush();
    const shop = this.#random.pick(this.#shops);
    const held = this.#anyHeld(({ beliefs }) => beliefs.get(shop.table)?.isQuiet === true);
    if (!held?.beliefIn(shop.table)) return;
    await this.#run([this.#one(saving(shop, held, false), () => shop.articles.save(held.entity))], false);
    this.#turnstile.open();
    const before = this.#turnstile.count;
    await shop.articles.save(held.entity);
    this.log.push(`  and again, nothing`);
    if (this.#turnstile.count > before) throw new Error('a save without changes sends something');
  }

  async #end(): Promise<void> {
    this.#turnstile.open();
    for (const mapper of this.#mappers) await mapper.flush();
    for (const held of this.#ledger.helds) {
      for (const shop of this.#shops) {
        if (!held.beliefIn(shop.table)) continue;
        await this.#run([this.#one(saving(shop, held, false), () => shop.articles.save(held.entity))], false);
      }
    }
    const [main] = this.#shops;
    for (const id of ids) await this.#run([this.#read(main, id)]);
  }

  #any(id: string, busy: Set<Held>, isAlone: boolean): Started {
    const random = this.#random;
    const shop = random.pick([this.#shops[0], this.#shops[0], this.#shops[0], this.#shops[1], this.#shops[2]]);
    const choice = random.integer(100);
    if (choice < 18) return this.#read(shop, id);
    if (choice < 22 && isAlone) return this.#query(shop);
    if (choice < 28) return this.#insert(shop, id, busy);
    if (choice < 40) return this.#oldCode(shop, id);
    if (choice < 52) return this.#update(shop, id);
    if (choice < 56) return this.#delete(shop, id);
    if (choice < 60) return this.#many(shop, busy);
    if (choice < 66 && isAlone) return this.#hydrate(shop, id);
    const held = this.#anyHeld((one) => one.entity.id === id) ?? this.#anyHeld();
    if (!held) return this.#insert(shop, id, busy);
    if (busy.has(held) && !held.beliefIn(shop.table)) return this.#read(shop, id);
    busy.add(held);
    if (choice < 69) return this.#wrapped(shop, held);
    if (choice < 72) return this.#copied(shop, held, busy);
    if (choice < 75) return this.#many(shop, busy, held);
    if (choice < 84) return this.#put(shop, held);
    const overwrite = random.chance(10);
    return this.#one(saving(shop, held, overwrite), () =>
      shop.articles.save(held.entity, overwrite ? { overwrite } : {}),
    );
  }

  #read(shop: Shop, id: string): Started {
    const { articles } = shop;
    const key = this.#shelf.key(id);
    return this.#random.pick([
      () => this.#one(reading(shop, id, `${shop.name}.get(${id})`), () => articles.get(key)),
      () => {
        const call = reading(shop, id, `${shop.name}.getOrFail(${id})`);
        const mayRefuse: Call['mayRefuse'] = (code, item, isAlone) => code === 'NOT_FOUND' && (!isAlone || !item);
        return this.#one({ ...call, mayRefuse }, () => articles.getOrFail(key));
      },
      () => {
        const wanted = [id, 'a', 'b'].filter((one, at, all) => all.indexOf(one) === at);
        const calls = wanted.map((one) => reading(shop, one, `${shop.name}.getMany(${one})`));
        return {
          calls,
          start: async () => fulfilled(await articles.getMany(wanted.map((one) => this.#shelf.key(one)))),
        };
      },
    ])();
  }

  #query(shop: Shop): Started {
    const { articles } = shop;
    const level = this.#level(shop);
    const filter = this.#random.chance(50) ? ({ attr: 'level', eq: level } as const) : undefined;
    const isWanted: Parameters<typeof reading>[3] = (item) => !filter || item.get('level') === textOfValue(level);
    const whole = { and: [{ attr: 'shelf', eq: this.#shelf.name } as const, ...(filter ? [filter] : [])] };
    const options = { partition: this.#shelf.name, filter };
    const [name, ask] = this.#random.pick([
      ['query', () => articles.query(options).all()],
      ['scan', () => articles.scan({ filter: whole }).all()],
      ['pages', () => pagewise(articles.query({ ...options, pageSize: 1 }))],
    ]);
    const calls = ids.map((id) =>
      reading(shop, id, `${shop.name}.${name}(${id}${filter ? ` at ${level}` : ''})`, isWanted),
    );
    const start = async () => {
      const found = await ask();
      const count = await articles.query(options).count();
      if (count !== found.length) throw new Error(`count() is ${count}, and ${name} gives ${found.length}`);
      return fulfilled(ids.map((id) => found.find((article) => article.id === id)));
    };
    return { calls, start };
  }

  #insert(shop: Shop, id: string, busy: Set<Held>): Started {
    const random = this.#random;
    const made = shop.articles.create({
      ...this.#shelf.key(id),
      heading: this.#values.text(),
      settings: newSettings(this.#values),
      level: this.#values.text(),
      ...(random.chance(50) && { labels: new Set([this.#values.text()]) }),
      ...(random.chance(50) && { due: this.#values.date() }),
    });
    // as long as nothing is known of it, an entity can be a wrapper of itself
    const held = new Held(this.#name(), random.chance(20) ? new Proxy(made, {}) : made);
    this.#ledger.helds.push(held);
    busy.add(held);
    if (random.chance(15)) this.#change(held);
    if (random.chance(30) && held.entity === made) return this.#put(shop, held);
    return this.#one(inserting(shop, held), () => shop.articles.insert(held.entity));
  }

  #put(shop: Shop, held: Held): Started {
    const condition = this.#condition(shop);
    const call = putting(shop, held, condition, this.#ledger.history);
    const options = condition ? { condition } : {};
    return this.#one(call, () => shop.articles.put(held.entity, options));
  }

  #update(shop: Shop, id: string): Started {
    const slot = slotOf(shop, id);
    const update = anyUpdate(this.#random, this.#values, labelsOf(this.#ledger.state.get(slot)));
    const condition = this.#condition(shop);
    const options = condition ? { condition } : {};
    return this.#one(updating(shop, id, update, condition), () =>
      shop.articles.update(this.#shelf.key(id), update.clauses, options),
    );
  }

  #delete(shop: Shop, id: string): Started {
    const condition = this.#condition(shop);
    const options = condition ? { condition } : {};
    return this.#one(deleting(shop, id, condition), () => shop.articles.delete(this.#shelf.key(id), options));
  }

  /** putMany, or deleteMany. */
  #many(shop: Shop, busy: Set<Held>, held?: Held): Started {
    const { articles } = shop;
    if (!held) {
      const calls = ['b', 'c'].map((id) => deleting(shop, id, undefined));
      return { calls, start: () => articles.deleteMany(['b', 'c'].map((id) => this.#shelf.key(id))) };
    }
    const second = this.#anyHeld((one) => one !== held && !busy.has(one) && one.beliefIn(shop.table) !== undefined);
    if (second) busy.add(second);
    const all = second ? [held, second] : [held];
    const calls = all.map((one) => putting(shop, one, undefined, this.#ledger.history));
    return { calls, start: () => articles.putMany(all.map(({ entity }) => entity)) };
  }

  /** What hides its entity from the library is refused. */
  #wrapped(shop: Shop, held: Held): Started {
    const { articles } = shop;
    const wrapped = new Proxy(held.entity, {});
    const copy = Object.assign({}, held.entity);
    const [what, start] = this.#random.pick([
      ['put(a Proxy)', () => articles.put(wrapped)],
      ['save(a Proxy)', () => articles.save(wrapped)],
      ['save(a copy without class)', () => articles.save(copy)],
      ['put(a copy without class)', () => articles.put(copy)],
      [
        'putMany(a Proxy)',
        async () => {
          const [result] = await articles.putMany([wrapped]);
          if (result?.status === 'rejected') throw result.reason;
        },
      ],
    ]);
    return this.#one(refused(`${shop.name}.${what}`, slotOf(shop, held.entity.id), 'INVALID_ARGUMENT'), start);
  }

  /** A copy that is of the class is a new entity. */
  #copied(shop: Shop, held: Held, busy: Set<Held>): Started {
    const { due, labels, settings } = held.entity;
    const target = Object.getPrototypeOf(held.entity) as object;
    const parts = {
      settings: Object.assign(newSettings(this.#values), structuredClone(settings)),
      ...(labels && { labels: new Set(labels) }),
      ...(due && { due: new Date(due) }),
    };
    const entity = Object.assign(Object.create(target) as Article, held.entity, parts);
    const copy = new Held(this.#name(), entity);
    this.#ledger.helds.push(copy);
    busy.add(copy);
    const call = inserting(shop, copy);
    if (this.#random.chance(50)) return this.#put(shop, copy);
    return this.#one({ ...call, what: `${call.what}, a copy` }, () => shop.articles.save(copy.entity));
  }

  #hydrate(shop: Shop, id: string): Started {
    const call = reading(shop, id, `${shop.name}.hydrate(${id})`);
    return this.#one(call, async () => {
      const item = (await this.#shelf.stored()).get(slotOf(shop, id));
      if (!item) return undefined;
      const entity = shop.articles.hydrate(item);
      // the record is the application's: it may do with it what it likes
      for (const name of Object.keys(item)) Reflect.deleteProperty(item, name);
      return entity;
    });
  }

  /** A writer of an older release, which knows no library. */
  #oldCode(shop: Shop, id: string): Started {
    if (this.#random.chance(40)) return this.#oldItem(shop, id);
    return this.#old(
      shop,
      id,
      oldUpdate(this.#shelf.wireKey(id), this.#random.pick([1, 2]), this.#random, this.#values),
    );
  }

  #oldItem(shop: Shop, id: string): Started {
    const write = oldItem(this.#shelf.wireKey(id), this.#random.pick([1, 2]), this.#random, this.#values);
    return this.#old(shop, id, write);
  }

  #old(shop: Shop, id: string, write: OldWrite): Started {
    const slot = slotOf(shop, id);
    const body = JSON.stringify({ TableName: shop.table, ...write.request });
    const send = async () => {
      const { endpoint } = this.#engine;
      const { status, text } = await this.#turnstile.pass(() => requestRaw(endpoint, write.operation, body));
      if (status !== 200) throw Object.assign(new Error(text), { code: 'REFUSED' });
    };
    const call: Call = {
      what: `old code ${write.what} ${slot}`,
      slot,
      writes: true,
      isWhole: () => write.operation === 'PutItem',
      effects: () => [{ slot, apply: write.apply }],
      mayRefuse: (code) => code === 'REFUSED' && write.operation === 'UpdateItem',
    };
    return this.#one(call, send);
  }

  #one(call: Call, start: () => Promise<unknown>): Started {
    return { calls: [call], start: () => Promise.allSettled([start()]) };
  }

  #condition(shop: Shop): ArticleCondition | undefined {
    return this.#random.chance(20) ? { attr: 'level', eq: this.#level(shop) } : undefined;
  }

  /** A level that something has, or nothing. */
  #level(shop: Shop): string {
    const item = this.#ledger.state.get(slotOf(shop, this.#random.pick(['a', 'b'])));
    return (JSON.parse(item?.get('level') ?? '{}') as { S?: string }).S ?? 'none';
  }

  #anyHeld(isWanted: (held: Held) => boolean = () => true): Held | undefined {
    const wanted = this.#ledger.helds.filter(isWanted);
    return wanted[this.#random.integer(wanted.length)];
  }

  #entry<Value>(record: Readonly<Record<string, Value>>): [string, Value] {
    const entries = Object.entries(record);
    return entries[this.#random.integer(entries.length)] as [string, Value];
  }

  #name(): string {
    return `e${++this.#names}`;
  }
}

async function pagewise(result: QueryResult<Article>): Promise<Article[]> {
  const found: Article[] = [];
  for await (const { items } of result.pages()) found.push(...items);
  return found;
}

function fulfilled(values: readonly unknown[]): PromiseSettledResult<unknown>[] {
  return values.map((value) => ({ status: 'fulfilled', value }));
}
