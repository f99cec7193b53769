/**
 * Marks a reference. A symbol, because JSON, forms and query strings can't contain one. A registered symbol, because
 * two copies of the package may be loaded.
 */
const referenced: unique symbol = Symbol.for('dynamo-evolve:ref');

/** Another attribute of the same item as the operand of a condition: what `ref()` returns. */
export class AttributeReference<Path extends string = string> {
  readonly [referenced]: Path;

  constructor(path: Path) {
    this[referenced] = path;
    Object.freeze(this);
  }
}

/**
 * Names another attribute of the same item as the operand of a condition, by its property or a path below one. Any
 * other operand is a value, whatever it looks like, so a value from the body of a request can't name an attribute.
 *
 * @example
 * const changed = await sessions.scan({ filter: { attr: 'updated_at', gt: ref('created_at') } }).all();
 */
export function ref<const Path extends string>(path: Path): AttributeReference<Path> {
  return new AttributeReference(path);
}

/** Whether an operand names an attribute. */
export function isReference(operand: unknown): operand is AttributeReference {
  return typeof operand === 'object' && operand !== null && Object.hasOwn(operand, referenced);
}

/** The path that a reference names: a string, unless it was called from JavaScript with something else. */
export function referencedPath(reference: AttributeReference): unknown {
  return reference[referenced];
}
