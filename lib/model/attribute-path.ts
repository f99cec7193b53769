import { MapperError } from '../errors.js';
import type { AttributeModel } from './attribute-model.js';
import type { EntityModel } from './entity-model.js';

/** A name (after a dot, unless it is the first), a list index, or a name of any characters in quotes. */
const part = /(?:^|(?<=.)\.)([^.[\]]+)|\[(\d{1,15})\]|\['(.+?)'\]/sy;

/**
 * The parts of a path in dynamodb-toolbox's notation: `settings.theme`, `list[2]`, `map['name.with.dots']`. `undefined`
 * if it isn't a path. dynamodb-toolbox's own parser isn't used: it skips what it doesn't understand (`map.größe`
 * becomes `map.e`) and takes `constructor` for an inherited member, so a write would go to another place.
 */
export function pathParts(path: string): readonly (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  part.lastIndex = 0;
  while (part.lastIndex < path.length) {
    const [, name, index, quoted] = part.exec(path) ?? [];
    if (index !== undefined) parts.push(Number(index));
    else if (name !== undefined || quoted !== undefined) parts.push((name ?? quoted) as string);
    else return undefined;
  }
  return parts;
}

/** A place in the items of a class: an attribute, and the path from there into its maps and lists, by stored names. */
export interface AttributePath {
  readonly attribute: AttributeModel;
  readonly within: readonly (string | number)[];
}

/**
 * The place that a path leads to, starting at a property of the class. `undefined` if it isn't a path. Throws
 * `UNKNOWN_ATTRIBUTE` if it doesn't start with a property of the class.
 */
export function attributePath({ byProperty, name }: EntityModel, path: string): AttributePath | undefined {
  // the name of a property may contain dots
  const parts = byProperty.has(path) ? [path] : pathParts(path);
  if (!parts) return undefined;
  const [property, ...within] = parts;
  const attribute = byProperty.get(String(property));
  if (!attribute)
    throw new MapperError('UNKNOWN_ATTRIBUTE', { class: name, member: path, known: [...byProperty.keys()] });
  return { attribute, within };
}
