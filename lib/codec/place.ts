/** Where a value stands, as a chain from the inside out. Only read when something is wrong. */
export interface Place {
  /** The attribute's name, or the position in a list; moves on from one member of a container to the next. */
  name: string | number;
  /** The container that the name is of. */
  readonly container: object | undefined;
  readonly outer: Place | undefined;
}

/** The place of a value that is in no container. */
export function placeOf(name: string): Place {
  return { name, container: undefined, outer: undefined };
}

/** A place in words, such as `settings.list[2].x`. */
export function pathOf({ name, outer }: Place): string {
  if (outer === undefined) return String(name);
  return typeof name === 'number' ? `${pathOf(outer)}[${name}]` : `${pathOf(outer)}.${name}`;
}
