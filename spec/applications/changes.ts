import type { Random } from '../../lib/testing/random.js';
import { type Article, Settings } from './article.js';
import { changed, itemText } from './account.js';
import type { UpdateOf } from './calls.js';
import { type ItemTexts, textOfValue } from './texts.js';

/** Values that no other write has: whoever finds one knows where it comes from. */
export class Values {
  #count = 0;

  text(): string {
    return `t${++this.#count}`;
  }

  number(): number {
    return ++this.#count;
  }

  date(): Date {
    return new Date(Date.UTC(2024, 0, 1, 0, 0, ++this.#count));
  }
}

export function newSettings(values: Values): Settings {
  return Object.assign(new Settings(), { theme: values.text(), deep: { list: [values.text()] } });
}

type Change = (article: Article, values: Values) => void;

/** What applications do to entities, by what a log calls it. Frozen ones refuse what is not deep enough. */
export const changes: Readonly<Record<string, Change>> = {
  'a heading': (article, values) => assign(article, 'heading', values.text()),
  'a note': (article, values) => assign(article, 'note', values.text()),
  'no note': (article) => void Reflect.deleteProperty(article, 'note'),
  'a score': (article, values) => assign(article, 'score', values.number()),
  'an undefined score': (article) => assign(article, 'score', undefined),
  'a level': (article, values) => assign(article, 'level', values.text()),
  'a date': (article, values) => assign(article, 'due', values.date()),
  'a date, in place': (article, values) => void article.due?.setTime(values.date().getTime()),
  'no date': (article) => assign(article, 'due', undefined),
  'a label': (article, values) => void article.labels?.add(values.text()),
  'one label less': (article) => void article.labels?.delete([...article.labels][0] ?? ''),
  'all labels': (article, values) => assign(article, 'labels', new Set([values.text(), values.text()])),
  'no labels': (article) => article.labels?.clear(),
  'a theme': ({ settings }, values) => assign(settings, 'theme', values.text()),
  'a list, in place': ({ settings }, values) => {
    const list = settings.deep?.list;
    if (list && !Object.isFrozen(list)) list.push(values.text());
  },
  'nothing deep': ({ settings }) => void Reflect.deleteProperty(settings, 'deep'),
  'new settings': (article, values) => assign(article, 'settings', newSettings(values)),
  'settings from JSON': (article, values) => {
    const settings = JSON.parse(JSON.stringify(article.settings)) as object;
    assign(article, 'settings', { ...settings, theme: values.text() });
  },
};

/** What applications do so that an entity takes no more values. */
export const stiffenings: Readonly<Record<string, (article: Article) => void>> = {
  freeze: (article) => void Object.freeze(article),
  seal: (article) => void Object.seal(article),
  preventExtensions: (article) => void Object.preventExtensions(article),
  'freeze deeply': freezeDeeply,
};

function assign(target: object, property: string, value: unknown): void {
  Reflect.set(target, property, value);
}

function freezeDeeply(value: object): void {
  Object.freeze(value);
  for (const member of Object.values(value) as unknown[]) {
    const isPlain = typeof member === 'object' && member !== null && !(member instanceof Set || member instanceof Date);
    if (isPlain) freezeDeeply(member);
  }
}

type Maker = (values: Values) => UpdateOf;

/** The updates of applications: each of the engine's clauses, whole and nested. */
const updates: readonly Maker[] = [
  (values) => setting('heading', values.text()),
  (values) => setting('due', values.date()),
  (values) => setting('settings', newSettings(values)),
  (values) => setting('labels', new Set([values.text()])),
  (values) => setting('level', values.text()),
  () => ({ what: 'remove note', clauses: { remove: ['note'] }, apply: (item) => changed(item, [['note', undefined]]) }),
  () => ({ what: 'remove due', clauses: { remove: ['due'] }, apply: (item) => changed(item, [['due', undefined]]) }),
  (values) => {
    const more = values.number();
    const apply = (item: ItemTexts) => {
      const { N: before = '0' } = JSON.parse(item.get('score') ?? '{}') as { N?: string };
      return changed(item, [['score', textOfValue(Number(before) + more)]]);
    };
    return { what: `add ${more}`, clauses: { add: { score: more } }, apply };
  },
  (values) => {
    const label = values.text();
    const apply = (item: ItemTexts) => changed(item, [['labels', textOfValue(new Set([...labelsOf(item), label]))]]);
    return { what: `add label ${label}`, clauses: { add: { labels: new Set([label]) } }, apply };
  },
  (values) => {
    const theme = values.text();
    const apply = (item: ItemTexts) => withSettings(item, (settings) => ({ ...settings, theme: { S: theme } }));
    return { what: `set theme ${theme}`, clauses: { set: { 'settings.theme': theme } }, apply };
  },
  (values) => {
    const text = values.text();
    const apply = (item: ItemTexts) =>
      withSettings(item, ({ deep, ...settings }) => {
        const list = (deep as { M: { list: { L: unknown[] } } } | undefined)?.M.list.L;
        if (!list) return undefined;
        return {
          ...settings,
          deep: { M: { list: { L: list.length > 0 ? [{ S: text }, ...list.slice(1)] : [{ S: text }] } } },
        };
      });
    return { what: `set list ${text}`, clauses: { set: { 'settings.deep.list[0]': text } }, apply };
  },
];

export function anyUpdate(random: Random, values: Values, labels: readonly string[]): UpdateOf {
  const at = random.integer(updates.length + 1);
  const make = updates[at];
  if (make) return make(values);
  const label = labels[random.integer(labels.length)] ?? 'none';
  const apply = (item: ItemTexts) => {
    const left = new Set(labelsOf(item));
    left.delete(label);
    return changed(item, [['labels', textOfValue(left)]]);
  };
  return { what: `delete label ${label}`, clauses: { delete: { labels: new Set([label]) } }, apply };
}

export function labelsOf(item: ItemTexts | undefined): readonly string[] {
  const { SS: labels = [] } = JSON.parse(item?.get('labels') ?? '{}') as { SS?: string[] };
  return labels;
}

function setting(property: string, value: unknown): UpdateOf {
  const text = textOfValue(value);
  const apply = (item: ItemTexts) => changed(item, [[property, text]]);
  return { what: `set ${property} ${text}`, clauses: { set: { [property]: value } }, apply };
}

function withSettings(
  item: ItemTexts,
  change: (settings: Readonly<Record<string, unknown>>) => object | undefined,
): ItemTexts | undefined {
  const text = item.get('settings');
  if (text === undefined) throw new Error(`an article without settings: ${itemText(item)}`);
  const settings = change((JSON.parse(text) as { M: Record<string, unknown> }).M);
  return settings && changed(item, [['settings', textOfWire({ M: settings })]]);
}

/** Members in alphabetical order, as texts have them. */
function textOfWire(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
