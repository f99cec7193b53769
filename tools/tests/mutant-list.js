/** What is taken away: a text that stands once in a file of lib, and what stands there instead. */
export const mutants = [
  {
    name: 'numbers are sent as JavaScript prints them',
    file: 'codec/number.ts',
    from: '{ N: canonical };',
    to: '{ N: String(value) };',
  },
  {
    name: 'a query reads one page of the engine',
    file: 'query/pages-in-turn.ts',
    from: 'start = page.next;',
    to: 'start = undefined;',
  },
  {
    name: 'a write does not ask whether the item is still there',
    file: 'filter/own-conditions.ts',
    from: 'return [exists(model), ',
    to: 'return [',
  },
  {
    name: 'a save does not ask whether the attribute is still what was loaded',
    file: 'write/save.ts',
    from: '...reads, ...unchanged, ',
    to: '...reads, ',
  },
];
