import type { Condition } from 'dynamo-evolve';

interface Ticket {
  readonly id: string;
  readonly state: 'open' | 'closed';
  readonly votes: number;
  readonly at?: Date;
  readonly body: Uint8Array;
  readonly tags: Set<string>;
  readonly list: number[];
  readonly settings: { readonly theme: string };
  readonly isPublic: boolean | null;
  close(): void;
}

export const accepted: Condition<Ticket>[] = [
  { attr: 'state', eq: 'open' },
  { attr: 'state', in: ['open', 'closed'] },
  { attr: 'votes', between: [1, 2] },
  { attr: 'votes', gt: { attr: 'list[0]' } },
  { attr: 'at', lt: new Date() },
  { attr: 'at', beginsWith: '2024' },
  { attr: 'body', contains: new Uint8Array() },
  { attr: 'tags', contains: 'a' },
  { attr: 'list', contains: 1 },
  { attr: 'settings.theme', eq: 'dark' },
  { attr: "settings['a.b']", type: 'M' },
  { attr: 'isPublic', eq: true },
  { size: 'tags', gte: 1 },
  { size: 'settings.theme', between: [1, { attr: 'votes' }] },
  { attr: 'settings', exists: true },
  { not: { or: [{ and: [{ attr: 'id', beginsWith: 'a' }] }] } },
];

export const refused: Condition<Ticket>[] = [
  // @ts-expect-error no property
  { attr: 'title', eq: 'x' },
  // @ts-expect-error a method
  { attr: 'close', exists: true },
  // @ts-expect-error another literal
  { attr: 'state', eq: 'ajar' },
  // @ts-expect-error another type
  { attr: 'votes', eq: '1' },
  // @ts-expect-error no pair
  { attr: 'votes', between: [1] },
  // @ts-expect-error dates have an order among themselves
  { attr: 'at', lt: 1 },
  // @ts-expect-error sets have none
  { attr: 'tags', lt: new Set(['a']) },
  // @ts-expect-error nor have booleans
  { attr: 'isPublic', gt: true },
  // @ts-expect-error no member of the set
  { attr: 'tags', contains: 1 },
  // @ts-expect-error numbers begin with nothing
  { attr: 'votes', beginsWith: '1' },
  // @ts-expect-error an operator that there isn't
  { attr: 'votes', equals: 1 },
  // @ts-expect-error a type that there isn't
  { attr: 'votes', type: 'number' },
  // @ts-expect-error a size is a number
  { size: 'tags', eq: 'x' },
  // @ts-expect-error and is there or not with what it is the size of
  { size: 'tags', exists: true },
  // @ts-expect-error no condition
  { and: ['votes'] },
];
