import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { decodeItem } from '../codec/decode.js';
import type { Item } from '../item/item.js';
import { encodeItem } from '../codec/encode.js';
import type { WireItem } from '../codec/wire.js';
import { isMapperError, MapperError } from '../errors.js';
import { isJsonObject, type JsonObject, readJson } from './read-json.js';

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
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    // resolved: a path is from the working directory, which is not always the one that was thought of
    throw new MapperError('INVALID_SAMPLE', { file: resolve(folder), problem: 'is no folder' });
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith(goldenEnding));
  return files.toSorted(new Intl.Collator('en', { numeric: true }).compare).map((file) => join(folder, file));
}

/** Reads a sample. Throws `INVALID_SAMPLE`. */
export function readSample(path: string): Sample {
  const file = basename(path);
  const refuse = (problem: string) => new MapperError('INVALID_SAMPLE', { file: path, problem });
  const document = readJson(path, refuse);
  if (!isJsonObject(document)) throw refuse('holds no object');
  if (isAnswer(document)) throw refuse('holds an answer of the engine: keep what stands under Item, and nothing else');
  const [, version] = /^v(\d+)(?!\d)/.exec(file) ?? [];
  const namedVersion = version === undefined ? undefined : Number(version);
  return { file, item: isWire(document) ? decodeItem(document) : plainItem(document, refuse), namedVersion };
}

/** Whether it is what `aws dynamodb get-item` prints, or a line of an export. */
function isAnswer(document: JsonObject): boolean {
  const { Item: item } = document;
  return isJsonObject(item) && Object.keys(item).length > 0 && isWire(item) && !isWire(document);
}

/** The item of plain JSON; refuses numbers that JavaScript rounded as it read them. */
function plainItem(document: JsonObject, refuse: (problem: string) => MapperError): Item {
  try {
    encodeItem(document);
  } catch (error) {
    if (isMapperError(error, 'INVALID_NUMBER')) {
      throw refuse(`has a number in ${error.details.path} that plain JSON can't hold: write the document as wire JSON`);
    }
  }
  return document;
}

const wireTypes: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);

/** Whether every attribute is an `AttributeValue`. A plain document is never taken for one: its key isn't an object. */
function isWire(document: object): document is WireItem {
  return Object.values(document).every((value: unknown) => {
    if (!isJsonObject(value)) return false;
    const [type, ...others] = Object.keys(value);
    return type !== undefined && others.length === 0 && wireTypes.has(type);
  });
}
