import { encodeValue, isEmptySet } from '../codec/encode.js';
import type { WireValue } from '../codec/wire.js';
import type { WirePath } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { Stored } from '../hydration/converter.js';
import type { Hydrator } from '../hydration/hydrator.js';
import type { StoredPlace } from '../hydration/stored-place.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { attributePath } from '../model/attribute-path.js';
import type { EntityModel } from '../model/entity-model.js';
import type { ChangeableOf, NestedPath } from '../model/key-type.js';
import type { WireChange } from '../store/update.js';

/** What an update does: the engine's four clauses, by property names and paths below them. */
export interface UpdateClauses<T> {
  /** Sets properties or paths to values. */
  readonly set?:
    ({ readonly [P in ChangeableOf<T>]?: T[P] | undefined } & { readonly [P in NestedPath<T>]?: unknown }) | undefined;
  /** Removes properties or paths. */
  readonly remove?: readonly (ChangeableOf<T> | NestedPath<T>)[] | undefined;
  /** Adds to numbers, and adds members to sets. An absent attribute counts as 0 or as an empty set. */
  readonly add?:
    { readonly [P in ChangeableOf<T> | NestedPath<T>]?: number | bigint | ReadonlySet<unknown> } | undefined;
  /** Deletes members from sets. */
  readonly delete?: { readonly [P in ChangeableOf<T> | NestedPath<T>]?: ReadonlySet<unknown> } | undefined;
}

/**
 * Update clauses, as `update` takes them: inside a class with a type parameter, by the properties of its constraint, as
 * `KeyOf`.
 */
export type UpdateClausesOf<T> = (T extends unknown ? { readonly taken: UpdateClauses<T> } : never)['taken'];

/** The clauses of any class's update. */
export interface Clauses {
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly add?: Readonly<Record<string, unknown>> | undefined;
  readonly delete?: Readonly<Record<string, unknown>> | undefined;
}

interface Compiling {
  readonly model: EntityModel;
  readonly hydrator: Hydrator<object>;
  readonly key: ErrorKey;
}

/**
 * The changes that clauses make, by stored names and wire values. Throws `INVALID_ARGUMENT`, or the error of a value
 * that can't be stored.
 */
export function compileClauses(compiling: Compiling, clauses: Clauses): WireChange[] {
  const { hydrator, key } = compiling;
  const changes: WireChange[] = [];
  const places = new PlaceTree();
  const say = (path: string, change: WireChange) => {
    const overlapped = places.add(change, path);
    if (overlapped !== undefined) {
      throw invalid(path, `overlaps with ${overlapped}; an update can name a place only once`);
    }
    changes.push(change);
  };
  for (const [path, value] of entriesOf('set', clauses)) {
    const { attribute, place } = placeOf(compiling, path);
    const isNested = place.path.within !== undefined;
    const stored = isNested
      ? accepted(path, place.value(value))
      : hydrator.storedValue(attribute, value, {}, () => key);
    if (isNested) assertValid(compiling, path, place, value);
    else hydrator.assertValidValue(attribute, value, () => key);
    const isRemoved = !isNested && (stored === undefined || isEmptySet(stored));
    say(path, isRemoved ? { ...place.path, remove: true } : { ...place.path, set: encodeValue(stored, path) });
  }
  if (clauses.remove !== undefined && !Array.isArray(clauses.remove))
    throw invalid('remove', "isn't an array of paths");
  for (const path of clauses.remove ?? []) say(path, { ...placeOf(compiling, path).place.path, remove: true });
  for (const [path, value] of entriesOf('add', clauses)) {
    const { place } = placeOf(compiling, path);
    const added = encodeValue(accepted(path, place.change(value)), path);
    if (!('N' in added) && !isSet(added)) throw invalid(path, 'takes only numbers and Sets in add');
    say(path, { ...place.path, add: added });
  }
  for (const [path, value] of entriesOf('delete', clauses)) {
    const { place } = placeOf(compiling, path);
    const members = encodeValue(accepted(path, place.change(value)), path);
    if (!isSet(members)) throw invalid(path, 'takes only a Set in delete');
    say(path, { ...place.path, delete: members });
  }
  if (changes.length === 0) throw invalid('the clauses', 'change nothing; give set, remove, add or delete');
  return changes;
}

/** An attribute that may be changed, and the place in it. */
function placeOf({ hydrator, model }: Compiling, path: string): { attribute: AttributeModel; place: StoredPlace } {
  const found = attributePath(model, path);
  if (!found) throw invalid(path, "isn't a path; names with dots or brackets stand in quotes, as in map['a.b']");
  const { attribute } = found;
  if (model.keys.includes(attribute)) throw invalid(path, 'is a key; keys never change');
  const partOf = model.keys.find((key) => key.template?.parts.includes(attribute));
  if (partOf) throw invalid(path, `is part of the key ${partOf.property}; keys never change`);
  if (attribute.template) throw invalid(path, `is computed by its template, ${attribute.template.text}`);
  if (isGenerated(attribute)) throw invalid(path, 'is set by the mapper at every write');
  const place = hydrator.placeAt(found);
  if ('problem' in place) throw invalid(path, place.problem);
  return { attribute, place };
}

/** Throws `INVALID_VALUE` for a value that isn't what a place below an attribute asks for. */
function assertValid({ key, model }: Compiling, path: string, place: StoredPlace, value: unknown): void {
  const found = place.invalid(value);
  if (!found) return;
  const details = { entity: model.name, key, path: path + found.path, problem: found.problem };
  throw new MapperError('INVALID_VALUE', details);
}

/** The stored form that a place accepts of a value. */
function accepted(path: string, stored: Stored): unknown {
  if ('problem' in stored) throw invalid(path, stored.problem);
  return stored.value;
}

/** The paths of a clause, and their values. */
function entriesOf(clause: 'set' | 'add' | 'delete', clauses: Clauses): [string, unknown][] {
  const paths: unknown = clauses[clause] ?? {};
  if (typeof paths !== 'object' || Array.isArray(paths)) throw invalid(clause, "isn't an object of values by paths");
  return Object.entries(paths as object).filter(([, value]) => value !== undefined);
}

function isSet(value: WireValue): boolean {
  return 'SS' in value || 'NS' in value || 'BS' in value;
}

interface PlaceNode {
  /** The path that the caller gave, if this is its place and not just a part of the way. */
  path?: string;
  readonly below: Map<string | number, PlaceNode>;
}

/** The places of an update. Finds two that are equal, or of which one contains the other. */
class PlaceTree {
  readonly #root: PlaceNode = { below: new Map() };

  /** Adds a place, unless it overlaps with an earlier one: then returns the path that the caller gave for that one. */
  add({ attribute, within = [] }: WirePath, path: string): string | undefined {
    let node = this.#root;
    for (const part of [attribute, ...within]) {
      const next: PlaceNode = node.below.get(part) ?? { below: new Map() };
      node.below.set(part, next);
      if (next.path !== undefined) return next.path;
      node = next;
    }
    if (node.below.size > 0) return anyPathBelow(node);
    node.path = path;
    return undefined;
  }
}

function anyPathBelow(node: PlaceNode): string | undefined {
  if (node.path !== undefined) return node.path;
  for (const below of node.below.values()) return anyPathBelow(below);
  return undefined;
}

function isGenerated({ roles }: AttributeModel): boolean {
  return roles.has('updated at') || roles.has('revision');
}

/** The error for an argument that `update` can't accept. */
export function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'update()', argument, problem });
}
