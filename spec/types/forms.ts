/** Only compiled: the forms in which applications hand conditions, clauses and options on. */
import {
  type Condition,
  type ConditionOf,
  type PartitionOf,
  type QueryOptions,
  type QueryResult,
  ref,
  Repository,
  type ScanOptions,
  type UpdateClausesOf,
} from 'dynamo-evolve';
import type { Message } from './entities.js';

interface Titled {
  title: string;
  score?: number;
  tags?: Set<string>;
  list?: string[];
  settings?: { theme: string };
}
declare const choice: boolean;

export function conditions(titled: Repository<Titled>, filter: Condition<Titled>): void {
  titled.scan({ filter });
  titled.scan({ filter: { and: [{ attr: 'title', eq: 'x' }, filter] } });
  titled.scan({ filter: choice ? { attr: 'title', eq: 'x' } : { attr: 'score', gt: 1 } });
  titled.scan({ filter: { attr: 'tags', eq: new Set() } });
  titled.scan({ filter: { attr: 'list', eq: ['x'] } });
  titled.scan({ filter: { attr: 'title', in: ['x', ref('settings.theme')] } });
  titled.scan<'title'>({ filter: { attr: 'title', eq: 'x' }, attributes: ['title'] });
  // @ts-expect-error one of them has another type
  titled.scan({ filter: choice ? { attr: 'title', eq: 'x' } : { attr: 'score', gt: 'x' } });
  // @ts-expect-error nothing else belongs to a condition
  titled.scan({ filter: { attr: 'title', eq: 'x', since: 1 } });
  // @ts-expect-error nor to one of several
  titled.scan({ filter: { and: [{ attr: 'title', eq: 'x', since: 1 }] } });
  // @ts-expect-error nor to an operand
  titled.scan({ filter: { attr: 'settings', eq: { theme: 'x', size: 1 } } });
  // @ts-expect-error an operand that may be missing
  titled.scan({ filter: { attr: 'title', eq: undefined } });
  // @ts-expect-error no condition
  titled.scan({ filter: {} });
}

export function clauses(titled: Repository<Titled>, given: UpdateClausesOf<Titled>): void {
  void titled.update({ title: 'x' }, given);
  void titled.update({ title: 'x' }, { set: { tags: new Set(), list: [], 'settings.theme': 'x' } });
  void titled.update({ title: 'x' }, choice ? { set: { score: 1 } } : { remove: ['list[0]'] });
  // @ts-expect-error a property that the class hasn't, beside a path
  void titled.update({ title: 'x' }, { set: { 'settings.theme': 'x', titel: 'y' } });
  // @ts-expect-error a path below a property that the class hasn't
  void titled.update({ title: 'x' }, { set: { 'setings.theme': 'x' } });
  // @ts-expect-error another
  void titled.update({ title: 'x' }, { remove: ['lst[0]'] });
}

export function handedOn<T extends Titled>(
  all: Repository<T>,
  filter: ConditionOf<T>,
  given: UpdateClausesOf<T>,
  options: QueryOptions<T>,
): Promise<T> {
  all.query(options);
  all.scan({ filter });
  all.scan({ filter: { and: [{ attr: 'title', eq: 'x' }, filter] } });
  return all.update({ title: 'x' }, given);
}

/** An application's repository may narrow what it takes, and stand behind an interface. */
export class Narrowed extends Repository<Message> {
  override scan(options: ScanOptions<Message> = {}): QueryResult<Message> {
    return super.scan(options);
  }
  override update(key: { session_id: string; position: number }, given: UpdateClausesOf<Message>): Promise<Message> {
    return super.update(key, given);
  }
}
interface Messages {
  query(options: QueryOptions<Message>): QueryResult<Message>;
  update(key: { session_id: string; position: number }, given: UpdateClausesOf<Message>): Promise<Message>;
}
export const behindInterface = (messages: Repository<Message>): Messages => messages;

/** Options that don't say which entity they are for take values of keys, and nothing else. */
export const loose: QueryOptions[] = [
  { partition: 5n },
  // @ts-expect-error no value of a key
  { partition: true },
  // @ts-expect-error nor this
  { partition: undefined },
];
export const partition: PartitionOf<Message, undefined> = 'x';
