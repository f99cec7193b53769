import 'reflect-metadata/lite';
import type { AttributeType } from './attribute-type.js';
import type { Class } from './class.js';

/** The types of values that are made of nothing else. `numeric` is a number or a bigint, as the engine typed it. */
export type LeafType =
  Exclude<AttributeType, 'set' | 'array' | 'object' | 'map' | 'buffer' | 'bigint'> | 'numeric' | 'null';

/** Turns a value into the one that is stored, and back. */
export interface ShapeTransform {
  encode(value: unknown): unknown;
  decode(stored: unknown): unknown;
}

interface Validated {
  /** What is wrong with a value that is to be written, if anything. */
  readonly validate?: (value: unknown) => string | undefined;
}

export interface LeafShape extends Validated {
  readonly kind: 'leaf';
  readonly type: LeafType;
  /** The only values there can be. */
  readonly values?: readonly unknown[];
  readonly transform?: ShapeTransform;
}

/** One member of a map, by the name that the application uses. */
export interface ShapeMember {
  /** The stored name. */
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
  /** The value of new entities, or a function that returns it. */
  readonly default: unknown;
  /** Whether it is left out of the entity's JSON. */
  readonly hidden: boolean;
}

/**
 * What the values of an attribute are made of, where more is known than their type: the values that there can be, what
 * is in maps, lists and sets, and how each part is stored.
 */
export type Shape =
  | LeafShape
  | (Validated & { readonly kind: 'set' | 'list'; readonly elements: Shape })
  | (Validated & { readonly kind: 'tuple'; readonly elements: readonly Shape[] })
  | (Validated & { readonly kind: 'map'; readonly members: ReadonlyMap<string, ShapeMember> })
  | (Validated & {
      readonly kind: 'record';
      readonly keys: LeafShape;
      readonly elements: Shape;
      /** Whether members may be missing although the keys are known. */
      readonly partial: boolean;
    })
  | (Validated & { readonly kind: 'anyOf'; readonly elements: readonly Shape[] });

const metadataKey = Symbol.for('dynamo-evolve:shape');

/** Says what the values of a property are made of. */
export function setShape(target: Class, property: string, shape: Shape): void {
  Reflect.defineMetadata(metadataKey, shape, target.prototype as object, property);
}

/** What the values of a property are made of, if that was said of the class or of one that it extends. */
export function shapeOf(target: Class, property: string): Shape | undefined {
  return Reflect.getMetadata(metadataKey, target.prototype as object, property) as Shape | undefined;
}

/** Whether a shape, or a part of it, has a property. */
export function someShape(shape: Shape, has: (part: Shape) => boolean): boolean {
  return has(shape) || partsOf(shape).some((part) => someShape(part, has));
}

function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case 'set':
    case 'list':
      return [shape.elements];
    case 'record':
      return [shape.keys, shape.elements];
    case 'map':
      return Array.from(shape.members.values(), (member) => member.shape);
    case 'tuple':
    case 'anyOf':
      return shape.elements;
    default:
      return [];
  }
}
