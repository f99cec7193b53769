/** Each line below an arrow is a mistake, and the compiler's message for it has the text behind the arrow. */
import { Attribute, type Item, PartitionKey, type Repository, Upgrade } from 'dynamo-evolve';
import type { Session } from '../../../entities/session.js';
import type { Ticket } from '../indexes.js';

declare const sessions: Repository<Session>;
declare const tickets: Repository<Ticket>;
const key = { session_id: 'a' };

// → Type '"titel"' is not assignable to type '"blueprint" | "created_at" | "revision" | "session_id" | "session_state" | "tags" | "title" | "updated_at" | "user_id" | NestedPath<Session> | undefined'. Did you mean '"title"'?
sessions.query({ partition: 'a', filter: { attr: 'titel', eq: 'x' } });

// → Type 'number' is not assignable to type 'Operand<Session, string>'
sessions.query({ partition: 'a', filter: { attr: 'title', eq: 5 } });

// → Property 'session_id' is missing in type '{}' but required in type 'Pick<Session, "session_id">'
void sessions.get({});

// → 'session' does not exist in type 'Pick<Session, "session_id">'
void sessions.get({ session: 'a' });

// → Type 'number' is not assignable to type 'string'
void sessions.update(key, { set: { title: 5 } });

// → 'titel' does not exist in type '{ readonly blueprint?: string | undefined; readonly created_at?: Date | undefined; readonly revision?: string | undefined; readonly session_state?: "closed" | "open" | undefined;
void sessions.update(key, { set: { titel: 'x' } });

// → Type '"session_id"' is not assignable to type '"blueprint" | "created_at" | "revision" | "session_state" | "tags" | "title" | "updated_at" | "user_id" | NestedPath<Session>'
void sessions.update(key, { remove: ['session_id'] });

// → 'titel' does not exist in type 'OptionalProperties<Session, never>'. Did you mean to write 'title'?
sessions.create({ titel: 'x' });

// → Type '"titel"' is not assignable to type 'PropertyOf<Session>'. Did you mean '"title"'?
sessions.scan({ attributes: ['titel'] });

// → Type '"by_user"' is not assignable to type '"by_kind" | "by_opened" | "by_owner" | "by_size" | undefined'
tickets.query({ index: 'by_user', partition: 'a' });

// → Type 'number' is not assignable to type 'string'
tickets.query({ partition: 5 });

// → Type 'string' is not assignable to type 'number'
tickets.query({ partition: 'a', range: { gt: '5' } });

// oxlint-disable typescript/await-thenable -- that is one of the mistakes
const awaited = async () =>
  // → Type of 'await' operand must either be a valid promise or must not contain a callable 'then' member
  await sessions.query({ partition: 'a' });
void awaited();

export class Note {
  // → Misuse<"@PartitionKey belongs on a property, not on a method">
  @PartitionKey() id(): void {}

  // → Misuse<"The default of @Attribute isn't a value of the property">
  @Attribute({ default: 5 }) title!: string;

  // → Misuse<"@Upgrade belongs on a method, or on a static field that holds steps(…)">
  @Upgrade(1, 2) static first = 5;

  // → Misuse<"@Upgrade belongs on a synchronous method">
  @Upgrade(2, 3) static async second(_item: Item): Promise<void> {}
}
