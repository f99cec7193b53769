import { type TransformFnParams, TransformationType, type TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage as storage } from 'class-transformer/cjs/storage.js';

/** The group that makes class-transformer's decorators count for what is stored, not only for an application's output. */
const storageGroup = 'storage';

/** What `@Type` says of a property. */
export type TypeDecorator = TypeMetadata;

/** Whether values come from the table or go to it. */
export type Direction = 'read' | 'write';

/** A property's `@Transform` functions, one after the other. */
export type Transform = (value: unknown, source: object) => unknown;

/** What `@Type` says of a property, if it carries it. Counts in every group: it says what a value is, not how it looks. */
export function typeDecorator(target: unknown, property: string): TypeDecorator | undefined {
  return storage.findTypeMetadata(target, property);
}

/** The name that `@Expose({ name, groups: ['storage'] })` gives a property. */
export function exposedName(target: unknown, property: string): string | undefined {
  const options = storage.findExposeMetadata(target, property)?.options;
  return options?.groups?.includes(storageGroup) ? options.name : undefined;
}

/** The properties of a class that `@Expose({ name, groups: ['storage'] })` renames: stored name → property. */
export function exposedNames(target: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { propertyName } of storage.getExposedMetadatas(target)) {
    const name = propertyName === undefined ? undefined : exposedName(target, propertyName);
    if (propertyName !== undefined && name !== undefined) names.set(name, propertyName);
  }
  return names;
}

/** The `@Transform` functions of a property in the group `storage`, as one; `undefined` if there is none. */
export function storageTransform(target: unknown, property: string, direction: Direction): Transform | undefined {
  const type = direction === 'read' ? TransformationType.PLAIN_TO_CLASS : TransformationType.CLASS_TO_PLAIN;
  const functions = storage
    .findTransformMetadatas(target, property, type)
    .filter(({ options }) => options?.groups?.includes(storageGroup))
    .map(({ transformFn }) => transformFn as (params: TransformFnParams) => unknown);
  if (functions.length === 0) return undefined;
  const options = { groups: [storageGroup] };
  return (value, source) =>
    functions.reduce((result, apply) => apply({ value: result, key: property, obj: source, type, options }), value);
}
