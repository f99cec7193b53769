import { convert, type Item, setDefault, steps } from 'dynamo-evolve';
import { type Chain, chain } from './chains.js';

const note = { note: 'changed' };
const unknownAttribute = { extra: { S: 'raw' } };

/** Old code stores a title where there was none, and new code reads headings. */
const titled = {
  stored: [{}, { title: { S: 'stored' }, schema_version: { N: '1' } }],
  attributes: [
    ['title', 'note'],
    ['heading', 'note'],
  ],
  changes: [{ heading: 'new' }, note],
  olderChange: { title: 'old' },
  rawChanges: [{ title: { S: 'raw' } }, unknownAttribute],
};

const titles = { ...titled, isDynamic: true };
const says = { reads: ['heading', 'title'] };

function askingCopy(item: Item): Item {
  const next = { ...item };
  if (next.title !== undefined) next.heading = next.title;
  delete next.title;
  return next;
}

/** The same, where nothing of it stands in the text of the step. */
function renamed(item: Item): Item {
  return askingCopy({ ...item });
}

class View {
  declare heading?: unknown;
  declare title?: unknown;

  constructor(item: Item) {
    Object.assign(this, item);
    if (this.title !== undefined) this.heading = this.title;
    delete this.title;
  }
}

const dynamic: Readonly<Record<string, (item: Item) => Item>> = {
  'a copy that other code asks': (item) => renamed(item),
  'a clone that is asked': (item) => renamed(structuredClone(item)),
  'a copy by way of JSON': (item) => renamed(JSON.parse(JSON.stringify(item)) as Item),
  'a copy by entries': (item) => renamed(Object.fromEntries(Object.entries(item))),
  // oxlint-disable-next-line typescript/no-misused-spread -- what it becomes without its class
  'an instance of a class': (item) => ({ ...new View(item) }),
};

const moduleDefaults = { heading: 'default', extra: 'default' };
const moduleSettings = { theme: 'light', sizes: [1] };
const modulePlans: Readonly<Record<string, unknown>> = { free: { seats: 1 } };

/** Chains that copy items and ask the copies, and chains that hand out values of their module. */
export const copyingChains: readonly Chain[] = [
  chain('a copy that is asked', { ...titled, steps: [askingCopy] }),
  chain('a copy that is asked, with a revision', { ...titled, revision: true, steps: [askingCopy] }),
  chain('an assigned copy that is asked', {
    ...titled,
    steps: [
      (item) => {
        const next: Item = Object.assign({}, item);
        return 'title' in next ? { ...next, heading: next.title, title: undefined } : next;
      },
    ],
  }),
  chain('what is left is asked', {
    ...titled,
    steps: [
      ({ note: text, ...rest }) => {
        const { title: heading = rest.heading, ...others } = rest;
        return { ...others, ...(text !== undefined && { note: text }), heading };
      },
    ],
  }),
  chain('a default before a copy', {
    ...titled,
    steps: [(item) => ({ heading: 'none', ...item })],
    rawChanges: [{ heading: { S: 'raw' } }, unknownAttribute],
  }),
  chain('defaults of the module before a copy', { ...titled, steps: [(item) => ({ ...moduleDefaults, ...item })] }),
  chain('nothing in a copy', { ...titled, steps: [(item) => ({ ...item, title: undefined })] }),
  chain('removed before it is copied', {
    ...titled,
    steps: [
      (item) => {
        delete item.title;
        return { ...item };
      },
    ],
  }),
  ...Object.entries(dynamic).flatMap(([name, step]) => [
    chain(name, { ...titles, steps: [step] }),
    chain(`${name}, with a revision`, { ...titles, revision: true, steps: [step] }),
    chain(`${name}, and says what it reads`, { ...titled, says, steps: [step] }),
  ]),
  chain('a value of the module, changed by the next step', {
    stored: [{}, { settings: { M: { theme: { S: 'dark' } } } }],
    attributes: [
      ['settings', 'note'],
      ['settings', 'note'],
      ['settings', 'note'],
    ],
    steps: [
      (item) => {
        item.settings ??= moduleSettings;
      },
      (item) => {
        // code of the second version may have put items without any
        const settings = (item.settings ??= {}) as Item;
        settings.theme = item.note ?? settings.theme;
        settings.sizes = [...((settings.sizes as number[] | undefined) ?? []), 2];
      },
    ],
    changes: [{ settings: { theme: 'new' } }, note],
    olderChange: { note: 'old' },
    rawChanges: [{ settings: { M: { theme: { S: 'raw' } } } }, { note: { S: 'raw' } }],
  }),
  chain('one value for two attributes, changed by the next step', {
    stored: [{ home: { M: { city: { S: 'Haifa' } } } }, { address: { M: { city: { S: 'Wien' } } } }],
    attributes: [
      ['home', 'note'],
      ['home', 'address', 'note'],
      ['home', 'address', 'note'],
    ],
    steps: [
      (item) => {
        item.address ??= item.home;
      },
      (item) => {
        if (item.address) (item.address as Item).kind = 'post';
      },
    ],
    changes: [{ address: { city: 'new' } }, note],
    olderChange: { home: { city: 'old' } },
    rawChanges: [{ home: { M: { city: { S: 'raw' } } } }, unknownAttribute],
  }),
  chain('a declared conversion to a value of the module', {
    stored: [{ plan: { S: 'free' } }, {}],
    attributes: [
      ['plan', 'note'],
      ['plan', 'note'],
      ['plan', 'note'],
    ],
    steps: [
      steps(
        convert('plan', (name) => modulePlans[String(name)] ?? { seats: 0 }, 'one-way'),
        setDefault('settings', moduleSettings),
      ),
      (item) => {
        const { plan } = item as { plan?: string | { seats: number } };
        if (typeof plan === 'object') plan.seats += 1;
        if (item.settings) (item.settings as Item).theme = 'dark';
      },
    ],
    changes: [{ plan: { seats: 9 } }, note],
    olderChange: { plan: 'old' },
    rawChanges: [{ plan: { S: 'raw' } }, { settings: { M: { theme: { S: 'raw' } } } }],
  }),
  chain('what no item holds, looked at by the next step', {
    stored: [{}, { title: { S: 'stored' } }],
    attributes: [
      ['title', 'note'],
      ['title', 'note'],
      ['title', 'kind', 'note'],
    ],
    steps: [
      (item) => {
        item.count = new Map<string, unknown>([
          ['of', 7n],
          ['none', undefined],
        ]);
        item.state = item.title;
      },
      (item) => {
        const count = (item.count ?? {}) as Item;
        item.kind = `${typeof count.of}, ${Object.keys(count).join()}, ${'state' in item}`;
      },
    ],
    changes: [{ kind: 'new' }, note],
    olderChange: { title: 'old' },
    rawChanges: [{ title: { S: 'raw' } }, unknownAttribute],
  }),
];

const timeless = { ...titled, times: false, stored: [{ schema_version: { N: '1' } }] };

/** The same where nothing but its own attributes tells that code of the old version has written. */
export const timelessChains: readonly Chain[] = [
  chain('a copy that is asked, without times', { ...timeless, steps: [askingCopy] }),
  ...Object.entries(dynamic).flatMap(([name, step]) => [
    chain(`${name}, without times`, { ...timeless, isDynamic: true, steps: [step] }),
    chain(`${name}, without times, with a revision`, { ...timeless, isDynamic: true, revision: true, steps: [step] }),
    chain(`${name}, without times, and says what it reads`, { ...timeless, says, steps: [step] }),
  ]),
];
