import { encodeValue, isEmptySet } from '../codec/encode.js';
import type { WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { Hydrator } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { attributePath } from '../model/attribute-path.js';
import type { EntityModel } from '../model/entity-model.js';
import type { NestedPath, PropertyOf } from '../model/key-type.js';
import type { WireChange } from '../store/update.js';

/** What an update does: the engine's four clauses, by property names and paths below them. */
export interface UpdateClauses<T> {
  /** Sets places to values. */
  readonly set?: { readonly [P in PropertyOf<T>]?: T[P] } & { readonly [P in NestedPath<T>]?: unknown };
  /** Removes places. */
  readonly remove?: readonly (PropertyOf<T> | NestedPath<T>)[];
  /** Adds to numbers, and members to sets; what is absent counts as 0 or as empty. */
  readonly add?: { readonly [P in PropertyOf<T> | NestedPath<T>]?: number | bigint | ReadonlySet<unknown> };
  /** Removes members from sets. */
  readonly delete?: { readonly [P in PropertyOf<T> | NestedPath<T>]?: ReadonlySet<unknown> };
}

/** The clauses of any class's update. */
export interface Clauses {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly add?: Readonly<Record<string, unknown>>;
  readonly delete?: Readonly<Record<string, unknown>>;
}

interface Compiling {
  readonly model: EntityModel;
  readonly hydrator: Hydrator<object>;
  readonly key: ErrorKey;
}

/** What clauses do, by stored names and wire values. Throws `INVALID_ARGUMENT`, or the error of a value that can't be stored. */
export function compileClauses(compiling: Compiling, clauses: Clauses): WireChange[] {
  const { hydrator, key, model } = compiling;
  const changes = new Map<string, WireChange>();
  const say = (path: string, change: WireChange) => {
    const overlapped = [...changes].find(([, earlier]) => overlaps(earlier, change))?.[0];
    if (overlapped !== undefined)
      throw invalid(path, `overlaps with ${overlapped}; an update says one thing of a place`);
    changes.set(path, change);
  };
  for (const [path, value] of entriesOf('set', clauses)) {
    const { attribute, place } = placeOf(model, path);
    const stored = place.within ? value : hydrator.storedValue(attribute, value, {}, () => key);
    const isRemoved = !place.within && (stored === undefined || isEmptySet(stored));
    say(path, isRemoved ? { ...place, remove: true } : { ...place, set: encodeValue(stored, path) });
  }
  if (clauses.remove !== undefined && !Array.isArray(clauses.remove))
    throw invalid('remove', "isn't an array of paths");
  for (const path of clauses.remove ?? []) say(path, { ...placeOf(model, path).place, remove: true });
  for (const [path, value] of entriesOf('add', clauses)) {
    const added = encodeValue(value, path);
    if (!('N' in added) && !isSet(added)) throw invalid(path, 'is added to by numbers and Sets alone');
    say(path, { ...placeOf(model, path).place, add: added });
  }
  for (const [path, value] of entriesOf('delete', clauses)) {
    const members = encodeValue(value, path);
    if (!isSet(members)) throw invalid(path, 'loses the members of a Set, and was given none');
    say(path, { ...placeOf(model, path).place, delete: members });
  }
  if (changes.size === 0) throw invalid('the clauses', 'change nothing; give set, remove, add or delete');
  return [...changes.values()];
}

/** An attribute that may be changed, and the place in it. */
function placeOf(model: EntityModel, path: string) {
  const found = attributePath(model, path);
  if (!found) throw invalid(path, "isn't a path; names with dots or brackets stand in quotes, as in map['a.b']");
  const { attribute, within } = found;
  if (model.keys.includes(attribute)) throw invalid(path, 'is a key; keys never change');
  const partOf = model.keys.find((key) => key.template?.parts.includes(attribute));
  if (partOf) throw invalid(path, `is part of the key ${partOf.property}; keys never change`);
  if (attribute.template) throw invalid(path, `is computed by its template, ${attribute.template.text}`);
  if (isGenerated(attribute)) throw invalid(path, 'is set by the mapper at every write');
  return { attribute, place: { attribute: attribute.attribute, ...(within.length > 0 && { within }) } };
}

/** What a clause says of which paths. */
function entriesOf(clause: 'set' | 'add' | 'delete', clauses: Clauses): [string, unknown][] {
  const paths: unknown = clauses[clause] ?? {};
  if (typeof paths !== 'object' || Array.isArray(paths)) throw invalid(clause, "isn't an object of values by paths");
  return Object.entries(paths as object).filter(([, value]) => value !== undefined);
}

function isSet(value: WireValue): boolean {
  return 'SS' in value || 'NS' in value || 'BS' in value;
}

/** Whether one place is the other, or is inside it. */
function overlaps(change: WireChange, other: WireChange): boolean {
  const [inner = [], outer = []] = [change.within, other.within].toSorted((a = [], b = []) => b.length - a.length);
  return change.attribute === other.attribute && outer.every((part, at) => part === inner[at]);
}

function isGenerated({ roles }: AttributeModel): boolean {
  return roles.has('updated at') || roles.has('revision');
}

/** The error of an argument that an update can't take. */
export function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'update()', argument, problem });
}
