import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  CreatedAt,
  Downgrade,
  Entity,
  Index,
  type Item,
  PartitionKey,
  SortKey,
  Upgrade,
  upgradeItem,
  Versioned,
} from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';

type Model = ReturnType<typeof compileModel>;
const properties = ({ attributes }: Model) => attributes.map((one) => [one.property, one.attribute, one.type]);
const steps = ({ chain }: Model) => chain.steps.map(({ from, to, method }) => `${from} → ${to} ${method}`);

abstract class Stored {
  @PartitionKey({ type: 'string' }) id!: string;
  @CreatedAt() created!: Date;
}

describe('a subclass has the attributes of its parents', () => {
  test("also of a parent that isn't an entity", () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note extends Stored {
      @Attribute({ type: 'string' }) body!: string;
    }
    const model = compileModel(Note);
    expect(properties(model)).toEqual([
      ['id', 'id', 'string'],
      ['created', 'created', 'date'],
      ['body', 'body', 'string'],
    ]);
    expect(model.partitionKey.property).toBe('id');
    expect(model.createdAt?.property).toBe('created');
  });

  test('through classes without decorators', () => {
    class Plain extends Stored {}

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note extends Plain {}
    expect(compileModel(Note).attributes).toHaveLength(2);
  });

  test('and leaves its parents as they were', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note extends Stored {
      @Attribute({ type: 'string' }) body!: string;
    }

    @Entity({ table: 'longer' })
    @Versioned(1)
    class Longer extends Note {
      @Attribute({ type: 'string' }) more!: string;
    }

    @Entity({ table: 'others' })
    @Versioned(1)
    class Other extends Note {}
    expect(compileModel(Longer).byProperty.has('more')).toBe(true);
    expect(compileModel(Note).byProperty.has('more')).toBe(false);
    expect(compileModel(Other).byProperty.has('more')).toBe(false);
    expect(compileModel(Other).table).toBe('others');
  });

  test('unless it declares one of its own, which counts whole', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note extends Stored {
      @Attribute({ name: 'b', type: 'string', optional: true }) body!: string;
    }

    @Entity({ table: 'numbers' })
    @Versioned(1)
    class Number extends Note {
      @Attribute() override body!: never;
      @Attribute({ type: 'epochSeconds' }) override created!: Date;
    }
    const model = compileModel(Number);
    expect(properties(model)).toEqual([
      ['id', 'id', 'string'],
      ['created', 'created', 'epochSeconds'],
      ['body', 'body', expect.anything()],
    ]);
    expect(model.byProperty.get('body')).toMatchObject({ optional: false });
    expect(model.createdAt).toBeUndefined();
    expect(compileModel(Note).byProperty.get('body')).toMatchObject({ attribute: 'b', optional: true });
  });

  test("with its parent's accessors and its own", () => {
    class Titled extends Stored {
      #title = '';
      @Attribute({ type: 'string' }) get title(): string {
        return this.#title;
      }
      set title(title: string) {
        this.#title = title;
      }
    }

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note extends Titled {}
    expect(compileModel(Note).byProperty.get('title')?.type).toBe('string');
  });
});

describe('a subclass of an entity', () => {
  @Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note' } })
  @Versioned(2, { attribute: 'v' })
  @Index('by_created', { partitionKey: 'created' })
  class Note extends Stored {
    @Attribute({ type: 'string' }) body!: string;

    @Upgrade(1, 2)
    static named(item: Item): Item {
      return { ...item, named: 'Note' };
    }
  }

  test('is an entity of its table and version, with its indexes and upgrades', () => {
    class Same extends Note {}
    const model = compileModel(Same);
    expect(model).toMatchObject({ class: Same, name: 'Same', table: 'notes', version: 2, versionAttribute: 'v' });
    expect(model.discriminator?.value).toBe('note');
    expect(model.indexes.map((index) => index.name)).toEqual(['by_created']);
    expect(steps(model)).toEqual(['1 → 2 Same.named']);
  });

  test('says its own table, version and discriminator', () => {
    @Entity({ table: 'others', discriminator: { attribute: 'kind', value: 'other' } })
    @Versioned(3, { attribute: 'w' })
    class Other extends Note {
      @Upgrade(2, 3) static more(this: void): void {}
    }
    const model = compileModel(Other);
    expect(model).toMatchObject({ table: 'others', version: 3, versionAttribute: 'w' });
    expect(model.discriminator?.value).toBe('other');
    expect(steps(model)).toEqual(['1 → 2 Other.named', '2 → 3 Other.more']);
    expect(compileModel(Note)).toMatchObject({ table: 'notes', version: 2, versionAttribute: 'v' });
    expect(steps(compileModel(Note))).toEqual(['1 → 2 Note.named']);
  });

  test('replaces an index of the same name', () => {
    @Index('by_created', { partitionKey: 'body', sortKey: 'created' })
    class Other extends Note {}
    expect(compileModel(Other).indexes).toMatchObject([
      { name: 'by_created', partitionKey: { property: 'body' }, sortKey: { property: 'created' } },
    ]);
    expect(compileModel(Note).indexes).toMatchObject([{ partitionKey: { property: 'created' }, sortKey: undefined }]);
  });

  test("runs its own method where it overrides its parent's without a decorator", () => {
    class Other extends Note {
      static override named(item: Item): Item {
        return { ...item, named: 'Other' };
      }
    }
    expect(upgradeItem(Other, { id: 'a' })).toMatchObject({ named: 'Other' });
    expect(upgradeItem(Note, { id: 'a' })).toMatchObject({ named: 'Note' });
  });

  test('runs its own instance method, too', () => {
    @Entity({ table: 'notes' })
    @Versioned(2)
    class Parent extends Stored {
      @Upgrade(1, 2)
      named(item: Item): Item {
        return { ...item, named: 'Parent' };
      }
    }
    class Child extends Parent {
      override named(item: Item): Item {
        return { ...item, named: 'Child' };
      }
    }
    expect(upgradeItem(Child, { id: 'a' })).toMatchObject({ named: 'Child' });
  });

  test('replaces a step by declaring one between the same versions', () => {
    class Other extends Note {
      @Upgrade(1, 2)
      static again(item: Item): Item {
        return { ...item, named: 'again' };
      }
    }
    expect(steps(compileModel(Other))).toEqual(['1 → 2 Other.again']);
    expect(upgradeItem(Other, { id: 'a' })).toMatchObject({ named: 'again' });
  });

  test('replaces a step by declaring its method again, between other versions', () => {
    @Versioned(3)
    class Other extends Note {
      @Upgrade(1, 3)
      static override named(item: Item): Item {
        return { ...item, named: 'Other' };
      }
      @Upgrade(2, 3) static more(this: void): void {}
    }
    expect(steps(compileModel(Other)).toSorted()).toEqual(['1 → 3 Other.named', '2 → 3 Other.more']);
  });

  test('does not mistake a static method for a method of the same name', () => {
    @Versioned(3)
    class Other extends Note {
      @Upgrade(2, 3) named(this: void): void {}
    }
    expect(steps(compileModel(Other))).toEqual(['1 → 2 Other.named', '2 → 3 Other.named']);
  });

  test('replaces a downgrade in the same ways', () => {
    class Down extends Note {
      @Downgrade(2, 1) static back(this: void): void {}
    }
    class Other extends Down {
      @Downgrade(2, 1) static again(this: void): void {}
    }
    expect(compileModel(Down).downgrades.steps.map((step) => step.method)).toEqual(['Down.back']);
    expect(compileModel(Other).downgrades.steps.map((step) => step.method)).toEqual(['Other.again']);
  });
});

describe('upgrade classes', () => {
  class First {
    @Upgrade(1, 2)
    static first(item: Item): Item {
      return { ...item, first: 'First' };
    }
  }
  class Second extends First {
    @Upgrade(2, 3)
    static second(item: Item): Item {
      return { ...item, second: 'Second' };
    }
  }
  class Overriding extends Second {
    static override first(item: Item): Item {
      return { ...item, first: 'Overriding' };
    }
  }

  test('that extend one another hand on their steps', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { upgrades: Second })
    class Note extends Stored {}
    expect(steps(compileModel(Note))).toEqual(['1 → 2 Second.first', '2 → 3 Second.second']);
    expect(upgradeItem(Note, { id: 'a' })).toMatchObject({ first: 'First', second: 'Second' });
  });

  test('may override a step of their parent', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { upgrades: Overriding })
    class Note extends Stored {}
    expect(upgradeItem(Note, { id: 'a' })).toMatchObject({ first: 'Overriding', second: 'Second' });
  });

  test('of a subclass join those of its parent', () => {
    class Third {
      @Upgrade(3, 4) static third(this: void): void {}
    }

    @Entity({ table: 'notes' })
    @Versioned(3, { upgrades: Second })
    class Note extends Stored {}

    @Versioned(4, { upgrades: Third })
    class Newer extends Note {}
    expect(steps(compileModel(Newer))).toEqual(['1 → 2 Second.first', '2 → 3 Second.second', '3 → 4 Third.third']);
    expect(steps(compileModel(Note))).toHaveLength(2);
  });

  test('of a subclass replace those of its parent that they extend', () => {
    @Entity({ table: 'notes' })
    @Versioned(2, { upgrades: First })
    class Note extends Stored {}

    @Versioned(3, { upgrades: Overriding })
    class Newer extends Note {}
    expect(steps(compileModel(Newer))).toEqual(['1 → 2 Overriding.first', '2 → 3 Overriding.second']);
    expect(upgradeItem(Newer, { id: 'a' })).toMatchObject({ first: 'Overriding' });
  });

  test('replace a step of their parent by declaring its method between other versions', () => {
    class Farther extends First {
      @Upgrade(1, 3)
      static override first(item: Item): Item {
        return { ...item, first: 'Farther' };
      }
      @Upgrade(2, 3) static second(this: void): void {}
    }

    @Entity({ table: 'notes' })
    @Versioned(2, { upgrades: First })
    class Note extends Stored {}

    @Versioned(3, { upgrades: Farther })
    class Newer extends Note {}
    expect(steps(compileModel(Newer)).toSorted()).toEqual(['1 → 3 Farther.first', '2 → 3 Farther.second']);
  });

  test('serve several entities', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { upgrades: Second })
    class Note extends Stored {}

    @Entity({ table: 'others' })
    @Versioned(2, { upgrades: First })
    class Other {
      @PartitionKey({ type: 'string' }) owner!: string;
      @SortKey({ type: 'string' }) id!: string;
    }
    expect(upgradeItem(Note, { id: 'a' })).toMatchObject({ first: 'First', schema_version: 3 });
    expect(upgradeItem(Other, { id: 'a' })).toMatchObject({ first: 'First', schema_version: 2 });
  });
});
