import {
  Attribute,
  convert,
  Downgrade,
  downgradeItem,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  remove,
  rename,
  SortKey,
  type Step,
  steps,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { defineEntity } from 'dynamo-evolve/toolbox';
import { item, string } from 'dynamodb-toolbox';
import { secret } from '../leaks.js';
import { specifyPrivacy } from './provoke.js';
import { client, Note, Stepped, undelivered } from './secret-notes.js';

/** Makes a class that has a mistake, with a default value that is none of an error's business. */
function mistaken(decorate: (target: new () => object) => void, version = 1) {
  class Wrong {}
  Entity({ table: 'wrong' })(Wrong);
  Versioned(version)(Wrong);
  PartitionKey({ type: 'string' })(Wrong.prototype, 'id');
  Attribute({ type: 'string', default: secret })(Wrong.prototype, 'body');
  decorate(Wrong);
  return new Mapper({ client, entities: [Wrong] });
}
const notes = { name: 'Note', table: 'notes', version: 1 } as const;
const upgraded = (method: unknown, from = 1, to = 2, newest = 2) =>
  mistaken((target) => {
    Object.defineProperty(target, 'step', { value: method });
    Upgrade(from, to)(target, 'step');
  }, newest);

const declared = (...list: readonly Step[]) =>
  mistaken((target) => {
    Object.defineProperty(target, 'list', { value: steps(...list) });
    Upgrade(1, 2)(target, 'list');
  }, 2);

specifyPrivacy('models', {
  NOT_AN_ENTITY: [() => new Mapper({ client, entities: [class Plain {}] })],
  UNDEFINED_CLASS: [() => new Mapper({ client, entities: [undefined as never] })],
  INVALID_OPTION: [
    () => mistaken((target) => Attribute({ optional: secret as never })(target.prototype as object, 'text')),
    () => mistaken((target) => Attribute({ optionel: secret } as never)(target.prototype as object, 'text')),
    () => mistaken((target) => Attribute(secret as never)(target.prototype as object, 'text')),
  ],
  INVALID_CLASS_VERSION: [() => mistaken(() => {}, 0)],
  MISSING_PARTITION_KEY: [
    () => {
      class Keyless {}
      Entity({ table: 'keyless' })(Keyless);
      Versioned(1)(Keyless);
      Attribute({ default: secret })(Keyless.prototype, 'body');
      return new Mapper({ client, entities: [Keyless] });
    },
  ],
  DUPLICATE_KEY: [() => mistaken((target) => PartitionKey({ type: 'string' })(target.prototype as object, 'body'))],
  INVALID_KEY: [() => mistaken((target) => SortKey()(target.prototype as object, 'other'))],
  INVALID_TEMPLATE: [
    () => mistaken((target) => Attribute({ default: secret, template: 'A#{bodi}' })(target.prototype as object, 'key')),
  ],
  INVALID_MEMBER: [() => mistaken((target) => Attribute({ default: secret })(target as object, 'name'))],
  DUPLICATE_ATTRIBUTE: [
    () => mistaken((target) => Attribute({ name: 'body', default: secret })(target.prototype as object, 'text')),
  ],
  RESERVED_ATTRIBUTE: [
    () => mistaken((target) => Attribute({ default: secret })(target.prototype as object, 'schema_version')),
  ],
  UNKNOWN_TYPE: [
    () => mistaken((target) => Attribute({ type: Promise, default: secret })(target.prototype as object, 'text')),
  ],
  UNSUPPORTED_SCHEMA: [
    () => defineEntity({ ...notes, schema: item({ id: string().key(), body: string().link(() => secret) }) }),
    () => defineEntity({ ...notes, schema: item({ id: string().key(), body: string().updateDefault(secret) }) }),
  ],
  DUPLICATE_INDEX: [
    () =>
      mistaken((target) => {
        Index('by_body', { partitionKey: 'body' })(target);
        Index('by_body', { partitionKey: 'body' })(target);
      }),
  ],
  UNKNOWN_INDEX_ATTRIBUTE: [() => mistaken(Index('by_body', { partitionKey: 'bodi' }))],
  INVALID_INDEX: [() => mistaken(Index('by_body', {}))],
  UPGRADE_GAP: [() => mistaken(() => {}, 2)],
  DUPLICATE_UPGRADE: [
    () =>
      mistaken((target) => {
        Object.defineProperty(target, 'step', { value: () => secret });
        Upgrade(1, 2)(target, 'step');
        Upgrade(1, 2)(target, 'step');
      }, 2),
  ],
  UPGRADE_BACKWARDS: [() => upgraded(() => secret, 2, 1)],
  UPGRADE_BEYOND_VERSION: [() => upgraded(() => secret, 1, 3)],
  UPGRADE_NOT_A_METHOD: [() => upgraded(secret), () => upgraded({ secret })],
  ASYNC_UPGRADE: [() => upgraded(async () => secret)],
  INVALID_STEP: [() => declared(rename('', secret)), () => declared({ secret } as never)],
  PROTECTED_STEP: [() => declared(remove('id'))],
  STEP_PATH_TWICE: [
    () =>
      declared(
        convert('body', () => secret, 'one-way'),
        convert('body', () => 1, 'one-way'),
      ),
  ],
  STEP_TARGET_TAKEN: [() => declared(rename('text', 'body'), rename('other', 'body'))],
  INVALID_DOWNGRADE: [() => mistaken((target) => Downgrade(1, 2)(target, 'back'))],
  SHARED_TABLE: [
    () => {
      @Entity({ table: 'notes', discriminator: { attribute: 'kind', value: 'note' } })
      class Same extends Note {}
      return new Mapper({ client, entities: [Note, Same] });
    },
  ],
  UNKNOWN_ENTITY: [() => undelivered().repository(class Other {})],
  INVALID_WRITE_VERSION: [
    () => new Mapper({ client, entities: [Note], writeVersion: new Map([[Note, secret as never]]) }),
    () => new Mapper({ client, entities: [Note], writeVersion: () => secret as never }),
  ],
  POINT_OF_NO_RETURN: [
    () => downgradeItem(Stepped, { id: 'a', body: { secret }, schema_version: 2 }, 1),
    () => new Mapper({ client, entities: [Stepped], writeVersion: () => 1 }),
  ],
});
