import { ownValue, setOwn } from '../../item/own-value.js';
import { mapIn } from './stored-map.js';
import { defineStep, firstProblem, nameProblem, type Step } from './step.js';

/** The attributes that go into a map: a list of names, or an object from attributes to their names in the map. */
export type Members = readonly string[] | Readonly<Record<string, string>>;

/**
 * Moves attributes into a map. Absent attributes are left out; if all are absent, nothing happens. A map that exists
 * keeps its other members; any other value there is an `UPGRADE_FAILED`. The downgrade is `unnest`.
 *
 * @example
 * nest('address', ['street', 'city']).description; // → 'nested street, city into address'
 */
export function nest(into: string, members: Members): Step {
  const inner = membersOf(members);
  return defineStep({
    kind: 'nest',
    attribute: into,
    members: inner,
    description: `nested ${list(inner, 'as')} into ${into}`,
    reads: [...inner.keys(), into],
    assigns: [...inner.keys(), into],
    problem: membersProblem(into, members, inner),
    back: () => unnest(into, Object.fromEntries(inner)),
    apply(item) {
      let map: Record<string, unknown> | undefined;
      for (const [attribute, name] of inner) {
        const value = ownValue(item, attribute);
        if (value === undefined) continue;
        map ??= mapIn(item, into) ?? {};
        delete item[attribute];
        setOwn(map, name, value);
      }
      if (map !== undefined) setOwn(item, into, map);
    },
    notes(item, notice) {
      for (const attribute of inner.keys()) notice.read(attribute);
      const present = [...inner.keys()].filter((attribute) => ownValue(item, attribute) !== undefined);
      if (present.length === 0) return;
      notice.read(into);
      for (const attribute of [...present, into]) notice.assign(attribute);
    },
  });
}

/**
 * Moves members of a map to attributes of the item. The map keeps its other members; if none are left, it is removed.
 * If the map is absent, nothing happens; any other value there is an `UPGRADE_FAILED`. The downgrade is `nest`.
 *
 * @example
 * unnest('address', { street: 'street', town: 'city' }).description;
 * // → 'unnested street, town from city from address'
 */
export function unnest(from: string, members: Members): Step {
  const inner = membersOf(members);
  return defineStep({
    kind: 'unnest',
    attribute: from,
    members: inner,
    description: `unnested ${list(inner, 'from')} from ${from}`,
    reads: [from],
    assigns: [...inner.keys(), from],
    problem: membersProblem(from, members, inner),
    back: () => nest(from, Object.fromEntries(inner)),
    apply(item) {
      const map = mapIn(item, from);
      if (map === undefined) return;
      let isTaken = false;
      for (const [attribute, name] of inner) {
        const value = ownValue(map, name);
        if (value === undefined) continue;
        isTaken = true;
        delete map[name];
        setOwn(item, attribute, value);
      }
      if (isTaken && Object.keys(map).length === 0) delete item[from];
    },
    notes(item, notice) {
      notice.read(from);
      const map = mapIn(item, from) ?? {};
      const taken = [...inner].filter(([, name]) => ownValue(map, name) !== undefined);
      for (const [attribute] of taken) notice.assign(attribute);
      if (taken.length > 0) notice.assign(from);
    },
  });
}

function membersOf(members: Members): ReadonlyMap<string, string> {
  if (typeof members !== 'object' || members === null) return new Map();
  return new Map(Array.isArray(members) ? members.map((name: string) => [name, name]) : Object.entries(members));
}

function membersProblem(map: string, given: Members, members: ReadonlyMap<string, string>): string | undefined {
  const names = [...members.values()];
  const isTwice = (Array.isArray(given) && members.size < given.length) || new Set(names).size < names.length;
  return firstProblem(
    nameProblem(map),
    members.size === 0 && 'names no attributes',
    ...[...members].flat().map(nameProblem),
    isTwice && 'names an attribute, or its name within the map, twice',
    members.has(map) && 'moves a map into itself',
  );
}

function list(members: ReadonlyMap<string, string>, word: 'as' | 'from'): string {
  return [...members]
    .map(([attribute, name]) => (attribute === name ? name : `${attribute} ${word} ${name}`))
    .join(', ');
}
