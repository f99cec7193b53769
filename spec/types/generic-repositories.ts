import { type Class, type Mapper, type QueryResult, Repository } from 'dynamo-evolve';
import { assertTypeOf } from './assert-type.js';
import { Note } from './entities.js';

interface Identified {
  readonly id: string;
  title?: string;
  settings?: { theme: string };
  renamings?: number;
  tags?: Set<string>;
}

/** As an application writes what its repositories have in common. */
export abstract class Base<T extends Identified> extends Repository<T> {
  protected constructor(mapper: Mapper, target: Class<T>) {
    super(mapper, target);
  }

  find(id: string): Promise<T | undefined> {
    return this.get({ id });
  }
  findAll(...ids: string[]): Promise<(T | undefined)[]> {
    return this.getMany(ids.map((id) => ({ id })));
  }
  async replaceWhole(id: string): Promise<T> {
    const entity = await this.getOrFail({ id }, { consistent: true });
    entity.title = 'x';
    await this.save(entity, { condition: { attr: 'title', exists: true } });
    return this.put(entity, {
      condition: { and: [{ attr: 'id', eq: id }, { not: { attr: 'settings.theme', eq: 'x' } }] },
    });
  }
  rename(id: string, title: string): Promise<T> {
    const condition = { attr: 'title', ne: title } as const;
    return this.update({ id }, { set: { title, 'settings.theme': 'x' }, add: { renamings: 1 } }, { condition });
  }
  forget(id: string): Promise<T> {
    return this.update({ id }, { remove: ['title', 'settings.theme'], delete: { tags: new Set(['x']) } });
  }
  async drop(...ids: string[]): Promise<boolean | undefined> {
    await this.deleteMany(ids.map((id) => ({ id })));
    return this.delete({ id: 'x' });
  }
  of(id: string): QueryResult<T> {
    return this.query({ partition: id, filter: { attr: 'title', beginsWith: 'x' }, limit: 3 });
  }
  async everything(): Promise<T[]> {
    const all: T[] = [];
    for await (const entity of this.scan()) all.push(entity);
    return all;
  }
  store(id: string): Promise<T> {
    return this.insert(this.create({ id, title: 'x' }));
  }

  refused(id: string): void {
    // @ts-expect-error no key
    void this.get(id);
    // @ts-expect-error another type
    void this.get({ id: 1 });
    // @ts-expect-error a property that the entities needn't have
    void this.get({ name: 'x' });
    // @ts-expect-error an option that there isn't
    void this.get({ id }, { consistently: true });
    // @ts-expect-error not an entity
    void this.put({ id });
    // @ts-expect-error nothing that can be added
    void this.update({ id }, { add: { title: 'x' } });
    // @ts-expect-error another type
    void this.update({ id }, { set: { title: 5 } });
    // @ts-expect-error a property that the entities needn't have
    void this.update({ id }, { remove: ['subtitle'] });
    // @ts-expect-error a property that the entities needn't have
    this.scan({ filter: { attr: 'subtitle', eq: 'x' } });
    // @ts-expect-error another type
    this.create({ id, title: 5 });
  }
}

export class NoteRepository extends Base<Note> {
  constructor(mapper: Mapper) {
    super(mapper, Note);
  }
}

/** What is known of a class is known of its repositories again. */
export async function known(notes: NoteRepository): Promise<void> {
  assertTypeOf<Note | undefined>()(await notes.find('a'));
  assertTypeOf<Repository<Note>>()(notes as Repository<Note>);
  await notes.update({ id: 'a' }, { set: { body: 'x' } });
  // @ts-expect-error a property that the class hasn't
  await notes.get({ ide: 'a' });
  // @ts-expect-error another type
  await notes.update({ id: 'a' }, { set: { body: 5 } });
  // @ts-expect-error a property that the class hasn't
  await notes.update({ id: 'a' }, { remove: ['text'] });
  // @ts-expect-error a property that the class hasn't
  notes.query({ partition: 'a', filter: { attr: 'text', eq: 'x' } });
}
