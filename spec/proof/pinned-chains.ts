import { convert, type Item, rename, setDefault, steps } from 'dynamo-evolve';
import { type Chain, chain } from './chains.js';

const note = { note: 'changed' };
const unknownAttribute = { extra: { S: 'raw' } };

const declared = {
  stored: [
    { state: { S: 'open' } },
    { session_state: { S: 'open' }, blueprint: { S: 'b' }, schema_version: { N: '2' } },
  ],
  attributes: [
    ['state', 'note'],
    ['session_state', 'blueprint', 'note'],
  ],
  steps: [steps(rename('state', 'session_state'), setDefault('blueprint', 'default'))],
  changes: [{ session_state: 'new' }, note],
  olderChange: { state: 'old' },
  rawChanges: [{ state: { S: 'raw' } }, unknownAttribute],
};

/** Chains with a way back, and items of both versions. */
export const pinnedChains: readonly Chain[] = [
  chain('declared', declared),
  chain('declared, with a revision', { ...declared, revision: true }),
  chain('conversion by hand', {
    stored: [{ tags: { L: [{ S: 'a' }, { S: 'a' }] } }, { tags: { SS: ['a'] }, schema_version: { N: '2' } }],
    attributes: [
      ['tags', 'note'],
      ['tags', 'note'],
    ],
    steps: [
      (item: Item) => {
        if (Array.isArray(item.tags)) item.tags = new Set(item.tags);
      },
    ],
    backs: [
      (item: Item) => {
        if (item.tags instanceof Set) item.tags = [...item.tags];
      },
    ],
    changes: [{ tags: new Set(['new']) }, note],
    olderChange: { tags: ['old'] },
    rawChanges: [{ tags: { L: [{ S: 'raw' }] } }, unknownAttribute],
  }),
  chain('conditional on another attribute', {
    stored: [{ kind: { S: 'b' } }, { kind: { S: 'b' }, label: { S: 'l' }, schema_version: { N: '2' } }],
    attributes: [
      ['kind', 'label'],
      ['kind', 'label'],
    ],
    steps: [
      (item: Item) => {
        if (item.kind === 'a') item.label = 'first';
      },
    ],
    backs: [() => {}],
    changes: [{ kind: 'a' }, { label: 'new' }],
    olderChange: { kind: 'a' },
    rawChanges: [{ kind: { S: 'a' } }, { label: { S: 'raw' } }],
  }),
  chain('two attributes in one', {
    stored: [
      { first: { S: 'Ada' }, last: { S: 'King' } },
      { name: { S: 'Ada King' }, schema_version: { N: '2' } },
    ],
    attributes: [
      ['first', 'last', 'note'],
      ['name', 'note'],
    ],
    steps: [
      (item: Item) => {
        const { first, last } = item as { first?: string; last?: string };
        if (first === undefined && last === undefined) return;
        item.name = `${first ?? ''} ${last ?? ''}`;
        delete item.first;
        delete item.last;
      },
    ],
    backs: [
      (item: Item) => {
        if (typeof item.name !== 'string') return;
        [item.first, item.last] = item.name.split(' ');
        delete item.name;
      },
    ],
    changes: [{ name: 'Grace Hopper' }, note],
    olderChange: { last: 'Lovelace' },
    rawChanges: [{ last: { S: 'raw' } }, unknownAttribute],
  }),
  chain('three versions, the middle one stored', {
    stored: [{}, { duration: { N: '2' } }, { duration: { N: '120' }, schema_version: { N: '3' } }],
    attributes: [
      ['duration', 'note'],
      ['duration', 'note'],
      ['duration', 'note'],
    ],
    steps: [() => {}, steps(convert('duration', inSeconds, inMinutes))],
    backs: [() => {}],
    changes: [{ duration: 300 }, note],
    olderChange: { duration: 5 },
    rawChanges: [{ duration: { N: '7' } }, unknownAttribute],
  }),
];

function inSeconds(minutes: unknown): unknown {
  return typeof minutes === 'number' ? minutes * 60 : minutes;
}

function inMinutes(seconds: unknown): unknown {
  return typeof seconds === 'number' ? seconds / 60 : seconds;
}
