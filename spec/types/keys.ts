import { key, type KeyOf, type PropertyOf, type Repository } from 'dynamo-evolve';
import { assertTypeOf, type Holds, type Same } from './assert-type.js';
import type { Message, Note } from './entities.js';

/** A class that declares its key has exactly that one. */
export type Exact = Holds<Same<KeyOf<Message>, Pick<Message, 'session_id' | 'position'>>>;

/** One that doesn't takes any of its properties, and no methods. */
export type Loose = Holds<Same<KeyOf<Note>, { id?: string; body?: string }>>;

/** Neither the symbol nor a method is a property of an entity. */
export type Properties = Holds<Same<PropertyOf<Message>, 'session_id' | 'position' | 'text' | 'tags' | 'size'>>;
assertTypeOf<typeof key>()(key);

export async function exactKeys(messages: Repository<Message>): Promise<void> {
  const whole = { session_id: 'a', position: 1 };
  assertTypeOf<Message | undefined>()(await messages.get(whole));
  assertTypeOf<Message>()(await messages.getOrFail(whole, { consistent: true, track: false }));
  assertTypeOf<(Message | undefined)[]>()(await messages.getMany([whole, whole]));
  assertTypeOf<boolean | undefined>()(await messages.delete(whole));

  // @ts-expect-error half of the key
  await messages.get({ session_id: 'a' });
  // @ts-expect-error no key
  await messages.get({});
  // @ts-expect-error a property that isn't a key
  await messages.get({ session_id: 'a', position: 1, text: 'x' });
  // @ts-expect-error another type
  await messages.get({ session_id: 'a', position: '1' });
  // @ts-expect-error a key that may be undefined
  await messages.get({ session_id: 'a', position: undefined });
  // @ts-expect-error the value alone
  await messages.get('a');
  // @ts-expect-error a wrong property in one of many
  await messages.getMany([whole, { session_id: 'a', place: 1 }]);
  // @ts-expect-error a wrong property
  await messages.delete({ id: 'a' });
  // @ts-expect-error an option that there isn't
  await messages.get(whole, { consistency: true });
}

export async function looseKeys(notes: Repository<Note>): Promise<void> {
  assertTypeOf<Note | undefined>()(await notes.get({ id: 'a' }));
  // @ts-expect-error a property that the class hasn't
  await notes.get({ identity: 'a' });
  // @ts-expect-error another type
  await notes.get({ id: 1 });
  // @ts-expect-error a method
  await notes.get({ print: () => {} });
}

/** Keys come from anything that has them. */
export async function keysOf(messages: Repository<Message>, message: Message): Promise<Message[]> {
  const again = await messages.get(message);
  return again ? [again] : [];
}
