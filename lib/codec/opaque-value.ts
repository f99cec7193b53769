import { types } from 'node:util';
import { setOwn } from '../item/own-value.js';
import type { WireValue } from './wire.js';
import { isWireType } from './wire-types.js';

/**
 * Where an opaque value keeps its content. A registered symbol, because two copies of the package may be loaded; an
 * enumerable member, so that values of other content aren't taken for equal.
 */
const content: unique symbol = Symbol.for('dynamo-evolve:opaque');

/** Engines nest values 32 levels deep; far more than that would exhaust the stack. */
const maximumDepth = 256;

const typeName = /^[A-Z][A-Za-z0-9_]{0,63}$/;

/** Whether an engine may have a type of a name, such as `FLOAT32VECTOR`. Other names are members of plain objects. */
export function canBeType(name: string): boolean {
  return typeName.test(name);
}

/**
 * A stored value of a type that this version of dynamo-evolve doesn't know, such as Alternator's `FLOAT32VECTOR`. It
 * can be stored again, at any place, without being changed. Its JSON is the wire value.
 */
export class OpaqueValue {
  /** The engine's name of the type. */
  readonly type: string;
  /** As a member of its own it keeps `structuredClone` from making an empty object of the value. */
  readonly toJSON: () => object;
  readonly [content]: unknown;

  /** @internal */
  constructor(type: string, wireContent: unknown) {
    this.type = type;
    this.toJSON = toJSON;
    this[content] = frozen(wireContent);
    Object.freeze(this);
  }
}

function toJSON(this: OpaqueValue): object {
  return opaqueWire(this);
}

/** Whether a value is of a type that isn't known; of whichever copy of the package. */
export function isOpaqueValue(value: unknown): value is OpaqueValue {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, content);
}

/** The wire value that an opaque value was read from. */
export function opaqueWire(value: OpaqueValue): WireValue {
  const wire = {};
  setOwn(wire, value.type, value[content]);
  return wire as WireValue;
}

/** What a wire value of an unknown type is read as; `undefined` if it can't be one. */
export function readOpaque(wire: object): OpaqueValue | undefined {
  const [member, ...others] = Object.entries(wire).filter(([, value]) => value !== undefined);
  if (member === undefined || others.length > 0) return undefined;
  const [name, value] = member;
  if (name !== '$unknown') return opaqueOf(name, value);
  // the form of clients that tell what they don't know
  return Array.isArray(value) && value.length === 2 ? opaqueOf(value[0], value[1]) : undefined;
}

function opaqueOf(type: unknown, wireContent: unknown): OpaqueValue | undefined {
  const isType = typeof type === 'string' && canBeType(type) && !isWireType(type);
  return isType && isShallow(wireContent, 0) ? new OpaqueValue(type, wireContent) : undefined;
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  return depth < maximumDepth && Object.values(value).every((member) => isShallow(member, depth + 1));
}

/** A copy that nobody can change. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // bytes can't be frozen
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (Array.isArray(value)) return Object.freeze(value.map(frozen));
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, frozen(member)])));
}
