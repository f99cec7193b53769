import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeItem, type Item } from '../codec/decode.js';
import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';

/** What ends the name of a sample's golden result. */
export const goldenEnding = '.golden.json';

/** A stored document that somebody kept as a file, in wire JSON or as plain JSON. */
export interface Sample {
  /** The file's name in its folder. */
  readonly file: string;
  readonly item: Item;
  /** The version that the file's name starts with, as in `v2-no-tags.json`. */
  readonly namedVersion: number | undefined;
}

/** The sample files of a folder, in the order of their versions and names. Throws `INVALID_SAMPLE` if there is no such folder. */
export function sampleFiles(folder: string): string[] {
  if (!existsSync(folder)) throw new MapperError('INVALID_SAMPLE', { file: folder, problem: 'is no folder' });
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith(goldenEnding));
  return files.toSorted(new Intl.Collator('en', { numeric: true }).compare).map((file) => join(folder, file));
}

/** Reads a sample. Throws `INVALID_SAMPLE`. */
export function readSample(path: string): Sample {
  const file = basename(path);
  const refuse = (problem: string) => new MapperError('INVALID_SAMPLE', { file: path, problem });
  const document = parse(path);
  if (document === undefined) throw refuse('holds no JSON');
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw refuse('holds no object');
  const [, version] = /^v(\d+)(?!\d)/.exec(file) ?? [];
  const namedVersion = version === undefined ? undefined : Number(version);
  return { file, item: isWire(document) ? decodeItem(document) : (document as Item), namedVersion };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // not as a cause: its message quotes the document
    return undefined;
  }
}

const wireTypes: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);

/** Whether every attribute is an `AttributeValue`. A plain document is never taken for one: its key is no object. */
function isWire(document: object): document is WireItem {
  return Object.values(document).every((value: unknown) => {
    if (typeof value !== 'object' || value === null) return false;
    const [type, ...others] = Object.keys(value);
    return type !== undefined && others.length === 0 && wireTypes.has(type);
  });
}
