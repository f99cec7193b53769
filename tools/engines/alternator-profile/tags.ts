import { invalid } from './refusal.js';
import { refuseTags, type Release } from './release.js';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const isolation = 'system:write_isolation';
const isolations = 'f forbid forbid_rmw a always always_use_lwt o only_rmw_uses_lwt u unsafe unsafe_rmw'.split(' ');
const most = 50;
const legal = /^[\w\s+=./:-]*$/;

/** A table's tags with some more, or with other values; throws Alternator's refusal of those that it doesn't take. */
export function withTags(release: Release, tags: readonly Tag[], added: unknown): readonly Tag[] {
  const now = new Map(tags.map((tag) => [tag.Key, tag.Value]));
  for (const { Key: key, Value: value } of added as Partial<Tag>[]) {
    if (typeof key !== 'string' || typeof value !== 'string') throw invalid('string value expected for a tag');
    if (key === '') throw invalid('A tag Key cannot be empty');
    refuseText('Key', key, 128);
    refuseText('Value', value, 256);
    now.set(key, value);
  }
  refuseTags(release, { Tags: added });
  return validated(now);
}

/** A table's tags without some. */
export function withoutTags(release: Release, tags: readonly Tag[], keys: unknown): readonly Tag[] {
  if (!Array.isArray(keys)) throw invalid('Cannot parse tag keys');
  refuseTags(release, { Tags: keys.map((key: unknown) => ({ Key: String(key), Value: '' })) });
  return tags.filter((tag) => !keys.includes(tag.Key));
}

/** Whether a table refuses to write what depends on what is stored. */
export function forbidsReadModifyWrite(tags: readonly Tag[]): boolean {
  return tags.some(({ Key: key, Value: value }) => key === isolation && value.startsWith('f'));
}

function refuseText(what: 'Key' | 'Value', text: string, longest: number): void {
  if (Buffer.byteLength(text) > longest) throw invalid(`A tag ${what} is limited to ${longest} characters`);
  if (!legal.test(text)) throw invalid(`A tag ${what} can only contain letters, spaces, and [+-=._:/]`);
}

function validated(tags: ReadonlyMap<string, string>): readonly Tag[] {
  if (tags.size > most) throw invalid('Number of Tags exceed the current limit for the provided ResourceArn');
  const value = tags.get(isolation);
  if (value !== undefined && !isolations.includes(value)) {
    throw invalid(`Incorrect write isolation tag ${value}. Allowed values: {${isolations.join(', ')}}`);
  }
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
