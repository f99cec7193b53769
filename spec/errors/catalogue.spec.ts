import { describe, expect, test } from '@jest/globals';
import { errorCodes, MapperError } from 'dynamo-evolve';
import { sampleDetails } from './sample-details.js';

describe('the catalogue', () => {
  test('has codes in capitals, each once, whatever the case', () => {
    expect(errorCodes.length).toBeGreaterThan(50);
    expect(errorCodes.filter((code) => !/^[A-Z]+(_[A-Z]+)*$/.test(code))).toEqual([]);
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
  });

  test('has the codes of the types, in their order', () => {
    expect(Object.keys(sampleDetails)).toEqual(errorCodes);
  });
});

describe('the message of an error', () => {
  test.each(errorCodes)('ends with the code and the link: %s', (code) => {
    const { help, message } = new MapperError(code, sampleDetails[code]);
    expect(help).toBe(`docs/errors.md#${code.toLowerCase()}`);
    expect(message.endsWith(` [${code}, node_modules/dynamo-evolve/${help}]`)).toBe(true);
  });

  test.each(errorCodes)('says all of the details: %s', (code) => {
    const { message } = new MapperError(code, sampleDetails[code]);
    const text = message.slice(0, message.indexOf(` [${code}`));
    expect(text).not.toMatch(/\[object|\.\.|\s[.,]/);
    for (const [name, value] of Object.entries(sampleDetails[code] as Record<string, unknown>)) {
      const members = [value].flat().flatMap((each) => (isIssue(each) ? Object.values(each) : []));
      const told = Array.isArray(value) ? value.join(', ') : name === 'key' ? "{ id: 'a' }" : String(value);
      for (const part of members.length > 0 ? members : [told]) expect(text).toContain(part);
    }
  });
});

/** A detail with members of its own. */
function isIssue(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && 'message' in value;
}
