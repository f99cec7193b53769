import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { decodeItem } from '../codec/decode.js';
import type { Item } from '../item/item.js';
import { encodeItem } from '../codec/encode.js';
import { canBeType } from '../codec/opaque-value.js';
import type { WireItem } from '../codec/wire.js';
import { isMapperError, MapperError } from '../errors.js';
import { isJsonObject, type JsonObject, readJson } from './read-json.js';

/** The ending of the file name of a golden result. */
export const goldenEnding = '.golden.json';

/** A stored document that is kept in a file, as wire JSON or plain JSON. */
export interface Sample {
  /** The name of the file in its folder. */
  readonly file: string;
  readonly item: Item;
  /** The version that the name of the file starts with, as in `v2-no-tags.json`. */
  readonly namedVersion: number | undefined;
}

/** The sample files of a folder, sorted by version and name. Throws `INVALID_SAMPLE` if there is no such folder. */
export function sampleFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    // resolved, because the path is relative to the working directory, which may not be the expected one
    throw new MapperError('INVALID_SAMPLE', { file: resolve(folder), problem: "isn't a folder" });
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith(goldenEnding));
  return files.toSorted(new Intl.Collator('en', { numeric: true }).compare).map((file) => join(folder, file));
}

/** Reads a sample. Throws `INVALID_SAMPLE`. */
export function readSample(path: string): Sample {
  const file = basename(path);
  const refuse = (problem: string) => new MapperError('INVALID_SAMPLE', { file: path, problem });
  const document = readJson(path, refuse);
  if (!isJsonObject(document)) throw refuse("isn't a JSON object");
  if (isAnswer(document)) throw refuse('holds a whole answer of the engine: keep only the value of Item');
  const [, version] = /^v(\d+)(?!\d)/.exec(file) ?? [];
  const namedVersion = version === undefined ? undefined : Number(version);
  return { file, item: isWire(document) ? decodeItem(document) : plainItem(document, refuse), namedVersion };
}

/** Whether a document is the output of `aws dynamodb get-item`, or a line of an export. */
function isAnswer(document: JsonObject): boolean {
  const { Item: item } = document;
  return isJsonObject(item) && Object.keys(item).length > 0 && isWire(item) && !isWire(document);
}

/** The item of a plain JSON document. Refuses numbers that JavaScript rounded when it read them. */
function plainItem(document: JsonObject, refuse: (problem: string) => MapperError): Item {
  try {
    encodeItem(document);
  } catch (error) {
    if (isMapperError(error, 'INVALID_NUMBER')) {
      throw refuse(`has a number in ${error.details.path} that plain JSON can't hold: write the document in wire JSON`);
    }
  }
  return document;
}

/** Whether every attribute is an `AttributeValue`. In plain JSON, the keys at least aren't objects. */
function isWire(document: object): document is WireItem {
  return Object.values(document).every((value: unknown) => {
    if (!isJsonObject(value)) return false;
    const names = Object.keys(value);
    return names.length === 1 && canBeType(names[0]!);
  });
}
