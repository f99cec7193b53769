import {
  type BulkOptions,
  type Condition,
  ref,
  type Repository,
  type SaveOptions,
  type WriteOptions,
} from 'dynamo-evolve';
import { assertTypeOf } from './assert-type.js';
import type { Message } from './entities.js';

export async function conditions(messages: Repository<Message>, message: Message): Promise<void> {
  const key = { session_id: 'a', position: 1 };
  const condition = { attr: 'text', eq: 'x' } as const;
  assertTypeOf<Message>()(await messages.put(message, { condition }));
  assertTypeOf<Message>()(await messages.save(message, { condition, overwrite: true }));
  assertTypeOf<Message>()(await messages.update(key, { set: { text: 'x' } }, { condition: { not: condition } }));
  const maybe = { text: 'x' as string | undefined };
  assertTypeOf<Message>()(await messages.update(key, { set: maybe }));
  assertTypeOf<boolean | undefined>()(await messages.delete(key, { condition: { size: 'tags', gt: 1 } }));
  await messages.putMany([message], { condition, concurrency: 2 });
  await messages.deleteMany([key], { condition: { attr: 'tags', contains: 'x' } });

  // @ts-expect-error a property that the class hasn't
  await messages.put(message, { condition: { attr: 'body', eq: 'x' } });
  // @ts-expect-error another type
  await messages.delete(key, { condition: { attr: 'position', eq: '1' } });
  // @ts-expect-error a key
  await messages.update(key, { set: { position: 2 } });
  // @ts-expect-error a key
  await messages.update(key, { remove: ['session_id'] });
  // @ts-expect-error a key
  await messages.update(key, { add: { position: 1 } });
  // @ts-expect-error no operator
  await messages.update(key, { set: { text: 'x' } }, { condition: { attr: 'text' } });
  // @ts-expect-error an insert's item must not exist
  await messages.insert(message, { condition });
  // @ts-expect-error an option that there isn't
  await messages.delete(key, { overwrite: true });
}

/** Options can be made apart, with or without the entity. */
export async function options(messages: Repository<Message>, message: Message): Promise<void> {
  const write: WriteOptions<Message> = { condition: { attr: 'text', exists: true } };
  const save: SaveOptions = { overwrite: true };
  const many: BulkOptions = { concurrency: 3 };
  await messages.put(message, write);
  await messages.save(message, save);
  await messages.putMany([message], many);
}

/** Paths lead below what can have something below it. */
export const paths: Condition<Message>[] = [
  { attr: 'tags.name', eq: 'x' },
  // @ts-expect-error text has nothing below it
  { attr: 'text.name', eq: 'x' },
  // @ts-expect-error nor has a number
  { attr: 'position[0]', exists: true },
];

/** Another attribute is named by ref(), and by a property or a path below one. */
export const references: Condition<Message>[] = [
  { attr: 'text', eq: ref('session_id') },
  { attr: 'position', between: [0, ref('position')] },
  { attr: 'text', in: ['x', ref('session_id')] },
  { attr: 'tags', contains: ref('text') },
  { size: 'tags', gt: ref('position') },
  { attr: 'text', eq: ref('tags.name') },
  // @ts-expect-error a property that the class hasn't
  { attr: 'text', eq: ref('body') },
  // @ts-expect-error the form that a request's body can have
  { attr: 'text', eq: { attr: 'session_id' } },
  // @ts-expect-error references are made by ref() alone
  { attr: 'text', eq: { path: 'session_id' } },
];
