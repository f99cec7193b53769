import { expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';

class Address {
  city = 'Oslo';
  tags = ['home'];
  get label(): string {
    return `${this.city}, ${this.tags.join(' ')}`;
  }
}
class Names extends Set<string> {}

const shared = { depth: { list: [1] } };
const address = new Address();
const bytes = Buffer.from('x');
const when = new Date('2026-01-01T00:00:00.000Z');

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute({ type: 'any', default: bytes }) buffer!: Buffer;
  @Attribute({ type: 'bytes', default: Uint8Array.of(1, 2) }) bytes!: Uint8Array;
  @Attribute({ default: when }) when!: Date;
  @Attribute({ default: address }) @Type(() => Address) address!: Address;
  @Attribute({ type: 'any', default: [address, address] }) twice!: Address[];
  @Attribute({ type: 'any', default: shared }) settings!: typeof shared;
  @Attribute({ type: 'any', default: new Names(['a']) }) names!: Names;
  @Attribute({ type: 'any', default: new Map([['a', { b: 1 }]]) }) map!: Map<string, { b: number }>;
  @Attribute({ type: 'any', default: () => ['made'] }) made!: string[];
}

const notes = new Mapper({ client: { send: () => Promise.resolve({}) } as never, entities: [Note] }).repository(Note);

test('a default keeps its class, at any depth', () => {
  const note = notes.create({ id: 'a' });
  expect(Buffer.isBuffer(note.buffer)).toBe(true);
  expect(note.buffer.toString()).toBe('x');
  expect(note.bytes).toEqual(Uint8Array.of(1, 2));
  expect(note.when).toEqual(when);
  expect(note.address).toBeInstanceOf(Address);
  expect(note.address.label).toBe('Oslo, home');
  expect(note.twice[0]).toBeInstanceOf(Address);
  expect(note.twice[0]).toBe(note.twice[1]);
  expect(note.names).toBeInstanceOf(Names);
  expect([...note.names]).toEqual(['a']);
  expect(note.map.get('a')).toEqual({ b: 1 });
});

test('entities share nothing of it, with each other or with what was declared', () => {
  const [first, second] = [notes.create({ id: 'a' }), notes.create({ id: 'b' })];
  first.buffer[0] = 0;
  first.bytes[0] = 9;
  first.when.setTime(0);
  first.address.tags.push('changed');
  first.settings.depth.list.push(2);
  first.names.add('b');
  (first.map.get('a') as { b: number }).b = 2;
  first.made.push('changed');
  expect(second).toEqual(notes.create({ id: 'b' }));
  expect([bytes.toString(), when.getTime(), address.tags, shared.depth.list]).toEqual([
    'x',
    Date.UTC(2026, 0, 1),
    ['home'],
    [1],
  ]);
});

test('a default can refer to itself', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;

  @Entity({ table: 'circles' })
  @Versioned(1)
  class Circle {
    @PartitionKey() id!: string;
    @Attribute({ type: 'any', default: circle }) circle!: { self: unknown };
  }
  const mapper = new Mapper({ client: { send: () => Promise.resolve({}) } as never, entities: [Circle] });
  const made = mapper.repository(Circle).create({ id: 'a' }).circle;
  expect(made.self).toBe(made);
  expect(made).not.toBe(circle);
});
