import type { ClassTransformOptions, TypeHelpOptions, TypeMetadata } from 'class-transformer';
import { TransformationType } from 'class-transformer/cjs/enums/transformation-type.enum.js';
import { defaultMetadataStorage as storage } from 'class-transformer/cjs/storage.js';

/** The group in which class-transformer's decorators apply to what is stored, not only to an application's output. */
const storageGroup = 'storage';

/** The `@Type` of a property. */
export type TypeDecorator = TypeMetadata;

/** Whether values are read from the table or written to it. */
export type Direction = 'read' | 'write';

/** The item, entity or nested value that contains a value. Only created for a decorator's function that uses it. */
export type Source = () => object;

/** The `@Transform` functions of a property, combined. */
export type Transform = (value: unknown, source: Source) => unknown;

/**
 * The `@Type` of a property, if it has one. Applies in every group, because it says what a value is, not how it looks.
 */
export function typeDecorator(target: unknown, property: string): TypeDecorator | undefined {
  return storage.findTypeMetadata(target, property);
}

/** The result of the function of `@Type` for a value in `source`. */
export function namedType({ typeFunction, propertyName }: TypeDecorator, source: Source): unknown {
  return typeFunction(new TypeHelp(propertyName, source));
}

/** The argument of the function of `@Type`. */
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

/** The name that `@Expose({ name, groups: ['storage'] })` gives to a property. */
export function exposedName(target: unknown, property: string): string | undefined {
  return isExposed(target, property) ? storage.findExposeMetadata(target, property)?.options.name : undefined;
}

/** The properties of a class with `@Expose({ groups: ['storage'] })`. */
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
