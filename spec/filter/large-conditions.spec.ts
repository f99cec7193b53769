import { describe, expect, test } from '@jest/globals';
import { Attribute, type Condition, type EngineClient, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { encodeItem } from '../../lib/codec/encode.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { isTrueOf } from '../../lib/filter/evaluate.js';
import { compiledCondition } from '../../lib/read/compiled-condition.js';
import { contextFor } from '../../lib/read/entity-context.js';
import { applyUpdate } from '../../lib/store/apply-update.js';
import { type Clauses, compileClauses } from '../../lib/write/update-clauses.js';

@Entity({ table: 'crowds' })
@Versioned(1)
class Crowd {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) members?: Set<unknown>;
  @Attribute({ optional: true }) list?: unknown[];
  @Attribute({ optional: true }) size?: number;
}

const sent: unknown[] = [];
const send = (command: unknown) => {
  sent.push(command);
  return Promise.reject(new Error('nothing is sent'));
};
const mapper = new Mapper({ client: { send } as EngineClient, entities: [Crowd] });
const context = mapper[contextFor](Crowd);

/** Ten times what these take where each member is looked at once, and half of what they take where each meets all others. */
const budget = 1_500;
const many = 20_000;

/** The processor's time in milliseconds: others may be busy as well. */
function timeOf(run: () => unknown): number {
  const { system, user } = process.cpuUsage();
  run();
  const spent = process.cpuUsage({ system, user });
  return (spent.user + spent.system) / 1_000;
}

const kinds: [string, (at: number) => unknown][] = [
  ['texts', (at) => `member ${at}`],
  ['numbers', (at) => at + 0.5],
  ['bytes', (at) => Buffer.from(`member ${at}`)],
];

describe.each(kinds)(`${many} %s`, (_kind, memberAt) => {
  const membersFrom = (from: number) => new Set(Array.from({ length: many }, (_, at) => memberAt(from + at)));
  const reversed = new Set([...membersFrom(0)].toReversed());
  const stored = encodeItem({ members: reversed, list: [...reversed] });
  const holds = (condition: Condition<Crowd>) =>
    isTrueOf(compiledCondition(context, condition, 'filter'), (attribute) => stored[attribute]);

  test.each<[string, Condition<Crowd>, boolean]>([
    ['eq to a set', { attr: 'members', eq: membersFrom(0) }, true],
    ['eq to a set with another member', { attr: 'members', eq: membersFrom(1) }, false],
    ['ne to a set', { attr: 'members', ne: membersFrom(0) }, false],
    ['in some sets', { attr: 'members', in: [membersFrom(1), membersFrom(2), membersFrom(0)] }, true],
    ['a set that contains the last one', { attr: 'members', contains: memberAt(0) }, true],
    ['a list that contains the last one', { attr: 'list', contains: memberAt(0) }, true],
    ['eq to a list', { attr: 'list', eq: [...reversed] }, true],
  ])('are compared in time: %s', (_what, condition, expected) => {
    let found: boolean | undefined;
    expect(timeOf(() => (found = holds(condition)))).toBeLessThan(budget);
    expect(found).toBe(expected);
  });

  test.each<[string, Clauses, number]>([
    ['set', { set: { members: membersFrom(0) } }, many],
    ['add', { add: { members: membersFrom(many / 2) } }, many * 1.5],
    ['delete', { delete: { members: membersFrom(many / 2) } }, many / 2],
  ])('are updated in time: %s', (_clause, clauses, expected) => {
    const { hydrator, model } = context;
    let item: WireItem = {};
    const run = () => {
      const applied = applyUpdate(stored, compileClauses({ model, hydrator, key: {} }, clauses));
      if ('item' in applied) ({ item } = applied);
    };
    expect(timeOf(run)).toBeLessThan(budget);
    expect(Object.values(item['members'] ?? {})[0]).toHaveLength(expected);
  });
});

describe('a filter of 2^18 comparisons', () => {
  const leaf = { attr: 'size', gt: 1 } as const;
  /** Each level holds the one below it twice: a few objects stand for all of them. */
  const doubled = (times: number): Condition<Crowd> => {
    const inner = times === 0 ? leaf : doubled(times - 1);
    return times % 2 === 0 ? { and: [inner, inner] } : { or: [inner, { not: inner }] };
  };

  test.each<[string, Condition<Crowd>]>([
    ['side by side', { or: Array.from({ length: 2 ** 18 }, () => leaf) }],
    ['in each other', doubled(17)],
  ])('is refused before it takes time: %s', async (_form, filter) => {
    const crowds = mapper.repository(Crowd);
    const { system, user } = process.cpuUsage();
    for (const call of [
      crowds.scan({ filter }).all(),
      crowds.query({ partition: 'a', filter }).all(),
      crowds.update({ id: 'a' }, { set: { size: 1 } }, { condition: filter }),
      crowds.delete({ id: 'a' }, { condition: filter }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'INVALID_CONDITION' });
    }
    const spent = process.cpuUsage({ system, user });
    expect((spent.user + spent.system) / 1_000).toBeLessThan(budget / 3);
    expect(sent).toEqual([]);
  });

  test('is refused by name', () => {
    expect(() => compiledCondition(context, doubled(17), 'filter')).toThrow('4096 comparisons');
    expect(() => compiledCondition(context, { or: Array.from({ length: 4_096 }, () => leaf) }, 'filter')).not.toThrow();
  });
});
