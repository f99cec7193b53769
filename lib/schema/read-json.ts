import { readFileSync } from 'node:fs';

/**
 * Reads a JSON file. Throws the error that `refuse` makes of the problem, without a cause: the parser's message quotes
 * the file, which may be a stored document.
 */
export function readJson(file: string, refuse: (problem: string) => Error): unknown {
  const text = readText(file, refuse);
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("isn't valid JSON");
  }
}

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(file: string, refuse: (problem: string) => Error): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'does not exist' : `can't be read (${code})`);
  }
}
