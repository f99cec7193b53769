import type { WireItem, WireValue } from '../../lib/index.js';

/** What an attribute holds, as every contender has a type for it. */
export type Kind = 'string' | 'number' | 'boolean' | 'strings';

/** The plain values of a document. */
export type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A kind of document that every contender models in its own way. */
export interface Shape {
  readonly name: string;
  /** The partition key; there is no sort key. */
  readonly key: string;
  readonly kinds: Readonly<Record<string, Kind>>;
  /** The values of one document; no two are the same. */
  readonly values: (at: number) => Values;
}

const titles = [
  'Build fails on CI only',
  'How do I page through a query without losing my place?',
  'Où sont passés les tickets de mars ?',
  'Rename the attribute, keep the readers',
  'Notes from the weekly meeting',
];

/** A flat document of 13 attributes, without dates. */
export const conversation: Shape = {
  name: 'conversation',
  key: 'conversation_id',
  kinds: {
    conversation_id: 'string',
    user_id: 'string',
    title: 'string',
    status: 'string',
    blueprint: 'string',
    model: 'string',
    language: 'string',
    channel: 'string',
    summary: 'string',
    message_count: 'number',
    token_count: 'number',
    pinned: 'boolean',
    archived: 'boolean',
  },
  values: (at) => ({
    conversation_id: `conversation-${at}`,
    user_id: `user-${at % 97}`,
    title: `${titles[at % titles.length]} (${at})`,
    status: at % 3 === 0 ? 'closed' : 'open',
    blueprint: 'devassist',
    model: 'large',
    language: at % 2 === 0 ? 'en' : 'uk',
    channel: 'web',
    summary: `What was asked and answered in conversation ${at}`,
    message_count: at % 100,
    token_count: at * 37,
    pinned: at % 2 === 0,
    archived: false,
  }),
};

/** A chat session as its newest version is: with a list and two dates, which are stored as text. */
export const session: Shape = {
  name: 'session',
  key: 'session_id',
  kinds: {
    session_id: 'string',
    user_id: 'string',
    title: 'string',
    session_state: 'string',
    blueprint: 'string',
    tags: 'strings',
    created_at: 'string',
    updated_at: 'string',
  },
  values: (at) => ({
    session_id: `session-${at}`,
    user_id: `user-${at % 97}`,
    title: `${titles[at % titles.length]} (${at})`,
    session_state: at % 3 === 0 ? 'closed' : 'open',
    blueprint: 'devassist',
    tags: ['ci', 'typescript', `topic-${at % 13}`],
    created_at: new Date(1_709_284_500_000 + at * 1000).toISOString(),
    updated_at: new Date(1_709_284_500_000 + at * 61_000).toISOString(),
  }),
};

/** The session as version 1 stored it: `state`, and no `blueprint`. */
export function sessionOfVersion1(at: number): WireItem {
  const { session_state: state = '', blueprint: _, ...others } = session.values(at);
  return wireItem({ ...others, state, schema_version: 1 });
}

/** The session as its newest version is stored: with a set. */
export function currentSession(at: number): WireItem {
  const { tags, ...others } = session.values(at);
  return { ...wireItem(others), tags: { SS: tags as readonly string[] }, schema_version: { N: '3' } };
}

/** Before the name of a table: the one of current sessions. */
export const currentPrefix = 'current-';

/** Values as the engine sends them. */
export function wireItem(values: Values): WireItem {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wireValue(value)]));
}

function wireValue(value: Values[string]): WireValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { L: value.map((one) => ({ S: one })) };
}

/** How many different documents the cases in memory work on. */
export const documentCount = 1_000;

/** Something for each of the documents. */
export function forEachDocument<T>(make: (at: number) => T): T[] {
  return Array.from({ length: documentCount }, (_, at) => make(at));
}
