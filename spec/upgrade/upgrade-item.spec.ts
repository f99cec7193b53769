import { describe, expect, it } from '@jest/globals';
import { inspect, isDeepStrictEqual } from 'node:util';
import { Attribute, Entity, type Item, PartitionKey, SortKey, Upgrade, upgradeItem, Versioned } from 'dynamo-evolve';
import fc from 'fast-check';
import { arbitraryItem } from '../support/arbitrary-values.js';
import { caught } from '../errors/caught.js';
import { cases } from '../support/effort.js';

class NoteUpgrades {
  @Upgrade(1, 2, 'turned text into lines')
  static lines(item: Item): void {
    if (typeof item.text === 'string') item.lines = item.text.split('\n');
    delete item.text;
  }

  @Upgrade(2, 3)
  static tidyLines(item: Item): Item {
    (item.lines as string[] | undefined)?.reverse();
    return { ...item, tidied: true };
  }
}

@Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note', default: true } })
@Versioned(4, { upgrades: NoteUpgrades })
class Note {
  @PartitionKey() user_id!: string;
  @SortKey({ type: 'bytes', name: 'at' }) id!: Uint8Array;
  @Attribute() lines!: string[];
  @Attribute({ type: 'object', optional: true }) meta?: Record<string, unknown>;

  /** On the class itself, and not static. */
  @Upgrade(3, 4, { dynamic: true })
  countLines(item: Item): void {
    if (this !== undefined) throw new Error('an upgrade was bound');
    item.meta = { ...(item.meta as object | undefined), count: (item.lines as unknown[] | undefined)?.length ?? 0 };
  }
}

const key = { user_id: 'u1', at: Uint8Array.of(1) };

describe('upgradeItem', () => {
  it.each<[version: string, item: Item]>([
    ['1, without a version', { ...key, text: 'a\nb' }],
    ['1', { ...key, schema_version: 1, text: 'a\nb' }],
    ['2', { ...key, schema_version: 2, lines: ['a', 'b'] }],
    ['3', { ...key, schema_version: 3, lines: ['b', 'a'], tidied: true }],
  ])('brings an item of version %s to the newest', (_version, item) => {
    const newest = { ...key, schema_version: 4, lines: ['b', 'a'], tidied: true, meta: { count: 2 } };
    expect(upgradeItem(Note, item)).toEqual(newest);
  });

  it('returns an item of the newest version as it is', () => {
    const item = Object.freeze({ ...key, schema_version: 4, anything: new Date(0) });
    expect(upgradeItem(Note, item)).toBe(item);
  });

  it('never changes the item, its nested values and bytes included', () => {
    class Vandal {
      @Upgrade(1, 2)
      static everything(item: Item): void {
        ruin(item);
        for (const name of Object.keys(item)) if (name !== 'id') delete item[name];
      }
    }

    @Entity({ table: 'notes' })
    @Versioned(2, { upgrades: Vandal })
    class Ruin {
      @PartitionKey() id!: string;
    }

    fc.assert(
      fc.property(arbitraryItem, ({ value }) => {
        const { schema_version: _version, ...item } = { ...value, id: 'r1' } as Item;
        const before = inspect(item, { depth: null });
        const upgraded = upgradeItem(Ruin, item);
        return (
          isDeepStrictEqual(upgraded, { id: 'r1', schema_version: 2 }) && inspect(item, { depth: null }) === before
        );
      }),
      { numRuns: cases(2_000) },
    );
  });

  it('takes an item that is frozen through and through', () => {
    const item = deepFreeze({ user_id: 'u1', schema_version: 2, lines: ['a', 'b'], meta: { x: { y: [1] } } });
    expect(upgradeItem(Note, item)).toEqual({
      user_id: 'u1',
      schema_version: 4,
      lines: ['b', 'a'],
      tidied: true,
      meta: { x: { y: [1] }, count: 2 },
    });
    expect(item.lines).toEqual(['a', 'b']);
  });

  it('keeps attributes that no one declares, whatever their names', () => {
    const text =
      '{ "user_id": "u1", "__proto__": { "x": 1 }, "constructor": "c", "then": { "a": 1 }, "toString": null, "": 0 }';
    const upgraded = upgradeItem(Note, JSON.parse(text) as Item);
    const expected = { ...(JSON.parse(text) as object), tidied: true, meta: { count: 0 }, schema_version: 4 };
    expect(new Map(Object.entries(upgraded))).toEqual(new Map(Object.entries(expected)));
    expect(Object.getPrototypeOf(upgraded)).toBe(Object.prototype);
  });

  it('takes only what is the item’s own, and leaves an item with a class alone, too', () => {
    class Stored implements Item {
      [attribute: string]: unknown;
      user_id = 'u1';
      lines = ['a', 'b'];

      get schema_version(): number {
        return 99;
      }
    }
    const item = new Stored();
    expect(upgradeItem(Note, item)).toEqual({
      user_id: 'u1',
      schema_version: 4,
      lines: ['b', 'a'],
      tidied: true,
      meta: { count: 2 },
    });
    expect(Object.entries(item)).toEqual([
      ['user_id', 'u1'],
      ['lines', ['a', 'b']],
    ]);
  });

  it('refuses versions that are none, with the key of the item', () => {
    const { details } = caught('INVALID_VERSION', () => upgradeItem(Note, { ...key, schema_version: '3' }));
    expect(details).toEqual({ entity: 'Note', key, attribute: 'schema_version', found: 'a string' });
    expect(caught('NEWER_VERSION', () => upgradeItem(Note, { ...key, schema_version: 5 })).details).toEqual({
      entity: 'Note',
      key,
      version: 5,
      newest: 4,
    });
  });

  it('refuses versions below the floor, items without one included', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { floor: 2, upgrades: NoteUpgrades })
    class Later {
      @PartitionKey() user_id!: string;
    }
    expect(upgradeItem(Later, { user_id: 'u1', schema_version: 2 })).toEqual({
      user_id: 'u1',
      schema_version: 3,
      tidied: true,
    });
    for (const item of [{ user_id: 'u1' }, { user_id: 'u1', schema_version: 1 }]) {
      const { details } = caught('TOO_OLD_VERSION', () => upgradeItem(Later, item));
      expect(details).toEqual({ entity: 'Later', key: { user_id: 'u1' }, version: 1, floor: 2 });
    }
  });

  it('begins with the initial version under the attribute of the class', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { attribute: 'v', initial: 2, upgrades: NoteUpgrades })
    class Old {
      @PartitionKey() user_id!: string;
    }
    expect(upgradeItem(Old, { user_id: 'u1', schema_version: 'mine' })).toEqual({
      user_id: 'u1',
      schema_version: 'mine',
      v: 3,
      tidied: true,
    });
  });

  it.each(['user_id', 'at', 'kind', 'schema_version'])('fails where an upgrade changes %s', (attribute) => {
    class Meddler {
      @Upgrade(1, 2)
      static meddle(item: Item): void {
        item[attribute] = 'other';
      }
    }

    @Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note' } })
    @Versioned(2, { upgrades: Meddler })
    class Meddled {
      @PartitionKey() user_id!: string;
      @SortKey({ type: 'bytes' }) at!: Uint8Array;
    }
    const item = { ...key, kind: 'note' };
    const { cause, details } = caught('UPGRADE_FAILED', () => upgradeItem(Meddled, item));
    expect(details).toEqual({ entity: 'Meddled', key, from: 1, to: 2, method: 'Meddler.meddle' });
    expect(cause).toMatchObject({ code: 'PROTECTED_ATTRIBUTE', details: { method: 'Meddler.meddle', attribute } });
    expect(item).toEqual({ ...key, kind: 'note' });
  });

  it('fails with what an upgrade throws at an item that it did not expect', () => {
    const { cause, details } = caught('UPGRADE_FAILED', () =>
      upgradeItem(Note, { ...key, schema_version: 2, lines: 'text' }),
    );
    expect(details).toEqual({ entity: 'Note', key, from: 2, to: 3, method: 'NoteUpgrades.tidyLines' });
    expect(cause).toBeInstanceOf(TypeError);
  });
});

/** Overwrites everything there is in a value, at any depth. */
function ruin(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(255);
  else if (value instanceof Set) {
    for (const member of value) ruin(member);
    value.clear();
  } else if (Array.isArray(value)) {
    for (const member of value) ruin(member);
    value.length = 0;
  } else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [name, member] of Object.entries(value)) {
      ruin(member);
      if (name !== 'id') delete (value as Record<string, unknown>)[name];
    }
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  return Object.freeze(value);
}
