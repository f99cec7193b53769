// class-transformer keeps its metadata in a module that only a deep import reaches, and ships no types for it
declare module 'class-transformer/cjs/storage.js' {
  // oxlint-disable-next-line typescript/consistent-type-imports -- an import would make this file a module
  export const defaultMetadataStorage: import('./transformer-storages.js').TransformerStorage;
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
