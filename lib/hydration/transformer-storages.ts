import * as nodeModule from 'node:module';
import { defaultMetadataStorage as esm2015 } from '#class-transformer/esm2015';
import { defaultMetadataStorage as esm5 } from '#class-transformer/esm5';
import { defaultMetadataStorage as cjs } from 'class-transformer/cjs/storage.js';
import { TransformationType as directions } from 'class-transformer/cjs/enums/transformation-type.enum.js';
import type { ExposeMetadata, TransformationType, TransformMetadata, TypeMetadata } from 'class-transformer';

export type { ClassTransformOptions, TypeHelpOptions, TypeMetadata } from 'class-transformer';

/** Where a copy of class-transformer records what its decorators say. */
export interface TransformerStorage {
  findTypeMetadata(target: unknown, property: string): TypeMetadata | undefined;
  findExposeMetadata(target: unknown, property: string): ExposeMetadata | undefined;
  findTransformMetadatas(target: unknown, property: string, type: number): readonly TransformMetadata[];
  getExposedMetadatas(target: unknown): readonly ExposeMetadata[];
}

/** class-transformer's names of the directions in which it converts. */
export const transformationType: typeof TransformationType = directions;

// Each copy and each build of class-transformer records for itself, and a program gets the one that its bundler or its
// place in node_modules chooses. In a bundle the imports above are three builds; in Node they are one.
const imported: readonly TransformerStorage[] = [...new Set([cjs, esm5, esm2015])];

type LoadedModules = Readonly<Record<string, { readonly exports?: unknown } | undefined>>;

/** The CommonJS modules that Node has loaded, by path. Other platforms may have none. */
const { _cache: modules = {} } = nodeModule as unknown as { readonly _cache?: LoadedModules };

const storagePath = /[\\/]class-transformer[\\/](?:cjs[\\/])?storage\.js$/;

/** The storages of all copies of class-transformer that the program has loaded. */
export function transformerStorages(): readonly TransformerStorage[] {
  const paths = Object.keys(modules).filter((path) => storagePath.test(path));
  const loaded = paths.map((path) => storageOf(modules[path]?.exports));
  return [...new Set([...imported, ...loaded.filter((storage) => storage !== undefined)])];
}

function storageOf(exports: unknown): TransformerStorage | undefined {
  const storage = (exports as { readonly defaultMetadataStorage?: Partial<TransformerStorage> } | undefined)
    ?.defaultMetadataStorage;
  const isComplete =
    typeof storage?.findTypeMetadata === 'function' && typeof storage.findExposeMetadata === 'function';
  return isComplete ? (storage as TransformerStorage) : undefined;
}
