import type { WireItem } from 'dynamo-evolve';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A stored document of the folder `samples`. */
export interface SampleDocument {
  readonly file: string;
  /** The version that its name says. */
  readonly version: number;
  /** Its JSON, to the letter. */
  readonly text: string;
  readonly wire: WireItem;
}

const samples = join(import.meta.dirname, '../samples');

/** All stored documents of a kind. */
export function sampleDocuments(kind: 'session' | 'message'): SampleDocument[] {
  const files = readdirSync(join(samples, kind)).filter((file) => !file.endsWith('.golden.json'));
  return files.map((file) => {
    const text = readFileSync(join(samples, kind, file), 'utf8');
    return { file, version: Number(file[1]), text, wire: JSON.parse(text) as WireItem };
  });
}

/** One stored document, such as `session/v1-abc-123`. */
export function sampleDocument(name: string): SampleDocument {
  const [kind, file] = name.split('/') as ['session' | 'message', string];
  const found = sampleDocuments(kind).find((one) => one.file === `${file}.json`);
  if (!found) throw new Error(`there is no sample ${name}`);
  return found;
}
