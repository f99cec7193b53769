import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { Transform, Type } from 'class-transformer';
import { Attribute, Entity, PartitionKey, SortKey, UpdatedAt, Versioned } from 'dynamo-evolve';
import type { AttributeModel } from '../../lib/model/attribute-model.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import { shapeOf } from '../../lib/schema/entity-shape.js';
import { caught } from '../errors/caught.js';
import { hydratorOf, read, write } from './reading.js';

class Part {
  @Attribute({ name: 'part_name', type: 'string' }) name!: string;
  @Attribute({ type: 'date' }) made_at?: Date;
  @Attribute({ type: 'array', items: () => Part }) below?: Part[];
  @Attribute({ fromStorage: (text: string) => text.split(','), toStorage: (tags: string[]) => tags.join(',') })
  tags?: string[];
  note?: string;
}

@Entity({ table: 'machines' })
@Versioned(1)
class Machine {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'array', items: Part }) parts!: Part[];
  @Attribute({ type: 'map', items: Part, optional: true }) spares?: Map<string, Part>;
  @Attribute({ type: 'set', items: 'date', optional: true }) checks?: Set<Date>;
  @Attribute({ type: Part, optional: true }) frame?: Part;
  @Attribute({
    optional: true,
    type: 'string',
    fromStorage: (text: string) => text.slice('sealed '.length),
    toStorage: (text: string) => `sealed ${text}`,
  })
  secret?: string;
}

const item = {
  id: 'm-1',
  parts: [{ part_name: 'wheel', made_at: '2026-01-02T03:04:05.000Z', below: [{ part_name: 'hub' }, null] }, null],
  spares: { left: { part_name: 'belt', tags: 'a,b', note: 'n', unknown: { deep: 1n } } },
  checks: new Set(['2026-01-01T00:00:00.000Z']),
  frame: { part_name: 'frame' },
  secret: 'sealed abc',
};

describe('items', () => {
  test('are read as what the option names, and stored as they were', () => {
    const machine = read(Machine, item);
    const [wheel, none] = machine.parts;
    expect(wheel).toBeInstanceOf(Part);
    expect(wheel?.name).toBe('wheel');
    expect(wheel?.made_at).toEqual(new Date('2026-01-02T03:04:05.000Z'));
    expect(wheel?.below?.[0]).toBeInstanceOf(Part);
    expect(wheel?.below?.[0]?.name).toBe('hub');
    expect(none).toBeNull();
    expect(machine.spares?.get('left')?.tags).toEqual(['a', 'b']);
    expect(machine.checks).toEqual(new Set([new Date('2026-01-01T00:00:00.000Z')]));
    expect(machine.frame?.name).toBe('frame');
    expect(machine.secret).toBe('abc');
    expect(write(Machine, machine)).toEqual({
      ...item,
      spares: { left: { ...item.spares.left, unknown: { deep: 1 } } },
    });
  });

  test('are refused if they are something else', () => {
    const error = caught('ATTRIBUTE_TYPE', () => read(Machine, { id: 'a', parts: ['text'] }));
    expect(error.details).toMatchObject({ attribute: 'parts' });
    expect(() => write(Machine, Object.assign(new Machine(), { id: 'a', parts: [4] }))).toThrow(/parts/);
  });

  test('can be changed, and asked for, by their stored names', () => {
    const place = hydratorOf(Machine).placeAt({
      attribute: modelOf(Machine).byProperty.get('parts') as AttributeModel,
      within: [0, 'name'],
    });
    expect(place).toMatchObject({ path: { attribute: 'parts', within: [0, 'part_name'] } });
  });

  test('stand in the schema lock as those of @Type do', () => {
    class Same {
      id!: string;
      parts!: Part[];
    }
    PartitionKey({ type: 'string' })(Same.prototype, 'id');
    Attribute({ type: 'array' })(Same.prototype, 'parts');
    Type(() => Part)(Same.prototype, 'parts');
    Versioned(1)(Same);
    Entity({ table: 'machines' })(Same);
    expect(shapeOf(modelOf(Same)).attributes.parts).toEqual(shapeOf(modelOf(Machine)).attributes.parts);
    expect(shapeOf(modelOf(Machine)).attributes.secret).toMatchObject({ converter: 'transform' });
  });
});

/** The mistake of a class with a property `value`. */
function mistake(options: object, nested?: (prototype: object) => void): string {
  class Inner {}
  class Note {}
  nested?.(Inner.prototype);
  PartitionKey({ type: 'string' })(Note.prototype, 'id');
  Attribute(nested ? { type: Inner } : options)(Note.prototype, 'value');
  Versioned(1)(Note);
  Entity({ table: 'notes' })(Note);
  try {
    hydratorOf(Note);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('mistakes', () => {
  const identity = (value: unknown) => value;

  test.each([
    [{ type: 'string', items: Part }, /items is the type of members, and it has none: its type is string/],
    [{ type: 'array', items: undefined }, /UNDEFINED_CLASS/],
    [{ type: 'array', items: 'text' }, /'text'/],
    [{ toStorage: identity }, /it has toStorage but no fromStorage/],
    [{ fromStorage: identity }, /it has fromStorage but no toStorage/],
    [{ fromStorage: 'trim', toStorage: identity }, /fromStorage isn't a function/],
  ])('%p', (options, message) => {
    expect(mistake(options)).toMatch(message);
  });

  test.each<[string, (prototype: object) => void, RegExp]>([
    ['a key', (prototype) => SortKey({ type: 'string' })(prototype, 'at'), /at.*nested value/],
    ['a generated value', (prototype) => UpdatedAt({ type: Date })(prototype, 'at'), /only entities/],
    ['a default', (prototype) => Attribute({ type: 'string', default: 'a' })(prototype, 'at'), /default/],
    ['a template', (prototype) => Attribute({ template: '{b}' })(prototype, 'at'), /template/],
    ['a misspelt option', (prototype) => Attribute({ nme: 'b' } as object)(prototype, 'at'), /nme/],
    [
      'a notation of text',
      (prototype) => Attribute({ type: 'string', notation: 'canonical' })(prototype, 'at'),
      /notation/,
    ],
  ])('%s of a nested class', (_, decorate, message) => {
    expect(mistake({}, decorate)).toMatch(message);
  });

  test('what @Attribute and class-transformer both say', () => {
    class Note {}
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    Attribute({ type: 'array', items: Part })(Note.prototype, 'parts');
    Type(() => Part)(Note.prototype, 'parts');
    Versioned(1)(Note);
    Entity({ table: 'notes' })(Note);
    expect(() => hydratorOf(Note)).toThrow(/items.*@Type say the same/);

    class Other {}
    PartitionKey({ type: 'string' })(Other.prototype, 'id');
    Attribute({ type: 'string', fromStorage: identity, toStorage: identity })(Other.prototype, 'text');
    Transform(({ value }) => value as unknown, { groups: ['storage'] })(Other.prototype, 'text');
    Versioned(1)(Other);
    Entity({ table: 'notes' })(Other);
    expect(() => hydratorOf(Other)).toThrow(/fromStorage.*@Transform say the same/);
  });
});

describe('an entity that is a nested value elsewhere', () => {
  @Entity({ table: 'parts' })
  @Versioned(1)
  class Whole {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'string', default: 'new' }) state!: string;
    @UpdatedAt() updated_at!: Date;
  }

  @Entity({ table: 'boxes' })
  @Versioned(1)
  class Box {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'array', items: Whole }) content!: Whole[];
  }

  test('is read and stored as it is, without defaults', () => {
    const stored = { id: 'b', content: [{ id: 'w', updated_at: '2026-01-02T03:04:05.000Z' }] };
    const box = read(Box, stored);
    expect(box.content[0]?.updated_at).toBeInstanceOf(Date);
    expect(write(Box, box)).toEqual(stored);
  });
});
