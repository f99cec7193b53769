import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  CreatedAt,
  Entity,
  Mapper,
  PartitionKey,
  type Repository,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

abstract class Form {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) mine?: string;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  abstract theirs?: string | undefined;
}

const table = { table: 'forms' };

@Entity(table)
@Versioned(1)
class Plain extends Form {
  @Attribute({ optional: true }) override theirs?: string;
}

/** Takes a value once. */
@Entity(table)
@Versioned(1)
class SetOnce extends Form {
  #theirs: string | undefined;
  @Attribute({ optional: true, type: 'string' }) override get theirs(): string | undefined {
    return this.#theirs;
  }
  override set theirs(value: string | undefined) {
    this.#theirs ??= value;
  }
}

/** Throws when it has a value. */
@Entity(table)
@Versioned(1)
class ThrowsAtTwo extends Form {
  #theirs: string | undefined;
  @Attribute({ optional: true, type: 'string' }) override get theirs(): string | undefined {
    return this.#theirs;
  }
  override set theirs(value: string | undefined) {
    if (this.#theirs !== undefined) throw new Error('has a value');
    this.#theirs = value;
  }
}

let engine: EmbeddedEngine;
const mappers = new Map<unknown, Mapper>();

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  for (const target of [Plain, SetOnce, ThrowsAtTwo]) {
    mappers.set(target, new Mapper({ client: engine.client, entities: [target] }));
  }
  await mappers.get(Plain)?.createTables();
});
afterAll(() => engine.close());

const stored = (id = 'a') => readStored(engine.endpoint, 'forms', { id: { S: id } });
const repositoryOf = (target: new () => Form) => (mappers.get(target) as Mapper).repository(target as typeof Plain);

/** No setter: as an application that defines its properties itself. */
function withoutSetter(form: Form): void {
  const { theirs } = form;
  Object.defineProperty(form, 'theirs', { get: () => theirs, enumerable: true, configurable: true });
}
const readOnly = (form: Form) => Object.defineProperty(form, 'theirs', { value: form.theirs, writable: false });

const stubborn: [string, new () => Form, (form: Form) => unknown][] = [
  ['a setter that takes a value once', SetOnce, () => {}],
  ['a setter that throws', ThrowsAtTwo, () => {}],
  ['an accessor without a setter', Plain, withoutSetter],
  ['a property that is read-only', Plain, readOnly],
];

describe.each(stubborn)('an entity with %s', (_, target, stiffen) => {
  let forms: Repository<Plain>;
  let mine: Plain;

  beforeEach(async () => {
    forms = repositoryOf(target);
    const dates = { created_at: { S: '2024-01-01T00:00:00.000Z' }, updated_at: { S: '2024-01-01T00:00:00.000Z' } };
    await storeRaw(engine.endpoint, 'forms', { id: { S: 'a' }, theirs: { S: 'before' }, ...dates });
    mine = await forms.getOrFail({ id: 'a' });
    stiffen(mine);
    // another version in the table makes the save start over, on what is stored then
    const { schema_version: _version, ...item } = (await stored()) ?? {};
    await storeRaw(engine.endpoint, 'forms', { ...item, theirs: { S: 'after' }, schema_version: { N: '1' } });
    mine.mine = '1';
    await forms.save(mine);
  });

  test('is saved although the table was changed by others', async () => {
    expect(await stored()).toMatchObject({ theirs: { S: 'after' }, mine: { S: '1' } });
  });

  test("doesn't take back what others changed, whatever it shows", async () => {
    mine.mine = '2';
    await forms.save(mine);
    await forms.save(mine);
    expect(await stored()).toMatchObject({ theirs: { S: 'after' }, mine: { S: '2' } });
  });

  test('nor does a put', async () => {
    mine.mine = '2';
    await forms.put(mine);
    expect(await stored()).toMatchObject({ theirs: { S: 'after' }, mine: { S: '2' } });
  });
});

describe.each([
  ['frozen', (form: object) => Object.freeze(form)],
  ['sealed', (form: object) => Object.seal(form)],
  ['not extensible', (form: object) => Object.preventExtensions(form)],
])('an entity that is %s', (_, close) => {
  test.each(['insert', 'put', 'save'] as const)('keeps what %s made up in the table', async (call) => {
    const forms = repositoryOf(Plain);
    await forms.delete({ id: 'f' });
    const form = forms.create({ id: 'f', mine: '1', theirs: '1' });
    close(form);
    await forms[call](form);
    const before = await stored('f');
    expect(before).toMatchObject({ created_at: { S: expect.any(String) }, updated_at: { S: expect.any(String) } });
    await forms.save(form);
    await forms.put(form);
    const after = await stored('f');
    expect(after).toMatchObject({ created_at: before?.['created_at'], mine: { S: '1' }, theirs: { S: '1' } });
  });

  test("doesn't take back what others changed", async () => {
    const forms = repositoryOf(Plain);
    await forms.put(forms.create({ id: 'g', mine: '1', theirs: '1' }));
    const form = await forms.getOrFail({ id: 'g' });
    close(form);
    await forms.update({ id: 'g' }, { set: { theirs: '2' }, remove: ['mine'] });
    await forms.save(form);
    await forms.save(form);
    expect(await stored('g')).toMatchObject({ theirs: { S: '2' } });
    expect(await stored('g')).not.toHaveProperty('mine');
  });
});
