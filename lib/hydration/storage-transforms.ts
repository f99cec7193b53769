import type { Class } from '../model/class.js';
import { type Converter, converterOf, mismatch } from './converter.js';
import { storageTransform } from './storage-decorators.js';

/** Whether a property carries `@Transform` in the group `storage`, for either direction. */
export function hasTransforms(target: Class, property: string): boolean {
  return Boolean(storageTransform(target, property, 'read') ?? storageTransform(target, property, 'write'));
}

/** A converter with a property's storage transforms around it: after it on read, before it on write. */
export function withTransforms(target: Class, property: string, converter: Converter = converterOf('any')): Converter {
  const afterRead = storageTransform(target, property, 'read');
  const beforeWrite = storageTransform(target, property, 'write');
  return {
    expected: converter.expected,
    read: (value, source) => {
      const read = converter.read(value, source);
      return afterRead && read !== mismatch ? afterRead(read, source) : read;
    },
    write: (value, source) => converter.write(beforeWrite ? beforeWrite(value, source) : value, source),
  };
}
