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

const result = /\[true,2,\{"session_id":"abc-123","session_state":"closed","blueprint":"devassist"\}\]/;

describe.each(rows)('$title', (row) => {
  test.each(forms)('%s', async (form) => {
    const { output, works } = await workshop.run(row, form);
    const problem = row.impossible?.[form];
    expect(output).toMatch(problem ?? result);
    expect(works).toBe(problem === undefined);
  });
});
