import { describe, expect } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { testUnless } from '../../support/test-unless.js';
import { definitions, factsOf, whyNot } from './facts-of-the-profile.js';

const { newTable, pages, profile, put, send } = factsOf('foreign-keys');

/** Notations in which Decimals and other programs' numbers are sent, with the text that comes back. */
const notations = [
  ['5.0', '5'],
  ['5.00', '5'],
  ['1E+3', '1000'],
  ['0.50', '0.5'],
  ['-7.0', '-7'],
  ['0.0', '0'],
  ['123456789.10', '123456789.1'],
] as const;

/** Items with number partition keys, the last of which are of version 1 and have a `name`. */
async function newNotes() {
  const table = await newTable({ AttributeDefinitions: definitions({ id: 'N' }) });
  @Entity({ table })
  @Versioned(2)
  class Note {
    @PartitionKey({ type: 'number' }) id!: number;
    @Attribute({ type: 'string' }) title!: string;

    @Upgrade(1, 2, 'name becomes title')
    static titled(item: Item): void {
      item.title = item.name;
      delete item.name;
    }
  }
  const mapper = new Mapper({ client: profile().client, entities: [Note] });
  const notes = mapper.repository(Note);
  const stored = async (N: string) => (await send('GetItem', { TableName: table, Key: { id: { N } } })).Item;
  const count = async () =>
    (await pages('Scan', { TableName: table })).flatMap(({ Items: items = [] }) => items).length;
  const only = async (): Promise<Note> => {
    const [note, ...others] = await notes.scan().all();
    expect(others).toEqual([]);
    return note as Note;
  };
  const store = (N: string) => put(table, { id: { N }, schema_version: { N: '2' }, title: { S: 'first' } });
  const storeOld = (N: string) => put(table, { id: { N }, name: { S: 'first' } });
  return { count, notes, only, store, stored, storeOld };
}

describe('items whose number partition keys another program wrote', () => {
  testUnless(whyNot, 'are saved, put, updated and deleted where they are, once a scan has shown them', async () => {
    for (const [sent, shown] of notations) {
      const { count, notes, only, store, stored } = await newNotes();
      await store(sent);
      const note = await only();
      expect(String(note.id)).toBe(shown);
      note.title = 'saved';
      await notes.save(note);
      expect(await stored(sent)).toMatchObject({ id: { N: shown }, title: { S: 'saved' } });
      note.title = 'saved again';
      await notes.save(note);
      expect(await stored(sent)).toMatchObject({ title: { S: 'saved again' } });
      note.title = 'put';
      await notes.put(note);
      expect(await stored(sent)).toMatchObject({ title: { S: 'put' } });
      const updated = await notes.update(note, { set: { title: 'updated' } });
      expect(await stored(sent)).toMatchObject({ title: { S: 'updated' } });
      // never a second item
      expect([await stored(shown), await count()]).toEqual([undefined, 1]);
      // the entity doesn't know of the update
      await expect(notes.delete(note)).rejects.toMatchObject({ code: 'AMBIGUOUS_KEY' });
      expect(await notes.delete(updated)).toBe(true);
      expect(await count()).toBe(0);
      expect(await notes.delete(note)).toBe(false);
      note.title = 'gone';
      await expect(notes.save(note)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await count()).toBe(0);
    }
  });

  testUnless(whyNot, 'are counted by a census, and rewritten by a sweep', async () => {
    const { notes, stored, storeOld } = await newNotes();
    for (const [sent] of notations.filter(([text]) => text !== '5.00')) await storeOld(sent);
    await storeOld('8');
    const { versions } = await notes.census();
    expect(versions).toMatchObject([{ version: 1, count: notations.length }]);
    const swept = await notes.sweep().result;
    expect(swept).toMatchObject({ rewritten: notations.length, failed: {}, gone: 0 });
    expect(await stored('5.0')).toMatchObject({ schema_version: { N: '2' }, title: { S: 'first' } });
    expect((await notes.census()).versions).toMatchObject([{ version: 2, count: notations.length }]);
  });

  testUnless(whyNot, 'are conditional on what was read all the same', async () => {
    const { notes, only, store, stored } = await newNotes();
    await store('5.0');
    const [first, second] = [await only(), await only()];
    first.title = 'first';
    second.title = 'second';
    await notes.save(first);
    first.title = 'won';
    await notes.save(first);
    // it may be another item
    for (const write of [() => notes.save(second), () => notes.put(second), () => notes.delete(second)]) {
      await expect(write()).rejects.toMatchObject({ code: 'AMBIGUOUS_KEY', details: { key: { id: 5 } } });
    }
    const [other, won] = [{ attr: 'title', eq: 'other' } as const, { attr: 'title', eq: 'won' } as const];
    await expect(notes.put(first, { condition: other })).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
    await expect(notes.delete(first, { condition: other })).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
    expect(await stored('5.0')).toMatchObject({ title: { S: 'won' } });
    expect(await notes.delete(first, { condition: won })).toBe(true);
    expect(await stored('5.0')).toBeUndefined();
  });

  testUnless(whyNot, 'are still what was read when a sweep has brought them to another version', async () => {
    const { count, notes, only, stored, storeOld } = await newNotes();
    await storeOld('5.0');
    const note = await only();
    await notes.sweep().result;
    note.title = 'saved';
    await notes.save(note);
    expect(await stored('5.0')).toMatchObject({ schema_version: { N: '2' }, title: { S: 'saved' } });
    expect(await count()).toBe(1);
  });

  testUnless(whyNot, 'are upgraded first by a write on a condition', async () => {
    const { count, notes, only, stored, storeOld } = await newNotes();
    await storeOld('5.0');
    const note = await only();
    note.title = 'saved';
    await notes.save(note, { condition: { attr: 'title', eq: 'first' } });
    expect(await stored('5.0')).toMatchObject({ schema_version: { N: '2' }, title: { S: 'saved' } });
    expect(await count()).toBe(1);
  });

  testUnless(whyNot, 'lose numbers of a set in every notation', async () => {
    const table = await newTable({ AttributeDefinitions: definitions({ id: 'N' }) });
    @Entity({ table })
    @Versioned(1)
    class Tally {
      @PartitionKey({ type: 'number' }) id!: number;
      @Attribute({ type: 'set', optional: true }) nums?: Set<number>;
    }
    const tallies = new Mapper({ client: profile().client, entities: [Tally] }).repository(Tally);
    await put(table, { id: { N: '5.0' }, nums: { NS: ['1', '1E+2'] } });
    const [tally] = await tallies.scan().all();
    const updated = await tallies.update(tally as Tally, { delete: { nums: new Set([100]) } });
    expect(updated.nums).toEqual(new Set([1]));
    const items = (await pages('Scan', { TableName: table })).flatMap(({ Items: found = [] }) => found);
    expect(items).toMatchObject([{ nums: { NS: ['1'] } }]);
  });

  testUnless(whyNot, "aren't found by a key that was not read", async () => {
    const { count, notes, store } = await newNotes();
    await store('5.0');
    expect(await notes.get({ id: 5 })).toBeUndefined();
    expect(await notes.delete({ id: 5 })).toBe(false);
    await expect(notes.update({ id: 5 }, { set: { title: 'x' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await count()).toBe(1);
  });

  testUnless(whyNot, 'may have sort keys', async () => {
    const table = await newTable({
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: definitions({ id: 'N', at: 'N' }),
    });
    @Entity({ table })
    @Versioned(1)
    class Reading {
      @PartitionKey({ type: 'number' }) id!: number;
      @SortKey({ type: 'number' }) at!: number;
      @Attribute({ type: 'string' }) text!: string;
    }
    const mapper = new Mapper({ client: profile().client, entities: [Reading] });
    const readings: Repository<Reading> = mapper.repository(Reading);
    for (const at of ['1.0', '2.0']) await put(table, { id: { N: '5.0' }, at: { N: at }, text: { S: at } });
    const all = await readings.scan().all();
    for (const reading of all) {
      reading.text = `saved ${reading.at}`;
      await readings.save(reading);
    }
    const texts = (await pages('Scan', { TableName: table })).flatMap(({ Items: items = [] }) => items);
    expect(texts.map(({ text }) => text)).toEqual([{ S: 'saved 1' }, { S: 'saved 2' }]);
  });
});
