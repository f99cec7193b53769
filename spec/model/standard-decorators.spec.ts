import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  type Item,
  Legacy,
  Mapper,
  PartitionKey,
  upgradeItem,
  Versioned,
} from 'dynamo-evolve';
import { compileModel, type EntityModel } from '../../lib/model/entity-model.js';
import { lockSteps } from '../../lib/schema/update-lock.js';
import { shapeOf } from '../../lib/schema/entity-shape.js';
import { caught } from '../errors/caught.js';
import { classesOf, type Compiler, compilers, type Decorators } from '../support/compile-classes.js';
import { isFull } from '../support/effort.js';
import { client } from './mistakes/mistake.js';

const session = `
class SessionUpgrades {
  @Upgrade(1, 2, 'renamed state') static renamed = steps(rename('state', 'session_state'));
  @Upgrade(2, 3) static tagged(item) { item.tagged = 'static'; }
  @Upgrade(3, 4, { repeatable: false }) scored(item) { return { ...item, score: 1 }; }
  @Downgrade(4, 3) static back(item) { delete item.score; }
}
@Entity({ table: 'sessions', discriminator: { attribute: 'kind', value: 'session' } })
@Versioned(4, { upgrades: SessionUpgrades })
@Index('by_user', { partitionKey: 'user_id', sortKey: 'updated_at' })
class Session {
  @PartitionKey({ type: 'string' }) session_id;
  @Attribute({ type: 'string' }) user_id;
  @Attribute({ name: 's', type: 'string', default: 'open' }) @Deprecated({ since: 4 }) session_state;
  @Attribute({ type: 'number', optional: true }) score;
  @CreatedAt() created_at;
  @UpdatedAt({ type: 'epochMilliseconds' }) updated_at;
  @TimeToLive() expires_at;
  @Revision() revision;
}
`;
const members = `
@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  #title = 'untitled';
  @PartitionKey({ type: 'string' }) id;
  @Attribute({ type: 'number' }) accessor stars = 3;
  @Attribute({ type: 'string' }) get title() { return this.#title; }
  set title(title) { this.#title = title; }
  get length() { return this.#title.length; }
}
`;
const key = `@PartitionKey({ type: 'string' }) id;`;

/** A model without the class, so that two can be compared. */
function told({ class: _class, chain, downgrades, ...model }: EntityModel) {
  const withoutMethods = (steps: typeof chain.steps) =>
    steps.map(({ apply: _apply, declared: _declared, ...step }) => step);
  const inOrder = withoutMethods(chain.steps).toSorted((a, b) => a.from - b.from);
  return { ...model, steps: inOrder, downgrades: withoutMethods(downgrades.steps) };
}

const { tsc, ...inProcess } = compilers;
const tried: [string, Compiler][] = Object.entries(isFull ? { ...inProcess, tsc } : inProcess);

describe.each(tried)('standard decorators, compiled by %s', (_name, compiler) => {
  const standard = (source: string, given?: Record<string, unknown>) =>
    classesOf<'Note' | 'Session'>(compiler, 'standard', source, given);

  test('say what experimental ones say', () => {
    const [model, expected] = (['standard', 'experimental'] as const).map((mode) =>
      compileModel(classesOf<'Session'>(compiler, mode, session).Session),
    ) as [EntityModel, EntityModel];
    expect(told(model)).toEqual(told(expected));
    expect(shapeOf(model)).toEqual(shapeOf(expected));
    expect(lockSteps([], model)).toEqual(lockSteps([], expected));
    expect(model.attributes).toHaveLength(8);
    expect(model.chain.steps).toHaveLength(3);
  });

  test('mark steps on static fields, static methods and methods', () => {
    const { Session } = standard(session);
    const item = { kind: 'session', session_id: 'a', state: 'open' };
    expect(upgradeItem(Session, item)).toMatchObject({ session_state: 'open', tagged: 'static', score: 1 });
  });

  test('mark fields, accessor fields and accessors', () => {
    const { Note } = standard(members);
    expect(
      compileModel(Note)
        .attributes.map(({ property }) => property)
        .toSorted(),
    ).toEqual(['id', 'stars', 'title']);
    const notes = new Mapper({ client, entities: [Note] }).repository(Note as Class<Record<string, unknown>>);
    const note = notes.hydrate({ id: { S: 'a' }, stars: { N: '5' }, title: { S: 'Hello' } });
    expect(note).toBeInstanceOf(Note);
    expect([note.id, note.stars, note.title, note.length]).toEqual(['a', 5, 'Hello', 5]);
  });

  describe('in a chain of classes', () => {
    const base = `
      class Base {
        ${key}
        @Attribute({ type: 'string', optional: true }) title;
        @Upgrade(1, 2) static first(item) { item.first = 'Base'; }
      }`;
    const middle = `
      @Entity({ table: 'notes' })
      @Versioned(2)
      class Middle extends Base {
        @Attribute({ type: 'number', optional: true }) stars;
      }`;
    const leaf = `
      @Versioned(3)
      class Leaf extends Middle {
        @Attribute({ name: 't', type: 'string' }) title;
        static first(item) { item.first = 'Leaf'; }
        @Upgrade(2, 3) second(item) { item.second = 'Leaf'; }
      }`;
    const modes: Decorators[] = ['standard', 'experimental'];
    const combinations = modes.flatMap((a) => modes.flatMap((b) => modes.map((c) => [a, b, c] as const)));

    test.each(combinations)('%s, %s, %s', (first, second, third) => {
      const { Base } = classesOf<'Base'>(compiler, first, base);
      const { Middle } = classesOf<'Middle'>(compiler, second, middle, { Base });
      const { Leaf } = classesOf<'Leaf'>(compiler, third, leaf, { Middle });
      const named = (target: Class) =>
        compileModel(target).attributes.map((one) => `${one.property} as ${one.attribute}`);
      expect(named(Leaf)).toEqual(['id as id', 'title as t', 'stars as stars']);
      expect(named(Middle)).toEqual(['id as id', 'title as title', 'stars as stars']);
      expect(caught('NOT_AN_ENTITY', () => compileModel(Base)).details.class).toBe('Base');
      expect(upgradeItem(Leaf, { id: 'a' })).toEqual({ id: 'a', first: 'Leaf', second: 'Leaf', schema_version: 3 });
      expect(upgradeItem(Middle, { id: 'a' })).toEqual({ id: 'a', first: 'Base', schema_version: 2 });
    });
  });

  test('stand beside experimental ones in one program', () => {
    const { Session } = classesOf<'Session'>(compiler, 'experimental', session);
    const { Note } = standard(members);
    const mapper = new Mapper({ client, entities: [Session, Note] });
    expect(mapper.repository(Note).hydrate({ id: { S: 'a' } })).toBeInstanceOf(Note);
  });

  test('can be joined by calls', () => {
    const { Note } = standard(`@Versioned(1) class Note { ${key} }`);
    Entity({ table: 'notes' })(Note);
    Attribute({ type: 'string' })(Note.prototype as object, 'title');
    expect(compileModel(Note).attributes.map((one) => one.property)).toEqual(['id', 'title']);
  });

  test("can be called by an application's own class decorator, which knows of no context", () => {
    const Table = (name: string) => (target: Class) => {
      Entity({ table: name })(target);
      Versioned(1)(target);
      PartitionKey({ type: 'string' })(target.prototype as object, 'id');
    };
    const { Note } = standard(`@Table('notes') class Note { @Attribute() title; @CreatedAt() at; }`, { Table });
    const { attributes, table } = compileModel(Note);
    expect(table).toBe('notes');
    expect(attributes.map((one) => one.property)).toEqual(['title', 'at', 'id']);
  });

  test('follow a class that a decorator replaces', () => {
    const Sealed = (target: new () => object) => class Outer extends target {};
    const source = `@Sealed @Entity({ table: 'notes' }) @Versioned(1) @Index('by_at', { partitionKey: 'at' })
      class Note { ${key} @CreatedAt() at; }`;
    const { Note } = standard(source, { Sealed });
    expect(Note.name).toBe('Outer');
    const { attributes, indexes } = compileModel(Note);
    expect([attributes.length, indexes.length]).toEqual([2, 1]);
  });

  test.each([
    ['a key without a type', `@PartitionKey() id`, 'INVALID_KEY', "standard decorators don't know"],
    ['a private field', `${key} @Attribute() #secret`, 'INVALID_MEMBER', '#secret can'],
    ['a private accessor field', `${key} @Attribute() accessor #secret`, 'INVALID_MEMBER', 'it is private'],
    ['a static field', `${key} @Attribute() static title`, 'INVALID_MEMBER', 'it is static'],
    ['a static accessor field', `${key} @Attribute() static accessor title`, 'INVALID_MEMBER', 'it is static'],
    ['a method', `${key} @Attribute() title() {}`, 'INVALID_MEMBER', 'it is a method'],
    ['a getter alone', `${key} @Attribute() get title() { return ''; }`, 'INVALID_MEMBER', 'it has no setter'],
    ['a symbol', `${key} @Attribute() [Symbol.iterator]`, 'INVALID_MEMBER', 'its name is a symbol'],
    ['a step on a field of instances', `${key} @Upgrade(1, 2) first = steps()`, 'UPGRADE_NOT_A_METHOD', 'undefined'],
    ['a step on a private method', `${key} @Upgrade(1, 2) static #first() {}`, 'UPGRADE_NOT_A_METHOD', 'private'],
  ] as const)('refuse %s', (_what, body, code, says) => {
    const { Note } = standard(`@Entity({ table: 'notes' }) @Versioned(2, { floor: 2 }) class Note { ${body}; }`);
    expect(caught(code, () => compileModel(Note)).message).toContain(says);
  });

  test.each([
    [
      '@Entity on a field',
      `class Note { @Entity({ table: 'notes' }) id; }`,
      'A class.id',
      '@Entity: it belongs on the class',
    ],
    ['@Attribute on a class', `@Attribute() class Note {}`, 'Note.constructor', '@Attribute: it belongs on a member'],
  ])('refuse %s where the class is defined', (_what, source, member, problem) => {
    expect(caught('INVALID_MEMBER', () => standard(source)).message).toContain(`${member} can't have ${problem}`);
  });
});

describe('experimental decorators', () => {
  test.each([
    [
      '@Entity on a field',
      `class Note { @Entity({ table: 'notes' }) id; }`,
      'A class.id',
      '@Entity: it belongs on the class',
    ],
    ['@Attribute on a class', `@Attribute() class Note {}`, 'Note.constructor', '@Attribute: it belongs on a member'],
  ])('refuse %s where the class is defined', (_what, source, member, problem) => {
    const error = caught('INVALID_MEMBER', () => classesOf(compilers.swc, 'experimental', source));
    expect(error.message).toContain(`${member} can't have ${problem}`);
  });
});

describe('the metadata of standard decorators', () => {
  test('is where the language has it', () => {
    const symbol = (Symbol as unknown as { metadata: symbol }).metadata;
    expect(typeof symbol).toBe('symbol');
    const { Note } = classesOf<'Note'>(compilers.swc, 'standard', members);
    expect(Object.hasOwn(Note, symbol)).toBe(true);
  });

  test('is missed by name where a compiler has none', () => {
    const context = { kind: 'field', name: 'title', static: false, private: false };
    const { message } = caught('INVALID_MEMBER', () => Attribute()(undefined, context as never));
    expect(message).toContain(
      "A class.title can't have @Attribute: its compiler passes standard decorators no context",
    );
  });
});

describe.each(['standard', 'experimental'] as const)('@Legacy, with %s decorators', (mode) => {
  function recording() {
    const calls: unknown[][] = [];
    const record = (name: string) => (target: object, member?: string, descriptor?: PropertyDescriptor) => {
      calls.push([name, (target as { marker?: string }).marker, member, typeof descriptor?.value]);
    };
    return { calls, record };
  }

  test('hands members on to decorators that want a prototype, from the last to the first', () => {
    const { calls, record } = recording();
    const source = `class Note {
      static marker = 'class';
      get marker() { return 'prototype'; }
      @Legacy(record('a'), record('b')) title;
      @Legacy(record('c')) print() {}
      @Legacy(record('d')) static make() {}
    }`;
    const { Note } = classesOf<'Note'>(compilers.swc, mode, source, { Legacy, record });
    void new (Note as new () => object)();
    expect(calls.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['a', 'prototype', 'title', 'undefined'],
      ['b', 'prototype', 'title', 'undefined'],
      ['c', 'prototype', 'print', 'function'],
      ['d', 'class', 'make', 'function'],
    ]);
    expect(calls.findIndex(([name]) => name === 'b')).toBeLessThan(calls.findIndex(([name]) => name === 'a'));
    void new (Note as new () => object)();
    expect(calls).toHaveLength(4);
  });

  test('hands on classes, and what replaces a method', () => {
    const twice = (_target: object, _member: string, descriptor: PropertyDescriptor): PropertyDescriptor => ({
      ...descriptor,
      value(this: unknown, item: Item): unknown {
        const run = descriptor.value as (item: Item) => Item;
        return run(run(item));
      },
    });
    const seen: unknown[] = [];
    const see = (target: object) => void seen.push(target);
    const source = `@Legacy(see) @Entity({ table: 'notes' }) @Versioned(2)
      class Note { ${key} @Upgrade(1, 2) @Legacy(twice) static counted(item) { return { ...item, n: (item.n ?? 0) + 1 }; } }`;
    const { Note } = classesOf<'Note'>(compilers.swc, mode, source, { twice, see });
    expect(seen).toEqual([Note]);
    expect(upgradeItem(Note, { id: 'a' })).toMatchObject({ n: 2 });
  });
});
