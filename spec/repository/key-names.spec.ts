import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, type Class, Entity, Index, Mapper, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

interface Named {
  id: string;
  at: number;
  kind: string;
  text?: string;
}

let tables = 0;
/** A class whose keys are stored under names of this kind. */
function classWith(name: string): Class<Named> {
  class Note implements Named {
    id!: string;
    at!: number;
    kind!: string;
    text?: string;
  }
  Entity({ table: `named_${++tables}` })(Note);
  Versioned(1)(Note);
  Index('by_kind', { partitionKey: 'kind' })(Note);
  PartitionKey({ type: 'string', name })(Note.prototype, 'id');
  SortKey({ type: 'number', name: `${name}.sort` })(Note.prototype, 'at');
  Attribute({ type: 'string', name: `${name}[0]` })(Note.prototype, 'kind');
  Attribute({ type: 'string', optional: true })(Note.prototype, 'text');
  return Note;
}

describe.each(['a.b', 'a[0]', 'a]', 'constructor', 'toString', '#id', ':id', 'größe', "it's"])(
  'keys that are stored under names like %s',
  (name) => {
    test('are written, read, queried and paged', async () => {
      const Note = classWith(name);
      const mapper = new Mapper({ client: engine.client, entities: [Note] });
      await mapper.createTables();
      const notes = mapper.repository(Note);
      for (const at of [1, 2, 3]) await notes.insert(notes.create({ id: 'a', at, kind: 'x' }));
      const second = await notes.getOrFail({ id: 'a', at: 2 });
      second.text = 'changed';
      await notes.save(second);
      await notes.update({ id: 'a', at: 3 }, { set: { text: 'updated' } });
      await notes.delete({ id: 'a', at: 1 });
      expect(
        await notes.getMany([
          { id: 'a', at: 3 },
          { id: 'a', at: 1 },
        ]),
      ).toMatchObject([{ text: 'updated' }, undefined]);

      const texts = (found: readonly Named[]) => found.map(({ text }) => text);
      expect(texts(await notes.query({ partition: 'a', range: { gt: 1 } }).all())).toEqual(['changed', 'updated']);
      const first = await notes.query({ partition: 'a', limit: 1 }).page();
      const next = await notes.query({ partition: 'a', limit: 1, cursor: first.cursor }).page();
      expect([...texts(first.items), ...texts(next.items)]).toEqual(['changed', 'updated']);
      expect(new Set(texts(await notes.query({ index: 'by_kind', partition: 'x' }).all()))).toEqual(
        new Set(['changed', 'updated']),
      );
      await mapper.close();
    });
  },
);
