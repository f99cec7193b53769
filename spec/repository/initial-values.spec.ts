import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Type } from 'class-transformer';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';

let count = 0;
/** Another value for each instance, as random ones and the current time are. */
const next = () => `made ${++count}`;

class Inner {
  label!: string;
  token = next();
  at = new Date(++count);
  #hidden = next();
  get hidden(): string {
    return this.#hidden;
  }
  set hidden(value: string) {
    this.#hidden = value;
  }
}

class Outer {
  label!: string;
  token = next();
  @Type(() => Inner) inner?: Inner;
  @Type(() => Inner) list: Inner[] = [new Inner()];
  @Type(() => Inner) map?: Map<string, Inner>;
  @Type(() => Inner) set?: Set<Inner>;
}

@Entity({ table: 'boxes' })
@Versioned(1)
class Box {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) title?: string;
  @Attribute({ optional: true }) token?: string = next();
  @Attribute({ optional: true }) made_at?: Date = new Date(++count);
  @Attribute({ optional: true, type: 'set' }) tags?: Set<string> = new Set([next()]);
  @Attribute({ optional: true, type: 'object' }) settings?: object = { token: next() };
  @Attribute({ optional: true }) spare?: Inner = new Inner();
  @Attribute({ optional: true }) inner?: Inner;
  @Attribute({ optional: true }) outer?: Outer;
  @Attribute({ optional: true }) @Type(() => Inner) list?: Inner[];
  @Attribute({ optional: true }) @Type(() => Inner) map?: Map<string, Inner>;
  @Attribute({ optional: true }) @Type(() => Inner) set?: Set<Inner>;
  @Attribute({ optional: true }) @Type(() => Outer) outers?: Outer[];
}

@Entity({ table: 'boxes' })
@Versioned(1)
class Guarded extends Box {
  #secret: string | undefined = next();
  @Attribute({ optional: true, type: 'string' }) get secret(): string | undefined {
    return this.#secret;
  }
  set secret(value: string | undefined) {
    this.#secret = value;
  }
}

let engine: EmbeddedEngine;
let recording: RecordingClient;
let boxes: Repository<Box>;
let guarded: Repository<Guarded>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  const mapperOf = (target: typeof Box) => new Mapper({ client: recording.client, entities: [target] });
  await mapperOf(Box).createTables();
  boxes = mapperOf(Box).repository(Box);
  guarded = mapperOf(Guarded).repository(Guarded);
});
afterAll(() => engine.close());

/** An unchanged save sends nothing, neither after a read nor after another change. */
async function assertUnchanged<T extends Box>(repository: Repository<T>): Promise<void> {
  const box = await repository.getOrFail({ id: 'a' });
  for (const title of ['first', 'second']) {
    recording.reset();
    await repository.save(box);
    expect(recording.sent).toEqual([]);
    box.title = title;
    await repository.save(box);
  }
}

const inner = { M: { label: { S: 'x' } } };
const outer = {
  M: { label: { S: 'x' }, inner, list: { L: [inner, inner] }, map: { M: { a: inner } }, set: { L: [inner] } },
};
const bare = { M: { label: { S: 'x' } } };

describe.each(['fields', 'fields and an accessor'])('initial values that differ for each instance, of %s', (what) => {
  test.each<[string, object]>([
    ['top-level properties', {}],
    ['a nested class', { inner }],
    ['nested in nested', { outer }],
    ['nested, without what it nests', { outer: bare }],
    ['a list of nested', { list: { L: [inner, inner] } }],
    ['a Map of nested', { map: { M: { a: inner, b: inner } } }],
    ['a Set of nested', { set: { L: [inner, inner] } }],
    ['a list of nested in nested', { outers: { L: [outer, bare] } }],
  ])('an unchanged save sends nothing: %s', async (_what, attributes) => {
    await storeRaw(engine.endpoint, 'boxes', { id: { S: 'a' }, ...attributes });
    if (what === 'fields') await assertUnchanged(boxes);
    else await assertUnchanged(guarded);
  });
});

describe('an accessor that nothing is stored for', () => {
  const stored = () => readStored(engine.endpoint, 'boxes', { id: { S: 'a' } });
  const load = async () => {
    await storeRaw(engine.endpoint, 'boxes', { id: { S: 'a' } });
    return guarded.getOrFail({ id: 'a' });
  };

  test('is stored once it is changed, and removed once it is unset', async () => {
    const box = await load();
    box.secret = 'mine';
    await guarded.save(box);
    expect(await stored()).toMatchObject({ secret: { S: 'mine' } });
    box.secret = undefined;
    await guarded.save(box);
    expect(await stored()).not.toHaveProperty('secret');
    recording.reset();
    await guarded.save(box);
    expect(recording.sent).toEqual([]);
  });

  test("is changed over others' writes", async () => {
    const box = await load();
    const { secret } = box;
    await storeRaw(engine.endpoint, 'boxes', { id: { S: 'a' }, title: { S: 'theirs' }, schema_version: { N: '1' } });
    box.secret = 'mine';
    await guarded.save(box);
    expect(box.title).toBe('theirs');
    expect(await stored()).toMatchObject({ title: { S: 'theirs' }, secret: { S: 'mine' } });
    expect(secret).toMatch('made');
  });

  test("stays what it is when others' writes are taken over", async () => {
    const box = await load();
    const { secret } = box;
    await storeRaw(engine.endpoint, 'boxes', { id: { S: 'a' }, title: { S: 'theirs' }, schema_version: { N: '1' } });
    box.token = 'mine';
    await guarded.save(box);
    expect(box).toMatchObject({ title: 'theirs', secret });
    expect(await stored()).not.toHaveProperty('secret');
  });

  test('is stored with a put', async () => {
    const box = await load();
    await guarded.put(box);
    expect(await stored()).toMatchObject({ secret: { S: box.secret } });
    recording.reset();
    await guarded.save(box);
    expect(recording.sent).toEqual([]);
  });
});
