// class-transformer keeps its metadata in a module that only a deep import reaches, and ships no types for it
declare module 'class-transformer/cjs/storage.js' {
  import type { TypeMetadata, ExposeMetadata, TransformMetadata } from 'class-transformer';
  export const defaultMetadataStorage: {
    findTypeMetadata(target: unknown, property: string): TypeMetadata | undefined;
    findExposeMetadata(target: unknown, property: string): ExposeMetadata | undefined;
    findTransformMetadatas(target: unknown, property: string, type: number): readonly TransformMetadata[];
    getExposedMetadatas(target: unknown): readonly ExposeMetadata[];
  };
}

// by `imports` of package.json: the other builds in a bundle, in Node the CommonJS one
declare module '#class-transformer/esm5' {
  export { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
}
declare module '#class-transformer/esm2015' {
  export { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
}

// the package's main entry exports it, too, and loads everything else for it
declare module 'class-transformer/cjs/enums/transformation-type.enum.js' {
  export { TransformationType } from 'class-transformer';
}
