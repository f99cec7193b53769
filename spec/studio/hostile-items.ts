import type { WireItem, WireValue } from 'dynamo-evolve';

const digits = '12345678901234567890123456789012345678';

/** Values that a page could get wrong: each in an attribute of one item. */
export const hostileAttributes: WireItem = {
  exact: { N: digits },
  small: { N: `0.${'0'.repeat(100)}1` },
  markup: { S: '<img src=x onerror="window.broken = 1"><script>window.broken = 1</script>' },
  quotes: { S: '"quoted" & \'quoted\' \\ back' },
  lines: { S: 'first\r\nsecond\tthird\u2028fourth' },
  direction: { S: '\u202Eright to left\u202C שלום مرحبا' },
  emoji: { S: '👩‍👩‍👧‍👦 e\u0301' },
  empty: { S: '' },
  nothing: { NULL: true },
  yes: { BOOL: false },
  bytes: { B: 'AAECAwQ=' },
  texts: { SS: ['b', 'a', ''] },
  numbers: { NS: ['1', digits] },
  blobs: { BS: ['AA==', 'AQI='] },
  list: { L: [{ S: 'x' }, { L: [] }, { M: {} }] },
  ['__proto__']: { M: { polluted: { S: 'yes' }, constructor: { S: 'c' } } },
  constructor: { S: 'a constructor' },
  toString: { S: 'a text' },
  'with space and "quote"': { S: 'x' },
};

/** An item with all of them. */
export function hostileItem(key: WireItem): WireItem {
  const item = { ...key };
  for (const [name, value] of Object.entries(hostileAttributes))
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  return item;
}

/** An item of nearly 400 KB: one long text, one list of many elements, and one map of many members. */
export function hugeItem(key: WireItem): WireItem {
  const element = (at: number): WireValue => ({ M: { at: { N: String(at) }, text: { S: 'x'.repeat(20) } } });
  return {
    ...key,
    text: { S: 'long text '.repeat(15_000) },
    list: { L: Array.from({ length: 3_000 }, (_, at) => element(at)) },
    map: { M: Object.fromEntries(Array.from({ length: 2_500 }, (_, at) => [`member-${at}`, { S: 'y'.repeat(30) }])) },
  };
}

/** An item as deep as engines take it. */
export function deepItem(key: WireItem): WireItem {
  let value: WireValue = { S: 'the bottom' };
  for (let level = 0; level < 29; level++) value = level % 2 ? { L: [value] } : { M: { deeper: value } };
  return { ...key, deep: value };
}
