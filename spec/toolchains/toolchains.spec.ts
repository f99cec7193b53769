import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openWorkshop, type Workshop } from './projects.js';
import { forms, rows } from './rows.js';

// installs the tools and the packed package: half a minute with a warm npm cache, more without
jest.setTimeout(600_000);

let workshop: Workshop;

beforeAll(async () => {
  workshop = await openWorkshop();
});

afterAll(async () => {
  await workshop.remove();
});

const started = /\[true,2,\{"session_id":"abc-123","session_state":"closed","blueprint":"devassist"\}\]/;
const transformed = /\[true,"hidden","sealed hidden"\]/;

describe.each(rows)('$title', (row) => {
  test.each(row.forms ?? forms)('%s', async (form) => {
    const { output, works } = await workshop.run(row, form);
    const problem = row.impossible?.[form];
    const printed = row.prints ?? (form === 'transformed' ? transformed : started);
    expect(output).toMatch(problem ?? printed);
    expect(works).toBe(problem === undefined);
  });
});
