import { MapperError } from '../errors.js';
import { copyDefault } from '../item/copy-default.js';
import type { ItemContext } from '../read/entity-context.js';

/** A new entity with the given values, and defaults for the rest. Throws `INVALID_ARGUMENT` or `UNKNOWN_ATTRIBUTE`. */
export function createEntity<T extends object>({ hydrator, model }: ItemContext<T>, init: object): T {
  const { attributes, byProperty, class: target, name } = model;
  if (typeof init !== 'object' || init === null) {
    const problem = "isn't an object with values of properties";
    throw new MapperError('INVALID_ARGUMENT', { call: 'create()', argument: 'the argument', problem });
  }
  for (const member of Object.keys(init)) {
    if (!byProperty.has(member)) {
      throw new MapperError('UNKNOWN_ATTRIBUTE', { class: name, member, known: [...byProperty.keys()] });
    }
  }
  const entity = new (target as unknown as new () => Record<string, unknown>)();
  for (const attribute of attributes) {
    const { property, default: fallback } = attribute;
    const given = (init as Readonly<Record<string, unknown>>)[property];
    if (given !== undefined) entity[property] = hydrator.filled(attribute, given);
    else if (fallback !== undefined && entity[property] === undefined) entity[property] = defaultOf(fallback);
  }
  return entity as T;
}

function defaultOf(fallback: unknown): unknown {
  return typeof fallback === 'function' ? (fallback as () => unknown)() : copyDefault(fallback);
}
