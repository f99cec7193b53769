import type { WireItem } from 'dynamo-evolve';
import { type Article, properties } from './article.js';

/** A stored value of the kinds that articles have. */
interface Wire {
  readonly S?: string;
  readonly N?: string;
  readonly SS?: readonly string[];
  readonly L?: readonly Wire[];
  readonly M?: Readonly<Record<string, Wire>>;
}
type Wires = Readonly<Record<string, Wire>>;

/** One value, whatever its notation: equal texts are equal values. */
export type Text = string;

/** An item in its newest version, without what every write makes anew. */
export type ItemTexts = ReadonlyMap<string, Text>;

const left = new Set(['shelf', 'id', 'updated_at', 'revision']);

/** What the chain makes of a stored item, by a second implementation that knows nothing of the first. */
function upgraded(stored: WireItem): Wires {
  const { schema_version: version = { N: '1' }, ...attributes } = stored as Wires;
  let item: Record<string, Wire> = attributes;
  if (version.N === '1') {
    const { title, ...rest } = item;
    item = { settings: { M: { theme: { S: 'light' }, deep: { M: { list: { L: [{ S: 'first' }] } } } } }, ...rest };
    if (title) item['heading'] = title;
  }
  if (version.N === '1' || version.N === '2') {
    const { deadline, tags, ...rest } = item;
    item = { level: { S: 'normal' }, ...rest };
    if (deadline) item['due'] = deadline;
    const members = (tags?.L ?? []).map((tag) => tag.S as string);
    if (members.length > 0) item['labels'] = { SS: [...new Set(members)] };
  } else if (version.N !== '3') throw new Error(`version ${JSON.stringify(version)} is stored`);
  return item;
}

/** The texts of a stored item; with `notations`, such as they are stored. */
export function textsOfStored(stored: WireItem, notations: 'any' | 'as stored' = 'any'): ItemTexts {
  const attributes = Object.entries(upgraded(stored)).filter(([name]) => !left.has(name));
  return new Map(
    attributes.map(([name, value]) => {
      const isDate = notations === 'any' && (name === 'due' || name === 'created_at') && value.S !== undefined;
      return [name, textOf(isDate ? { S: new Date(value.S).toISOString() } : value)];
    }),
  );
}

/** The texts of what an entity shows, by property. */
export function textsOfEntity(entity: Article): Map<string, Text | undefined> {
  return new Map(properties.map((property) => [property, textOfValue(entity[property])]));
}

/** The text of a value of an application; `undefined` for what is stored as nothing. */
export function textOfValue(value: unknown): Text | undefined {
  const wire = value === undefined ? undefined : wireOf(value);
  return wire && textOf(wire);
}

function wireOf(value: unknown): Wire | undefined {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Date) return { S: value.toISOString() };
  if (value instanceof Set) return value.size === 0 ? undefined : { SS: [...(value as Set<string>)] };
  if (Array.isArray(value)) return { L: value.map((member) => wireOf(member) as Wire) };
  const members = Object.entries(value as object).filter(([, member]) => member !== undefined);
  return { M: Object.fromEntries(members.map(([name, member]) => [name, wireOf(member) as Wire])) };
}

function textOf(value: Wire): Text {
  if (value.SS) return JSON.stringify({ SS: value.SS.toSorted() });
  if (value.L) return `{"L":[${value.L.map((member) => textOf(member)).join()}]}`;
  if (!value.M) return JSON.stringify(value);
  const members = Object.entries(value.M).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{"M":{${members.map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`).join()}}}`;
}
