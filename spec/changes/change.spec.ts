import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type ChangeRecord,
  Entity,
  type Item,
  isChangeOf,
  Mapper,
  PartitionKey,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';

@Entity({ table: 'notes' })
@Versioned(3, { floor: 2 })
class Note {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string' }) title!: string;
  @Attribute({ type: 'bytes', optional: true }) data?: Uint8Array;
  @Attribute({ type: 'number', optional: true }) pages?: number;
  @Attribute({ type: 'date', optional: true }) read_at?: Date;

  @Upgrade(2, 3)
  static title(item: Item): void {
    item.title = item.name;
    delete item.name;
  }
}

const inShop = (value: string) => ({ table: 'shop', discriminator: { attribute: 'type', value } });

@Entity(inShop('cat'))
@Versioned(1)
class Cat {
  @PartitionKey({ type: 'string', name: 'pk', template: 'PET#{id}' }) pk!: string;
  @SortKey({ type: 'number' }) n!: number;
  @Attribute({ type: 'string' }) id!: string;
}

@Entity(inShop('dog'))
@Versioned(1)
class Dog {
  @PartitionKey({ type: 'string' }) pk!: string;
  @SortKey({ type: 'number' }) n!: number;
}

const client = { send: () => Promise.reject(new Error('nothing is sent')) } as never;
const mapper = new Mapper({ client, entities: [Note, Cat, Dog] });

const arn = (table: string) => `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2024-03-01T09:15:00.000`;
const Keys = { id: { S: 'a' } };
const old = { ...Keys, name: { S: 'Hello' }, schema_version: { N: '2' } };
const current = { ...Keys, title: { S: 'Hello' }, schema_version: { N: '3' } };
const record = (images: object, more: object = {}): ChangeRecord => ({
  dynamodb: { Keys, SequenceNumber: '100', StreamViewType: 'NEW_AND_OLD_IMAGES', ...images },
  ...more,
});

describe('a change', () => {
  test.each([
    ['insert', { NewImage: current }, { after: 3 }],
    ['modify', { OldImage: old, NewImage: { ...current, title: { S: 'Hi' } } }, { before: 2, after: 3 }],
    ['remove', { OldImage: old }, { before: 2 }],
  ])('is an %s by its images, whatever the event is called', (kind, images, versions) => {
    const change = mapper.change(record(images, { eventName: 'MODIFY' }));
    expect(change).toMatchObject({ entity: Note, kind, versions, key: { id: 'a' }, onlyUpgraded: false });
    expect(change?.changed).toContain('title');
    expect(Object.keys(change ?? {}).filter((name) => name === 'before' || name === 'after')).toHaveLength(
      kind === 'modify' ? 2 : 1,
    );
  });

  test('that upgrades only is known as one, and nothing else is', () => {
    expect(mapper.change(record({ OldImage: old, NewImage: current }))).toMatchObject({
      changed: [],
      onlyUpgraded: true,
      before: { title: 'Hello' },
      after: { title: 'Hello' },
    });
    const noticed = { ...current, unknown: { S: 'x' } };
    expect(mapper.change(record({ OldImage: current, NewImage: noticed }))).toMatchObject({
      changed: [],
      onlyUpgraded: false,
    });
    const retitled = { ...current, title: { S: 'Other' } };
    expect(mapper.change(record({ OldImage: old, NewImage: retitled }))).toMatchObject({
      changed: ['title'],
      onlyUpgraded: false,
    });
  });

  test('is none of another notation', () => {
    const before = { ...current, pages: { N: '1.0' }, read_at: { S: '2024-03-01T09:15:00Z' } };
    const after = { ...current, pages: { N: '1' }, read_at: { S: '2024-03-01T09:15:00.000Z' } };
    expect(mapper.change(record({ OldImage: before, NewImage: after }))?.changed).toEqual([]);
  });

  test.each([
    [
      'the SDK',
      new Date(1_700_000_000_000),
      new Uint8Array([1, 2]),
      { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
    ],
    ['Lambda', 1_700_000_000, 'AQI=', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
    ['Alternator', 1_700_000_000, 'AQI=', { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }],
  ])('is read as %s writes it', (_who, ApproximateCreationDateTime, B, userIdentity) => {
    const OldImage = { ...current, data: { B }, pages: { N: '7' } };
    const change = mapper.change(record({ OldImage, ApproximateCreationDateTime }, { userIdentity }));
    expect(change).toMatchObject({
      kind: 'remove',
      expired: true,
      at: new Date(1_700_000_000_000),
      sequenceNumber: '100',
    });
    expect(change?.before).toMatchObject({ data: new Uint8Array([1, 2]), pages: 7 });
  });

  test('is not expired where somebody else removed the item', () => {
    const userIdentity = { type: 'Service', principalId: 'other.amazonaws.com' };
    expect(mapper.change(record({ OldImage: current }, { userIdentity }))?.expired).toBe(false);
    expect(mapper.change(record({ OldImage: current }))?.expired).toBe(false);
  });

  test('is none where nothing was and nothing is', () => {
    const pet = { Keys: { pk: { S: 'PET#1' }, n: { N: '1' } } };
    expect(mapper.change(record(pet, { eventSourceARN: arn('shop') }))).toBeUndefined();
    expect(mapper.change(record({ ...pet, OldImage: {} }))).toBeUndefined();
  });

  test('can be a removal without image, in a table without sort key', () => {
    const change = mapper.change(record({}, { eventName: 'REMOVE' }));
    expect(change).toEqual({
      entity: Note,
      kind: 'remove',
      before: undefined,
      versions: {},
      changed: [],
      onlyUpgraded: false,
      expired: false,
      key: { id: 'a' },
      at: undefined,
      sequenceNumber: '100',
    });
    expect(mapper.change(record({ OldImage: {} }))).toEqual(change);
    const keyed = record({ Keys: { id: { N: '1' } } }, { eventSourceARN: arn('notes') });
    expect(() => mapper.change(keyed)).toThrow(expect.objectContaining({ code: 'UNREADABLE_CHANGE' }));
  });

  test('can be a removal without image, whose key has bytes', () => {
    @Entity({ table: 'blobs' })
    @Versioned(1)
    class Blob {
      @PartitionKey({ type: 'bytes' }) hash!: Uint8Array;
    }
    const blobs = new Mapper({ client, entities: [Blob] });
    for (const B of ['AQI=', new Uint8Array([1, 2])]) {
      const key = { hash: new Uint8Array([1, 2]) };
      expect(blobs.change(record({ Keys: { hash: { B } } }))).toMatchObject({ kind: 'remove', key });
    }
  });

  test('can be a removal without image of one of several classes', () => {
    const inBox = (value: string) => ({ table: 'box', discriminator: { attribute: 'type', value } });
    @Entity(inBox('pen'))
    @Versioned(1)
    class Pen {
      @PartitionKey({ type: 'date' }) made_at!: Date;
    }
    @Entity(inBox('ink'))
    @Versioned(1)
    class Ink {
      @PartitionKey({ type: 'date' }) made_at!: Date;
    }
    const both = new Mapper({ client, entities: [Pen, Ink] });
    const removal = record({ Keys: { made_at: { S: '2024-03-01T09:15:00.000Z' } } });
    expect(() => both.change(removal)).toThrow(/could be of Pen or Ink; name one class/);
    expect(both.change(removal, { entities: [Ink] })).toMatchObject({
      entity: Ink,
      key: { made_at: new Date('2024-03-01T09:15:00.000Z') },
    });
  });

  test('needs both images', () => {
    const keysOnly = record({ StreamViewType: 'KEYS_ONLY' }, { eventSourceARN: arn('notes') });
    expect(() => mapper.change(keysOnly)).toThrow(
      expect.objectContaining({ code: 'STREAM_VIEW', details: { table: 'notes', found: 'the view KEYS_ONLY' } }),
    );
    expect(() => mapper.change(record({ StreamViewType: undefined }))).toThrow(
      expect.objectContaining({ code: 'STREAM_VIEW' }),
    );
    expect(() => mapper.change({})).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test.each([
    ['before', { OldImage: { ...old, schema_version: { N: '1' } }, NewImage: current }, 'TOO_OLD_VERSION'],
    ['after', { OldImage: current, NewImage: { ...current, schema_version: { N: '9' } } }, 'NEWER_VERSION'],
  ])('says what is unreadable: %s', (image, images, reason) => {
    expect(() => mapper.change(record(images))).toThrow(
      expect.objectContaining({
        code: 'UNREADABLE_CHANGE',
        details: { entity: 'Note', key: { id: 'a' }, image, sequenceNumber: '100', reason },
        cause: expect.objectContaining({ code: reason }),
      }),
    );
  });

  test('has entities that are not stored again', async () => {
    const after = mapper.change(record({ NewImage: current }))?.after as Note;
    const notes = mapper.repository(Note);
    const refused = { code: 'CHANGE_IMAGE', details: { entity: 'Note' } };
    await expect(notes.save(after)).rejects.toMatchObject(refused);
    await expect(notes.insert(after)).rejects.toMatchObject(refused);
    await expect(notes.put(after)).rejects.toMatchObject(refused);
    expect(await notes.putMany([after], { unconditional: true })).toMatchObject([{ reason: refused }]);
  });
});

describe('the class of a change', () => {
  const key = { pk: { S: 'PET#1' }, n: { N: '1' } };
  const cat = { ...key, type: { S: 'cat' }, schema_version: { N: '1' } };
  const dog = { ...key, type: { S: 'dog' }, schema_version: { N: '1' } };
  const pet = (images: object) => record({ Keys: key, ...images }, { eventSourceARN: arn('shop') });

  test('is told by the discriminator, and its key by its parts', () => {
    const change = mapper.change(pet({ NewImage: cat }));
    expect(change).toMatchObject({ entity: Cat, key: { pk: 'PET#1', n: 1 }, after: { id: '1' } });
    expect(change && isChangeOf(change, Cat) && change.after?.id).toBe('1');
    expect(change && isChangeOf(change, Dog)).toBe(false);
  });

  test('can change', () => {
    const images = pet({ OldImage: cat, NewImage: dog });
    expect(mapper.change(images)).toMatchObject({ entity: Dog, kind: 'insert' });
    expect(mapper.change(images, { entities: [Cat] })).toMatchObject({ entity: Cat, kind: 'remove' });
  });

  test('can be unknown', () => {
    const bird = pet({ NewImage: { ...key, type: { S: 'bird' } } });
    expect(mapper.change(bird)).toBeUndefined();
    expect(() => mapper.change(bird, { unknown: 'throw' })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_CHANGE' }),
    );
    expect(mapper.change(record({ NewImage: current }, { eventSourceARN: arn('elsewhere') }))).toBeUndefined();
  });

  test('is asked for where two tables could have it', () => {
    @Entity({ table: 'letters' })
    @Versioned(3, { floor: 3 })
    class Letter {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const both = new Mapper({ client, entities: [Note, Letter] });
    expect(() => both.change(record({ NewImage: current }))).toThrow(/could be of Note or Letter/);
    expect(both.change(record({ NewImage: current }), { entities: [Letter] })).toMatchObject({ entity: Letter });
    expect(both.change(record({ NewImage: current }, { eventSourceARN: arn('notes') }))?.entity).toBe(Note);
  });
});
