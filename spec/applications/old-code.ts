import type { WireItem, WireValue } from 'dynamo-evolve';
import type { Random } from '../../lib/testing/random.js';
import { changed } from './account.js';
import type { Values } from './changes.js';
import { type ItemTexts, textsOfStored } from './texts.js';

/** A write of an older release, and what it comes to in the newest version. */
export interface OldWrite {
  readonly what: string;
  readonly operation: 'PutItem' | 'UpdateItem';
  readonly request: object;
  readonly apply: (item: ItemTexts | undefined) => readonly ItemTexts[];
}

type Attributes = Record<string, WireValue>;

/** A whole item of version 1 or 2, with attributes that newer code doesn't declare, and dates in another notation. */
export function oldItem(key: WireItem, version: 1 | 2, random: Random, values: Values): OldWrite {
  const item: Attributes = {
    ...key,
    ...(version === 2 || random.chance(50) ? { schema_version: { N: String(version) } } : {}),
    [version === 1 ? 'title' : 'heading']: { S: values.text() },
    legacy: {
      M: { constructor: { S: values.text() }, list: { L: [{ NULL: true }, { N: '1.1234567890123456789012345678' }] } },
    },
    created_at: { S: '2024-03-01T10:15:00+01:00' },
  };
  if (version === 2 || random.chance(50)) item['settings'] = settings(values);
  if (random.chance(50)) item['deadline'] = deadline(values);
  if (random.chance(50)) item['tags'] = { L: [{ S: values.text() }, { S: values.text() }] };
  if (random.chance(30)) item['note'] = { S: values.text() };
  const texts = textsOfStored(item);
  return { what: `puts ${JSON.stringify(item)}`, operation: 'PutItem', request: { Item: item }, apply: () => [texts] };
}

/** A change of one attribute of an item that is of this version. */
export function oldUpdate(key: WireItem, version: 1 | 2, random: Random, values: Values): OldWrite {
  const [name, value] = random.pick([
    () => [version === 1 ? 'title' : 'heading', { S: values.text() }],
    () => ['deadline', deadline(values)],
    () => ['tags', { L: [{ S: values.text() }] }],
    () => ['note', { S: values.text() }],
    () => ['legacy', { S: values.text() }],
    () => ['settings', settings(values)],
  ] as const satisfies readonly (() => readonly [string, WireValue])[])();
  const absent = version === 1 ? ' OR (attribute_exists(id) AND attribute_not_exists(schema_version))' : '';
  const request = {
    Key: key,
    UpdateExpression: 'SET #name = :value',
    ConditionExpression: `schema_version = :version${absent}`,
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: { ':value': value, ':version': { N: String(version) } },
  };
  const stored = textsOfStored({ ...key, schema_version: { N: String(version) }, [name]: value });
  const newest = [...stored.keys()].find((one) => newestNames[name] === one);
  const apply = (item: ItemTexts | undefined) =>
    item ? [changed(item, [[newest ?? '', stored.get(newest ?? '')]])] : [];
  return { what: `sets ${name} = ${JSON.stringify(value)}`, operation: 'UpdateItem', request, apply };
}

const newestNames: Readonly<Record<string, string>> = {
  title: 'heading',
  heading: 'heading',
  deadline: 'due',
  tags: 'labels',
  note: 'note',
  legacy: 'legacy',
  settings: 'settings',
};

function settings(values: Values): WireValue {
  return { M: { theme: { S: values.text() }, older: { S: values.text() }, deep: { M: { list: { L: [] } } } } };
}

function deadline(values: Values): WireValue {
  return { S: values.date().toISOString().replace('.000Z', '+00:00') };
}
