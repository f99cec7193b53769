import { readFileSync } from 'node:fs';

/**
 * What the JSON of a file says. Throws what `refuse` makes of the problem, without a cause: the parser's message quotes the file,
 * which may be a stored document.
 */
export function readJson(file: string, refuse: (problem: string) => Error): unknown {
  const text = readText(file, refuse);
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('holds no JSON');
  }
}

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value of JSON is an object, and no list. */
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
