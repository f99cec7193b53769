import { describe, expect, test } from '@jest/globals';
import { Attribute, CreatedAt, Entity, Index, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { modelOf } from '../../lib/hydration/model-of.js';
import { mapperOptions } from '../../lib/mapper-options.js';
import { shapeOf } from '../../lib/schema/entity-shape.js';
import { client } from './mistakes/mistake.js';

/** An options object in which every option that isn't given is undefined. */
const filled = (names: readonly string[], given: object) => ({
  ...Object.fromEntries(names.map((name) => [name, undefined])),
  ...given,
});

describe('an option that is undefined is as good as absent', () => {
  test('of decorators', () => {
    const classOf = (options: (names: readonly string[], given: object) => object) => {
      @Entity(options(['name', 'discriminator'], { table: 'notes' }) as { table: string })
      @Versioned(2, options(['attribute', 'initial', 'floor'], {}))
      @Index('by_title', options(['sortKey', 'since', 'complete'], { partitionKey: 'title' }))
      class Note {
        @PartitionKey(options(['name', 'notation', 'template'], { type: 'string' }) as { type: 'string' }) id!: string;
        @Attribute(
          options(['name', 'notation', 'default', 'optional', 'nullable', 'template', 'fromStorage', 'toStorage'], {
            type: 'string',
          }) as { type: 'string' },
        )
        title!: string;
        @Attribute({ name: 'at' }) @CreatedAt(options(['name', 'notation', 'nullable'], {})) created!: Date;
        @Upgrade(1, 2, options(['description', 'repeatable', 'dynamic', 'reads'], {})) static first(this: void): void {}
      }
      return Note;
    };
    const { chain, name, ...model } = modelOf(classOf(filled));
    const expected = modelOf(classOf((_names, given) => given));
    expect(name).toBe('Note');
    expect(shapeOf({ chain, name, ...model })).toEqual(shapeOf(expected));
    expect(model.attributes).toEqual(expected.attributes);
    expect(chain.steps.map(({ apply: _apply, ...step }) => step)).toEqual(
      expected.chain.steps.map(({ apply: _apply, ...step }) => step),
    );
  });

  test('of a mapper', () => {
    class Note {}
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    const mapper = new Mapper(filled(mapperOptions, { client, entities: [Note] }) as never);
    expect(mapper.repository(Note).hydrate({ id: { S: 'a' } })).toEqual({ id: 'a' });
  });
});
