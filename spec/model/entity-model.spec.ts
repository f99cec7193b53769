import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  SortKey,
  Upgrade,
  upgradeItem,
  Versioned,
} from 'dynamo-evolve';
import { modelOf } from '../../lib/hydration/model-of.js';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

const client = { send: () => Promise.reject(new Error('nothing is sent')) };

class NoteUpgrades {
  @Upgrade(1, 2, 'named the author')
  static named(item: Item): void {
    item.author ??= 'nobody';
  }
}

@Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note' } })
@Versioned(2, { upgrades: NoteUpgrades })
@Index('by_author', { partitionKey: 'author' })
class Note {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string' }) author!: string;
}

describe('a model', () => {
  test('lists the names that rewriting and writing ask for', () => {
    @Entity({ table: 'lists' })
    @Versioned(1, { attribute: 'v' })
    class Listed {
      @PartitionKey({ name: 'pk', template: 'L#{id}' }) key!: string;
      @SortKey({ type: 'number' }) at!: number;
      @Attribute({ name: 'i', type: 'string' }) id!: string;
      @Attribute({ template: 'BY#{id}' }) by!: string;
    }
    const model = compileModel(Listed);
    expect(model.attributeNames).toEqual(['pk', 'at', 'i', 'by']);
    expect(model.keyNames).toEqual(['pk', 'at']);
    expect([...model.fixedNames]).toEqual(['v', 'pk', 'at']);
    expect(model.computed.map(({ property }) => property)).toEqual(['by']);
    expect(model.byAttribute.get('i')).toBe(model.byProperty.get('id'));
  });

  test('is compiled once per class, whoever asks', () => {
    class Counted {
      @Upgrade(1, 2) static first(this: void): void {}
    }
    let resolved = 0;

    @Entity({ table: 'counted' })
    @Versioned(2, {
      upgrades: () => {
        resolved += 1;
        return Counted;
      },
    })
    class Once {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const model = modelOf(Once);
    const atFirst = resolved;
    expect(atFirst).toBeGreaterThan(0);
    expect(modelOf(Once)).toBe(model);
    void new Mapper({ client, entities: [Once] });
    void new Mapper({ client, entities: [Once] });
    upgradeItem(Once, { id: 'a', schema_version: 1 });
    expect(resolved).toBe(atFirst);
  });

  test('is checked again after a mistake was fixed', () => {
    class Late {}
    Entity({ table: 'late' })(Late);
    Versioned(1)(Late);
    caught('MISSING_PARTITION_KEY', () => modelOf(Late));
    PartitionKey({ type: 'string' })(Late.prototype, 'id');
    expect(modelOf(Late).partitionKey.property).toBe('id');
  });

  test('is frozen, and everything in it', () => {
    const model = compileModel(Note);
    const parts = [
      model,
      model.discriminator,
      model.attributes,
      ...model.attributes,
      model.keys,
      model.indexes,
      ...model.indexes,
      model.chain,
      model.chain.steps,
      ...model.chain.steps,
      model.chain.paths,
      ...model.chain.paths,
      model.chain.protectedAttributes,
      model.downgrades,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  test('does not change with what is decorated later', () => {
    class Early {}
    Entity({ table: 'early' })(Early);
    Versioned(1)(Early);
    PartitionKey({ type: 'string' })(Early.prototype, 'id');
    Attribute({ type: 'string' })(Early.prototype, 'value');
    const model = modelOf(Early);
    const before = structuredClone(
      model.attributes.map(({ roles, property, attribute }) => [property, attribute, roles]),
    );

    Versioned(2)(Early);
    Attribute({ type: 'string' })(Early.prototype, 'later');
    Attribute({ name: 'v' })(Early.prototype, 'value');
    PartitionKey({ type: 'string' })(Early.prototype, 'value');
    Index('by_value', { partitionKey: 'value' })(Early);
    expect(modelOf(Early)).toBe(model);
    expect(model).toMatchObject({ version: 1, indexes: [] });
    expect(model.attributes.map(({ roles, property, attribute }) => [property, attribute, roles])).toEqual(before);
  });

  test('does not change with the options that it was made from', () => {
    const discriminator = { attribute: 'kind', value: 'note' };
    class Early {}
    Entity({ table: 'early', discriminator })(Early);
    Versioned(1)(Early);
    PartitionKey({ type: 'string' })(Early.prototype, 'id');
    const model = compileModel(Early);
    discriminator.value = 'other';
    expect(model.discriminator?.value).toBe('note');
  });
});

describe('a class that another module has yet to define', () => {
  test('can be named by a function, as the upgrades', () => {
    @Entity({ table: 'notes' })
    @Versioned(2, { upgrades: () => Later })
    class Early {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    class Later {
      @Upgrade(1, 2) static first(this: void): void {}
    }
    expect(compileModel(Early).chain.steps.map((step) => step.method)).toEqual(['Later.first']);
  });

  test('can be one of several', () => {
    @Entity({ table: 'notes' })
    @Versioned(3, { upgrades: () => [Second, First] })
    class Early {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    class First {
      @Upgrade(1, 2) static first(this: void): void {}
    }
    class Second {
      @Upgrade(2, 3) static second(this: void): void {}
    }
    const { paths } = compileModel(Early).chain;
    expect(paths[0]?.map((step) => step.method)).toEqual(['First.first', 'Second.second']);
  });

  test('can be named by a function in a list, as JavaScript may', () => {
    class First {
      @Upgrade(1, 2) static first(this: void): void {}
    }
    class Second {
      @Upgrade(2, 3) static second(this: void): void {}
    }

    @Entity({ table: 'notes' })
    @Versioned(3, { upgrades: [(() => [First, Second]) as never] })
    class Early {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    expect(compileModel(Early).chain.steps).toHaveLength(2);
  });

  test('can be named by a function, as the entities of a mapper', () => {
    const entities = [() => Later, () => [Later, Note]];

    @Entity({ table: 'later' })
    @Versioned(1)
    class Later {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const mapper = new Mapper({ client, entities });
    expect(mapper.repository(Later)).toBe(mapper.repository(Later));
    expect(mapper.repository(Note)).toBeDefined();
  });
});
