import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Expose, instanceToPlain, plainToInstance, Transform, Type } from 'class-transformer';
import { Attribute, Entity, type Item, PartitionKey, Versioned } from 'dynamo-evolve';
import fc from 'fast-check';
import { NumberValue } from '../../lib/codec/number.js';
import { read, write } from './reading.js';
import { Reflected } from '../support/decorator-mode.js';

const storage = { groups: ['storage'] };
/** Without it, class-transformer assigns undefined to exposed properties that are absent. */
const options = { ...storage, exposeUnsetFields: false };
const discriminator = (...names: string[]) => ({
  property: 'kind',
  subTypes: [
    { value: Circle, name: names[0] ?? '' },
    { value: Square, name: names[1] ?? '' },
  ],
});

class Point {
  x!: number;
  y!: number;
}
class Shape {
  label?: string;
}
class Circle extends Shape {
  @Type(() => Point) centre?: Point;
}
/** A value that may be absent, times a factor. */
const times = (value: unknown, factor: number) => (value === undefined ? undefined : (value as number) * factor);
class Square extends Shape {
  @Transform(({ value }) => times(value, 2), { ...storage, toClassOnly: true })
  @Transform(({ value }) => times(value, 0.5), { ...storage, toPlainOnly: true })
  side?: number;
}
class Tree {
  name?: string;
  free?: unknown;
  @Expose({ name: 't', ...storage }) title?: string;
  @Transform(({ value }) => (value as string[] | undefined)?.join(), { ...storage, toClassOnly: true })
  @Transform(({ value }) => (value as string | undefined)?.split(','), { ...storage, toPlainOnly: true })
  tags?: string;
  @Type(() => Number) count?: number;
  @Type(() => Point) point?: Point;
  @Type(() => Point) @Reflected(Array) points?: Point[];
  @Type(() => Point) @Reflected(Set) pointSet?: Set<Point>;
  @Type(() => Point) @Reflected(Map) pointMap?: Map<string, Point>;
  @Type(() => Tree) @Reflected(Array) trees?: Tree[];
  @Type(() => Shape, { discriminator: discriminator('circle', 'square') }) shape?: Shape;
  @Type(() => Shape, { discriminator: discriminator('circle', 'square') }) @Reflected(Array) shapes?: Shape[];
  @Type(() => Shape, { discriminator: discriminator('round', 'square'), keepDiscriminatorProperty: true })
  @Reflected(Array)
  kept?: Shape[];
}

/** A tree with what class-transformer turns into Dates, but not back into text. */
class Dated extends Tree {
  @Type(() => Date) at?: Date;
  @Type(() => Date) @Reflected(Array) times?: Date[];
}

@Entity({ table: 'forest' })
@Versioned(1)
class Forest {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute() @Type(() => Tree) tree!: Tree;
  @Attribute({ optional: true }) @Type(() => Dated) dated?: Dated;
}

/** A copy for class-transformer, which changes what it reads; of this realm's objects, which it asks for. */
const copy = (plain: Item) => JSON.parse(JSON.stringify(plain)) as Item;

/** Names that neither path takes for anything else. */
const name = fc.stringMatching(/^[a-z]{1,6}[0-9]$/);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, -1.5, '', 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const coordinate = fc.integer({ min: -1000, max: 1000 });
/** Any of these members, those that are required, and others that no class declares. */
const some = (declared: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[] = []): fc.Arbitrary<Item> =>
  fc
    .tuple(fc.record(declared, { requiredKeys, noNullPrototype: true }), fc.dictionary(name, json, { maxKeys: 2 }))
    .map(([values, more]) => ({ ...more, ...values }));
const point = some({ x: coordinate, y: coordinate });
const shape = (round: string) =>
  fc.oneof(
    some({ kind: fc.constant(round), label: fc.string(), centre: point }, ['kind']),
    some({ kind: fc.constant('square'), label: fc.string(), side: coordinate }, ['kind']),
  );
const members = {
  name: fc.string(),
  free: json,
  t: fc.string(),
  tags: fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1, maxLength: 3 }),
  count: coordinate,
  point,
  points: fc.array(point, { maxLength: 3 }),
  pointSet: fc.array(point, { minLength: 1, maxLength: 3 }),
  pointMap: fc.dictionary(name, point, { maxKeys: 3, noNullPrototype: true }),
  shape: shape('circle'),
  shapes: fc.array(shape('circle'), { maxLength: 3 }),
  kept: fc.array(shape('round'), { maxLength: 3 }),
};
const tree = some({ ...members, trees: fc.array(some(members), { maxLength: 2 }) });

/** A tree that class-transformer reads, but can't write as it was: with shapes of no kind, and Dates. */
const unknown = some({ label: fc.string() });
const iso = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((one) => one.toISOString());
const dated = some({ ...members, shape: unknown, at: iso, times: fc.array(iso, { maxLength: 3 }) });

describe('where class-transformer is right', () => {
  test('reading gives what its plainToInstance gives in the group storage', () => {
    fc.assert(
      fc.property(tree, dated, (plainTree, plainDated) => {
        const entity = read(Forest, { id: 'a', tree: plainTree, dated: plainDated });
        expect(entity.tree).toStrictEqual(plainToInstance(Tree, copy(plainTree), options));
        expect(entity.dated).toStrictEqual(plainToInstance(Dated, copy(plainDated), options));
      }),
    );
  });

  test('writing gives what its instanceToPlain gives in the group storage', () => {
    fc.assert(
      fc.property(tree, (plain) => {
        const entity = Object.assign(new Forest(), {
          id: 'a',
          tree: plainToInstance(Tree, copy(plain), options),
        });
        const stored = write(Forest, entity);
        expect(stored).toEqual({ id: 'a', tree: instanceToPlain(entity.tree, options) });
      }),
    );
  });

  test('what is stored comes back as it was, whatever is between', () => {
    fc.assert(
      fc.property(tree, (plain) => {
        const item = { id: 'a', tree: plain };
        expect(write(Forest, read(Forest, item))).toEqual(item);
      }),
    );
  });
});

/** What class-transformer does to a value; `undefined` if it throws. */
function transformed(target: new () => object, plain: object): Item | undefined {
  try {
    return plainToInstance(target, plain, storage) as Item;
  } catch {
    return undefined;
  }
}

describe('where class-transformer loses something, we do not use it', () => {
  class Anything {
    [member: string]: unknown;
  }

  @Entity({ table: 'anything' })
  @Versioned(1)
  class Holder {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: Anything }) value!: Anything;
  }

  test.each<[string, string, unknown]>([
    ['bytes', 'member', new Uint8Array([1, 2])],
    ['a Set', 'member', new Set(['a'])],
    ['a number of many digits', 'member', NumberValue.from('0.1234567890123456789012345678901234567')],
    ['a member called constructor', 'constructor', { a: 1 }],
    ['a member called constructor, deeper', 'member', { constructor: { a: 1 } }],
    ['a member called __proto__', '__proto__', { a: 1 }],
  ])('%s', (_what, member, value) => {
    const own = (target: object) => Object.getOwnPropertyDescriptor(target, member)?.value as unknown;
    const plain = Object.fromEntries([[member, value]]);
    const theirs = transformed(Anything, Object.fromEntries([[member, value]]));
    expect(theirs && own(theirs)).not.toEqual(value);

    const entity = read(Holder, { id: 'a', value: plain });
    expect(own(entity.value)).toEqual(value);
  });

  test('a discriminator that it does not know', () => {
    const triangle = { kind: 'triangle', label: 'a' };
    expect(transformed(Tree, { shape: { ...triangle } })?.shape).toEqual({ label: 'a' });

    const { tree: found } = read(Forest, { id: 'a', tree: { shape: triangle } });
    expect(found.shape).toEqual(triangle);
    expect(found.shape).toBeInstanceOf(Shape);
  });

  test('the discriminator in the source', () => {
    const plain = { shape: { kind: 'circle', label: 'a' } };
    transformed(Tree, plain);
    expect(plain.shape).not.toHaveProperty('kind');

    const item = { id: 'a', tree: { shape: { kind: 'circle', label: 'a' } } };
    read(Forest, item);
    expect(item.tree.shape.kind).toBe('circle');
  });
});

describe('class-transformer', () => {
  const lib = join(dirname(fileURLToPath(import.meta.url)), '../../lib');

  test('is imported by transformer-storages.ts alone', () => {
    const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(20);
    const importing = files.filter((file) => {
      const source = readFileSync(join(lib, file), 'utf8');
      return /(?:from|import|require)\s*\(?\s*['"]class-transformer/.test(source);
    });
    expect(importing.filter((file) => !file.endsWith('.d.ts'))).toEqual([join('hydration', 'transformer-storages.ts')]);
  });
});
