import { types } from 'node:util';
import { setOwn } from '../item/own-value.js';
import { isMapOfValues } from '../hydration/converter.js';
import { type Shape, someShape } from '../model/shape.js';
import type { SchemaAttribute } from './schema-attribute.js';

/** A `toJSON` that leaves out hidden attributes and members; `undefined` if nothing is hidden. */
export function withoutHidden(attributes: readonly SchemaAttribute[]): ((this: object) => object) | undefined {
  if (!attributes.some(({ hidden, shape }) => hidden || (shape && hides(shape)))) return undefined;
  const byProperty = new Map(attributes.map((attribute) => [attribute.property, attribute]));
  return function toJSON(this: object) {
    const shown = {};
    for (const [property, value] of Object.entries(this) as [string, unknown][]) {
      const attribute = byProperty.get(property);
      if (attribute?.hidden) continue;
      setOwn(shown, property, attribute?.shape ? shownPart(attribute.shape, value) : value);
    }
    return shown;
  };
}

function hides(shape: Shape): boolean {
  return someShape(shape, (part) => part.kind === 'map' && [...part.members.values()].some(({ hidden }) => hidden));
}

function shownPart(shape: Shape, value: unknown): unknown {
  if (!hides(shape)) return value;
  switch (shape.kind) {
    case 'list':
      return Array.isArray(value) ? value.map((each) => shownPart(shape.elements, each)) : value;
    case 'tuple':
      return Array.isArray(value) ? value.map((each, at) => shownPart(shape.elements[at] ?? shape, each)) : value;
    case 'record':
      return shownMembers(value, (_name, member) => shownPart(shape.elements, member));
    case 'map':
      return shownMembers(value, (name, member) => {
        const declared = shape.members.get(name);
        if (declared?.hidden) return undefined;
        return declared ? shownPart(declared.shape, member) : member;
      });
    case 'anyOf':
      // hidden in one of the shapes is hidden
      return shape.elements.reduce<unknown>((shown, each) => shownPart(each, shown), value);
    default:
      return value;
  }
}

function shownMembers(value: unknown, show: (name: string, member: unknown) => unknown): unknown {
  if (!isMapOfValues(value) || types.isProxy(value)) return value;
  const shown = {};
  for (const name of Object.keys(value)) {
    const member = show(name, value[name]);
    if (member !== undefined) setOwn(shown, name, member);
  }
  return shown;
}
