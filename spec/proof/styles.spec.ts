import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  channels,
  type Class,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  PartitionKey,
  Upgrade,
  upgradeItem,
  Versioned,
  type WireItem,
  type WriteBackEvent,
} from 'dynamo-evolve';
import fc from 'fast-check';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import { cases, tell } from '../support/effort.js';
import { Chooser } from '../upgrade/random-chains.js';
import { styledNames, type StyledStep, styledStep } from '../upgrade/styles.js';
import { type EngineInput, performRequest } from './engine-model.js';

/**
 * Upgrades in every style in which people write them, through the real mapper: an item is read, somebody else changes
 * it, and then it is written back, saved, updated or put. What is stored then is what the changed item becomes, with
 * the writer's own change; or nothing is written.
 */
interface Thing {
  id: string;
  note?: unknown;
}

const names = [...styledNames, 'e', 'fresh'];
const values = ['x', '', 0, 7, true, null, ['l'], { nested: { x: 1 } }, {}] as const;

function thingClass(steps: readonly StyledStep[], isDeclared: boolean): Class<Thing> {
  class Stored {
    declare id: string;
  }
  PartitionKey({ type: 'string' })(Stored.prototype, 'id');
  Attribute({ type: 'any', optional: true })(Stored.prototype, 'note');
  Attribute({ type: 'any', optional: true })(Stored.prototype, 'a');
  for (const [at, { apply, reads }] of steps.entries()) {
    Object.defineProperty(Stored, `step${at}`, { value: apply });
    Upgrade(at + 1, at + 2, isDeclared ? { reads } : {})(Stored, `step${at}`);
  }
  Versioned(steps.length + 1)(Stored);
  Entity({ table: 'things' })(Stored);
  return Stored;
}

function randomItem(choose: Chooser): Item {
  const item: Item = { id: 'thing' };
  for (const name of names) if (choose.below(2) === 0) item[name] = choose.oneOf(values);
  return item;
}

/** What somebody else makes of an item in one request: one or two attributes set or removed. */
function changed(choose: Chooser, item: Item): Item {
  const result = { ...item };
  for (let count = 1 + choose.below(2); count > 0; count--) {
    const name = choose.oneOf(names);
    if (choose.below(3) === 0) delete result[name];
    else result[name] = choose.oneOf(values);
  }
  return result;
}

/** A table with one item, which somebody else changes right before the first write. */
class OneItem {
  item: WireItem | undefined;
  readonly #now: WireItem;
  #isChanged = false;

  constructor(item: WireItem, now: WireItem) {
    this.item = item;
    this.#now = now;
  }

  readonly client = {
    send: async (command: { readonly constructor: { readonly name: string }; readonly input: EngineInput }) => {
      const operation = command.constructor.name.replace('Command', '');
      if (operation !== 'GetItem' && !this.#isChanged) {
        this.#isChanged = true;
        this.item = this.#now;
      }
      const { item, response } = performRequest(this.item, { operation, input: command.input });
      this.item = item;
      if (!response.error) return response.output ?? {};
      throw Object.assign(new Error(response.error.message), response.error);
    },
  };

  /** What is stored; what it would be after the change, if nobody has written. */
  get stored(): WireItem | undefined {
    return this.#isChanged ? this.item : this.#now;
  }
}

type Deed = 'write-back' | 'save' | 'update';

const key = { id: 'thing' };
const note = { note: 'mine' };

/** Reads, lets somebody change the item, and writes; answers how that ended. */
async function perform(target: Class<Thing>, table: OneItem, deed: Deed): Promise<string> {
  const things = new Mapper({ client: table.client as never, entities: [target] }).repository(target);
  if (deed === 'write-back') {
    const outcomes: string[] = [];
    const listen = (event: unknown) => void outcomes.push((event as WriteBackEvent).outcome);
    subscribe(channels.writeBack, listen);
    await things.get(key, { writeBack: 'inline' });
    unsubscribe(channels.writeBack, listen);
    return outcomes.join();
  }
  try {
    if (deed === 'update') await things.update(key, { set: note });
    else await things.save(Object.assign(await things.getOrFail(key), note));
    return 'done';
  } catch (error) {
    if (isMapperError(error)) return error.code;
    throw error;
  }
}

const isDone = (outcome: string) => outcome === 'done' || outcome === 'applied';

function newest(target: Class<Thing>, item: Item): Item | undefined {
  try {
    return upgradeItem(target, item);
  } catch {
    return undefined;
  }
}

async function search(deed: Deed, isDeclared: boolean, numRuns: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const property = async (seed: number) => {
    const choose = new Chooser(seed);
    const steps = Array.from({ length: 1 + choose.below(2) }, () => styledStep(choose));
    const target = thingClass(steps, isDeclared);
    const before = randomItem(choose);
    const now = changed(choose, before);
    if (!newest(target, before)) return;
    const table = new OneItem(encodeItem(before), encodeItem(now));
    const outcome = await perform(target, table, deed);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const { stored } = table;
    const expected = isDone(outcome) ? { ...newest(target, now), ...(deed === 'write-back' ? {} : note) } : now;
    if (canonicalText(stored) === canonicalText(encodeItem(expected))) return;
    // refused because of what others stored; it was upgraded before
    const upgraded = newest(target, now);
    if (!isDone(outcome) && upgraded && canonicalText(stored) === canonicalText(encodeItem(upgraded))) return;
    const texts = steps.map((step) => `${step.text}${isDeclared ? ` reads ${step.reads.join()}` : ''}`);
    const items = [before, now, expected, decodeItem(stored as WireItem)].map((item) => JSON.stringify(item));
    throw new Error([outcome, ...texts, ...items].join('\n'));
  };
  await fc.assert(fc.asyncProperty(fc.integer(), property), { numRuns });
  return counts;
}

describe.each<[how: string, isDeclared: boolean]>([
  ['any style', false],
  ['any style, and says what it reads', true],
])('an upgrade in %s', (how, isDeclared) => {
  test.each<Deed>(['write-back', 'save', 'update'])(
    '%s stores what the changed item becomes, or nothing',
    async (deed) => {
      const counts = await search(deed, isDeclared, cases(2_000));
      tell(`${deed} of ${how}: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
      const done = [...counts].filter(([outcome]) => isDone(outcome)).reduce((sum, [, count]) => sum + count, 0);
      expect(done).toBeGreaterThan(cases(50));
      const dynamic = (counts.get('dynamic') ?? 0) + (counts.get('DYNAMIC_UPGRADE') ?? 0);
      expect(dynamic > 0).toBe(!isDeclared);
    },
    300_000,
  );
});
