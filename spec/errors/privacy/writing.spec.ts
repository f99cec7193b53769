import { Attribute, Entity, type Item, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';
import { BatchPutRequest, PutItemCommand } from 'dynamodb-toolbox';
import { failure } from '../../support/canned-engine.js';
import { secret } from '../leaks.js';
import { answering, byOperation, cannedClient, conditionFailed, storing } from './engines.js';
import { specifyPrivacy } from './provoke.js';
import { Held, Note, note, pinnedHeld, schemaEntity, stored } from './secret-notes.js';

/** A class with more attributes than one condition can speak of. */
@Entity({ table: 'wide_notes' })
@Versioned(1)
class Wide {
  @PartitionKey() id!: string;
}
const wideNames = Array.from({ length: 320 }, (_, at) => `text_${at}`);
for (const name of wideNames) Attribute({ type: 'string', optional: true })(Wide.prototype, name);

/** A class whose keys other programs may have stored in other notations. */
@Entity({ table: 'numbered_notes' })
@Versioned(1)
class Numbered {
  @PartitionKey() id!: number;
  @Attribute() body!: string;
}
const numbered = (body: string) => ({ id: { N: '5' }, body: { S: body }, schema_version: { N: '1' } });

/** A class whose upgrade looks at attributes that nobody can name. */
@Entity({ table: 'tidied_notes' })
@Versioned(2)
class Tidied {
  @PartitionKey() id!: string;
  @Attribute() body!: string;

  @Upgrade(1, 2, 'copies all entries')
  static tidy(item: Item): Item {
    return Object.fromEntries(Object.entries(item));
  }
}

specifyPrivacy('writing', {
  ALREADY_EXISTS: [
    async () => {
      const notes = storing().notes;
      await notes.put(note({ id: 'there' }));
      await notes.insert(note({ id: 'there' }));
    },
    () => answering(conditionFailed()).insert(note()),
  ],
  NOT_FOUND: [
    () => storing().notes.getOrFail({ id: 'absent' }),
    async () => {
      const notes = storing().notes;
      const gone = await notes.insert(note({ id: 'gone' }));
      await notes.delete({ id: 'gone' });
      await notes.put(gone);
    },
  ],
  AMBIGUOUS_KEY: [
    async () => {
      const mapper = byOperation(
        {
          Scan: { Items: [numbered(secret)], Count: 1, ScannedCount: 1 },
          GetItem: {},
          UpdateItem: failure('ConditionalCheckFailedException'),
          BatchGetItem: { Responses: { numbered_notes: [numbered(secret), numbered('other')] }, UnprocessedKeys: {} },
        },
        Numbered,
      );
      const notes = mapper.repository(Numbered);
      const [read] = await notes.scan().all();
      await notes.save(Object.assign(read as Numbered, { body: 'changed' }));
    },
  ],
  CONFLICT: [
    async () => {
      const notes = storing().notes;
      await notes.put(note({ id: 'busy' }));
      const [mine, theirs] = await Promise.all([notes.getOrFail({ id: 'busy' }), notes.getOrFail({ id: 'busy' })]);
      await notes.put(theirs);
      await notes.put(mine);
    },
    async () => {
      const notes = byOperation({ GetItem: { Item: stored() }, PutItem: conditionFailed() }).repository(Note);
      await notes.put(await notes.getOrFail({ id: 'a' }));
    },
    async () => {
      const notes = byOperation({ GetItem: { Item: stored() }, UpdateItem: conditionFailed() }).repository(Note);
      const changed = await notes.getOrFail({ id: 'a' });
      changed.stars = 5;
      await notes.save(changed);
    },
  ],
  CONDITION_FAILED: [
    async () => {
      const notes = storing().notes;
      await notes.put(note({ id: 'other' }));
      await notes.delete({ id: 'other' }, { condition: { attr: 'body', beginsWith: `${secret}, and more` } });
    },
    () => answering(conditionFailed()).put(note(), { condition: { attr: 'body', ne: secret } }),
  ],
  CONDITION_TOO_LARGE: [
    async () => {
      const values = Array.from(wideNames, (name) => [name, { S: secret }] as const);
      const item = { id: { S: 'a' }, schema_version: { N: '1' }, ...Object.fromEntries(values) };
      const wide = answering({ Item: item }, Wide);
      const entity = await wide.getOrFail({ id: 'a' });
      for (const name of wideNames) Reflect.set(entity, name, `${secret} changed`);
      await wide.save(entity);
    },
  ],
  DYNAMIC_UPGRADE: [
    async () => {
      const tidied = answering({ Item: { id: { S: 'a' }, body: { S: secret } } }, Tidied);
      const entity = await tidied.getOrFail({ id: 'a' });
      entity.body = `${secret} changed`;
      await tidied.save(entity);
    },
  ],
  DOWNGRADE_LOSES: [() => pinnedHeld().insert(Object.assign(new Held(), { id: 'a', body: secret }))],
  UNFENCED_COMMAND: [
    () => new PutItemCommand(schemaEntity(), { id: 'a', body: secret, meta: { text: secret } }).params(),
    () =>
      schemaEntity()
        .build(BatchPutRequest)
        .item({ id: 'a', body: secret, meta: { text: secret } })
        .params(),
  ],
  PARTIAL_ENTITY: [
    async () => {
      const found = { Items: [stored({ schema_version: { N: '3' } })] };
      const mocked = new Mapper({ client: { send: () => Promise.resolve(found) } as never, entities: [Note] });
      const part = await mocked
        .repository(Note)
        .query({ partition: 'part', attributes: ['body'] })
        .first();
      await mocked.repository(Note).save(part as Note);
    },
  ],
  CHANGE_IMAGE: [
    async () => {
      const mocked = new Mapper({ client: { send: () => Promise.resolve({}) } as never, entities: [Note] });
      const image = stored({ schema_version: { N: '3' } });
      const change = mocked.change({ dynamodb: { Keys: { id: image['id'] as never }, NewImage: image } });
      await mocked.repository(Note).save(change?.after as Note);
    },
  ],
  MISSING_PARENT: [
    () => {
      const message = 'The document path provided in the update expression is invalid for update';
      const notes = byOperation({ UpdateItem: failure('ValidationException', { message }) }).repository(Note);
      return notes.update({ id: 'a' }, { set: { 'meta.y.z': secret } });
    },
  ],
  FENCE_REQUIRED: [
    () => new Mapper({ client: cannedClient(), entities: [Note], fence: false }).repository(Note).insert(note()),
  ],
  WRITES_FORBIDDEN: [
    () => {
      const message = `Read-modify-write operations are disabled by 'forbid_rmw' write isolation policy.`;
      return byOperation({ PutItem: failure('ValidationException', { message }) })
        .repository(Note)
        .put(note());
    },
  ],
});
