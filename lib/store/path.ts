/** A name (behind a dot, unless it is the first), a place in a list, or a name of any characters in quotes. */
const part = /(?:^|(?<=.)\.)([^.[\]]+)|\[(\d+)\]|\['(.+?)'\]/y;

/**
 * The parts of a path in dynamodb-toolbox's notation: `settings.theme`, `list[2]`, `map['name.with.dots']`; `undefined` if it is
 * none. Not by dynamodb-toolbox, which skips what it doesn't understand (`map.größe` becomes `map.e`) and takes `constructor` for
 * what every object inherits: a write would go to another place.
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
