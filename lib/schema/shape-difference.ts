import { isDeepStrictEqual } from 'node:util';
import type { AttributeShape, IndexShape, KeyShape, VersionShape } from './entity-shape.js';

/** A difference between two shapes. */
export interface ShapeDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** The stored name of the attribute. */
  readonly attribute: string;
  /** The whole difference as a sentence without its full stop. */
  readonly message: string;
}

/** The differences between the stored attributes of two shapes. Marks and indexes don't count. */
export function compareShapes(before: VersionShape, after: VersionShape): ShapeDifference[] {
  const names = [...new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)])].toSorted();
  return names.flatMap((attribute): ShapeDifference[] => {
    const [was, is] = [valueOf(before.attributes, attribute), valueOf(after.attributes, attribute)];
    if (was === undefined)
      return is ? [{ kind: 'added', attribute, message: `added ${attribute} (${describe(is)})` }] : [];
    if (is === undefined) return [{ kind: 'removed', attribute, message: `removed ${attribute} (${describe(was)})` }];
    if (describe(was) === describe(is)) return [];
    return [{ kind: 'changed', attribute, message: `changed ${attribute} from ${describe(was)} to ${describe(is)}` }];
  });
}

/** The differences between the `@Deprecated` marks and the indexes of two shapes, each as a sentence. */
export function compareMarks(before: VersionShape, after: VersionShape): string[] {
  const marks = Object.entries(after.attributes).flatMap(([attribute, { deprecated }]) => {
    const was = valueOf(before.attributes, attribute)?.deprecated;
    if (isDeepStrictEqual(was, deprecated)) return [];
    const reason = deprecated?.reason ? `: ${deprecated.reason}` : '';
    return deprecated ? `deprecated ${attribute}${reason}` : `${attribute} is no longer deprecated`;
  });
  const names = [...new Set([...Object.keys(before.indexes), ...Object.keys(after.indexes)])].toSorted();
  const indexes = names.flatMap((name) => {
    const [was, is] = [valueOf(before.indexes, name), valueOf(after.indexes, name)];
    if (isDeepStrictEqual(was, is)) return [];
    if (was === undefined) return is ? `added the index ${name} (${describeIndex(is)})` : [];
    return is === undefined ? `removed the index ${name}` : `changed the index ${name} to ${describeIndex(is)}`;
  });
  return [...marks, ...indexes];
}

/** An attribute's shape in words: `set, optional`. */
export function describe({ default: hasDefault, nullable, optional, ...shape }: AttributeShape): string {
  const flags = [optional && 'optional', nullable && 'nullable', hasDefault && 'with a default'];
  const words = [shape.type, shape.notation, shape.template, shape.role, shape.converter, ...flags];
  return words.filter((word) => word).join(', ');
}

/** An index in words: `global, user_id (string) and updated_at (string)`. */
export function describeIndex({ keys, kind }: IndexShape): string {
  return `${kind}, ${describeKeys(keys)}`;
}

/** Keys in words: `session_id (string) and message_id (string)`. */
export function describeKeys(keys: readonly KeyShape[]): string {
  return keys.map(({ attribute, template, type }) => `${attribute} (${template ?? type})`).join(' and ');
}

/** A member by its name. Names that every object inherits, such as `constructor`, are ordinary names here. */
export function valueOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
