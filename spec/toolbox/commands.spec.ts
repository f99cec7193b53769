import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  CreatedAt,
  Downgrade,
  Entity,
  Index,
  type Item,
  type key,
  Mapper,
  type MapperOptions,
  PartitionKey,
  Revision,
  SortKey,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { defineEntity, downgrade, toolboxEntity, toolboxTable, upgrade } from 'dynamo-evolve/toolbox';
import {
  $add,
  $remove,
  BatchPutRequest,
  ConditionCheck,
  DeleteItemCommand,
  DeleteTransaction,
  EntityRepository,
  executeTransactWrite,
  GetItemCommand,
  item,
  number,
  PutItemCommand,
  PutTransaction,
  QueryCommand,
  ScanCommand,
  set,
  string,
  UpdateAttributesCommand,
  UpdateItemCommand,
  UpdateTransaction,
} from 'dynamodb-toolbox';
import { Type } from 'class-transformer';
import { caught, rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

class Link {
  url!: string;
  get host(): string {
    return new URL(this.url).host;
  }
}

class NoteUpgrades {
  @Upgrade(1, 2, 'renamed body to text')
  static text(stored: Item): void {
    stored['text'] = stored['body'];
    delete stored['body'];
  }

  @Downgrade(2, 1)
  static body(stored: Item): void {
    stored['body'] = stored['text'];
    delete stored['text'];
  }
}

@Entity({ table: 'notes' })
@Versioned(2, { upgrades: NoteUpgrades })
class DecoratedNote {
  @PartitionKey() id!: string;
  @Attribute({ name: 't' }) text!: string;
  @Attribute({ type: 'number', optional: true }) stars?: number;
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ optional: true }) @Type(() => Link) link?: Link;
  @CreatedAt() created!: Date;
  @UpdatedAt({ type: 'epochMilliseconds' }) changed!: Date;
  @Revision() revision!: string;
  declare readonly [key]?: 'id';
}

const DefinedNote = defineEntity({
  name: 'Note',
  table: 'notes',
  version: 2,
  schema: item({
    id: string().key(),
    text: string().savedAs('t'),
    stars: number().optional(),
    tags: set(string()).optional(),
  }),
  upgrades: [upgrade(1, 2, 'renamed body to text', NoteUpgrades.text)],
  downgrades: [downgrade(2, 1, NoteUpgrades.body)],
  createdAt: 'created',
  updatedAt: { property: 'changed', type: 'epochMilliseconds' },
  revision: 'revision',
});

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

const now = new Date('2026-03-04T05:06:07.890Z');
let prefixes = 0;
async function mapperOf(entities: readonly Class[], options: Partial<MapperOptions> = {}): Promise<Mapper> {
  const tablePrefix = `t${(prefixes += 1)}_`;
  const mapper = new Mapper({ client: engine.client, entities, tablePrefix, clock: () => now, ...options });
  await mapper.createTables();
  return mapper;
}

describe.each([
  ['decorated', DecoratedNote],
  ['defined', DefinedNote as unknown as typeof DecoratedNote],
])('commands of the toolbox for a %s class', (_kind, Note) => {
  let mapper: Mapper;
  let table: string;
  const entity = () => toolboxEntity(mapper, Note);
  const notes = () => mapper.repository(Note);
  const stored = () => readStored(engine.endpoint, table, { id: { S: 'n' } });
  const store = (more: object) => storeRaw(engine.endpoint, table, { id: { S: 'n' }, ...more });

  beforeEach(async () => {
    mapper = await mapperOf([Note]);
    table = toolboxTable(mapper, Note).getName();
  });

  test('put: we read what they wrote, with version, times and revision', async () => {
    await entity()
      .build(PutItemCommand)
      .item({ id: 'n', text: 'x', tags: new Set(['a']) })
      .send();
    expect(await stored()).toEqual({
      id: { S: 'n' },
      t: { S: 'x' },
      tags: { SS: ['a'] },
      created: { S: now.toISOString() },
      changed: { N: String(now.getTime()) },
      revision: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      schema_version: { N: '2' },
    });
    const note = await notes().getOrFail({ id: 'n' });
    expect(note).toMatchObject({ text: 'x', created: now, changed: now });
    note.text = 'y';
    await notes().save(note);
    const { Item } = await entity().build(GetItemCommand).key({ id: 'n' }).send();
    expect(Item).toEqual(Object.fromEntries(Object.entries(note)));
    expect(Item).not.toHaveProperty('schema_version');
  });

  test('each write has a revision of its own, and none can be given', async () => {
    const command = entity().build(PutItemCommand).item({ id: 'n', text: 'x' });
    await command.send();
    const note = await notes().getOrFail({ id: 'n' });
    await command.send();
    await entity().build(UpdateItemCommand).item({ id: 'n', stars: 1 }).send();
    expect((await notes().getOrFail({ id: 'n' })).revision).not.toBe(note.revision);
    note.text = 'mine';
    await rejected('CONFLICT', notes().save(note));
    expect(() =>
      entity()
        .build(PutItemCommand)
        .item(note as never)
        .params(),
    ).toThrow(/is set by every write/);
    expect(() => entity().build(UpdateItemCommand).item({ id: 'n', changed: now, revision: 'mine' }).params()).toThrow(
      /is set by every write/,
    );
  });

  test('update: changes the newest version', async () => {
    await notes().insert(notes().create({ id: 'n', text: 'x', stars: 1, tags: new Set(['a']) }));
    await entity()
      .build(UpdateItemCommand)
      .item({ id: 'n', text: 'y', tags: $remove(), stars: $add(2) })
      .options({ condition: { attr: 'text', eq: 'x' } })
      .send();
    expect(await notes().get({ id: 'n' })).toMatchObject({ text: 'y', stars: 3 });
    expect((await notes().getOrFail({ id: 'n' })).tags).toBeUndefined();
    await entity().build(UpdateAttributesCommand).item({ id: 'n', text: 'z' }).send();
    expect(await notes().get({ id: 'n' })).toMatchObject({ text: 'z' });
    const other = entity().build(UpdateItemCommand).item({ id: 'n', text: 'z' });
    await expect(other.options({ condition: { attr: 'text', eq: 'x' } }).send()).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  test('update: an item of another version, or none, is refused by its condition', async () => {
    const command = entity().build(UpdateItemCommand).item({ id: 'n', text: 'y' });
    await expect(command.send()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await stored()).toBeUndefined();
    for (const version of ['1', '3']) {
      await store({ body: { S: 'old' }, schema_version: { N: version } });
      await expect(command.send()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      expect(await stored()).toMatchObject({ body: { S: 'old' } });
    }
  });

  test('put: replaces an older item, and no newer one', async () => {
    const command = entity().build(PutItemCommand).item({ id: 'n', text: 'x' });
    await store({ body: { S: 'old' } });
    await command.send();
    await store({ body: { S: 'new' }, schema_version: { N: '3' } });
    await expect(command.send()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const either = {
      or: [
        { attr: 'text', exists: true },
        { attr: 'text', exists: false },
      ],
    } as const;
    await expect(command.options({ condition: either as never }).send()).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  test('reads of another version are errors of the toolbox', async () => {
    await store({ body: { S: 'old' } });
    await expect(entity().build(GetItemCommand).key({ id: 'n' }).send()).rejects.toThrow(/schema_version/);
    const all = toolboxTable(mapper, Note).build(ScanCommand).entities(entity());
    await expect(all.send()).rejects.toThrow(/Unable to match/);
    const part = entity()
      .build(GetItemCommand)
      .key({ id: 'n' })
      .options({ attributes: ['id'] });
    await rejected('UNFENCED_COMMAND', part.send());
    // raw items are for hydrate and upgradeItem
    const { Items = [] } = await toolboxTable(mapper, Note).build(ScanCommand).send();
    expect(Items).toEqual([{ id: 'n', body: 'old' }]);
  });

  test('transactions carry the fence, in every order of the builder', () => {
    const conditions = [
      entity().build(PutTransaction).item({ id: 'n', text: 'x' }).params().Put,
      entity()
        .build(PutTransaction)
        .options({ condition: { attr: 'id', exists: false } })
        .item({ id: 'n', text: 'x' })
        .params().Put,
      entity().build(UpdateTransaction).item({ id: 'n', text: 'x' }).params().Update,
      entity().build(DeleteTransaction).key({ id: 'n' }).params().Delete,
      entity().build(ConditionCheck).key({ id: 'n' }).condition({ attr: 'text', eq: 'x' }).params().ConditionCheck,
    ].map((request) => (request as { ConditionExpression?: string }).ConditionExpression);
    expect(conditions).toEqual([
      '(attribute_not_exists(#c_1)) OR (#c_1 <= :c_1)',
      '((attribute_not_exists(#c_1)) OR (#c_1 <= :c_1)) AND (attribute_not_exists(#c_2))',
      '(attribute_exists(#c_1)) AND (#c_2 = :c_1)',
      undefined,
      '#c_1 = :c_1',
    ]);
  });

  test("a repository of the toolbox's carries it, too", async () => {
    const repository = entity().build(EntityRepository);
    await repository.put({ id: 'n', text: 'x' });
    await repository.update({ id: 'n', text: 'y' }, { condition: { attr: 'text', eq: 'x' } });
    expect(await repository.get({ id: 'n' })).toMatchObject({ Item: { text: 'y' } });
    expect(repository.transactPut({ id: 'n', text: 'x' }).params().Put).toHaveProperty('ConditionExpression');
    caught('UNFENCED_COMMAND', () => repository.batchPut({ id: 'n', text: 'x' }).params());
    await store({ schema_version: { N: '3' } });
    await expect(repository.put({ id: 'n', text: 'x' })).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  test('nothing is written without the fence', async () => {
    const values = { id: 'n', text: 'x' };
    const versioned = (version: number) => ({ ...values, schema_version: version }) as typeof values;
    const unfenced = [
      () => new PutItemCommand(entity(), values).params(),
      () => new PutTransaction(entity(), values).params(),
      () => new UpdateItemCommand(entity(), values).params(),
      () => new UpdateTransaction(entity(), versioned(2)).params(),
      () => new PutItemCommand(entity(), versioned(2)).params(),
      () => entity().build(BatchPutRequest).item(values).params(),
    ];
    for (const params of unfenced) expect(caught('UNFENCED_COMMAND', params).details.class).toMatch(/Note$/);
    await rejected('UNFENCED_COMMAND', new PutItemCommand(entity(), values).send());
    expect(() => entity().build(PutItemCommand).item(versioned(3)).params()).toThrow(/should be one of/);
    expect(await stored()).toBeUndefined();
  });

  test('an older writeVersion is not overridden', async () => {
    let version: number | undefined;
    mapper = await mapperOf([Note], { writeVersion: () => version });
    const command = entity().build(PutItemCommand).item({ id: 'n', text: 'x' });
    command.params();
    version = 1;
    expect(caught('UNFENCED_COMMAND', () => command.params()).message).toMatch('stores version 2');
    entity().build(DeleteItemCommand).key({ id: 'n' }).params();
  });

  test('without conditional writes, there are puts alone', async () => {
    mapper = await mapperOf([Note], { fence: false });
    expect(entity().build(PutItemCommand).item({ id: 'n', text: 'x' }).params()).not.toHaveProperty(
      'ConditionExpression',
    );
    caught('UNFENCED_COMMAND', () => entity().build(UpdateItemCommand).item({ id: 'n', text: 'x' }).params());
  });

  test('it is the same entity and table at each call, and fails for unknown classes', () => {
    expect(entity()).toBe(entity());
    expect(toolboxTable(mapper, Note)).toBe(toolboxTable(mapper, Note));
    expect(entity().table).toBe(toolboxTable(mapper, Note));
    caught('UNKNOWN_ENTITY', () => toolboxEntity(mapper, class Other {}));
    caught('UNKNOWN_ENTITY', () => toolboxTable(mapper, class Other {}));
  });

  test('a client that only sends has no document client', async () => {
    const send = () => Promise.resolve({});
    const mocked = new Mapper({ client: { send } as never, entities: [Note] });
    const command = toolboxEntity(mocked, Note).build(PutItemCommand).item({ id: 'n', text: 'x' });
    expect(command.params()).toMatchObject({ TableName: 'notes' });
    await expect(command.send()).rejects.toThrow(/document client/);
  });
});

test('transactions are sent with their fences', async () => {
  const mapper = await mapperOf([DefinedNote]);
  const entity = toolboxEntity(mapper, DefinedNote);
  const sent: TransactWriteCommandInput[] = [];
  const documentClient = {
    send: ({ input }: { input: TransactWriteCommandInput }) => Promise.resolve(sent.push(input) && {}),
  };
  await executeTransactWrite(
    { documentClient: documentClient as never },
    entity.build(PutTransaction).item({ id: 'a', text: 'x' }),
    entity.build(UpdateTransaction).item({ id: 'b', text: 'x' }),
    entity.build(DeleteTransaction).key({ id: 'c' }),
  );
  const [put, update, remove] = sent[0]?.TransactItems ?? [];
  expect(put?.Put).toMatchObject({ Item: { t: 'x', schema_version: 2 }, ConditionExpression: expect.any(String) });
  expect(update?.Update?.ConditionExpression).toMatch(/attribute_exists/);
  expect(remove?.Delete?.Key).toEqual({ id: 'c' });
});

test('an item without a version has the initial one', async () => {
  const First = defineEntity({
    name: 'First',
    table: 'first',
    version: 1,
    schema: item({ id: string().key(), text: string() }),
  });
  const mapper = await mapperOf([First]);
  const [entity, table] = [toolboxEntity(mapper, First), toolboxTable(mapper, First).getName()];
  await storeRaw(engine.endpoint, table, { id: { S: 'n' }, text: { S: 'x' } });
  expect((await entity.build(GetItemCommand).key({ id: 'n' }).send()).Item).toEqual({ id: 'n', text: 'x' });
  await entity.build(UpdateItemCommand).item({ id: 'n', text: 'y' }).send();
  expect(await readStored(engine.endpoint, table, { id: { S: 'n' } })).toMatchObject({ schema_version: { N: '1' } });
});

test('a static member called schema is none of the toolbox', async () => {
  @Entity({ table: 'own' })
  @Versioned(1)
  class Own {
    static readonly schema = { attributes: { text: 'anything' } };
    @PartitionKey() id!: string;
    @Attribute() text!: string;
    declare readonly [key]?: 'id';
  }
  const mapper = await mapperOf([Own]);
  await toolboxEntity(mapper, Own as Class<Own>)
    .build(PutItemCommand)
    .item({ id: 'n', text: 'x' })
    .send();
  expect(await mapper.repository(Own).get({ id: 'n' })).toMatchObject({ text: 'x' });
});

test('nested classes and digits that a number cannot hold survive the toolbox', async () => {
  const mapper = await mapperOf([DecoratedNote]);
  const entity = toolboxEntity(mapper, DecoratedNote);
  const link = Object.assign(new Link(), { url: 'https://example.com/x' });
  await entity.build(PutItemCommand).item({ id: 'n', text: 'x', link }).send();
  expect((await mapper.repository(DecoratedNote).getOrFail({ id: 'n' })).link?.host).toBe('example.com');
  const { Item } = await entity.build(GetItemCommand).key({ id: 'n' }).send();
  expect(Item).toMatchObject({ link: { host: 'example.com' } });
  expect((Item as { link: Link }).link.host).toBe('example.com');

  const Big = defineEntity({
    name: 'Big',
    table: 'big',
    version: 1,
    schema: item({ id: string().key(), n: number().big(), s: set(number().big()) }),
  });
  const bigs = await mapperOf([Big]);
  const values = { id: 'b', n: 2n ** 100n, s: new Set([2n ** 90n, 1]) };
  await toolboxEntity(bigs, Big).build(PutItemCommand).item(values).send();
  expect({ ...(await bigs.repository(Big).get({ id: 'b' })) }).toEqual(values);
  expect((await toolboxEntity(bigs, Big).build(GetItemCommand).key({ id: 'b' }).send()).Item).toEqual(values);
});

describe('classes that share a table', () => {
  @Entity({ table: 'shared', discriminator: { attribute: 'kind', value: 'user' } })
  @Versioned(1)
  @Index('by_mail', { partitionKey: 'mail' })
  class User {
    @PartitionKey({ template: 'USER#{user_id}' }) pk!: string;
    @SortKey({ template: 'PROFILE' }) sk!: string;
    @Attribute() user_id!: string;
    @Attribute() name!: string;
    @Attribute({ template: 'MAIL#{domain}#{mailbox}' }) mail!: string;
    @Attribute({ optional: true, type: 'string' }) domain?: string;
    @Attribute({ optional: true, type: 'string' }) mailbox?: string;
    declare readonly [key]?: 'user_id';
  }
  const Order = defineEntity({
    name: 'Order',
    table: 'shared',
    version: 1,
    schema: item({
      pk: string().key(),
      sk: string().key(),
      user_id: string().key(),
      order_id: string().key(),
      total: number(),
    }),
    partitionKey: 'pk',
    sortKey: 'sk',
    templates: { pk: 'USER#{user_id}', sk: 'ORDER#{order_id}' },
    discriminator: { attribute: 'kind', value: 'order' },
  });

  test('keys are computed by their templates, and so are those of indexes', async () => {
    const mapper = await mapperOf([User, Order]);
    const [users, orders] = [toolboxEntity(mapper, User), toolboxEntity(mapper, Order)];
    await users.build(PutItemCommand).item({ user_id: 'u', name: 'Ada', domain: 'a.org', mailbox: 'ada' }).send();
    await orders.build(PutItemCommand).item({ user_id: 'u', order_id: 'o', total: 5 }).send();
    const user = await mapper.repository(User).getOrFail({ user_id: 'u' });
    expect(user).toMatchObject({ pk: 'USER#u', mail: 'MAIL#a.org#ada', name: 'Ada' });
    const order = await mapper.repository(Order).getOrFail({ user_id: 'u', order_id: 'o' });
    expect(order).toMatchObject({ sk: 'ORDER#o', total: 5 });
    const update = (more: object) => users.build(UpdateItemCommand).item({ user_id: 'u', ...more });
    await update({ domain: 'b.org', mailbox: 'b' }).send();
    const found = await mapper.repository(User).query({ index: 'by_mail', partition: 'MAIL#b.org#b' }).all();
    expect(found).toHaveLength(1);
    expect(caught('INCOMPLETE_KEY', () => update({ domain: 'c.org' }).params()).details.missing).toEqual(['mailbox']);

    const partition = toolboxTable(mapper, User).build(QueryCommand).query({ partition: 'USER#u' });
    const { Items = [] } = await partition.send();
    expect(Items.map(({ kind }) => kind)).toEqual(['order', 'user']);
    await users.build(DeleteItemCommand).key({ user_id: 'u' }).send();
    expect(await mapper.repository(User).get({ user_id: 'u' })).toBeUndefined();
  });

  test('no command touches an item of another class', async () => {
    @Entity({ table: 'shared', discriminator: { attribute: 'kind', value: 'other' } })
    @Versioned(1)
    class Other {
      @PartitionKey() pk!: string;
      @SortKey() sk!: string;
      declare readonly [key]?: 'pk' | 'sk';
    }
    const mapper = await mapperOf([User, Order, Other]);
    const table = toolboxTable(mapper, Other).getName();
    const user = { pk: { S: 'USER#u' }, sk: { S: 'PROFILE' }, kind: { S: 'user' }, schema_version: { N: '1' } };
    await storeRaw(engine.endpoint, table, user);
    const [others, at] = [toolboxEntity(mapper, Other), { pk: 'USER#u', sk: 'PROFILE' }];
    for (const command of [
      others.build(PutItemCommand).item(at),
      others.build(UpdateItemCommand).item(at),
      others.build(DeleteItemCommand).key(at),
    ]) {
      await expect(command.send()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    }
    await expect(others.build(GetItemCommand).key(at).send()).rejects.toThrow(/kind/);
    expect(await readStored(engine.endpoint, table, { pk: user.pk, sk: user.sk })).toEqual(user);
    // where there is nothing, there is nothing of another class
    await others.build(PutItemCommand).item({ pk: 'a', sk: 'b' }).send();
    await others.build(DeleteItemCommand).key({ pk: 'a', sk: 'b' }).send();
  });
});
