import { downgradeItem, upgradeItem } from 'dynamo-evolve';
import { failure } from '../../support/canned-engine.js';
import { secret, secretNumber } from '../leaks.js';
import { answering } from './engines.js';
import { type Provocation, specifyPrivacy } from './provoke.js';
import {
  Held,
  Note,
  note,
  pinnedHeld,
  plain,
  putWith,
  repository,
  Stepped,
  stored,
  StrictNote,
  templated,
  undelivered,
} from './secret-notes.js';

specifyPrivacy('reading', {
  INVALID_VERSION: [
    { S: secret },
    { S: '3' },
    { N: '1.5' },
    { SS: [secret] },
    { L: [{ S: secret }] },
    { M: { constructor: { M: { name: { S: secret } } } } },
    { B: Buffer.from(secret).toString('base64') },
    { X: secret },
    secret,
  ]
    .map(
      (version): Provocation =>
        () =>
          repository().hydrate(stored({ schema_version: version })),
    )
    .concat([
      () => upgradeItem(Note, plain({ schema_version: { secret } })),
      () => answering({ Item: stored({ schema_version: { S: secret } }) }).get({ id: 'a' }),
    ]),
  NEWER_VERSION: [
    () => repository().hydrate(stored({ schema_version: { N: '99' } })),
    () => upgradeItem(Note, plain({ schema_version: 99 })),
    () =>
      answering({ Items: [stored({ schema_version: { N: '99' } })] })
        .scan()
        .all(),
    () =>
      answering(failure('ConditionalCheckFailedException', { Item: stored({ schema_version: { N: '99' } }) })).put(
        note(),
      ),
  ],
  TOO_OLD_VERSION: [
    () => repository().hydrate(stored({ schema_version: { N: '1' } })),
    () => upgradeItem(Note, plain({ schema_version: 1 })),
  ],
  UPGRADE_FAILED: ['throws', 'promise', 'result', 'list', 'instance', 'key'].flatMap((fails): Provocation[] => [
    () => repository().hydrate(stored({ schema_version: { N: '2' }, fails: { S: fails } })),
    () => upgradeItem(Note, plain({ fails })),
    () =>
      answering({ Items: [stored({ schema_version: { N: '2' }, fails: { S: fails } })] })
        .scan()
        .all(),
  ]),
  DOWNGRADE_FAILED: [
    () => downgradeItem(Held, { id: 'a', body: { text: secret }, schema_version: 2 }, 1),
    () => pinnedHeld().insert(Object.assign(new Held(), { id: 'a', body: { text: secret } })),
  ],
  INVALID_UPGRADE_RESULT: ['promise', 'result', 'list', 'instance'].map((fails): Provocation => {
    return () => causeOf(() => upgradeItem(Note, plain({ fails })));
  }),
  PROTECTED_ATTRIBUTE: [() => causeOf(() => upgradeItem(Note, plain({ fails: 'key' })))],
  STEP_TYPE: [secret, [secret], secretNumber, new StrictNote()].map((body): Provocation => {
    return () => causeOf(() => upgradeItem(Stepped, { id: 'a', body }));
  }),
  ATTRIBUTE_TYPE: [
    () => repository().hydrate(stored({ stars: { S: secret } })),
    () => repository().hydrate(stored({ at: { S: secret } })),
    () => repository().hydrate(stored({ body: { M: { constructor: { M: { name: { S: secret } } } } } })),
    () => putWith({ stars: secret as never }),
    () => putWith({ body: Object.assign(new StrictNote(), { constructor: { name: secret } }) as never }),
  ],
  KEY_MISMATCH: [
    () => templated().hydrate({ pk: { S: 'AUTHOR#a' }, author: { S: secret }, body: { S: secret } }),
    () => templated().hydrate({ pk: { S: 'a' }, author: { S: secret }, body: { S: secret } }),
  ],
  WRONG_ENTITY: [
    () => repository().hydrate(stored({ kind: { S: secret } })),
    () => answering(failure('ConditionalCheckFailedException', { Item: stored({ kind: { S: secret } }) })).put(note()),
    () =>
      answering(failure('ConditionalCheckFailedException', { Item: stored({ kind: { S: secret } }) })).delete({
        id: 'a',
      }),
  ],
  INVALID_WIRE_VALUE: [
    { S: secretNumber },
    { N: secret },
    { NS: ['1', secret] },
    { N: secretNumber },
    { SS: secret },
    { B: { secret } },
    { L: secret },
    { M: secret },
    { L: [{ M: { x: { N: secret } } }] },
    { S: { secret } },
    {},
    null,
    secret,
    secretNumber,
  ]
    .map(
      (body): Provocation =>
        () =>
          repository().hydrate(stored({ body })),
    )
    .concat([
      () => repository().hydrate(secret as never),
      () => repository().hydrate([secret] as never),
      () => repository().hydrate(plain() as never),
      () => answering({ Item: stored({ body: { N: secret } }) }).get({ id: 'a' }),
    ]),
  HYDRATION_FAILED: [
    () =>
      undelivered()
        .repository(StrictNote)
        .hydrate({ id: { S: 'a' }, body: { S: secret } }),
  ],
  UNREADABLE_CHANGE: [
    () =>
      undelivered().change(
        {
          dynamodb: { Keys: { id: { S: 'a' } }, NewImage: stored({ schema_version: { S: secret } }) },
        },
        { entities: [Note] },
      ),
  ],
  UNKNOWN_CHANGE: [
    () =>
      undelivered().change(
        { dynamodb: { Keys: { other: { S: 'a' } }, NewImage: { other: { S: 'a' }, body: { S: secret } } } },
        { unknown: 'throw' },
      ),
  ],
});

function causeOf(call: () => unknown): never {
  try {
    call();
  } catch (error) {
    throw (error as Error).cause;
  }
  throw new Error('nothing was thrown');
}
