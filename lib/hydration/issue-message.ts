import type { SchemaIssue } from '../model/standard-schema.js';

const neutral = "isn't what the schema asks for";

/**
 * What an issue says, without any value. Libraries quote what they found, and applications write messages of their own,
 * so a message is taken over only from a library that names types alone, and only if nothing that was judged is found
 * in it; else it is what the schema expects, or nothing in particular.
 */
export function issueMessage(vendor: string, issue: SchemaIssue, judged: unknown): string {
  const { expected } = issue as { readonly expected?: unknown };
  const candidates = [
    vendor === 'zod' ? issue.message : undefined,
    typeof expected === 'string' ? `must be ${expected}` : undefined,
  ];
  const values = textsIn(judged);
  const isSafe = (text: unknown): text is string =>
    typeof text === 'string' && text !== '' && !values.some((value) => holds(text, value));
  return candidates.find(isSafe) ?? neutral;
}

/** The texts by which values could be quoted. */
function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
  switch (typeof value) {
    case 'string':
      return [value, value.trim(), JSON.stringify(value).slice(1, -1)].filter((text) => text !== '');
    case 'number':
    case 'bigint':
      return [String(value)];
    case 'object':
      break;
    default:
      return [];
  }
  if (value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? [] : [value.toISOString(), String(value)];
  if (ArrayBuffer.isView(value)) return [];
  const parts: unknown[] =
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  return parts.flatMap((part) => textsIn(part, seen));
}

/** Whether a text quotes a value. A short one counts only as a word of its own. */
function holds(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const around = [text[at - 1], text[at + value.length]];
    if (value.length > 3 || !around.some((character) => character && /[\p{L}\p{N}]/u.test(character))) return true;
  }
  return false;
}
