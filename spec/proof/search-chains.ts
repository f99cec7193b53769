import type { Item } from 'dynamo-evolve';
import { type Chain, chain } from './chains.js';

const note = { note: 'changed' };
const unknownAttribute = { extra: { S: 'raw' } };
/** On purpose not in the text of the steps that use it. */
const dropped = ['tm', 'p_'].join('');

const renaming = {
  stored: [{ state: { S: 'open' } }, { state: { S: 'open' }, note: { S: 'first' }, schema_version: { N: '1' } }],
  attributes: [
    ['state', 'note'],
    ['session_state', 'note'],
  ],
  changes: [{ session_state: 'new' }, note],
  olderChange: { state: 'old' },
  rawChanges: [{ state: { S: 'raw' } }, unknownAttribute],
};

const marking = {
  stored: [{ mark: { S: 'm' } }, { mark: { S: 'other' }, schema_version: { N: '1' } }],
  attributes: [
    ['mark', 'note'],
    ['mark', 'note'],
  ],
  changes: [{ mark: 'new' }, note],
  olderChange: { mark: 'old' },
  rawChanges: [{ mark: { S: 'raw' } }, unknownAttribute],
};

const dropping = {
  stored: [{ tmp_a: { S: 'a' } }, { note: { S: 'first' } }],
  attributes: [['note'], ['note', 'total']],
  changes: [{ total: 7 }, note],
  olderChange: { note: 'old' },
  rawChanges: [{ tmp_b: { S: 'raw' } }, unknownAttribute],
};

function renameInPlace(item: Item): void {
  if (!Object.hasOwn(item, 'state')) return;
  item.session_state = item.state;
  delete item.state;
}

function dropInPlace(item: Item): void {
  for (const name of Object.keys(item)) if (name.startsWith(dropped)) delete item[name];
}

function dropInCopy(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith(dropped)));
}

function dropFromCopy(item: Item): Item {
  const copy = { ...item };
  for (const name of Object.keys(copy)) if (name.startsWith('tmp_')) delete copy[name];
  return copy;
}

function count(item: Item): void {
  item.total = Object.keys(item).filter((name) => !['total', 'updated_at', 'schema_version'].includes(name)).length;
}

function pick({ id, mark, note: text, revision, schema_version, updated_at }: Item): Item {
  return { id, mark, note: text, revision, schema_version, updated_at };
}

function pickAndMark({ id, note: text, revision, schema_version, updated_at }: Item): Item {
  return { id, mark: 'm', note: text, revision, schema_version, updated_at };
}

/** The chains of the search: every style in which an upgrade can look at an item and change it. */
export const searchChains: readonly Chain[] = [
  chain('rename', { ...renaming, steps: [renameInPlace] }),
  chain('rename, with a revision', { ...renaming, revision: true, steps: [renameInPlace] }),
  chain('rename in a copy', {
    ...renaming,
    steps: [({ state, ...rest }) => (state === undefined ? rest : { ...rest, session_state: state })],
  }),
  chain('default if absent', {
    stored: [{}, { blueprint: { S: 'b' }, schema_version: { N: '1' } }],
    attributes: [['note'], ['blueprint', 'note']],
    steps: [
      (item) => {
        item.blueprint ??= 'default';
      },
    ],
    changes: [{ blueprint: 'new' }, note],
    olderChange: { note: 'old' },
    rawChanges: [{ blueprint: { S: 'raw' } }, unknownAttribute],
  }),
  chain('conditional on another attribute', {
    stored: [{ kind: { S: 'a' } }, { kind: { S: 'b' }, label: { S: 'l' }, schema_version: { N: '1' } }],
    attributes: [
      ['kind', 'label'],
      ['kind', 'label'],
    ],
    steps: [
      (item) => {
        if (item.kind === 'a') item.label = 'first';
        else if (!('label' in item)) item.label = 'none';
      },
    ],
    changes: [{ kind: 'new' }, { label: 'new' }],
    olderChange: { kind: 'b' },
    rawChanges: [{ kind: { S: 'b' } }, { label: { S: 'raw' } }],
  }),
  chain('nested read', {
    stored: [{ address: { M: { city: { S: 'Haifa' }, street: { S: 's' } } } }, { schema_version: { N: '1' } }],
    attributes: [
      ['address', 'note'],
      ['address', 'city', 'note'],
    ],
    steps: [
      (item) => {
        item.city = (item.address as Item | undefined)?.city ?? 'none';
      },
    ],
    changes: [{ city: 'new' }, { address: { city: 'new' } }],
    olderChange: { address: { city: 'old' } },
    rawChanges: [{ address: { M: { city: { S: 'raw' } } } }, unknownAttribute],
  }),
  chain('nested mutation', {
    stored: [
      { settings: { M: { theme: { S: 'old' }, size: { N: '1' } } } },
      { settings: { M: { theme: { S: 'dark' } } } },
    ],
    attributes: [
      ['settings', 'note'],
      ['settings', 'note'],
    ],
    steps: [
      (item) => {
        if (item.settings) (item.settings as Item).theme = 'dark';
      },
    ],
    changes: [{ settings: { theme: 'new' } }, note],
    olderChange: { settings: { theme: 'older' } },
    rawChanges: [{ settings: { M: { theme: { S: 'raw' }, more: { BOOL: true } } } }, unknownAttribute],
  }),
  chain('conversion', {
    stored: [{ tags: { L: [{ S: 'a' }, { S: 'a' }] } }, { tags: { L: [] }, schema_version: { N: '1' } }],
    attributes: [
      ['tags', 'note'],
      ['tags', 'note'],
    ],
    steps: [
      (item) => {
        if (Array.isArray(item.tags)) item.tags = new Set(item.tags);
      },
    ],
    changes: [{ tags: new Set(['new']) }, note],
    olderChange: { tags: ['old'] },
    rawChanges: [{ tags: { L: [{ S: 'raw' }] } }, unknownAttribute],
  }),
  chain('constant', {
    ...marking,
    steps: [
      (item) => {
        item.mark = 'm';
      },
    ],
  }),
  chain('constant in a copy', { ...marking, steps: [(item) => ({ ...item, mark: 'm' })] }),
  chain('removal', {
    ...marking,
    steps: [
      (item) => {
        delete item.mark;
      },
    ],
  }),
  chain('swap', {
    ...marking,
    steps: [
      (item) => {
        [item.mark, item.note] = [item.note, item.mark];
      },
    ],
  }),
  ...[false, true].flatMap((revision) => {
    const suffix = revision ? ', with a revision' : '';
    return [
      chain(`counting${suffix}`, { ...dropping, revision, isDynamic: true, steps: [count] }),
      chain(`dropping by prefix in place${suffix}`, { ...dropping, revision, isDynamic: true, steps: [dropInPlace] }),
      chain(`dropping by prefix in a new object${suffix}`, {
        ...dropping,
        revision,
        isDynamic: true,
        steps: [dropInCopy],
      }),
      chain(`dropping by prefix from a copy${suffix}`, {
        ...dropping,
        revision,
        isDynamic: true,
        steps: [dropFromCopy],
      }),
      chain(`picking${suffix}`, { ...marking, revision, isDynamic: true, steps: [pick] }),
      chain(`picking and a constant${suffix}`, { ...marking, revision, isDynamic: true, steps: [pickAndMark] }),
    ];
  }),
  chain('two steps', {
    ...renaming,
    attributes: [
      ['state', 'note'],
      ['session_state', 'note'],
      ['session_state', 'blueprint', 'note'],
    ],
    steps: [
      renameInPlace,
      (item) => {
        item.blueprint ??= item.session_state === 'open' ? 'live' : 'archive';
      },
    ],
  }),
  chain('two steps over an empty Set', {
    stored: [{ tags: { L: [] } }, { tags: { L: [{ S: 'a' }] } }],
    attributes: [
      ['tags', 'note'],
      ['tags', 'note'],
      ['tags', 'state', 'note'],
    ],
    steps: [
      (item) => {
        if (Array.isArray(item.tags)) item.tags = new Set(item.tags);
      },
      (item) => {
        item.state = 'tags' in item ? 'tagged' : 'bare';
      },
    ],
    changes: [{ state: 'new' }, note],
    olderChange: { tags: ['old'] },
    rawChanges: [{ tags: { L: [{ S: 'raw' }] } }, unknownAttribute],
  }),
];
