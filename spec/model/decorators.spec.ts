import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  Attribute,
  CreatedAt,
  Downgrade,
  Entity,
  Index,
  type Item,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import type { AttributeModel } from '../../lib/model/attribute-model.js';
import { compileModel, type EntityModel } from '../../lib/model/entity-model.js';

/** A model's attribute by its property. */
function attribute(model: EntityModel, property: string): AttributeModel {
  const found = model.byProperty.get(property);
  if (!found) throw new Error(`no attribute ${property}`);
  return found;
}

describe('@Entity', () => {
  test('names the table', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    expect(compileModel(Note)).toMatchObject({ class: Note, name: 'Note', table: 'notes', discriminator: undefined });
  });

  test('tells the items of a class by a discriminator', () => {
    const discriminator = { attribute: 'kind', value: 'note', default: true };

    @Entity({ table: 'notes', discriminator })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const model = compileModel(Note);
    expect(model.discriminator).toEqual(discriminator);
    expect(model.chain.protectedAttributes).toEqual(['id', 'kind']);
  });
});

describe('@Versioned', () => {
  test('says the version; items without version attribute are of version 1, which is the oldest readable one', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const model = compileModel(Note);
    expect(model).toMatchObject({ version: 1, versionAttribute: 'schema_version' });
    expect(model.chain).toMatchObject({ newest: 1, initial: 1, floor: 1, versionAttribute: 'schema_version' });
  });

  test('takes the version attribute, the initial version, the floor and the classes of the upgrades', () => {
    class NoteUpgrades {
      @Upgrade(3, 4) static third(this: void): void {}
    }

    @Entity({ table: 'notes' })
    @Versioned(4, { attribute: 'v', initial: 2, floor: 3, upgrades: NoteUpgrades })
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const model = compileModel(Note);
    expect(model).toMatchObject({ version: 4, versionAttribute: 'v' });
    expect(model.chain).toMatchObject({ newest: 4, initial: 2, floor: 3, versionAttribute: 'v' });
    expect(model.chain.steps.map((step) => step.method)).toEqual(['NoteUpgrades.third']);
  });

  test('reads down to the initial version where no floor is given', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { initial: 3 })
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    expect(compileModel(Note).chain).toMatchObject({ newest: 3, initial: 3, floor: 3 });
  });

  test('may read versions below the initial one', () => {
    @Entity({ table: 'notes' })
    @Versioned(2, { initial: 2, floor: 1 })
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Upgrade(1, 2) static first(this: void): void {}
    }
    expect(compileModel(Note).chain).toMatchObject({ initial: 2, floor: 1 });
  });
});

describe('@Upgrade', () => {
  @Entity({ table: 'notes' })
  @Versioned(4)
  class Note {
    @PartitionKey({ type: 'string' }) id!: string;

    @Upgrade(1, 2, 'renamed text to body')
    static renamed(item: Item): Item {
      return { ...item, renamed: true };
    }

    @Upgrade(2, 3, { description: 'counted', repeatable: false, dynamic: true })
    counted(item: Item): Item {
      return { ...item, counted: true };
    }

    @Upgrade(3, 4)
    static nothing(this: void): void {}
  }
  const steps = compileModel(Note).chain.steps.toSorted((a, b) => a.from - b.from);

  test('takes a description', () => {
    expect(steps[0]).toMatchObject({ from: 1, to: 2, method: 'Note.renamed', description: 'renamed text to body' });
  });

  test('takes options', () => {
    expect(steps[1]).toMatchObject({
      from: 2,
      to: 3,
      method: 'Note.counted',
      description: 'counted',
      repeatable: false,
      dynamic: true,
    });
  });

  test('makes a step that is repeatable and not dynamic, without description, unless said otherwise', () => {
    expect(steps[2]).toMatchObject({
      from: 3,
      to: 4,
      description: undefined,
      repeatable: true,
      dynamic: false,
    });
    expect(steps[0]).toMatchObject({ repeatable: true, dynamic: false });
  });

  test('stands on static methods and on methods', () => {
    expect(steps[0]?.apply({ id: 'a' })).toEqual({ id: 'a', renamed: true });
    expect(steps[1]?.apply({ id: 'a' })).toEqual({ id: 'a', counted: true });
  });

  test('may stand on one method twice', () => {
    @Entity({ table: 'notes' })
    @Versioned(3)
    class Twice {
      @PartitionKey({ type: 'string' }) id!: string;

      @Upgrade(1, 3)
      @Upgrade(2, 3)
      static both(this: void): void {}
    }
    const found = compileModel(Twice).chain.steps.map(({ from, to, method }) => ({ from, to, method }));
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        { from: 1, to: 3, method: 'Twice.both' },
        { from: 2, to: 3, method: 'Twice.both' },
      ]),
    );
  });
});

describe('@Downgrade', () => {
  test('marks the way back from a version to the one before it', () => {
    class NoteUpgrades {
      @Upgrade(1, 2) static there(this: void): void {}

      @Downgrade(2, 1)
      static back(item: Item): Item {
        return { ...item, back: true };
      }
    }

    @Entity({ table: 'notes' })
    @Versioned(2, { upgrades: NoteUpgrades })
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const [downgrade, ...others] = compileModel(Note).downgrades.steps;
    expect(downgrade).toMatchObject({ from: 2, to: 1, method: 'NoteUpgrades.back' });
    expect(downgrade?.apply({ id: 'a' })).toEqual({ id: 'a', back: true });
    expect(others).toEqual([]);
  });
});

describe('@PartitionKey and @SortKey', () => {
  test('take their stored name from the property', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) owner!: string;
      @SortKey({ type: 'number' }) position!: number;
    }
    const model = compileModel(Note);
    expect(model.partitionKey).toMatchObject({
      property: 'owner',
      attribute: 'owner',
      type: 'string',
      keyType: 'string',
    });
    expect(model.sortKey).toMatchObject({ property: 'position', type: 'number', keyType: 'number' });
    expect(model.keys).toEqual([model.partitionKey, model.sortKey]);
    expect(model.chain.protectedAttributes).toEqual(['owner', 'position']);
  });

  test('take a stored name and a type', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ name: 'pk', type: 'bytes' }) owner!: unknown;
      @SortKey({ name: 'sk', type: 'number' }) position!: unknown;
    }
    const model = compileModel(Note);
    expect(model.partitionKey).toMatchObject({ property: 'owner', attribute: 'pk', type: 'bytes', keyType: 'bytes' });
    expect(model.sortKey).toMatchObject({ property: 'position', attribute: 'sk', type: 'number', keyType: 'number' });
    expect(model.chain.protectedAttributes).toEqual(['pk', 'sk']);
  });

  test('leave a table without sort key where there is none', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const model = compileModel(Note);
    expect(model.sortKey).toBeUndefined();
    expect(model.keys).toEqual([model.partitionKey]);
  });
});

describe('@Attribute', () => {
  @Entity({ table: 'notes' })
  @Versioned(1)
  class Note {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'string' }) body!: string;
    @Attribute({ name: 'b', type: 'epochSeconds', default: new Date(5), optional: true }) all!: Date;
  }
  const model = compileModel(Note);

  test('stores a property under its own name; it is required and has no default', () => {
    expect(attribute(model, 'body')).toEqual({
      property: 'body',
      attribute: 'body',
      type: 'string',
      typeGiven: true,
      optional: false,
      nullable: false,
      default: undefined,
      roles: new Set(),
      keyType: 'string',
    });
  });

  test('takes a stored name, a type, a default, and whether it may be absent', () => {
    expect(attribute(model, 'all')).toEqual({
      property: 'all',
      attribute: 'b',
      type: 'epochSeconds',
      typeGiven: true,
      optional: true,
      nullable: false,
      default: new Date(5),
      roles: new Set(),
      keyType: 'number',
    });
  });

  test('keeps the order of the properties', () => {
    expect(model.attributes.map((one) => one.property)).toEqual(['id', 'body', 'all']);
  });

  test('adds to what another decorator of the property says', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Both {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ name: 'c' }) @CreatedAt({ type: 'epochMilliseconds' }) created!: Date;
    }
    const both = compileModel(Both);
    expect(both.createdAt).toMatchObject({ attribute: 'c', type: 'epochMilliseconds' });
    expect(both.attributes).toHaveLength(2);
  });
});

describe('@CreatedAt, @UpdatedAt, @TimeToLive and @Revision', () => {
  test('give a property its role, and the type of the role where the compiler tells none', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @CreatedAt() created!: Date;
      @UpdatedAt() updated!: unknown;
      @TimeToLive() expires!: Date;
      @Revision() revision!: unknown;
    }
    const model = compileModel(Note);
    expect(model.createdAt).toMatchObject({ property: 'created', type: 'date', roles: new Set(['created at']) });
    expect(model.updatedAt).toMatchObject({ property: 'updated', type: 'date', roles: new Set(['updated at']) });
    expect(model.timeToLive).toMatchObject({ property: 'expires', type: 'epochSeconds', keyType: 'number' });
    expect(model.revision).toMatchObject({ property: 'revision', type: 'string', optional: false });
  });

  test('take a stored name and a type', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @CreatedAt({ name: 'c', type: 'epochSeconds' }) created!: Date;
      @UpdatedAt({ name: 'u', type: Number }) updated!: unknown;
      @TimeToLive({ name: 't', type: 'number' }) expires!: unknown;
      @Revision({ name: 'r', type: String }) revision!: unknown;
    }
    const model = compileModel(Note);
    expect(model.createdAt).toMatchObject({ attribute: 'c', type: 'epochSeconds' });
    expect(model.updatedAt).toMatchObject({ attribute: 'u', type: 'number' });
    expect(model.timeToLive).toMatchObject({ attribute: 't', type: 'number' });
    expect(model.revision).toMatchObject({ attribute: 'r', type: 'string' });
  });

  test('are absent from a model that has none', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const { createdAt, updatedAt, timeToLive, revision } = compileModel(Note);
    expect([createdAt, updatedAt, timeToLive, revision]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('let an item do without an expiry', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @TimeToLive() expires!: Date;
    }
    expect(compileModel(Note).timeToLive?.optional).toBe(true);
  });

  test('may stand on a key', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) owner!: string;
      @SortKey({ type: 'date' }) @CreatedAt() created!: Date;
    }
    const { createdAt, sortKey } = compileModel(Note);
    expect(createdAt).toBe(sortKey);
    expect(sortKey?.keyType).toBe('string');
  });
});

describe('@Index', () => {
  @Entity({ table: 'notes' })
  @Versioned(2)
  @Index('by_author', { partitionKey: 'author', sortKey: 'created', since: 2, complete: true })
  @Index('by_tag', { partitionKey: 'tag' })
  @Index('by_score', { sortKey: 'score' })
  class Note {
    @PartitionKey({ type: 'string' }) owner!: string;
    @SortKey({ type: 'string' }) id!: string;
    @Attribute({ name: 'a', type: 'string' }) author!: string;
    @Attribute({ type: 'string' }) tag!: string;
    @Attribute({ type: 'number' }) score!: number;
    @CreatedAt() created!: Date;
    @Upgrade(1, 2) static first(this: void): void {}
  }
  const { byProperty, indexes, partitionKey } = compileModel(Note);
  const index = (name: string) => indexes.find((one) => one.name === name);

  test('with a partition key is a global index; it takes since and complete', () => {
    expect(index('by_author')).toEqual({
      name: 'by_author',
      kind: 'global',
      partitionKey: byProperty.get('author'),
      sortKey: byProperty.get('created'),
      since: 2,
      complete: true,
    });
  });

  test('may do without a sort key; it holds items of every version unless said otherwise', () => {
    expect(index('by_tag')).toEqual({
      name: 'by_tag',
      kind: 'global',
      partitionKey: byProperty.get('tag'),
      sortKey: undefined,
      since: 1,
      complete: false,
    });
  });

  test("without a partition key is a local index, by the table's own", () => {
    expect(index('by_score')).toMatchObject({ kind: 'local', partitionKey, sortKey: byProperty.get('score') });
  });

  test('is declared once each', () => {
    expect(indexes).toHaveLength(3);
  });
});

describe('without decorator syntax', () => {
  type Note = abstract new () => object;
  const applications: ((target: Note) => void)[] = [
    Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note' } }),
    Versioned(2, { attribute: 'v' }),
    Index('by_author', { partitionKey: 'author' }),
    Index('by_created', { sortKey: 'created' }),
    (target) => PartitionKey({ type: 'string' })(target.prototype as object, 'owner'),
    (target) => SortKey({ type: 'number', name: 'sk' })(target.prototype as object, 'position'),
    (target) => Attribute({ type: 'string', default: 'nobody' })(target.prototype as object, 'author'),
    (target) => Attribute({ type: Set, optional: true })(target.prototype as object, 'tags'),
    (target) => CreatedAt({ type: Date })(target.prototype as object, 'created'),
    (target) => Attribute({ name: 'c' })(target.prototype as object, 'created'),
    (target) => UpdatedAt()(target.prototype as object, 'updated'),
    (target) => TimeToLive()(target.prototype as object, 'expires'),
    (target) => Revision()(target.prototype as object, 'revision'),
    (target) => Upgrade(1, 2, 'first')(target, 'first'),
    (target) => Downgrade(2, 1)(target.prototype as object, 'back'),
  ];

  function apply(steps: readonly ((target: Note) => void)[]) {
    class Note {
      static first(): void {}
      back(): void {}
    }
    for (const step of steps) step(Note);
    const {
      attributes,
      byProperty: _,
      byAttribute: __,
      class: ___,
      chain,
      downgrades,
      indexes,
      ...model
    } = compileModel(Note);
    const byName = <T>(values: readonly T[], name: (value: T) => string) =>
      values.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
    return {
      ...model,
      attributeNames: model.attributeNames.toSorted(),
      attributes: byName(attributes, (one) => one.property),
      indexes: byName(indexes, (one) => one.name),
      steps: chain.steps.map(({ apply: _apply, ...step }) => step),
      downgrades: downgrades.steps.map(({ apply: _apply, ...step }) => step),
    };
  }

  test('decorators are functions that say the same', () => {
    const model = apply(applications);
    expect(model).toMatchObject({ table: 'notes', version: 2, versionAttribute: 'v' });
    expect(model.attributes.map((one) => [one.property, one.attribute, one.type])).toEqual([
      ['author', 'author', 'string'],
      ['created', 'c', 'date'],
      ['expires', 'expires', 'epochSeconds'],
      ['owner', 'owner', 'string'],
      ['position', 'sk', 'number'],
      ['revision', 'revision', 'string'],
      ['tags', 'tags', 'set'],
      ['updated', 'updated', 'date'],
    ]);
    expect(model.indexes.map((one) => one.name)).toEqual(['by_author', 'by_created']);
    expect(model.steps).toMatchObject([{ from: 1, to: 2, method: 'Note.first' }]);
    expect(model.downgrades).toMatchObject([{ from: 2, to: 1, method: 'Note.back' }]);
  });

  test('they can be applied in any order', () => {
    const expected = apply(applications);
    const orders = fc.shuffledSubarray(applications, { minLength: applications.length });
    fc.assert(fc.property(orders, (order) => expect(apply(order)).toEqual(expected)));
  });
});
