import {
  type ClassTransformOptions,
  TransformationType,
  type TypeHelpOptions,
  type TypeMetadata,
} from 'class-transformer';
import { defaultMetadataStorage as storage } from 'class-transformer/cjs/storage.js';

/**
 * The group that makes class-transformer's decorators count for what is stored, not only for an application's output.
 */
const storageGroup = 'storage';

/** What `@Type` says of a property. */
export type TypeDecorator = TypeMetadata;

/** Whether values come from the table or go to it. */
export type Direction = 'read' | 'write';

/** The item, entity or nested value that a value is of; only made for a decorator's function that looks at it. */
export type Source = () => object;

/** A property's `@Transform` functions, one after the other. */
export type Transform = (value: unknown, source: Source) => unknown;

/**
 * What `@Type` says of a property, if it carries it. Counts in every group: it says what a value is, not how it looks.
 */
export function typeDecorator(target: unknown, property: string): TypeDecorator | undefined {
  return storage.findTypeMetadata(target, property);
}

/** What the function of `@Type` answers for a value of `source`. */
export function namedType({ typeFunction, propertyName }: TypeDecorator, source: Source): unknown {
  return typeFunction(new TypeHelp(propertyName, source));
}

/** What the function of `@Type` is told. */
class TypeHelp implements TypeHelpOptions {
  readonly newObject = {};
  readonly property: string;
  readonly #source: Source;

  constructor(property: string, source: Source) {
    this.property = property;
    this.#source = source;
  }

  get object(): Record<string, unknown> {
    return this.#source() as Record<string, unknown>;
  }
}

/** The name that `@Expose({ name, groups: ['storage'] })` gives a property. */
export function exposedName(target: unknown, property: string): string | undefined {
  return isExposed(target, property) ? storage.findExposeMetadata(target, property)?.options.name : undefined;
}

/** The properties of a class that carry `@Expose({ groups: ['storage'] })`. */
export function exposedProperties(target: unknown): readonly string[] {
  const properties = storage.getExposedMetadatas(target).flatMap(({ propertyName }) => propertyName ?? []);
  return properties.filter((property) => isExposed(target, property));
}

function isExposed(target: unknown, property: string): boolean {
  return storage.findExposeMetadata(target, property)?.options?.groups?.includes(storageGroup) === true;
}

/** The `@Transform` functions of a property in the group `storage`, as one; `undefined` if there is none. */
export function storageTransform(target: unknown, property: string, direction: Direction): Transform | undefined {
  const type = direction === 'read' ? TransformationType.PLAIN_TO_CLASS : TransformationType.CLASS_TO_PLAIN;
  const functions = storage
    .findTransformMetadatas(target, property, type)
    .filter(({ options }) => options?.groups?.includes(storageGroup))
    .map(({ transformFn }) => transformFn);
  if (functions.length === 0) return undefined;
  const options: ClassTransformOptions = { groups: [storageGroup] };
  return (value, source) => {
    const params = (current: unknown) => ({
      value: current,
      key: property,
      get obj() {
        return source();
      },
      type,
      options,
    });
    return functions.reduce<unknown>((current, apply) => apply(params(current)) as unknown, value);
  };
}
