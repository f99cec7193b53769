import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { errorCodes, MapperError } from 'dynamo-evolve';
import { sampleDetails } from './sample-details.js';

const page = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../docs/errors.md'), 'utf8');
// without its code blocks, in which # starts comments
const prose = page.replace(/^```[\s\S]*?^```$/gm, '');
const sections = [...prose.matchAll(/^### (.+)\n([\s\S]*?)(?=^#|(?![\s\S]))/gm)].map(([, heading, text]) => ({
  heading,
  text: text ?? '',
}));

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

describe('docs/errors.md', () => {
  test('has a section for every code, in the order of the catalogue, and nothing more', () => {
    expect(sections.map(({ heading }) => heading)).toEqual(errorCodes);
  });

  test('is where the help of an error leads', () => {
    // as pages on the web make anchors of headings
    const anchors = sections.map(({ heading }) => `docs/errors.md#${heading?.toLowerCase()}`);
    expect(errorCodes.map((code) => new MapperError(code, sampleDetails[code]).help)).toEqual(anchors);
  });

  test.each(errorCodes)('names the details of %s', (code) => {
    const { text = '' } = sections.find(({ heading }) => heading === code) ?? {};
    const [, listed = ''] = /^Details: ([^.]+)\.$/m.exec(text) ?? [];
    const names = [...listed.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(names.toSorted()).toEqual(Object.keys(sampleDetails[code]).toSorted());
  });

  test('says more of each than its details', () => {
    const short = sections.filter(({ text }) => text.replace(/^Details: .+$/m, '').trim().length < 60);
    expect(short.map(({ heading }) => heading)).toEqual([]);
  });
});

describe('the message of an error', () => {
  test.each(errorCodes)('ends with the code and the link: %s', (code) => {
    const { message } = new MapperError(code, sampleDetails[code]);
    expect(message.endsWith(` [${code}, docs/errors.md#${code.toLowerCase()}]`)).toBe(true);
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
