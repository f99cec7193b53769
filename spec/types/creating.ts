import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { InitOf, Repository, StoredItem } from 'dynamo-evolve';
import { assertTypeOf } from './assert-type.js';
import { Message, type Note } from './entities.js';

export async function creating(messages: Repository<Message>, notes: Repository<Note>): Promise<void> {
  // anything may be left to defaults, and be undefined
  assertTypeOf<Message>()(messages.create({}));
  messages.create({ session_id: 'a', position: 1, text: 'x', tags: new Set(['t']) });
  messages.create({ session_id: 'a', tags: undefined });

  // @ts-expect-error a property that the class hasn't
  messages.create({ txt: 'x' });
  // @ts-expect-error another type
  messages.create({ text: 5 });
  // @ts-expect-error other members
  messages.create({ tags: new Set([1]) });
  // @ts-expect-error a method
  messages.create({ shout: () => 'x' });
  // @ts-expect-error nothing at all
  messages.create();

  const init: InitOf<Note> = { id: 'a' };
  assertTypeOf<Note>()(await notes.insert(notes.create(init)));
  assertTypeOf<Message>()(await messages.put(new Message()));
  assertTypeOf<StoredItem | undefined>()(messages.stored(new Message()));
  // @ts-expect-error a plain object lacks the methods
  await messages.put({ session_id: 'a', position: 1, text: 'x' });
  // @ts-expect-error an entity of another class
  await messages.put(notes.create({}));
  // @ts-expect-error what is stored can't be changed
  messages.stored(new Message())!.version = 2;
}

export function hydrating(messages: Repository<Message>): void {
  assertTypeOf<Message>()(messages.hydrate({ session_id: { S: 'a' }, position: { N: '1' }, tags: { SS: ['t'] } }));
  messages.hydrate({ deep: { M: { list: { L: [{ BOOL: true }, { NULL: true }, { B: new Uint8Array() }] } } } });
  // @ts-expect-error a plain item
  messages.hydrate({ session_id: 'a', position: 1 });
  // @ts-expect-error a number that isn't text
  messages.hydrate({ position: { N: 1 } });
  // @ts-expect-error a type that there isn't
  messages.hydrate({ position: { X: '1' } });
}

/** As AWS Lambda's types have the values of a stream's record. */
interface LambdaValue {
  B?: string | undefined;
  BOOL?: boolean | undefined;
  L?: LambdaValue[] | undefined;
  M?: { [id: string]: LambdaValue } | undefined;
  N?: string | undefined;
  S?: string | undefined;
  SS?: string[] | undefined;
}

export function hydratingOthers(
  messages: Repository<Message>,
  ofClient: Record<string, AttributeValue>,
  ofLambda: { [id: string]: LambdaValue },
): void {
  assertTypeOf<Message>()(messages.hydrate(ofClient));
  assertTypeOf<Message>()(messages.hydrate(ofLambda));
}
